// Package lint checks recordings: their format, secrets and personal data in them, calls that break the contract of their
// service, calls that are too old, and calls that are recorded twice. It knows nothing of the fake.
package lint

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

// The rules: the values of Fault.Rule.
const (
	RuleFormat    = "format"    // the file is no HAR file, or a required field is missing
	RuleStable    = "stable"    // the file is not formatted as fakecme writes it
	RuleSecret    = "secret"    // a value looks secret or personal, and is no placeholder
	RuleNoise     = "noise"     // redacting the file would change it, though no secret was found
	RuleOperation = "operation" // no operation is documented for the call
	RuleRequest   = "request"   // the request breaks the contract
	RuleResponse  = "response"  // the response breaks the contract
	RuleAge       = "age"       // the recording is too old, or does not say how old it is
	RuleDuplicate = "duplicate" // the same call is recorded twice
)

// Fault is one mistake in a recording.
type Fault struct {
	File string `json:"file"`
	// At is the place: log.entries[3], or a field of it; "" for the whole file.
	At   string `json:"at,omitempty"`
	Rule string `json:"rule"`
	// Operation is the operationId of the call, where there is one.
	Operation string `json:"operation,omitempty"`
	// Text describes the mistake in one line, without a secret.
	Text string `json:"text"`
}

// String is the fault in one line.
func (f Fault) String() string {
	line := f.File + ": "
	if f.At != "" {
		line += f.At + ": "
	}
	line += f.Rule + ": "
	if f.Operation != "" {
		line += f.Operation + ": "
	}
	return line + f.Text
}

// Rules are the optional rules of [Check].
type Rules struct {
	// Expire is how old a recording may be at Now; 0 for any age.
	Expire time.Duration
	Now    time.Time
	// Secrets are known secrets to search for in every encoding.
	Secrets []string
}

// File is one recording to check.
type File struct {
	Name   string
	Source []byte
}

// Check returns the mistakes in the files.
func Check(rules Rules, files ...File) []Fault {
	var faults []Fault
	seen := map[string]string{}
	for _, f := range files {
		a, err := har.Read(f.Name, bytes.NewReader(f.Source))
		if err != nil {
			text := strings.TrimPrefix(err.Error(), "read "+f.Name+": ")
			faults = append(faults, Fault{File: f.Name, Rule: RuleFormat, Text: text})
			continue
		}
		faults = append(faults, rules.checkFile(a, f.Source)...)
		for i := range a.Log.Entries {
			faults = append(faults, checkEntry(a, i, seen)...)
		}
	}
	return faults
}

// checkFile checks a file as a whole.
func (r Rules) checkFile(a *har.Archive, source []byte) []Fault {
	var faults []Fault
	add := func(rule, at, text string) {
		faults = append(faults, Fault{File: a.Name, At: at, Rule: rule, Text: text})
	}
	if written, err := har.Marshal(a); err != nil {
		add(RuleFormat, "", err.Error())
	} else if !bytes.Equal(written, source) {
		add(RuleStable, "", "is not written as fakecme writes it, so that changes are hard to read in a diff; fakecme import har writes it so")
	}
	redactor := redact.Redactor{Secrets: r.Secrets}
	secrets, err := redactor.Find(a)
	for _, s := range secrets {
		add(RuleSecret, s.At, "looks secret or personal ("+s.Kind+"), and is no placeholder; fakecme import har replaces it")
	}
	if err != nil {
		add(RuleSecret, "", err.Error())
	}
	if err == nil && len(secrets) == 0 && !isRedacted(redactor, a) {
		add(RuleNoise, "", "has headers, addresses or fields that recordings do not keep; fakecme import har drops them")
	}
	if r.Expire > 0 {
		if err := har.CheckAge(r.Now, r.Expire, a); err != nil {
			add(RuleAge, "", strings.TrimPrefix(err.Error(), a.Name+": "))
		}
	}
	return faults
}

// isRedacted reports whether redacting the archive changes nothing.
func isRedacted(r redact.Redactor, a *har.Archive) bool {
	redacted, err := r.Redact(a)
	if err != nil {
		return false
	}
	before, errBefore := har.Marshal(a)
	after, errAfter := har.Marshal(redacted)
	return errBefore == nil && errAfter == nil && bytes.Equal(before, after)
}

// checkEntry checks one call.
func checkEntry(a *har.Archive, i int, seen map[string]string) []Fault {
	at := fmt.Sprintf("log.entries[%d]", i)
	c, err := a.Log.Entries[i].Call()
	if err != nil {
		return []Fault{{File: a.Name, At: at, Rule: RuleFormat, Text: err.Error()}}
	}
	var faults []Fault
	if id := identity(a, i); id != "" && seen[id] != "" {
		faults = append(faults, Fault{File: a.Name, At: at, Rule: RuleDuplicate, Text: "is the same call as " + seen[id]})
	} else {
		seen[id] = a.Name + ": " + at
	}
	o, ok := OperationOf(c)
	if !ok {
		return append(faults, Fault{File: a.Name, At: at, Rule: RuleOperation,
			Text: fmt.Sprintf("no operation is documented for %s %s://%s%s", c.Method, c.URL.Scheme, c.URL.Host, c.URL.EscapedPath())})
	}
	for _, found := range checkContract(c, o) {
		found.File, found.At, found.Operation = a.Name, at, o.ID
		faults = append(faults, found)
	}
	return faults
}

// identity returns a text that is equal for calls with the same request, response and time. It returns "" for a call without
// a time. If the file has whole seconds only, calls are equal only at the same place in two files, because a client may make
// two equal calls in one second.
func identity(a *har.Archive, i int) string {
	e := a.Log.Entries[i]
	if e.StartedDateTime == "" {
		return ""
	}
	var text bytes.Buffer
	if err := har.Write(&text, har.NewArchive("", e)); err != nil {
		return ""
	}
	if !strings.Contains(e.StartedDateTime, ".") {
		return fmt.Sprint(i, text.String())
	}
	return text.String()
}

// checkContract checks a call against its contract.
func checkContract(c har.Call, o contracts.Operation) []Fault {
	request, response, err := Violations(c, o)
	if err != nil {
		return []Fault{{Rule: RuleOperation, Text: err.Error()}}
	}
	var faults []Fault
	for _, v := range request {
		faults = append(faults, Fault{Rule: RuleRequest, Text: v.String()})
	}
	for _, v := range response {
		faults = append(faults, Fault{Rule: RuleResponse, Text: v.String()})
	}
	return faults
}

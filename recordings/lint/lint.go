// Package lint says what is wrong with recordings: their form, what must not stand in them, what breaks the
// contracts of the services, and what is too old or there twice. It knows nothing of the fake.
package lint

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/recordings"
)

// The rules: the values of Fault.Rule.
const (
	RuleFormat    = "format"    // the file is no HAR file, or lacks what no entry can be without
	RuleStable    = "stable"    // it would be rewritten otherwise
	RuleSecret    = "secret"    // something looks secret or personal, and is no placeholder
	RuleNoise     = "noise"     // making it safe would change it, though nothing secret was found
	RuleOperation = "operation" // no operation is documented for the call
	RuleRequest   = "request"   // the request breaks the contract
	RuleResponse  = "answer"    // the response breaks the contract
	RuleAge       = "age"       // it is older than it may be, or does not say how old it is
	RuleDuplicate = "duplicate" // the same call stands there twice
)

// Fault is one thing that is wrong with a recording.
type Fault struct {
	File string `json:"file"`
	// At is where: log.entries[3], or a place in it; "" for the whole file.
	At   string `json:"at,omitempty"`
	Rule string `json:"rule"`
	// Operation is the operationId of the call, where there is one.
	Operation string `json:"operation,omitempty"`
	// Text says what is wrong, in one line without a secret: for the contract, pointer: reason.
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

// Rules are what recordings are held to beside the rules that always hold.
type Rules struct {
	// Expire is how old a recording may be at Now; 0 for any age.
	Expire time.Duration
	Now    time.Time
	// Secrets are known ones, to look for in every encoding.
	Secrets []string
}

// File is one recording to look at.
type File struct {
	Name   string
	Source []byte
}

// Check says what is wrong with the files. Nothing means that they are good.
func Check(rules Rules, files ...File) []Fault {
	var faults []Fault
	seen := map[string]string{}
	for _, f := range files {
		a, err := recordings.Read(f.Name, bytes.NewReader(f.Source))
		if err != nil {
			text := strings.TrimPrefix(err.Error(), "read "+f.Name+": ")
			faults = append(faults, Fault{File: f.Name, Rule: RuleFormat, Text: text})
			continue
		}
		faults = append(faults, rules.form(a, f.Source)...)
		for i := range a.Log.Entries {
			faults = append(faults, entry(a, i, seen)...)
		}
	}
	return faults
}

// form judges the file as a whole.
func (r Rules) form(a *recordings.Archive, source []byte) []Fault {
	var faults []Fault
	add := func(rule, at, text string) {
		faults = append(faults, Fault{File: a.Name, At: at, Rule: rule, Text: text})
	}
	if same, err := recordings.Formatted(a, source); err != nil {
		add(RuleFormat, "", err.Error())
	} else if !same {
		add(RuleStable, "", "is not written as fakecme writes it, so that a change of it shows badly; fakecme import har writes it so")
	}
	redactor := recordings.Redactor{Secrets: r.Secrets}
	suspects, err := redactor.Suspects(a)
	for _, s := range suspects {
		add(RuleSecret, s.At, "looks secret or personal ("+s.Kind+"), and is no placeholder; fakecme import har replaces it")
	}
	if err != nil {
		add(RuleSecret, "", err.Error())
	}
	if err == nil && len(suspects) == 0 && !isSafe(redactor, a) {
		add(RuleNoise, "", "has headers, addresses or fields that recordings do not keep; fakecme import har drops them")
	}
	if r.Expire > 0 {
		if err := recordings.CheckAge(r.Now, r.Expire, a); err != nil {
			add(RuleAge, "", strings.TrimPrefix(err.Error(), a.Name+": "))
		}
	}
	return faults
}

// isSafe says whether making the archive safe leaves it as it is.
func isSafe(r recordings.Redactor, a *recordings.Archive) bool {
	safe, err := r.Redact(a)
	if err != nil {
		return false
	}
	var before, after bytes.Buffer
	if recordings.Write(&before, a) != nil || recordings.Write(&after, safe) != nil {
		return false
	}
	return bytes.Equal(before.Bytes(), after.Bytes())
}

// entry judges one call.
func entry(a *recordings.Archive, i int, seen map[string]string) []Fault {
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
	for _, found := range contract(c, o) {
		found.File, found.At, found.Operation = a.Name, at, o.ID
		faults = append(faults, found)
	}
	return faults
}

// identity is equal for calls that are the same: request, answer and time. It is "" if that cannot be told:
// without a time, and within a file that tells whole seconds, in which a client may well ask twice.
func identity(a *recordings.Archive, i int) string {
	e := a.Log.Entries[i]
	if e.StartedDateTime == "" {
		return ""
	}
	var text bytes.Buffer
	if err := recordings.Write(&text, recordings.NewArchive("", e)); err != nil {
		return ""
	}
	if !strings.Contains(e.StartedDateTime, ".") {
		return fmt.Sprint(i, text.String()) // of a copied file, every call stands at its old place
	}
	return text.String()
}

// contract holds a call to the contract.
func contract(c recordings.Call, o contracts.Operation) []Fault {
	request, answer, err := Violations(c, o)
	if err != nil {
		return []Fault{{Rule: RuleOperation, Text: err.Error()}}
	}
	var faults []Fault
	for _, v := range request {
		faults = append(faults, Fault{Rule: RuleRequest, Text: v.String()})
	}
	for _, v := range answer {
		faults = append(faults, Fault{Rule: RuleResponse, Text: v.String()})
	}
	return faults
}

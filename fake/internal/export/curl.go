// Package export gives calls of the journal the forms of other tools: a curl command, a HAR file.
package export

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/internal/scheme"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/fake/webpaas"
	"github.com/fakecme/fakecme/recordings/redact"
)

// Curl is a call of the tenant's journal as a command for a POSIX shell, sent to the base address: the call as it was,
// with a credential that is good now. See fake.Tenant.Curl.
func Curl(t *tenant.Tenant, c traffic.Call, base string) (string, error) {
	switch {
	case c.Tenant != t.ID:
		return "", fmt.Errorf("curl: the call is of tenant %q, not of tenant %q; ask that one", c.Tenant, t.ID)
	case c.Kind == traffic.Callback:
		return "", fmt.Errorf("curl: the fake made the call itself, to your own server")
	}
	l := newCurlLine(c)
	if d := c.Diagnosis; d != nil && (d.Code == "call.body-too-large" || d.Code == "call.cut-off") {
		l.Note("the journal has only the first %d bytes of the body (%s)", len(c.RequestBody), d.Code)
	}
	if err := renew(t, l); err != nil {
		return "", fmt.Errorf("curl: %w", err)
	}
	l.noteHidden()
	return l.text(base), nil
}

// curlLine is a call that becomes a command.
type curlLine struct {
	scheme.Renewal
	path string
	body []byte
}

// notReplayed are headers that curl writes itself, or that fit only the connection they came by.
var notReplayed = []string{"Accept-Encoding", "Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Transfer-Encoding", "User-Agent"}

func newCurlLine(c traffic.Call) *curlLine {
	l := &curlLine{Renewal: scheme.Renewal{Call: c, Header: c.RequestHeader.Clone()}, body: c.RequestBody}
	if l.Header == nil {
		l.Header = http.Header{}
	}
	l.path, l.Query, _ = strings.Cut(c.URL, "?")
	for _, name := range notReplayed {
		l.Header.Del(name)
	}
	return l
}

// renew gives the call a credential that is good now, in the place where it belongs.
func renew(t *tenant.Tenant, l *curlLine) error {
	c := l.Call
	name := schemeOf(c)
	s, ok := scheme.Named(name)
	if !ok {
		return renewBody(t, l)
	}
	l.Note("this line holds a live credential: keep it to yourself")
	switch {
	case c.Fault != "":
		l.Note("a fault was injected on the call on purpose (%s); it may fire again", c.Fault)
	case c.User == "" && c.Diagnosis != nil && name != "h5dsSign":
		l.Note("the call was rejected (%s); this is the call done right, as far as its credential goes", c.Diagnosis.Code)
	case name == "h5dsSign" && c.Error != "" && c.Diagnosis != nil:
		l.Note("the call was rejected (%s); its headers are signed anew", c.Diagnosis.Code)
	}
	user := cmp.Or(c.User, c.Claimed)
	if user == "" && (name == "cmeSignature" || name == "cmeTicket") {
		user = scheme.AnyUser
		l.Note("the call named no user; this one is of %s", user)
	}
	if err := s.Renew(t, user, &l.Renewal); err != nil {
		return err
	}
	return renewBody(t, l)
}

// schemeOf names the scheme of the credential that a call must carry. The hand-off page, which is no operation, takes a
// token too, and a call to no operation takes what the other calls of its service do.
func schemeOf(c traffic.Call) string {
	if o, ok := service.Find(c.Operation); ok {
		if o.Anonymous && c.User == "" && c.Diagnosis == nil {
			return "" // it needed none
		}
		return o.Security
	}
	switch {
	case c.Kind == traffic.HandOff && strings.Contains(c.URL, "token="):
		return "h5dsToken"
	case c.Service == "webpaas":
		return "cmeTicket"
	case c.Service == "opencme":
		return "cmeSignature"
	}
	return ""
}

// renewBody puts what can be made anew in place of what the journal hides of a body.
func renewBody(t *tenant.Tenant, l *curlLine) error {
	user := cmp.Or(l.Call.User, l.Call.Claimed, scheme.AnyUser)
	uploads := map[string]string{} // by placeholder
	err := t.View(func(st *state.State) error {
		for context := range st.WebPaaS.Uploads {
			uploads[redact.Placeholder("uploadcontext", context)] = context
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.body = hiddenText.ReplaceAllFunc(l.body, func(hidden []byte) []byte {
		if context, ok := uploads[string(hidden)]; ok {
			return []byte(context)
		}
		if strings.HasPrefix(string(hidden), "<verifysign:") && l.Call.Service == "webpaas" {
			return []byte(scheme.SignAs(t, user, webpaas.VerifySignAction)) // base64: nothing in it to escape in JSON
		}
		return hidden
	})
	return nil
}

// hiddenText is a placeholder of the journal, as package redact writes it, in a query perhaps encoded.
var hiddenText = regexp.MustCompile(`(?:<|%3C)([a-z_-]+)(?::|%3A)[0-9a-f]{8}(?:>|%3E)`)

// noteHidden names what the journal has hidden and cannot be made anew. A header like that is
// left out.
func (l *curlLine) noteHidden() {
	for _, name := range slices.Sorted(maps.Keys(l.Header)) {
		if hiddenText.MatchString(strings.Join(l.Header[name], "\n")) {
			l.Header.Del(name)
			l.Note("the header %s is left out: the journal does not keep its secret", name)
		}
	}
	for _, text := range []string{l.path + "?" + l.Query, string(l.body)} {
		for _, hidden := range hiddenText.FindAllString(text, -1) {
			l.Note("put the secret that %s stands for in its place: the journal does not keep it", hidden)
		}
	}
}

// text writes the command. It is one line, unless the body has lines of its own.
func (l *curlLine) text(base string) string {
	var out strings.Builder
	for _, n := range l.Notes {
		out.WriteString("# " + n + "\n")
	}
	readable := isPasteable(l.body)
	if !readable {
		fmt.Fprintf(&out, "printf %%s %s | base64 -d | ", shellQuote(base64.StdEncoding.EncodeToString(l.body)))
	}
	out.WriteString("curl -gsS --path-as-is") // brackets and dots of the address mean nothing to curl then
	switch {
	case l.Call.Method == http.MethodHead:
		out.WriteString(" --head")
	case l.Call.Method != http.MethodGet || len(l.body) > 0:
		out.WriteString(" -X " + shellQuote(l.Call.Method))
	}
	address := base + l.path
	if l.Query != "" {
		address += "?" + l.Query
	}
	out.WriteString(" " + shellQuote(address))
	if slices.Contains(service.RealHosts(), contracts.HostName(l.Call.Host)) { // else the base says where
		out.WriteString(" -H " + shellQuote("Host: "+l.Call.Host))
	}
	l.writeHeader(&out)
	switch {
	case !readable:
		out.WriteString(" --data-binary @-")
	case len(l.body) > 0:
		out.WriteString(" --data-raw " + shellQuote(string(l.body)))
	}
	return out.String() + "\n"
}

// writeHeader repeats the headers of the call. With a body, curl adds a Content-Type of its own where there is none.
func (l *curlLine) writeHeader(out *strings.Builder) {
	for _, name := range slices.Sorted(maps.Keys(l.Header)) {
		for _, value := range l.Header[name] {
			if value == "" {
				out.WriteString(" -H " + shellQuote(name+";"))
				continue
			}
			out.WriteString(" -H " + shellQuote(name+": "+value))
		}
	}
	if len(l.body) > 0 && l.Header.Get("Content-Type") == "" {
		out.WriteString(" -H 'Content-Type:'")
	}
}

// maxArgument keeps a body well below what an argument of a program may have.
const maxArgument = 100_000

// isPasteable says whether a body survives as it is between a screen and a shell.
func isPasteable(body []byte) bool {
	if !utf8.Valid(body) || len(body) > maxArgument {
		return false
	}
	for _, r := range string(body) {
		if unicode.IsControl(r) && r != '\n' {
			return false
		}
	}
	return true
}

// shellQuote quotes a text for a POSIX shell where it needs it.
func shellQuote(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,"
	if text != "" && strings.Trim(text, plain) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

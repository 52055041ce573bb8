package fake

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Curl is a call of the tenant's journal as a command for a POSIX shell: the call as it was, to
// this server, with a credential that is good now. The journal keeps no secret, so the
// credential is made anew, for the user of the call; a call that was rejected for its credential
// becomes the call done right. Lines that begin with # come first and say what was changed, and what
// must be filled in by hand.
//
// The command holds a live credential: keep it out of logs. A call with a ticket gets one
// that the user has, or a new one; a call with a token gets one of a login of its own, which the
// state then has.
//
// The error says why there is no such command: the call is of another tenant or was made by
// the fake itself, the server does not listen on a port, or nobody is there whose call it could be.
func (t *Tenant) Curl(c Call) (string, error) {
	switch {
	case t.server.wire != nil:
		return "", fmt.Errorf("curl: the server listens in memory only, where curl cannot reach it; start it without Config.InMemory")
	case t.server.URL == "":
		return "", fmt.Errorf("curl: the server does not listen; call Listen or use Start")
	}
	return t.curl(c, t.server.URL)
}

// curl is Curl for a server that the client knows by another address.
func (t *Tenant) curl(c Call, base string) (string, error) {
	switch {
	case c.Tenant != t.ID:
		return "", fmt.Errorf("curl: the call is of tenant %q, not of tenant %q; ask that one", c.Tenant, t.ID)
	case c.Callback:
		return "", fmt.Errorf("curl: the fake made the call itself, to your own server")
	}
	l := newCurlLine(c)
	if d := c.Diagnosis; d != nil && (d.Code == "call.body-too-large" || d.Code == "call.cut-off") {
		l.note("the journal has only the first %d bytes of the body (%s)", len(c.RequestBody), d.Code)
	}
	if err := t.renew(l); err != nil {
		return "", fmt.Errorf("curl: %w", err)
	}
	l.noteHidden()
	return l.text(base), nil
}

// curlLine is a call on its way to become a command.
type curlLine struct {
	call   Call
	path   string
	query  string
	header http.Header
	body   []byte
	notes  []string
}

// notReplayed are headers that curl writes itself, or that fit only the connection they came by.
var notReplayed = []string{"Accept-Encoding", "Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Transfer-Encoding", "User-Agent"}

func newCurlLine(c Call) *curlLine {
	l := &curlLine{call: c, header: c.RequestHeader.Clone(), body: c.RequestBody}
	if l.header == nil {
		l.header = http.Header{}
	}
	l.path, l.query, _ = strings.Cut(c.URL, "?")
	for _, name := range notReplayed {
		l.header.Del(name)
	}
	return l
}

func (l *curlLine) note(format string, args ...any) {
	l.notes = append(l.notes, strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", " "))
}

// setQuery puts an encoded value in place of a parameter's, or behind all others.
func (l *curlLine) setQuery(name, encoded string) {
	var pairs []string
	if l.query != "" {
		pairs = strings.Split(l.query, "&")
	}
	isIt := func(pair string) bool { return pair == name || strings.HasPrefix(pair, name+"=") }
	at := slices.IndexFunc(pairs, isIt)
	pairs = slices.DeleteFunc(pairs, isIt)
	if at < 0 || at > len(pairs) {
		at = len(pairs)
	}
	l.query = strings.Join(slices.Insert(pairs, at, name+"="+encoded), "&")
}

// hiddenText is a placeholder of the journal, as package mask writes it, in a query perhaps encoded.
var hiddenText = regexp.MustCompile(`(?:<|%3C)([a-z_-]+)(?::|%3A)[0-9a-f]{8}(?:>|%3E)`)

// noteHidden names what the journal has hidden and nobody can make anew. A header like that is
// left out.
func (l *curlLine) noteHidden() {
	for _, name := range slices.Sorted(maps.Keys(l.header)) {
		if hiddenText.MatchString(strings.Join(l.header[name], "\n")) {
			l.header.Del(name)
			l.note("the header %s is left out: the journal does not keep its secret", name)
		}
	}
	for _, text := range []string{l.path + "?" + l.query, string(l.body)} {
		for _, hidden := range hiddenText.FindAllString(text, -1) {
			l.note("put the secret that %s stands for in its place: the journal does not keep it", hidden)
		}
	}
}

// text writes the command. It is one line, unless the body has lines of its own.
func (l *curlLine) text(base string) string {
	var out strings.Builder
	for _, n := range l.notes {
		out.WriteString("# " + n + "\n")
	}
	readable := isPasteable(l.body)
	if !readable {
		fmt.Fprintf(&out, "printf %%s %s | base64 -d | ", shellQuote(base64.StdEncoding.EncodeToString(l.body)))
	}
	out.WriteString("curl -gsS --path-as-is") // brackets and dots of the address mean nothing to curl then
	switch {
	case l.call.Method == http.MethodHead:
		out.WriteString(" --head")
	case l.call.Method != http.MethodGet || len(l.body) > 0:
		out.WriteString(" -X " + shellQuote(l.call.Method))
	}
	address := base + l.path
	if l.query != "" {
		address += "?" + l.query
	}
	out.WriteString(" " + shellQuote(address))
	if slices.Contains(realHosts(), hostOf(&http.Request{Host: l.call.Host})) { // else the base says where
		out.WriteString(" -H " + shellQuote("Host: "+l.call.Host))
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
	for _, name := range slices.Sorted(maps.Keys(l.header)) {
		for _, value := range l.header[name] {
			if value == "" {
				out.WriteString(" -H " + shellQuote(name+";"))
				continue
			}
			out.WriteString(" -H " + shellQuote(name+": "+value))
		}
	}
	if len(l.body) > 0 && l.header.Get("Content-Type") == "" {
		out.WriteString(" -H 'Content-Type:'")
	}
}

// longestArgument keeps a body well below what an argument of a program may have.
const longestArgument = 100_000

// isPasteable says whether a body survives as it is between a screen and a shell.
func isPasteable(body []byte) bool {
	if !utf8.Valid(body) || len(body) > longestArgument {
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

// serveCurl answers with the command for one call of the journal, by its number. It is asked for by
// name, since it holds a live credential.
func serveCurl(s *Server, w http.ResponseWriter, r *http.Request) {
	command, err := s.curlOf(r)
	if err != nil {
		answerAdminError(w, r, err)
		return
	}
	answer{status: http.StatusOK, header: http.Header{
		"Content-Type": {"text/x-shellscript; charset=utf-8"}, "Cache-Control": {"no-store"},
	}, body: []byte(command)}.writeTo(w, r)
}

func (s *Server) curlOf(r *http.Request) (string, error) {
	if _, err := adminQuery(r); err != nil {
		return "", err
	}
	t, err := s.adminTenant(r)
	if err != nil {
		return "", err
	}
	number, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return "", adminFault(http.StatusBadRequest, "%q is no number of a call; GET %sjournal shows them", shorten(r.PathValue("number")), adminPrefix)
	}
	calls := t.journal.Select(func(c Call) bool { return c.Number == number })
	if len(calls) == 0 {
		return "", adminFault(http.StatusNotFound, "there is no call number %d in the journal of tenant %q; GET %sjournal shows those there are", number, t.ID, adminPrefix)
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	command, err := t.curl(calls[0], scheme+"://"+r.Host)
	if err != nil {
		return "", adminFault(http.StatusConflict, "%v", err)
	}
	return command, nil
}

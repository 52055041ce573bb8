package contracts

import (
	"net/http"
	"net/url"
	"strings"
)

// secrets are credentials that were sent or are known. What a provider says of them must not get into a line: the values of
// secret fields are not shown anyway, but a provider may repeat a credential anywhere, even as the name of a field.
type secrets map[string]bool

// fewestSecret is the length up to which a text is too common to be hidden, and knownSecret how much of a longer one gives it
// away: lines are cut.
const (
	fewestSecret = 6
	knownSecret  = 12
)

func (s secrets) add(texts ...string) {
	for _, text := range texts {
		for _, form := range []string{text, Pointer(text)[1:], url.QueryEscape(text)} {
			if len(form) >= fewestSecret {
				s[form[:min(len(form), knownSecret)]] = true
			}
		}
	}
}

// addFrom adds the credentials of a request.
func (s secrets) addFrom(r *http.Request) {
	query := r.URL.Query()
	s.add(query.Get("signature"), query.Get("auth"), r.Header.Get("Authorization"), r.Header.Get("sign"))
}

// hide replaces each secret in a line, to its end or to that of the line.
func (s secrets) hide(line string) string {
	for beginning := range s {
		for {
			at := strings.Index(line, beginning)
			if at < 0 {
				break
			}
			rest := line[at+len(beginning):]
			end := strings.IndexAny(rest, ` "':,;)`)
			if end < 0 {
				end = len(rest)
			}
			line = line[:at] + "…" + rest[end:]
		}
	}
	return line
}

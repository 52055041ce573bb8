// Package excerpt shows parts of the traffic within one line of text: short, printable, and without a secret.
package excerpt

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fakecme/fakecme/recordings/redact"
	"github.com/go-openapi/jsonpointer"
)

// Limits of what a line shows, in characters. Enum values and times are shorter than maxString; signatures, tickets and
// tokens that stand in the wrong place are longer.
const (
	maxText   = 200
	maxNumber = 60
	maxString = 30
)

// cut shortens text to limit characters, and ends it with an ellipsis then.
func cut(text string, limit int) string {
	n := 0
	for at := range text {
		if n == limit {
			return text[:at] + "…"
		}
		n++
	}
	return text
}

// Printable makes text safe to print within a line, and cuts it if it is long.
func Printable(text string) string {
	var line strings.Builder
	for _, r := range cut(text, maxText) {
		if unicode.IsPrint(r) {
			line.WriteRune(r)
		} else {
			line.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return line.String()
}

// Number cuts the digits of a number if there are many.
func Number(digits string) string { return cut(digits, maxNumber) }

// String quotes a short text. Of a long one, or one that begins as a secret does, it gives the length only.
func String(text string) string {
	length := utf8.RuneCountInString(text)
	secret := slices.ContainsFunc(secretBeginnings, func(s string) bool { return strings.HasPrefix(text, s) })
	if secret || length > maxString {
		return fmt.Sprintf("a string of %d characters", length)
	}
	return strconv.Quote(text)
}

// Value describes a JSON value that stands at a path. It is empty if the path names a secret.
func Value(path []string, value any) string {
	if IsSecret(path) {
		return ""
	}
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(value)
	case json.Number:
		return Number(string(value))
	case string:
		return String(value)
	case []any:
		return "an array"
	default:
		return "an object"
	}
}

// secretBeginnings give away a secret that stands in the wrong place.
var secretBeginnings = []string{"Bearer", "tf_", "eyJ"}

// IsSecret says whether a path leads to a secret, or to a part of one.
func IsSecret(path []string) bool { return slices.ContainsFunc(path, redact.IsSecret) }

// Secrets are credentials that were sent or are known. They must not get into a line. Values of fields with a secret name are not
// shown anyway, but a server may repeat a credential anywhere, even as the name of a field.
type Secrets map[string]bool // by their beginnings, as lines may be cut

// A text shorter than minSecret is too common to be hidden. The first lenBeginning characters of a longer one are looked for.
const (
	minSecret    = 6
	lenBeginning = 12
)

// Add adds credentials, in each form in which a line may show them.
func (s Secrets) Add(texts ...string) {
	for _, text := range texts {
		for _, form := range []string{text, jsonpointer.Escape(text), url.QueryEscape(text)} {
			if len(form) >= minSecret {
				s[form[:min(len(form), lenBeginning)]] = true
			}
		}
	}
}

// AddFrom adds the credentials of a request.
func (s Secrets) AddFrom(r *http.Request) {
	query := r.URL.Query()
	s.Add(query.Get("signature"), query.Get("auth"), r.Header.Get("Authorization"), r.Header.Get("sign"))
}

// Hide replaces each secret in a line by an ellipsis.
func (s Secrets) Hide(line string) string {
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

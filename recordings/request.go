package recordings

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/internal/jsontext"
	"github.com/fakecme/fakecme/recordings/redact"
)

// pattern is the part of a request that decides which recorded response it gets. It does not depend on who makes the
// request, or when.
//
// Parameters and top-level fields that change from call to call are left out. Secrets and personal data are all equal, as
// a redacted recording does not have them. A signature counts by the text that it signs, without key, times and random
// number.
type pattern struct {
	Method  string
	Service string
	Path    string
	Query   []string // name=value, sorted by name
	Signed  string   // the text that the signature in the query signs; "" if it is not known
	Format  string   // of the body, as redact.BodyFormat returns it
	Body    string   // JSON is canonical
}

// changingNames are parameters and fields that differ from call to call.
var changingNames = []string{"timestamp", "t", "currentTimeStamp", "random"}

func isChanging(name string) bool { return slices.Contains(changingNames, name) }

// patternOf returns the pattern of a request, and its secrets in their order, without signatures. In a redacted recording
// the secrets are placeholders, which tell two users apart. Signed holds the texts that redacted signatures signed, by
// placeholder.
func patternOf(c har.Call, signed map[string]string) (p pattern, secrets []string) {
	eraser := redact.NewEraser()
	p = pattern{Method: c.Method, Service: serviceOrHost(c), Path: eraser.Text(plainPath(c.URL))}
	for _, parameter := range har.Query(c.URL.RawQuery) {
		if isChanging(parameter.Name) {
			continue
		}
		if parameter.Name == "signature" {
			text, ok := redact.SignedParameters(parameter.Value)
			if !ok {
				text = signed[parameter.Value]
			}
			p.Signed = eraser.Query(text)
		}
		p.Query = append(p.Query, parameter.Name+"="+eraser.Value(parameter.Name, parameter.Value))
	}
	slices.SortStableFunc(p.Query, func(a, b string) int {
		nameA, _, _ := strings.Cut(a, "=")
		nameB, _, _ := strings.Cut(b, "=")
		return cmp.Compare(nameA, nameB)
	})
	contentType, body := c.Header.Get("Content-Type"), string(c.Body)
	p.Format = redact.BodyFormat(contentType, body)
	p.Body = bodyPattern(eraser, p.Format, contentType, body)
	if !utf8.ValidString(p.Body) {
		p.Body = fmt.Sprintf("%d bytes, SHA-256 %x", len(p.Body), sha256.Sum256([]byte(p.Body)))
	}
	eraser.Value("Authorization", c.Header.Get("Authorization")) // of h5ds: the user
	return p, eraser.Secrets()
}

// key returns the pattern as a key of a map.
func (p pattern) key() [sha256.Size]byte {
	text, err := jsontext.Marshal(p)
	if err != nil {
		panic("recordings: key of a request: " + err.Error()) // encoding strings cannot fail
	}
	return sha256.Sum256(text)
}

// String names a request without its query.
func (p pattern) String() string { return p.Method + " " + p.Service + " " + p.Path }

func (p pattern) route() route { return route{p.Service, p.Method, p.Path} }

// bodyPattern returns the part of a body that does not change from call to call.
func bodyPattern(eraser *redact.Eraser, format, contentType, body string) string {
	switch format {
	case redact.FormatMultipart:
		_, parameters, _ := mime.ParseMediaType(contentType)
		return strings.ReplaceAll(eraser.Body(contentType, body), "--"+parameters["boundary"], "--")
	case redact.FormatJSON:
		return eraser.Body(contentType, canonicalJSON(body))
	case redact.FormatForm:
		fields := url.Values{}
		for _, field := range har.Query(body) {
			if !isChanging(field.Name) {
				fields.Add(field.Name, field.Value)
			}
		}
		return eraser.Query(fields.Encode()) // sorted
	}
	return eraser.Body(contentType, body)
}

// canonicalJSON writes JSON in one way: with sorted names and equal numbers alike, without fields that change from call to
// call.
func canonicalJSON(body string) string {
	decoder := json.NewDecoder(bytes.NewReader([]byte(strings.TrimPrefix(body, "\ufeff"))))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		panic("recordings: key of a request: " + err.Error()) // redact.BodyFormat has decoded it
	}
	if object, ok := value.(map[string]any); ok {
		maps.DeleteFunc(object, func(name string, _ any) bool { return isChanging(name) })
	}
	text, err := jsontext.Marshal(canonicalNumbers(value))
	if err != nil {
		panic("recordings: key of a request: " + err.Error()) // decoded JSON can be encoded
	}
	return string(text)
}

// canonicalNumbers writes equal numbers in one way: 1, 1.0 and 1e0. Integers too large for a float keep their digits.
func canonicalNumbers(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, v := range value {
			value[name] = canonicalNumbers(v)
		}
	case []any:
		for i, v := range value {
			value[i] = canonicalNumbers(v)
		}
	case json.Number:
		f, err := value.Float64()
		if err == nil && (math.Abs(f) < 1<<53 || strings.ContainsAny(value.String(), ".eE")) {
			return json.Number(strconv.FormatFloat(f+0, 'g', -1, 64)) // + 0 turns -0 into 0
		}
	}
	return value
}

// plainPath returns a path as servers read it: some clients double slashes, and some send no path for "/".
func plainPath(u *url.URL) string {
	path := u.Path
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return cmp.Or(path, "/")
}

// serviceOrHost names the service that a request is for, or its host if it is for none of them.
func serviceOrHost(c har.Call) string {
	return cmp.Or(match(c).Service, strings.ToLower(cmp.Or(c.Host, c.URL.Host)))
}

// match says which service and operation a call is for.
func match(c har.Call) contracts.Match {
	return contracts.MatchRequest(&http.Request{Method: c.Method, URL: c.URL, Host: c.Host})
}

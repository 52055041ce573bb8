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
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// shape is what of a request decides which recording answers it: not who asked, and not when.
//
// Left out are parameters and fields of the top level that change from call to call (volatile). Secrets and
// personal data are all alike, as they are in a recording that was made safe. Of a signature, what
// it says counts, without key, times and random number.
type shape struct {
	Method  string
	Service string
	Path    string
	Query   []string // name=value, sorted by name
	Signed  string   // what the signature of the query says; "" if that is not known
	Form    string   // json, form, multipart, text, or "" for no body
	Body    string   // JSON is canonical
}

// volatile are parameters that are different in every call.
var volatile = []string{"timestamp", "t", "currentTimeStamp", "random"}

func isVolatile(name string) bool { return slices.Contains(volatile, name) }

// shapeOf returns the shape of a request, and its secrets in their order, apart from signatures: in a
// recording, those are placeholders, which tell two users apart. Signed says what redacted signatures said.
func shapeOf(c Call, signed map[string]string) (s shape, secrets []string) {
	r := &redaction{blind: true, inRequest: true, signed: map[string]string{}}
	s = shape{Method: c.Method, Service: serviceOf(c), Path: r.text(plainPath(c.URL))}
	for _, p := range queryOf(c.URL.RawQuery) {
		if isVolatile(p.Name) {
			continue
		}
		if p.Name == "signature" {
			s.Signed = r.signedBy(p.Value, signed)
		}
		s.Query = append(s.Query, p.Name+"="+r.named(p.Name, p.Value))
	}
	slices.SortStableFunc(s.Query, func(a, b string) int {
		nameA, _, _ := strings.Cut(a, "=")
		nameB, _, _ := strings.Cut(b, "=")
		return cmp.Compare(nameA, nameB)
	})
	s.Form, s.Body = r.bodyShape(c.Header.Get("Content-Type"), string(c.Body))
	if !utf8.ValidString(s.Body) {
		s.Body = fmt.Sprintf("%d bytes, SHA-256 %x", len(s.Body), sha256.Sum256([]byte(s.Body)))
	}
	r.named("Authorization", c.Header.Get("Authorization")) // of h5ds: who asks
	return s, r.seen
}

// key is a shape in a form that maps can compare fast.
func (s shape) key() [sha256.Size]byte {
	text, err := marshal(s)
	if err != nil {
		panic("recordings: key of a request: " + err.Error()) // texts have no way to fail
	}
	return sha256.Sum256(text)
}

// signedBy returns what a signature says, from itself or from what a recording kept of it.
func (s *redaction) signedBy(signature string, kept map[string]string) string {
	if text, ok := signedText(signature); ok {
		return s.query(steady(text))
	}
	return s.query(kept[signature])
}

// bodyShape returns the kind of a body and its steady form.
func (s *redaction) bodyShape(contentType, body string) (kind, steady string) {
	switch {
	case body == "":
		return "", ""
	case isMultipart(contentType):
		_, parameters, _ := mime.ParseMediaType(contentType)
		return "multipart", strings.ReplaceAll(s.multipart(contentType, body), "--"+parameters["boundary"], "--")
	case looksLikeJSON(body):
		return "json", s.json(steadyJSON(body))
	case isForm(contentType, body):
		return "form", s.steadyForm(body)
	default:
		return "text", s.body(contentType, body)
	}
}

// steadyForm spells a form in one way: sorted, without what is volatile.
func (s *redaction) steadyForm(body string) string {
	fields := url.Values{}
	for _, p := range queryOf(body) {
		if !isVolatile(p.Name) {
			fields.Add(p.Name, p.Value)
		}
	}
	return s.query(fields.Encode())
}

// steadyJSON spells JSON in one way: sorted, equal numbers alike, without what is volatile.
func steadyJSON(body string) string {
	decoder := json.NewDecoder(bytes.NewReader([]byte(strings.TrimPrefix(body, "\ufeff"))))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		panic("recordings: key of a request: " + err.Error()) // it is known to be JSON
	}
	if object, ok := value.(map[string]any); ok {
		maps.DeleteFunc(object, func(name string, _ any) bool { return isVolatile(name) })
	}
	text, err := marshal(alike(value))
	if err != nil {
		panic("recordings: key of a request: " + err.Error()) // it came from JSON
	}
	return string(text)
}

// alike spells equal numbers in one way: 1, 1.0 and 1e0. Integers too large for a float keep their digits.
func alike(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, v := range value {
			value[name] = alike(v)
		}
	case []any:
		for i, v := range value {
			value[i] = alike(v)
		}
	case json.Number:
		f, err := value.Float64()
		if err == nil && (math.Abs(f) < 1<<53 || strings.ContainsAny(value.String(), ".eE")) {
			return json.Number(strconv.FormatFloat(f+0, 'g', -1, 64)) // + 0: there is no -0
		}
	}
	return value
}

// plainPath returns a path as servers see it: clients send doubled slashes, and none at all for "/".
func plainPath(u *url.URL) string {
	path := u.Path
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return cmp.Or(path, "/")
}

// services are the real hosts.
var services = map[string]string{
	"open.cme.qcloud.com": "opencme", "web-paas-api.cme.qcloud.com": "webpaas",
	"video.h5ds.com": "h5ds", "www.h5ds.com": "h5ds",
}

// serviceOf names the service that a request is for. The host decides if it is a real one, else the
// path does: a client under test may have been given another address.
func serviceOf(c Call) string {
	host := strings.ToLower(cmp.Or(c.Host, c.URL.Host))
	host = strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")
	path := plainPath(c.URL)
	switch {
	case services[host] != "":
		return services[host]
	case path == "/" && c.URL.Query().Has("signature"):
		return "opencme"
	case strings.HasPrefix(path, "/PaaS/"):
		return "webpaas"
	case strings.HasPrefix(path, "/api/v1/") && !strings.HasSuffix(path, "/userStatus"):
		return "h5ds"
	default:
		return host
	}
}

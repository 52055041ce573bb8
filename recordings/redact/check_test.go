package redact

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/google/go-cmp/cmp"
)

// planted has all characters that encodings write differently: letters of both base64 alphabets, + and /, a quote, a
// character that is not ASCII and one outside the basic plane.
const planted = `k7+/="é𝄞?>~~x`

// encodings are the ways in which a secret may be hidden.
var encodings = []struct {
	name   string
	encode func(string) string
}{
	{"as it is", func(s string) string { return s }},
	{"QueryEscape", url.QueryEscape},
	{"PathEscape", url.PathEscape},
	{"lower-case percent", func(s string) string { return strings.ToLower(url.QueryEscape("K")) + percent(s, "%%%02x") }},
	{"upper-case percent of everything", func(s string) string { return percent(s, "%%%02X") }},
	{"QueryEscape twice", func(s string) string { return url.QueryEscape(url.QueryEscape(s)) }},
	{"QueryEscape three times", func(s string) string { return url.QueryEscape(url.QueryEscape(url.QueryEscape(s))) }},
	{"JSON", quote},
	{"JSON within JSON", func(s string) string { return quote(quote(s)) }},
	{"JSON of PHP", func(s string) string { return strings.ReplaceAll(quote(s), "/", `\/`) }},
	{"JSON of Python", asciiJSON},
	{"hexadecimal", func(s string) string { return hex.EncodeToString([]byte(s)) }},
	{"upper-case hexadecimal", func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }},
	{"standard base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }},
	{"URL base64", func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) }},
	{"base64 after one byte", func(s string) string { return base64.StdEncoding.EncodeToString([]byte("a" + s + "bc")) }},
	{"base64 after two bytes", func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte("ab" + s + "b")) }},
	{"URL base64 after one byte", func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("a" + s)) }},
	{"URL base64 after two bytes", func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("ab" + s + "b")) }},
	{"base64 in a query", func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s))) }},
	{"percent within base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte("u=" + url.QueryEscape(s))) }},
	{"percent twice within base64 within text", func(s string) string {
		return "x " + base64.StdEncoding.EncodeToString([]byte("u="+url.QueryEscape(url.QueryEscape(s))))
	}},
	{"JSON within base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(`{"s":` + quote(s) + `}`)) }},
	{"base64 within base64", func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte("ab" + s))))
	}},
	{"base64 in lines", func(s string) string {
		all := base64.StdEncoding.EncodeToString([]byte("some text before " + s))
		return all[:30] + "\r\n" + all[30:]
	}},
	{"data URL", func(s string) string {
		return "data:text/plain;base64," + base64.StdEncoding.EncodeToString([]byte("é"+asciiJSON(s)))
	}},
	{"gzip", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(zip(quote(s)))) }},
	{"broken gzip", func(s string) string {
		all := zip(s + "\n" + strings.Repeat(s, 100))
		return base64.StdEncoding.EncodeToString([]byte(all[:len(all)-4]))
	}},
	{"hexadecimal of percent", func(s string) string { return hex.EncodeToString([]byte(url.QueryEscape(s))) }},
}

func zip(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(s))
	if err := errors.Join(err, w.Close()); err != nil {
		panic(err)
	}
	return b.String()
}

func percent(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// asciiJSON escapes all characters that are not ASCII, those outside the basic plane as surrogate pairs.
func asciiJSON(s string) string {
	var b strings.Builder
	for _, r := range quote(s) {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		}
	}
	return b.String()
}

func TestCheckFindsEveryEncoding(t *testing.T) {
	t.Parallel()
	for _, e := range encodings {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			for _, frame := range []string{"%s", "before %s after"} {
				hidden := fmt.Sprintf(frame, e.encode(planted))
				if strings.Contains(hidden, "\r\n") && frame != "%s" {
					continue // not base64 any more, as a whole
				}
				a := har.NewArchive("x.har", har.Entry{Comment: hidden})
				err := Check(a, "not there", planted)
				if err == nil {
					t.Fatalf("not found in %s", hidden)
				}
				want := "check x.har: secret 2 still stands at log.entries[0].comment, "
				if !strings.HasPrefix(err.Error(), want) {
					t.Errorf("got %q, want %q…", err, want)
				}
				if strings.Contains(err.Error(), planted) || strings.Contains(err.Error(), hidden) {
					t.Errorf("the error shows the secret: %v", err)
				}
				// Another secret is not found.
				if err := Check(a, "k7+/=ê𝄞?>~~x"); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestCheckFindsEveryPlace puts the secret into every text of an archive, one at a time.
func TestCheckFindsEveryPlace(t *testing.T) {
	t.Parallel()
	places := 0
	var walk func(a *har.Archive, v reflect.Value, path string)
	check := func(a *har.Archive, path string) {
		t.Helper()
		places++
		if err := Check(a, planted); err == nil {
			t.Errorf("not found at %s", path)
		} else if !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(path)) {
			t.Errorf("got %q, want %s", err, path)
		}
	}
	walk = func(a *har.Archive, v reflect.Value, path string) {
		for i := range v.NumField() {
			f, field := v.Field(i), v.Type().Field(i)
			at := strings.TrimPrefix(path+"."+strings.Split(field.Tag.Get("har"), ",")[0], ".")
			switch {
			case f.Kind() == reflect.String && field.Name != "Name" || f.Kind() == reflect.String && strings.HasPrefix(field.Tag.Get("har"), "name"):
				old := f.String()
				f.SetString(planted)
				check(a, at)
				f.SetString(old)
			case f.Kind() == reflect.Map:
				old := f.Interface()
				f.Set(reflect.ValueOf(har.Custom{"_x": json.RawMessage(`[{"a":` + quote(planted) + `}]`)}))
				check(a, strings.TrimPrefix(path+"._x[0].a", "."))
				f.Set(reflect.ValueOf(har.Custom{"_x": json.RawMessage(`{` + quote(planted) + `:1}`)}))
				check(a, "a name below "+strings.TrimPrefix(path+"._x", "."))
				f.Set(reflect.ValueOf(har.Custom{"_" + planted: json.RawMessage(`1`)}))
				check(a, "a name below "+path)
				f.Set(reflect.ValueOf(old))
			case f.Kind() == reflect.Struct:
				walk(a, f, at)
			case f.Kind() == reflect.Pointer:
				walk(a, f.Elem(), at)
			case f.Kind() == reflect.Slice:
				walk(a, f.Index(0), at+"[0]")
			}
		}
	}
	archives, err := har.ReadFiles("../har/testdata/written/full.har") // has every field
	if err != nil {
		t.Fatal(err)
	}
	a := archives[0]
	if err := Check(a, planted); err != nil {
		t.Fatal(err)
	}
	walk(a, reflect.ValueOf(a).Elem(), "")
	if places < 100 {
		t.Errorf("only %d places", places)
	}
}

// TestSpelling: the search says how a secret is spelled.
func TestSpelling(t *testing.T) {
	t.Parallel()
	const secret = "fake-secret-key"
	tests := []struct{ name, text, want string }{
		{"nothing", "fake-secret", ""},
		{"plain", "a " + secret, "in plain text"},
		{"base64", base64.StdEncoding.EncodeToString([]byte("a" + secret)), "in base64"},
		{"hexadecimal in a query", url.QueryEscape(" " + hex.EncodeToString([]byte(secret))), "in hexadecimal"},
		{"base64 in a query", percent(base64.StdEncoding.EncodeToString([]byte(secret)), "%%%02X"), "in base64 within percent-encoded text"},
	}
	for _, tt := range tests {
		if got := SpellingIn(tt.text, secret); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := SpellingIn("abc", "abc"); got != "" {
		t.Errorf("a secret that cannot be searched for: %s", got)
	}
	a := har.NewArchive("x.har", har.Entry{Custom: har.Custom{"_x": json.RawMessage(`{"n":15888888889}`)}})
	err := Check(a, "15888888889")
	if err == nil || err.Error() != "check x.har: secret 1 still stands at log.entries[0]._x.n, in plain text" {
		t.Errorf("a number: %v", err)
	}
}

func TestCheckRejectsBadSecrets(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, secret, want string }{
		{"empty", "", "check x.har: secret 2 is empty"},
		{"short", "abc", "check x.har: secret 2 has fewer than 4 bytes, which cannot be searched for"},
		{"long enough", "abcd", ""},
	}
	for _, tt := range tests {
		got := ""
		if err := Check(har.NewArchive("x.har"), "long enough", tt.secret); err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	if err := Check(har.NewArchive("x.har", har.Entry{Comment: "\xff"}), "abcd"); err == nil {
		t.Error("an archive that cannot be written is checked")
	}
	if err := Check(har.NewArchive("x.har", har.Entry{Comment: "\xff"})); err != nil {
		t.Errorf("nothing to check: %v", err)
	}
}

// TestCheckShortSecrets: a secret of the minimal length is found in each alignment of base64.
func TestCheckShortSecrets(t *testing.T) {
	t.Parallel()
	for before := range 6 {
		for after := range 4 {
			text := strings.Repeat("x", before) + "a1b2" + strings.Repeat("y", after)
			a := har.NewArchive("x.har", har.Entry{Comment: "!" + base64.StdEncoding.EncodeToString([]byte(text))})
			if Check(a, "a1b2") == nil {
				t.Errorf("not found with %d bytes before and %d after", before, after)
			}
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	var entries []har.Entry
	for range 2000 {
		entries = append(entries, har.Entry{Request: har.Request{Method: "POST", URL: "https://a/b?c=%3Cticket-1%3E"},
			Response: har.Response{Content: har.Content{Text: strings.Repeat(`{"Code":"Success","Message":"成功"}`, 20)}}})
	}
	a := har.NewArchive("x.har", entries...)
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("secrets=%d", n), func(b *testing.B) {
			var secrets []string
			for i := range n {
				secrets = append(secrets, fmt.Sprintf("secret-%d-%d", i, i*i))
			}
			for b.Loop() {
				if err := Check(a, secrets...); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query, body, response string
		secrets                     []string
		want                        []Secret
	}{
		{"safe", "?auth=%3Cticket-1%3E", `{"to":"<phone-1>"}`, `{"Authorization":"<ticket-1>"}`, []string{"s3cr3t"}, nil},
		{"a ticket", "?auth=" + aTicket, "{}", `{"Authorization":"` + aTicket + `"}`, nil, []Secret{
			{"log.entries[0].request.queryString[0].value", "ticket"}, {"log.entries[0].request.url", "ticket"}, {"log.entries[0].response.content.text", "ticket"},
		}},
		{"a phone and an address", "", `{"to":"13800000000","a":"x@example.org"}`, "", nil, []Secret{
			{"log.entries[0].request.postData.text", "email"}, {"log.entries[0].request.postData.text", "phone"},
		}},
		{"a short password", "", `{"password":"abc"}`, `{"x":"abcd","y":"abc"}`, nil, []Secret{
			{"log.entries[0].request.postData.text", "secret"}, {"log.entries[0].response.content.text", "secret"},
		}},
		{"a part of a word only", "", `{"password":"abc"}`, `{"x":"abcd"}`, nil, []Secret{{"log.entries[0].request.postData.text", "secret"}}},
		{"a known secret", "", `{"note":"it is s3cr3t%2F!"}`, "", []string{"s3cr3t/"}, []Secret{{"log.entries[0].request.postData.text", "secret"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := har.NewArchive("x.har", jsonEntry("https://a/b"+tt.query, tt.body, tt.response))
			got, err := Redactor{Secrets: tt.secrets}.Find(a)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestFindHidden: a known secret in an encoded text is an error that names the place, not the secret.
func TestFindHidden(t *testing.T) {
	t.Parallel()
	hidden := base64.StdEncoding.EncodeToString([]byte("xx fake-secret-key xx"))
	a := har.NewArchive("x.har", jsonEntry("https://a/b", `{"data":"`+hidden+`"}`, ""))
	_, err := Redactor{Secrets: []string{"fake-secret-key"}}.Find(a)
	if err == nil || !strings.Contains(err.Error(), "log.entries[0].request.postData.text") || strings.Contains(err.Error(), "fake-secret-key") {
		t.Errorf("got %v", err)
	}
	if _, err := (Redactor{Secrets: []string{"abc"}}).Find(a); err == nil {
		t.Error("a secret that cannot be searched for is taken")
	}
	// A secret that only a decoded body shows has no place.
	a.Log.Entries[0] = jsonEntry("https://a/b", "", "")
	a.Log.Entries[0].Response.Content = har.Content{Encoding: "base64", Text: base64.StdEncoding.EncodeToString([]byte("token=%78y"))}
	found, err := Redactor{}.Find(a)
	if diff := cmp.Diff([]Secret{{"log", "token"}}, found); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, bad := range []har.Entry{{Comment: "\xff"}, {Request: har.Request{Method: "GET", URL: "u"}, Response: har.Response{Content: har.Content{Encoding: "br", Text: "x"}}}} {
		if _, err := (Redactor{}).Find(har.NewArchive("x.har", bad)); err == nil {
			t.Errorf("%+v is read", bad)
		}
	}
}

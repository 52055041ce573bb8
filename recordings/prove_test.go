package recordings

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

	"github.com/google/go-cmp/cmp"
)

// planted has what encodings make different: letters of both base64 alphabets, + and /, a quote, a character
// that is not ASCII and one outside the basic plane.
const planted = `k7+/="é𝄞?>~~x`

// encodings hide a secret.
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

// asciiJSON escapes everything that is not ASCII, in pairs where it takes two.
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

func TestProveFindsEveryEncoding(t *testing.T) {
	t.Parallel()
	for _, e := range encodings {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			for _, frame := range []string{"%s", "before %s after"} {
				hidden := fmt.Sprintf(frame, e.encode(planted))
				if strings.Contains(hidden, "\r\n") && frame != "%s" {
					continue // not base64 any more, as a whole
				}
				a := NewArchive("x.har", Entry{Comment: hidden})
				err := Prove(a, "not there", planted)
				if err == nil {
					t.Fatalf("not found in %s", hidden)
				}
				want := "prove x.har: secret 2 still stands at log.entries[0].comment, "
				if !strings.HasPrefix(err.Error(), want) {
					t.Errorf("got %q, want %q…", err, want)
				}
				if strings.Contains(err.Error(), planted) || strings.Contains(err.Error(), hidden) {
					t.Errorf("the error tells the secret: %v", err)
				}
				// The same with another secret is no finding.
				if err := Prove(a, "k7+/=ê𝄞?>~~x"); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestProveFindsEveryPlace plants the secret in every text of an archive, one at a time.
func TestProveFindsEveryPlace(t *testing.T) {
	t.Parallel()
	places := 0
	var walk func(a *Archive, v reflect.Value, path string)
	check := func(a *Archive, path string) {
		t.Helper()
		places++
		if err := Prove(a, planted); err == nil {
			t.Errorf("not found at %s", path)
		} else if !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(path)) {
			t.Errorf("got %q, want %s", err, path)
		}
	}
	walk = func(a *Archive, v reflect.Value, path string) {
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
				f.Set(reflect.ValueOf(Custom{"_x": json.RawMessage(`[{"a":` + quote(planted) + `}]`)}))
				check(a, strings.TrimPrefix(path+"._x[0].a", "."))
				f.Set(reflect.ValueOf(Custom{"_x": json.RawMessage(`{` + quote(planted) + `:1}`)}))
				check(a, "a name below "+strings.TrimPrefix(path+"._x", "."))
				f.Set(reflect.ValueOf(Custom{"_" + planted: json.RawMessage(`1`)}))
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
	var a Archive
	fill(reflect.ValueOf(&a).Elem())
	a.Log.Version = "1.2"
	if err := Prove(&a, planted); err != nil {
		t.Fatal(err)
	}
	walk(&a, reflect.ValueOf(&a).Elem(), "")
	if places < 100 {
		t.Errorf("only %d places", places)
	}
}

func TestProveFindsNumbers(t *testing.T) {
	t.Parallel()
	a := NewArchive("x.har", Entry{Custom: Custom{"_x": json.RawMessage(`{"n":15888888889}`)}})
	err := Prove(a, "15888888889")
	if err == nil || err.Error() != "prove x.har: secret 1 still stands at log.entries[0]._x.n, as it is" {
		t.Errorf("got %v", err)
	}
}

func TestProveNamesTheForm(t *testing.T) {
	t.Parallel()
	const secret = "fake-secret-key"
	tests := []struct{ name, text, want string }{
		{"plain", secret, "as it is"},
		{"base64", base64.StdEncoding.EncodeToString([]byte("a" + secret)), "as base64"},
		{"hexadecimal in a query", url.QueryEscape(" " + hex.EncodeToString([]byte(secret))), "in hexadecimal"},
		{"base64 in a query", percent(base64.StdEncoding.EncodeToString([]byte(secret)), "%%%02X"), "as base64 within percent-encoded text"},
	}
	for _, tt := range tests {
		err := Prove(NewArchive("x.har", Entry{Comment: tt.text}), secret)
		want := "prove x.har: secret 1 still stands at log.entries[0].comment, " + tt.want
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", tt.name, err, want)
		}
	}
}

func TestProveRefusesBadSecrets(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, secret, want string }{
		{"empty", "", "prove x.har: secret 2 is empty"},
		{"short", "abc", "prove x.har: secret 2 has fewer than 4 bytes, which cannot be searched for"},
		{"long enough", "abcd", ""},
	}
	for _, tt := range tests {
		got := ""
		if err := Prove(NewArchive("x.har"), "long enough", tt.secret); err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	if err := Prove(NewArchive("x.har", Entry{Comment: "\xff"}), "abcd"); err == nil {
		t.Error("an archive that cannot be written is proved")
	}
	if err := Prove(NewArchive("x.har", Entry{Comment: "\xff"})); err != nil {
		t.Errorf("nothing to prove: %v", err)
	}
}

// TestProveAllShortSecrets: a secret of the least length is found in each alignment.
func TestProveAllShortSecrets(t *testing.T) {
	t.Parallel()
	for before := range 6 {
		for after := range 4 {
			text := strings.Repeat("x", before) + "a1b2" + strings.Repeat("y", after)
			a := NewArchive("x.har", Entry{Comment: "!" + base64.StdEncoding.EncodeToString([]byte(text))})
			if Prove(a, "a1b2") == nil {
				t.Errorf("not found with %d bytes before and %d after", before, after)
			}
		}
	}
}

func BenchmarkProve(b *testing.B) {
	var entries []Entry
	for range 2000 {
		entries = append(entries, Entry{Request: Request{Method: "POST", URL: "https://a/b?c=%3Cticket-1%3E"},
			Response: Response{Content: Content{Text: strings.Repeat(`{"Code":"Success","Message":"成功"}`, 20)}}})
	}
	a := NewArchive("x.har", entries...)
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("secrets=%d", n), func(b *testing.B) {
			var secrets []string
			for i := range n {
				secrets = append(secrets, fmt.Sprintf("secret-%d-%d", i, i*i))
			}
			for b.Loop() {
				if err := Prove(a, secrets...); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

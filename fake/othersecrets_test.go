package fake_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
)

// escapeAll escapes every byte of a text in one form.
func escapeAll(text, format string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, format, text[i])
	}
	return b.String()
}

// lowerEscapes writes the percent escapes of a text in lower case.
func lowerEscapes(text string) string {
	return regexp.MustCompile("%[0-9A-F]{2}").ReplaceAllStringFunc(text, strings.ToLower)
}

// waysToWrite are the ways in which a client may write a text, from one end to the other.
var waysToWrite = []struct {
	name  string
	write func(text string) string
}{
	{"plain", func(text string) string { return text }},
	{"query", url.QueryEscape},
	{"query in lower case", func(text string) string { return lowerEscapes(url.QueryEscape(text)) }},
	{"path", url.PathEscape},
	{"every byte in percent", func(text string) string { return escapeAll(text, "%%%02x") }},
	{"query in query in lower case", func(text string) string { return lowerEscapes(url.QueryEscape(lowerEscapes(url.QueryEscape(text)))) }},
	{"JSON", func(text string) string { b, _ := json.Marshal(text); return strings.Trim(string(b), `"`) }},
	{"JSON with an escaped slash and plus", func(text string) string { return strings.NewReplacer("/", `\/`, "+", `\u002B`).Replace(text) }},
	{"JSON in lower case", func(text string) string { return escapeAll(text, `\u%04x`) }},
	{"JSON in upper case", func(text string) string { return escapeAll(text, `\u%04X`) }},
	{"JSON in a query", func(text string) string { return url.QueryEscape(strings.ReplaceAll(text, "/", `\/`)) }},
	{"hex", func(text string) string { return hex.EncodeToString([]byte(text)) }},
	{"upper-case hex", func(text string) string { return strings.ToUpper(hex.EncodeToString([]byte(text))) }},
	{"base64", func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }},
	{"base64 after one byte", func(text string) string { return base64.StdEncoding.EncodeToString([]byte("a" + text + "bc")) }},
	{"base64 after two bytes", func(text string) string { return base64.URLEncoding.EncodeToString([]byte("a:" + text + ":c")) }},
	{"base64 of a query in lower case", func(text string) string {
		return base64.StdEncoding.EncodeToString([]byte("key=" + lowerEscapes(url.QueryEscape(text)) + "&a"))
	}},
}

// signable are the ways in which a secret is found below the base64 of a signature too.
var signable = []string{"plain", "query", "query in lower case", "path", "JSON"}

// readings are a text and everything that it may be read as: a reader undoes escapes and encodings.
func readings(text string) []string {
	all := []string{text}
	unescape := func(text string) string {
		var b strings.Builder
		for i := 0; i < len(text); i++ {
			var n byte
			switch {
			case len(text) > i+2 && text[i] == '%' && scan(text[i+1:i+3], &n):
				i += 2
			case len(text) > i+5 && strings.HasPrefix(text[i:], `\u00`) && scan(text[i+4:i+6], &n):
				i += 5
			case len(text) > i+1 && text[i] == '\\':
				i++
				n = text[i]
			default:
				n = text[i]
			}
			b.WriteByte(n)
		}
		return b.String()
	}
	for range 4 {
		if next := unescape(all[len(all)-1]); next != all[len(all)-1] {
			all = append(all, next)
		}
	}
	return all
}

func scan(digits string, n *byte) bool {
	b, err := hex.DecodeString(digits)
	if err == nil {
		*n = b[0]
	}
	return err == nil
}

// A client of one tenant may send the secrets of another: they are in nothing that is shown, however they are spelled and
// wherever they stand, and each is found.
func TestSecretsOfOtherTenants(t *testing.T) {
	t.Parallel()
	const key, secret, token = `a+long/secret=key-0123`, `b+other/secret=key-4567`, "third-secret-key-89"
	for _, way := range waysToWrite {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			var logged strings.Builder
			srv := unjudged(t, fake.Config{OnCall: func(c fake.Call) { logged.WriteString(c.String() + "\n") }})
			newTenant(t, srv, fake.Credentials{ID: "b", SecretKey: key, Secret: secret})
			newTenant(t, srv, fake.Credentials{ID: "c", SecretKey: token})
			gone := newTenant(t, srv, fake.Credentials{ID: "d", SecretKey: "removed-" + key})
			srv.RemoveTenant(gone)
			ticket := login(t, srv, srv.Tenant, "user_01")
			var why strings.Builder
			sent := 0
			send := func(method, address, body string, header ...string) {
				sent++
				r := httptest.NewRequest(method, "/", strings.NewReader(body))
				r.URL.Path, r.URL.RawQuery, _ = strings.Cut(address, "?")
				if plain, err := url.PathUnescape(r.URL.Path); err == nil {
					r.URL.Path, r.URL.RawPath = plain, r.URL.Path
				}
				for i := 0; i < len(header); i += 2 {
					r.Header[http.CanonicalHeaderKey(header[i])] = []string{header[i+1]}
				}
				w := httptest.NewRecorder()
				srv.ServeHTTP(w, r)
				fmt.Fprintln(&why, w.Header().Get("X-Fakecme-Why"))
			}
			for _, value := range []string{key, secret} {
				text := way.write(value)
				quoted := `"` + text + `"`
				send("GET", "/nowhere/"+text, "")
				send("GET", "/nowhere?a="+text, "")
				send("GET", "/?signature="+text, "")
				send("GET", "/PaaS/Material/ListMedia?auth=x", "", "X-Own", text)
				send("GET", "/api/v1/user/info", "", "Appid", text, "Authorization", "x")
				send("POST", "/api/v1/third/login", `{"userId":`+quoted+`}`, "Content-Type", "application/json", "Appid", text, "Sign", "x", "Timestamp", "1")
				send("POST", "/PaaS/Material/ListMedia?auth="+ticket, `{"Platform":`+quoted+`,"ClassId":`+quoted+`}`, "Content-Type", "application/json")
				send("POST", "/PaaS/Material/ListMedia?auth="+ticket, "a="+text, "Content-Type", "application/x-www-form-urlencoded")
				if !slices.Contains(signable, way.name) {
					continue
				}
				send("GET", "/?signature="+url.QueryEscape(cmesign.SignOriginal("fake-secret-key", "secretId="+text+"&userId="+text)), "")
			}
			send("GET", "/nowhere", "", "X-"+token, "a")
			shown := everythingShown(t, srv)
			shown["log"], shown["header"] = logged.String(), why.String()
			events := listen(t, srv, "", "")
			for range sent {
				shown["events"] += events.next().Data
			}
			for place, text := range shown {
				for _, value := range []string{key, secret, token, "Third-Secret-Key-89"} {
					written := []string{value, way.write(value)}
					if strings.HasPrefix(way.name, "base64 ") { // the letters at either end hold bits of their neighbours
						written[1] = written[1][4 : len(written[1])-8]
					}
					for _, reading := range readings(text) {
						for _, w := range written {
							if at := strings.Index(reading, w); at >= 0 {
								t.Fatalf("%s shows %s: …%s…", place, value, reading[max(0, at-60):min(len(reading), at+len(w)+60)])
							}
						}
					}
				}
			}
			found := 0
			for _, c := range srv.Calls() {
				for _, f := range c.Findings {
					if f.Diagnosis.Code == "warning.secret-sent" {
						found++
						break
					}
				}
			}
			if found != sent {
				t.Errorf("%d of %d calls with a secret are found", found, sent)
			}
		})
	}
}

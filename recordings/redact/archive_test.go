package redact

import (
	"encoding/base64"
	"flag"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/google/go-cmp/cmp"
)

// cmeSignature returns a signature as a client sends it: HMAC and text, in base64. The HMAC is not right.
func cmeSignature(text string) string {
	return base64.StdEncoding.EncodeToString([]byte("\x01\xfb\xff4567890123456789\xfe" + text))
}

var update = flag.Bool("update", false, "write the golden files anew")

func written(t testing.TB, a *har.Archive) string {
	t.Helper()
	file, err := har.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

const (
	aTicket = "tf_0a1b2c3d4e5f60718293a4b5c6d7e8f9"
	aToken  = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
)

func redacted(t *testing.T, r Redactor, a *har.Archive) *har.Archive {
	t.Helper()
	got, err := r.Redact(a)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func jsonEntry(target, request, response string) har.Entry {
	_, query, _ := strings.Cut(target, "?")
	return har.Entry{
		Request:  har.Request{Method: "POST", URL: target, QueryString: har.Query(query), PostData: &har.PostData{MimeType: "application/json", Text: request}},
		Response: har.Response{Status: 200, Content: har.Content{MimeType: "application/json", Text: response}},
	}
}

// TestRedactSession: equal secrets of a session, from the signature to the upload, get the same placeholder.
func TestRedactSession(t *testing.T) {
	t.Parallel()
	signature := cmeSignature("secretId=fake-secret-id&currentTimeStamp=1700000000&expireTime=1700000300&random=7&platform=fake-platform&userId=user_01&action=Login")
	login := jsonEntry("https://open.cme.qcloud.com/?signature="+url.QueryEscape(signature), "", `{"Code":"Success","Data":{"Authorization":"`+aTicket+`","UserId":"user_01"}}`)
	login.Request.Method, login.Request.PostData = "GET", nil
	create := jsonEntry("https://web-paas-api.cme.qcloud.com/PaaS/Material/CreateUploadMaterial?auth="+aTicket,
		`{"ClassId": 9, "Name":"封面","VerifySign":"`+signature+`"}`,
		`{"Code":"Success","Data":{"UploadContext":"ctx-0123456789","VodUploadSign":"sign-0123456789"}}`)
	create.Request.Headers = []har.NameValue{
		{Name: "Cookie", Value: "a=cookie-12345; b=cookie-67890"}, {Name: "Content-Type", Value: "application/json"},
		{Name: "User-Agent", Value: "a machine"}, {Name: "X-Token", Value: aToken}, {Name: "Referer", Value: "https://app/?token=" + aToken + "&page=2"},
	}
	create.Response.Headers = []har.NameValue{
		{Name: "Set-Cookie", Value: "a=cookie-12345; Path=/\nc=cookie-abc99"}, {Name: "Date", Value: "now"},
		{Name: "Access-Control-Allow-Credentials", Value: "true"},
	}
	create.Response.Cookies = []har.Cookie{{Name: "a", Value: "cookie-12345"}}
	apply := jsonEntry("https://vod2.qcloud.com/v3/index.php?Action=ApplyUploadUGC", `{"signature":"sign-0123456789","videoSize":12}`,
		`{"code":0,"data":{"tempCertificate":{"secretId":"AKIDfake0123456789","secretKey":"key-0123456789","token":"sts-0123456789","expiredTime":1700000300},"vodSessionKey":"session-0123456789"}}`)
	finish := jsonEntry("https://web-paas-api.cme.qcloud.com/PaaS/Material/FinishUploadMaterial?auth="+aTicket,
		`{"UploadContext":"ctx-0123456789","VodFileId":"5285890811566343555"}`, `{"Code":"Success","Data":{"MaterialId":"38192156030633420589"}}`)
	got := redacted(t, Redactor{Secrets: []string{"fake-secret-key"}}, har.NewArchive("session.har", login, create, apply, finish))
	text := written(t, got)
	golden := "testdata/session.har"
	if *update {
		if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Redacting a redacted archive changes nothing.
	if diff := cmp.Diff(got, redacted(t, Redactor{}, got)); diff != "" {
		t.Errorf("twice (-want +got):\n%s", diff)
	}
}

// nest returns a URL in the query of a URL, and so on.
func nest(levels int) string {
	text := "https://h/"
	for range levels {
		text = "https://h/?" + url.Values{"u": {text}}.Encode()
		if len(text) > 20000 {
			break
		}
	}
	return text
}

func TestRedactCookies(t *testing.T) {
	t.Parallel()
	e := jsonEntry("https://a/", "{}", "{}")
	e.Request.Headers = []har.NameValue{{Name: "cookie", Value: "a=1; 0123456789; b="}}
	e.Response.Headers = []har.NameValue{{Name: "set-cookie", Value: "a=1; Path=/; Domain=a.example.com"}, {Name: "set-cookie", Value: "c=2"}}
	e.Response.Cookies = []har.Cookie{{Name: "a", Value: "1", Path: "/", Custom: har.Custom{"sameSite": []byte(`"Lax"`)}}}
	got := redacted(t, Redactor{}, har.NewArchive("x.har", e)).Log.Entries[0]
	wantRequest := []har.NameValue{{Name: "cookie", Value: "a=<cookie-1>;<cookie-2>; b="}}
	wantResponse := []har.NameValue{{Name: "set-cookie", Value: "a=<cookie-1>; Path=/; Domain=a.example.com"}, {Name: "set-cookie", Value: "c=<cookie-3>"}}
	if diff := cmp.Diff(wantRequest, got.Request.Headers); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantResponse, got.Response.Headers); diff != "" {
		t.Errorf("response (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]har.Cookie{{Name: "a", Value: "<cookie-1>", Path: "/"}}, got.Response.Cookies); diff != "" {
		t.Errorf("cookies (-want +got):\n%s", diff)
	}
}

// TestRedactOddSignatures: an unreadable signature has no signed parameters in the recording.
func TestRedactOddSignatures(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, signature, want string }{
		{"no signature at all", "c2lnbmVk", ""},
		{"text that is no query", cmeSignature("secretId=a&b=%zz"), `{"<signature-1>":""}`},
		{"personal data", cmeSignature("currentTimeStamp=1&userId=15888888889&action=Login"), `{"<signature-1>":"action=Login&userId=%3Cphone-1%3E"}`},
	}
	for _, tt := range tests {
		a := har.NewArchive("x.har", jsonEntry("https://open.cme.qcloud.com/?signature="+url.QueryEscape(tt.signature), "", ""))
		got := redacted(t, Redactor{}, a).Log.Entries[0]
		if diff := cmp.Diff(tt.want, string(got.Custom[har.SignedField])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestRedactOnlyRequests: code is a secret in a request, and a result in a response.
func TestRedactOnlyRequests(t *testing.T) {
	t.Parallel()
	a := redacted(t, Redactor{}, har.NewArchive("x.har", jsonEntry("https://a/?code=abc", `{"code":"123456"}`, `{"code":"10500","Code":"Success"}`)))
	e := a.Log.Entries[0]
	got := []string{e.Request.URL, e.Request.PostData.Text, e.Response.Content.Text}
	want := []string{"https://a/?code=%3Ccode-1%3E", `{"code":"<code-2>"}`, `{"code":"10500","Code":"Success"}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRedactKnownSecrets puts a secret without a telling name or shape at every place, in every encoding. Either the secret
// is replaced, or the archive is rejected.
func TestRedactKnownSecrets(t *testing.T) {
	t.Parallel()
	const secret = "plain words"
	places := []struct {
		name  string
		plant func(e *har.Entry, hidden string)
	}{
		{"path", func(e *har.Entry, s string) { e.Request.URL = "https://a/" + s }},
		{"query", func(e *har.Entry, s string) { e.Request.URL = "https://a/?x=" + s }},
		{"name in the query", func(e *har.Entry, s string) { e.Request.URL = "https://a/?" + s + "=1" }},
		{"host", func(e *har.Entry, s string) { e.Request.URL = "https://" + s + "/" }},
		{"header", func(e *har.Entry, s string) { e.Request.Headers = []har.NameValue{{Name: "X-Request-Id", Value: s}} }},
		{"name of a header", func(e *har.Entry, s string) { e.Request.Headers = []har.NameValue{{Name: s, Value: "1"}} }},
		{"request", func(e *har.Entry, s string) { e.Request.PostData = &har.PostData{Text: s} }},
		{"JSON", func(e *har.Entry, s string) { e.Request.PostData = &har.PostData{Text: `{"a":` + quote(s) + `}`} }},
		{"name in JSON", func(e *har.Entry, s string) { e.Request.PostData = &har.PostData{Text: `{` + quote(s) + `:1}`} }},
		{"form", func(e *har.Entry, s string) {
			e.Request.PostData = &har.PostData{Params: []har.Param{{Name: "a", Value: s}}}
		}},
		{"name in a form", func(e *har.Entry, s string) { e.Request.PostData = &har.PostData{Params: []har.Param{{Name: s}}} }},
		{"response", func(e *har.Entry, s string) { e.Response.Content.Text = s }},
		{"bytes", func(e *har.Entry, s string) { e.Response.Content.SetBody([]byte("\xff" + s)) }},
		{"content type", func(e *har.Entry, s string) { e.Response.Content.MimeType = s }},
		{"status text", func(e *har.Entry, s string) { e.Response.StatusText = s }},
		{"redirect", func(e *har.Entry, s string) { e.Response.RedirectURL = "/" + s }},
		{"comment", func(e *har.Entry, s string) { e.Comment = s }},
		{"custom field that is kept", func(e *har.Entry, s string) {
			e.Custom = har.Custom{har.ExampleField: []byte(`{"a":` + quote(s) + `}`)}
		}},
		{"custom field", func(e *har.Entry, s string) { e.Custom = har.Custom{"_x": []byte(quote(s))} }},
		{"method", func(e *har.Entry, s string) { e.Request.Method = s }},
		{"page", func(e *har.Entry, s string) { e.PageRef = s }},
	}
	for _, place := range places {
		t.Run(place.name, func(t *testing.T) {
			t.Parallel()
			replaced := 0
			for _, encoding := range encodings {
				e := har.Entry{Request: har.Request{Method: "GET", URL: "https://a/"}}
				place.plant(&e, encoding.encode(secret))
				a, err := Redactor{Secrets: []string{secret}}.Redact(har.NewArchive("x.har", e))
				if err != nil {
					if strings.Contains(err.Error(), secret) || a != nil {
						t.Errorf("%s: got %v, %v", encoding.name, a, err)
					}
					continue
				}
				replaced++
				if err := Check(a, secret); err != nil {
					t.Errorf("%s: %v", encoding.name, err)
				}
			}
			rejectedAlways := map[string]bool{"content type": true, "method": true, "page": true, "name in a form": true}
			if (replaced == 0) != rejectedAlways[place.name] {
				t.Errorf("redacted in %d of %d encodings", replaced, len(encodings))
			}
		})
	}
}

func TestRedactOptions(t *testing.T) {
	t.Parallel()
	e := jsonEntry("https://a/?x=0123456789abcdefghij", `{"token":"abc","y":"9876543210abcdefghij"}`, "")
	e.Request.Headers = []har.NameValue{{Name: "X-Own", Value: "a@example.com"}, {Name: "Sign", Value: "abc"}, {Name: "X-Other", Value: "1"}}
	a := redacted(t, Redactor{Headers: []string{"x-own", "sign"}, Names: []string{"X", "token"}}, har.NewArchive("x.har", e))
	r := a.Log.Entries[0].Request
	want := []har.NameValue{{Name: "Sign", Value: "<signature-1>"}, {Name: "X-Own", Value: "<email-1>"}}
	if diff := cmp.Diff(want, r.Headers); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	got := []string{r.URL, r.PostData.Text}
	if diff := cmp.Diff([]string{"https://a/?x=0123456789abcdefghij", `{"token":"<signature-1>","y":"<value-1>"}`}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRedactDropsTheMachine(t *testing.T) {
	t.Parallel()
	archives, err := har.ReadFiles("../har/testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range archives {
		before := written(t, a)
		text := written(t, redacted(t, Redactor{}, a))
		for _, noise := range []string{"203.0.113", "_initiator", "52492", "_securityDetails", "_transferSize", "_webSocketMessages", "tf_0", "c2lnbmVk", "0123456789abcdef", "eyJh.e30"} {
			if strings.Contains(text, noise) {
				t.Errorf("%s: %s is still there", a.Name, noise)
			}
		}
		if diff := cmp.Diff(before, written(t, a)); diff != "" {
			t.Errorf("%s: the original was changed (-want +got):\n%s", a.Name, diff)
		}
	}
}

// TestRedactAgain: new placeholders of an archive that was redacted before have new numbers.
func TestRedactAgain(t *testing.T) {
	t.Parallel()
	a := har.NewArchive("x.har", jsonEntry("https://a/?auth=%3Cticket-7%3E", `{"token":"<ticket-7>","sign":"<sign>"}`, `{"Authorization":"new"}`))
	e := redacted(t, Redactor{}, a).Log.Entries[0]
	got := []string{e.Request.URL, e.Request.PostData.Text, e.Response.Content.Text}
	want := []string{"https://a/?auth=%3Cticket-7%3E", `{"token":"<ticket-7>","sign":"<sign>"}`, `{"Authorization":"<ticket-8>"}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRedactRejects(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		secrets []string
		entry   har.Entry
		want    string
	}{
		{"empty secret", []string{""}, har.Entry{}, "redact x.har: secret 1 is empty"},
		{"short secret", []string{"long enough", "abc"}, har.Entry{}, "redact x.har: secret 2 has fewer than 4 bytes, which cannot be searched for"},
		{"request that cannot be read", nil, har.Entry{Request: har.Request{Method: "GET", URL: "u", PostData: &har.PostData{Text: "*", Custom: har.Custom{"encoding": []byte(`"base64"`)}}}},
			"redact x.har: log.entries[0].request.postData: the body is not base64: illegal base64 data at input byte 0"},
		{"response that cannot be read", nil, har.Entry{Request: har.Request{Method: "GET", URL: "u"}, Response: har.Response{Content: har.Content{Text: "x", Encoding: "br"}}},
			`redact x.har: log.entries[0].response.content: encoding "br" is neither empty nor base64`},
		{"compressed request", nil, har.Entry{Request: har.Request{Method: "POST", URL: "u", PostData: &har.PostData{Text: "x"},
			Headers: []har.NameValue{{Name: "Accept", Value: "*"}, {Name: "content-encoding", Value: "GZIP"}}}},
			`redact x.har: log.entries[0].request.postData: the request is compressed as "gzip", so that its secrets cannot be found`},
		{"archive that cannot be written", nil, har.Entry{Comment: "\xff"}, "redact x.har: log.entries[0].comment: is not UTF-8; a body that is not can be kept as base64"},
		{"entry without method", nil, har.Entry{}, "redact x.har: log.entries[0].request.method: is missing"},
		{"secret in the method", []string{"SECRET"}, har.Entry{Request: har.Request{Method: "SECRET", URL: "u"}}, "redact x.har: secret 1 still stands at log.entries[0].request.method, in plain text"},
		{"ticket in the method", nil, har.Entry{Request: har.Request{Method: aTicket, URL: "u?auth=" + aTicket}}, "redact x.har: what is now <ticket-1> still stands at log.entries[0].request.method, in plain text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, err := Redactor{Secrets: tt.secrets}.Redact(har.NewArchive("x.har", tt.entry))
			if err == nil || a != nil {
				t.Fatalf("got %v, %v", a, err)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func ExampleRedactor() {
	a := har.NewArchive("session.har", jsonEntry("https://web-paas-api.cme.qcloud.com/PaaS/Team/DescribeTeams?auth="+aTicket, `{"TeamIds":["a"]}`, `{}`))
	safe, err := Redactor{Secrets: []string{"fake-secret-key"}}.Redact(a)
	if err != nil {
		panic(err)
	}
	fmt.Println(safe.Log.Entries[0].Request.QueryString[0].Value)
	// Output: <ticket-1>
}

package redact_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

// The secrets of the corpus. Nothing but its name shows that the password is secret.
const (
	thePassword = "hunter-hunter"
	theToken    = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJrIn0.c2lnbmF0dXJlLXg"
	thePhone    = "13800138123"
	theEmail    = "li.lei@example.com"
	theNamed    = "plain named secret" // of Redactor.Secrets
	theHex      = "5f4dcc3b5aa765d61d8327deb882cf99"
)

// carried is one way to hide a credential in a HAR file.
type carried struct {
	name   string
	secret string // that must not be in the recording
	plant  func(e *har.Entry)
	// leftOut is part of the reason why the entry cannot be made safe, "" if it can.
	leftOut string
}

// request puts a body into the request, response into the response, and the others into the URL and the headers.
func request(contentType, body string) func(*har.Entry) {
	return func(e *har.Entry) {
		e.Request.PostData = &har.PostData{MimeType: contentType}
		e.Request.PostData.SetBody([]byte(body))
	}
}

func response(contentType, body string, headers ...string) func(*har.Entry) {
	return func(e *har.Entry) {
		e.Response.Content.MimeType = contentType
		e.Response.Content.SetBody([]byte(body))
		for i := 0; i < len(headers); i += 2 {
			e.Response.Headers = append(e.Response.Headers, har.NameValue{Name: headers[i], Value: headers[i+1]})
		}
	}
}

func address(pathAndQuery string) func(*har.Entry) {
	return func(e *har.Entry) { e.Request.URL = "https://video.h5ds.com" + pathAndQuery }
}

func header(name, value string) func(*har.Entry) {
	return func(e *har.Entry) {
		e.Request.Headers = append(e.Request.Headers, har.NameValue{Name: name, Value: value})
	}
}

const (
	asJSON = "application/json"
	asForm = "application/x-www-form-urlencoded"
	asText = "text/plain"
	asPart = "multipart/form-data; boundary=B"
	asFile = "application/octet-stream"
)

var (
	passwordJSON = `{"password":"` + thePassword + `","page":1}`
	tokenText    = "Bearer " + theToken
	pem          = "-----BEGIN RSA PRIVATE KEY-----\nMIIabcd+efgh/ijklmnop\n-----END RSA PRIVATE KEY-----\n"
)

// corpus holds the ways. Those of a kind stand together.
var corpus = []carried{
	// A body that is not what its Content-Type says.
	{"JSON as a form of parts", thePassword, request(asPart, passwordJSON), ""},
	{"JSON as a form of parts without a boundary", thePassword, request("multipart/form-data", passwordJSON), ""},
	{"JSON as a form", thePassword, request(asForm, passwordJSON), ""},
	{"JSON as a picture", thePassword, response("image/png", passwordJSON), ""},
	{"JSON as bytes", thePassword, request(asFile, passwordJSON), ""},
	{"JSON without a type", thePassword, request("", passwordJSON), ""},
	{"a form as JSON", thePassword, request(asJSON, "page=1&password="+thePassword), ""},
	{"parts as JSON", thePassword, request(asJSON, "--B\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n"+thePassword+"\r\n--B--\r\n"), ""},
	{"JSON in lines", thePassword, request("application/x-ndjson", `{"page":1}`+"\n"+passwordJSON+"\n"), ""},
	{"JSON in a call of JavaScript", thePassword, response("application/javascript", "callback("+passwordJSON+");"), ""},
	{"an object of JavaScript", thePassword, response(asText, `{page: 1, password: '`+thePassword+`'}`), ""},
	{"broken JSON with an escaped name", thePassword, request(asJSON, `{"pass\u0077ord":"`+thePassword+`",}`), ""},
	{"broken JSON with a number", "1357924680", request(asJSON, `{"password":1357924680,}`), ""},
	{"broken JSON with an escaped address", theEmail, request(asJSON, `{"to":"li.lei\u0040example.com",}`), ""},
	{"XML elements", thePassword, request("application/xml", "<user><password>"+thePassword+"</password></user>"), ""},
	{"XML attributes", thePassword, request("text/xml", `<user password="`+thePassword+`"/>`), ""},
	{"lines of names and values", thePassword, request(asText, "page: 1\npassword: "+thePassword+"\n"), ""},
	{"a phone number among bytes", thePhone, request(asFile, "\x0a\x0b\x00\xff"+thePhone+"\x12\xfe"), ""},

	// Parts.
	{"parts with line feeds", thePassword, request(asPart, "--B\nContent-Disposition: form-data; name=\"password\"\n\n"+thePassword+"\n--B--\n"), ""},
	{"parts with line feeds and an empty line in the value", thePassword, request(asPart, "--B\nContent-Disposition: form-data; name=\"password\"\n\n"+thePassword+"\r\n\r\nx\n--B--\n"), ""},
	{"before the first part", thePassword, request(asPart, passwordJSON+"\r\n--B\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--B--\r\n"), ""},
	{"after the last part", thePassword, request(asPart, "--B\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--B--\r\n"+passwordJSON), ""},
	{"a part without headers", thePassword, request(asPart, "--B\r\n"+passwordJSON+"\r\n--B--\r\n"), ""},
	{"a part that nothing ends", thePassword, request(asPart, "--B\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n"+thePassword), ""},
	{"a part in base64", thePassword, request(asPart, "--B\r\nContent-Disposition: form-data; name=\"x\"\r\nContent-Transfer-Encoding: base64\r\nContent-Type: application/json\r\n\r\n"+b64(passwordJSON)+"\r\n--B--\r\n"), ""},

	// Encodings of text.
	{"UTF-16 LE with its charset", thePassword, request("application/json; charset=utf-16le", utf16Of(binary.LittleEndian, "", passwordJSON)), ""},
	{"UTF-16 BE with its charset", thePassword, request("application/json; charset=UTF-16BE", utf16Of(binary.BigEndian, "", passwordJSON)), ""},
	{"UTF-16 LE after a byte order mark", thePassword, request(asJSON, utf16Of(binary.LittleEndian, "\ufeff", passwordJSON)), ""},
	{"UTF-16 BE after a byte order mark", thePassword, response(asJSON, utf16Of(binary.BigEndian, "\ufeff", passwordJSON)), ""},
	{"UTF-16 LE without a sign of it", thePassword, response("", utf16Of(binary.LittleEndian, "", passwordJSON)), ""},
	{"UTF-16 BE without a sign of it", thePassword, request(asText, utf16Of(binary.BigEndian, "", passwordJSON)), ""},
	{"UTF-16 with Chinese", thePassword, request(asFile, utf16Of(binary.LittleEndian, "", `{"名字":"李雷，韩梅梅","password":"`+thePassword+`"}`)), ""},
	{"a named secret in UTF-16", theNamed, request(asFile, utf16Of(binary.BigEndian, "", "say "+theNamed)), ""},
	{"a token in UTF-16 within bytes", theToken, request(asFile, "\x00\x01\xff"+utf16Of(binary.LittleEndian, "", " "+tokenText)+"\x01\x02"), ""},
	{"GBK", thePassword, request("application/json; charset=gbk", "{\"name\":\"\xc4\xe3\",\"password\":\""+thePassword+"\"}"), ""},
	{"GBK with a backslash in a letter", thePassword, request(asJSON, "{\"name\":\"\xd5\\\",\"password\":\""+thePassword+"\"}"), ""},
	{"UTF-7", thePassword, request("application/json; charset=utf-7", "+AHsAIg-password+ACIAOgAi-"+thePassword+"+ACIAfQ-\xff"), "utf-7"},
	{"UTF-32", thePassword, request("application/json; charset=utf-32le", utf32Of(passwordJSON)), "utf-32"},

	// Compression.
	{"a gzip response", thePassword, response(asJSON, gzipped(passwordJSON), "Content-Encoding", "gzip"), ""},
	{"a gzip response that does not say so", thePassword, response(asJSON, gzipped(passwordJSON)), ""},
	{"a deflate response", thePassword, response(asJSON, zlibbed(passwordJSON), "Content-Encoding", "deflate"), ""},
	{"a raw deflate response", thePassword, response(asJSON, deflated(passwordJSON), "Content-Encoding", "deflate"), ""},
	{"a raw deflate response that does not say so", thePassword, response(asJSON, deflated(passwordJSON)), ""},
	{"gzip within gzip", thePassword, response(asFile, gzipped(gzipped(passwordJSON))), ""},
	{"broken gzip", thePassword, response(asFile, gzipped(passwordJSON)[:50]), "gzip"},
	{"a named secret in gzip", theNamed, request(asFile, gzipped("say "+theNamed)), ""},
	{"a named secret in deflate", theNamed, request(asFile, zlibbed("say "+theNamed)), ""},
	{"a br response", thePassword, response(asJSON, brotli(passwordJSON), "Content-Encoding", "br"), "br"},
	{"a br response that does not say so", thePassword, response(asJSON, brotli(passwordJSON)), "neither text"},
	{"zlib and a line break", thePassword, request(asFile, zlibbed(passwordJSON)+"\n"), "goes on after its end"},
	{"a zstd response", thePassword, response(asJSON, zstd(passwordJSON), "Content-Encoding", "zstd"), "zstd"},
	{"a zstd file", thePassword, request(asFile, zstd(passwordJSON)), "zstd"},
	{"zstd in base64", thePassword, request(asJSON, `{"content":"`+b64(zstd(passwordJSON))+`"}`), "zstd"},
	{"a compressed request", thePassword, func(e *har.Entry) {
		request(asJSON, gzipped(passwordJSON))(e)
		header("Content-Encoding", "gzip")(e)
	}, "compressed"},

	// Encodings within text.
	{"JSON in base64", thePassword, request(asJSON, `{"content":"`+b64(passwordJSON)+`"}`), ""},
	{"a form in base64 for URLs", thePassword, request(asJSON, `{"content":"`+b64url("page=1&password="+thePassword)+`"}`), ""},
	{"a body in base64", thePassword, response(asText, b64(passwordJSON)), ""},
	{"a body in base64 in lines", thePassword, response(asText, inLines(b64(`{"note":"`+strings.Repeat("lorem ipsum ", 9)+`",`+passwordJSON[1:]))), ""},
	{"base64 of gzip", thePassword, response(asJSON, `{"content":"`+b64(gzipped(passwordJSON))+`"}`), ""},
	{"base64 of deflate", thePassword, response(asJSON, `{"content":"`+b64(zlibbed(passwordJSON))+`"}`), ""},
	{"base64 of UTF-16", thePassword, response(asJSON, `{"content":"`+b64(utf16Of(binary.LittleEndian, "", passwordJSON))+`"}`), ""},
	{"base64 of base64", thePassword, response(asJSON, `{"content":"`+b64(b64(passwordJSON))+`"}`), ""},
	{"a data URL", thePassword, response(asJSON, `{"url":"data:image/svg+xml;base64,`+b64(`<svg><text password="`+thePassword+`"/></svg>`)+`"}`), ""},
	{"a phone number in base64", thePhone, response(asJSON, `{"content":"`+b64(thePhone)+`"}`), ""},
	{"JSON in hexadecimal", thePassword, request(asJSON, `{"content":"`+hex.EncodeToString([]byte(passwordJSON))+`"}`), ""},
	{"JSON in JSON", thePassword, request(asJSON, `{"content":`+quoted(passwordJSON)+`}`), ""},
	{"JSON in JSON in JSON", thePassword, request(asJSON, `{"content":`+quoted(`{"content":`+quoted(passwordJSON)+`}`)+`}`), ""},
	{"JSON escaped twice", thePassword, request(asJSON, `{"content":`+quoted(quoted(passwordJSON))+`}`), ""},
	{"JSON within a line of a log", thePassword, request(asJSON, `{"content":`+quoted("sent "+passwordJSON+" to it")+`}`), ""},
	{"escaped JSON within a line of a log", thePassword, request(asJSON, `{"content":`+quoted("sent "+quoted(passwordJSON)+" to it")+`}`), ""},
	{"a form within JSON", thePassword, request(asJSON, `{"content":"page=1&password=`+thePassword+`"}`), ""},
	{"an assignment within JSON", thePassword, request(asJSON, `{"content":"login with password=`+thePassword+` failed"}`), ""},
	{"JSON within a form", thePassword, request(asForm, "data="+url.QueryEscape(passwordJSON)), ""},
	{"an escaped form within JSON", thePassword, request(asJSON, `{"content":"page%3D1%26password%3D`+thePassword+`"}`), ""},
	{"entities of HTML", thePassword, response("text/html", `<p data-user="{&quot;password&quot;:&quot;`+thePassword+`&quot;}">`), ""},
	{"an e-mail address escaped twice as JSON", theEmail, request(asJSON, `{"to":"li.lei\\u0040example.com"}`), ""},
	{"an e-mail address escaped twice in a query", theEmail, address("/api/v1/works?to=li.lei%2540example.com"), ""},
	{"an e-mail address escaped in JSON", theEmail, request(asJSON, `{"to":"li.lei%40example.com"}`), ""},

	// Names beside or around the value.
	{"a list of names and values", thePassword, request(asJSON, `[{"name":"page","value":"1"},{"name":"password","value":"`+thePassword+`"}]`), ""},
	{"a value before its name", thePassword, request(asJSON, `{"value":"`+thePassword+`","key":"password"}`), ""},
	{"a key and a new value", thePassword, request(asJSON, `{"key":"password","newValue":"`+thePassword+`"}`), ""},
	{"pairs in arrays", thePassword, request(asJSON, `[["page","1"],["password","`+thePassword+`"]]`), ""},
	{"a list of tokens", thePassword, response(asJSON, `{"tokens":["`+thePassword+`"]}`), ""},
	{"tokens by user", thePassword, response(asJSON, `{"tokens":{"li":"`+thePassword+`"}}`), ""},
	{"users by token", "k3y-of-li-lei", response(asJSON, `{"tokens":{"k3y-of-li-lei":{"user":"li"}}}`), ""},
	{"an object within a secret", thePassword, response(asJSON, `{"token":{"value":"`+thePassword+`"}}`), ""},
	{"brackets around a name", thePassword, request(asForm, "user%5Bpassword%5D%5B0%5D="+thePassword), ""},
	{"a bracket within a name", thePassword, request(asForm, "auth[value]="+thePassword), ""},

	// Phone numbers.
	{"a phone number as a number", thePhone, request(asJSON, `{"x":`+thePhone+`}`), ""},
	{"a phone number as a float", thePhone, request(asJSON, `{"x":`+thePhone+`.0}`), ""},
	{"a phone number of China as a number", thePhone, request(asJSON, `[86`+thePhone+`]`), ""},
	{"a phone number with blanks and hyphens", "138-0013-8123", request(asJSON, `{"x":"+86 138-0013-8123"}`), ""},
	{"a phone number with hyphens", "138-1234-5678", request(asJSON, `{"x":"138-1234-5678"}`), ""},
	{"a phone number with blanks", "138 1234 5678", request(asJSON, `{"x":"call 138 1234 5678 now"}`), ""},
	{"a phone number after a bracket", "138 1234 5678", request(asJSON, `{"x":"(+86)138 1234 5678"}`), ""},
	{"a phone number with zeros", thePhone, request(asJSON, `{"x":"0086`+thePhone+`"}`), ""},
	{"a phone number in a path", thePhone, address("/api/v1/users/" + thePhone), ""},

	// Headers and addresses.
	{"a cookie after a quoted semicolon", thePassword, response(asJSON, "{}", "Set-Cookie", `a="x;`+thePassword+`"; Path=/`), ""},
	{"a cookie after a comma", thePassword, response(asJSON, "{}", "Set-Cookie", "a=1; Path=/, b="+thePassword+"; HttpOnly"), ""},
	{"a cookie of a request after a quoted semicolon", thePassword, header("Cookie", `a="x;`+thePassword+`"; b=2`), ""},
	{"a session in a path", thePassword, address("/api/v1/works;jsessionid=" + thePassword + "/1"), ""},
	{"a long number in a path", theHex, address("/api/v1/sessions/" + theHex + "/works"), ""},
	{"a long key in a path", "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW", address("/api/v1/works/aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW"), ""},
	{"a query with semicolons", thePassword, address("/api/v1/works?page=1;token=" + thePassword), ""},
	{"a password in an address", thePassword, request(asJSON, `{"x":"redis://li:`+thePassword+`@cache:6379/0"}`), ""},
	{"the appid of h5ds", "k3y-of-an-app", header("appid", "k3y-of-an-app"), ""},
	{"a token in a fragment", thePassword, response("", "", "Location", "https://video.h5ds.com/#access_token="+thePassword), ""},

	// Keys.
	{"a key in PEM", "MIIabcd+efgh/ijklmnop", response(asText, pem), ""},
	{"a key in PEM in JSON", "MIIabcd+efgh/ijklmnop", response(asJSON, `{"content":`+quoted(pem)+`}`), ""},
	{"a key in PEM that is cut off", "MIIabcd+efgh/ijklmnop", response(asText, pem[:60]), ""},
	{"the user and the password of Basic", b64("li:" + thePassword), request(asText, "I sent Basic "+b64("li:"+thePassword)), ""},
}

// TestCorpus: a credential of a HAR file is not in its recording. Where it cannot be replaced, the entry is left out, and the
// reason says why.
func TestCorpus(t *testing.T) {
	t.Parallel()
	if len(corpus) < 60 {
		t.Errorf("only %d ways", len(corpus))
	}
	for _, way := range corpus {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			e := har.Entry{Request: har.Request{Method: "POST", URL: "https://video.h5ds.com/api/v1/works"}, Response: har.Response{Status: 200}}
			way.plant(&e)
			var picked recordings.Filter
			picked.Add(e, nil)
			if len(picked.Kept) != 1 {
				t.Fatal(picked)
			}
			kept := har.NewArchive("x.har", picked.Kept...)
			if before := marshaled(t, kept); way.leftOut == "" && !stands(before, way.secret, 5) {
				t.Fatalf("the secret is not even in the file: %s", before)
			}
			redactor := redact.Redactor{Secrets: []string{theNamed}}
			safe, unsafe, err := redactor.RedactEach(kept)
			if err != nil {
				t.Fatal(err)
			}
			if way.leftOut != "" {
				if len(safe.Log.Entries) > 0 || len(unsafe) != 1 || !strings.Contains(unsafe[0].Reason(), way.leftOut) {
					t.Errorf("got %v, want the entry to be left out with %q", unsafe, way.leftOut)
				}
				return
			}
			if len(unsafe) > 0 {
				t.Fatal(unsafe)
			}
			if text := marshaled(t, safe); stands(text, way.secret, 5) {
				t.Errorf("%s still stands in %s", way.secret, text)
			}
			again, err := redactor.Redact(safe)
			if err != nil {
				t.Fatalf("again: %v", err)
			}
			if first, second := marshaled(t, safe), marshaled(t, again); first != second {
				t.Errorf("redacting it again changes it from %s to %s", first, second)
			}
		})
	}
}

// TestCorpusKeeps: what looks like a secret at first sight, and is none, stays.
func TestCorpusKeeps(t *testing.T) {
	t.Parallel()
	const svg = `<svg xmlns="http://www.w3.org/2000/svg"><text x="8">` + "\u4f60\u597d" + `</text></svg>`
	for name, plant := range map[string]func(*har.Entry){
		"sizes and times":             request(asJSON, `{"Size":13800138123,"expireTime":13800138123,"t":1700000000000}`),
		"long identifiers":            request(asJSON, `{"Id":"38192156030633420589","n":138001381234,"RequestId":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}`),
		"a fraction":                  request(asJSON, `{"x":"0.13800138123","y":0.13800138123}`),
		"digits within digits":        request(asJSON, `{"x":"2138-1234-5678","y":"138-1234-56789"}`),
		"the AppId of CME":            response(asJSON, `{"AppId":1200000001}`),
		"a name without its value":    request(asJSON, `{"name":"token","status":1,"title":"x"}`),
		"names in a list":             request(asJSON, `{"binds":["wechat","password"]}`),
		"a count of tokens":           request(asJSON, `{"tokens":12}`),
		"the code of a response":      response(asJSON, `{"code":"10500","message":"code=10500"}`),
		"a file named by its digest":  address("/video/" + theHex + ".mp4"),
		"an identifier in a path":     address("/api/v1/works/f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
		"the appid of the fake":       header("appid", "fake-appid"),
		"a data URL":                  response(asJSON, `{"url":"data:image/svg+xml;base64,`+b64(svg)+`"}`),
		"a picture":                   response("image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\x01a@b.cd\xff"),
		"gzip":                        response(asFile, gzipped(`{"page":1}`)),
		"UTF-16":                      request(asJSON, utf16Of(binary.LittleEndian, "\ufeff", `{"page":1,"\u540d":"\u4f60"}`)),
		"parts":                       request(asPart, "--B\nContent-Disposition: form-data; name=\"x\"\n\n1\n--B--\n"),
		"text with a colon and equal": request(asText, "page: 1\nnote = a=b; c='d'\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := har.Entry{Request: har.Request{Method: "POST", URL: "https://video.h5ds.com/api/v1/works"}, Response: har.Response{Status: 200}}
			plant(&e)
			safe, unsafe, err := redact.Redactor{}.RedactEach(har.NewArchive("x.har", e))
			if err != nil || len(unsafe) > 0 {
				t.Fatal(unsafe, err)
			}
			before, errBefore := e.Call()
			after, errAfter := safe.Log.Entries[0].Call()
			if err := errors.Join(errBefore, errAfter); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzCorpus: however a text is encoded, a named secret and a password in it are replaced, or the entry is left out.
func FuzzCorpus(f *testing.F) {
	ways := []func(string) string{
		gzipped, zlibbed, b64, b64url, quoted,
		func(s string) string { return utf16Of(binary.LittleEndian, "", s) },
		func(s string) string { return utf16Of(binary.BigEndian, "\ufeff", s) },
		func(s string) string { return `{"content":` + quoted(s) + `}` },
		func(s string) string { return "content=" + url.QueryEscape(s) },
	}
	for way := range ways {
		f.Add("text ", []byte{byte(way)}, asJSON)
		f.Add("", []byte{byte(way), 2, 7}, "")
	}
	f.Fuzz(func(t *testing.T, before string, encoded []byte, contentType string) {
		body := before + " " + theNamed
		for _, way := range encoded[:min(len(encoded), 3)] {
			body = ways[int(way)%len(ways)](body)
		}
		e := har.Entry{Request: har.Request{Method: "POST", URL: "https://video.h5ds.com/api/v1/works"}, Response: har.Response{Status: 200}}
		request(contentType, body)(&e)
		safe, _, err := redact.Redactor{Secrets: []string{theNamed}}.RedactEach(har.NewArchive("x.har", e))
		if err == nil && stands(marshaled(t, safe), theNamed, 5) {
			t.Errorf("%q still stands in the recording of %q", theNamed, body)
		}
	})
}

func marshaled(t *testing.T, a *har.Archive) string {
	t.Helper()
	file, err := har.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

var (
	base64InText = regexp.MustCompile(`[A-Za-z0-9+/_-]{12,}={0,2}`)
	hexInText    = regexp.MustCompile(`(?:[0-9a-f]{2}){11,}`)
)

// stands reports whether a text holds a secret, within up to depth encodings. It shares no code with the package.
func stands(text, secret string, depth int) bool {
	if strings.Contains(text, secret) {
		return true
	}
	if depth == 0 {
		return false
	}
	inner := []string{
		strings.ReplaceAll(text, "\x00", ""), unescaped.Replace(text), strings.NewReplacer("\n", "", "\r", "").Replace(text),
	}
	if plain, err := url.PathUnescape(text); err == nil {
		inner = append(inner, plain)
	}
	for _, found := range base64InText.FindAllString(text, -1) {
		standard := strings.NewReplacer("-", "+", "_", "/", "=", "").Replace(found)
		for skip := range 4 {
			plain, err := base64.RawStdEncoding.DecodeString(standard[skip:])
			if err == nil {
				inner = append(inner, string(plain))
			}
		}
	}
	for _, found := range hexInText.FindAllString(text, -1) {
		plain, _ := hex.DecodeString(found)
		inner = append(inner, string(plain))
	}
	if r, err := gzip.NewReader(strings.NewReader(text)); err == nil {
		plain, _ := io.ReadAll(r)
		inner = append(inner, string(plain))
	}
	if r, err := zlib.NewReader(strings.NewReader(text)); err == nil {
		plain, _ := io.ReadAll(r)
		inner = append(inner, string(plain))
	}
	if plain, err := io.ReadAll(flate.NewReader(strings.NewReader(text))); err == nil {
		inner = append(inner, string(plain))
	}
	for _, plain := range inner {
		if plain != "" && plain != text && stands(plain, secret, depth-1) {
			return true
		}
	}
	return false
}

var unescaped = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\u0040`, "@", `\n`, "\n", `\r`, "\r", `\u0000`, "")

func b64(s string) string    { return base64.StdEncoding.EncodeToString([]byte(s)) }
func b64url(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func inLines(s string) string { return s[:76] + "\r\n" + s[76:152] + "\r\n" + s[152:] }

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func utf16Of(order binary.AppendByteOrder, before, s string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(before + s)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

func utf32Of(s string) string {
	var b []byte
	for _, r := range s {
		b = binary.LittleEndian.AppendUint32(b, uint32(r))
	}
	return string(b)
}

func compressed(w io.WriteCloser, b *bytes.Buffer, s string) string {
	_, err := io.WriteString(w, s)
	if err := errors.Join(err, w.Close()); err != nil {
		panic(err)
	}
	return b.String()
}

func gzipped(s string) string {
	var b bytes.Buffer
	return compressed(gzip.NewWriter(&b), &b, s)
}

func zlibbed(s string) string {
	var b bytes.Buffer
	return compressed(zlib.NewWriter(&b), &b, s)
}

func deflated(s string) string {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		panic(err)
	}
	return compressed(w, &b, s)
}

// brotli writes one uncompressed block of Brotli (RFC 7932), and zstd one of Zstandard (RFC 8878): what a compressor writes of
// a text too short to become shorter.
func brotli(s string) string {
	for (len(s)-1)%16 < 8 { // until the first byte is no UTF-8, as in a longer file
		s += " "
	}
	// WBITS 16, then ISLAST 0, MNIBBLES 4, MLEN-1, ISUNCOMPRESSED 1, and an empty last block.
	bits := uint32(len(s)-1)<<4 | 1<<20
	return string([]byte{byte(bits), byte(bits >> 8), byte(bits >> 16)}) + s + "\x03"
}

func zstd(s string) string {
	block := uint32(len(s))<<3 | 1
	return "\x28\xb5\x2f\xfd\x20" + string([]byte{byte(len(s)), byte(block), byte(block >> 8), byte(block >> 16)}) + s
}

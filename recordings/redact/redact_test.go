package redact_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/recordings/redact"
)

const secret = "tf_0123456789abcdef012345678"

func TestQuery(t *testing.T) {
	t.Parallel()
	p := redact.Placeholder("auth", secret)
	tests := []struct{ name, raw, want string }{
		{"empty", "", ""},
		{"nothing secret", "page=1&page_size=20", "page=1&page_size=20"},
		{"ticket", "auth=" + secret, "auth=" + p},
		{"other order and case", "a=1&AUTH=" + secret + "&b", "a=1&AUTH=" + p + "&b"},
		{"empty secret", "auth=", "auth="},
		{"odd bytes are kept", "zz=%1&&x=%20+&%zz", "zz=%1&&x=%20+&%zz"},
		{"a name that cannot be decoded", "%zz=1&x=%zz", "%zz=" + redact.Placeholder("unreadable", "1") + "&x=%zz"},
		{"an encoded name", "?x=1&%61uth=" + secret, "?x=1&%61uth=" + p},
		{"an encoded name within", "t%6fken=" + secret + "&x=1", "t%6fken=" + redact.Placeholder("token", secret) + "&x=1"},
		{"spaces around the name", "+auth%20=" + secret, "+auth%20=" + p},
		{"letters that fold", "to%E2%84%AAen=" + secret, "to%E2%84%AAen=" + redact.Placeholder("token", secret)},
		{"other letters", "tok%C3%A9n=1&authen=1&%61uthorizations=1", "tok%C3%A9n=1&authen=1&%61uthorizations=1"},
		{"in brackets", "user[auth]=" + secret, "user[auth]=" + p},
		{"in encoded brackets", "user%5Bauth%5D=" + secret, "user%5Bauth%5D=" + p},
		{"a list of secrets", "auth[]=" + secret + "&auth[0][a]=" + secret, "auth[]=" + p + "&auth[0][a]=" + p},
		{"after a dot", "user.auth=" + secret, "user.auth=" + p},
		{"nothing secret in brackets", "user[name]=a&a[b][]=c", "user[name]=a&a[b][]=c"},
		{"after a semicolon", "a=1;auth=" + secret, "a=1;auth=" + p},
		{"a semicolon within", "auth=" + secret + ";x=1", "auth=" + redact.Placeholder("auth", secret+";x=1")},
		{"semicolons alone", "a=1;b;=;c=2", "a=1;b;=;c=2"},
		{"JSON", "data=%7B%22auth%22%3A%22" + secret + "%22%7D", "data=" + url.QueryEscape(`{"auth":"`+p+`"}`)},
		{"JSON without a secret", "data=%7B%22a%22%3A%22b%22%7D", "data=%7B%22a%22%3A%22b%22%7D"},
		{"callback", "callback=http%3A%2F%2Fu:p@h%2F", "callback=http%3A%2F%2Fu%40h%2F"},
		{"callback in brackets", "params[callback]=http://u:p@h/", "params[callback]=http%3A%2F%2Fu%40h%2F"},
		{"callback within a secret", "callback[auth]=" + secret, "callback[auth]=" + p},
		{"callback without a secret", "callback=http://h/%61", "callback=http://h/%61"},
		{"callback that cannot be decoded", "callback=%zz", "callback=" + redact.Placeholder("callback", "%zz")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, redact.Query(tt.raw)); diff != "" {
				t.Errorf("query (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	p := redact.Placeholder("Authorization", secret)
	tests := []struct{ name, body, want string }{
		{"nothing secret", `{"Name":"a"}`, `{"Name":"a"}`},
		{"ticket", `{"Data":{"Authorization":"` + secret + `"}}`, `{"Data":{"Authorization":"` + p + `"}}`},
		{"white space is kept", `{ "Authorization" : "` + secret + `" }`, `{ "Authorization" : "` + p + `" }`},
		{"escaped quote", `{"token":"a\"b","x":"y"}`, `{"token":"` + redact.Placeholder("token", `a\"b`) + `","x":"y"}`},
		{"empty secret", `{"token":""}`, `{"token":""}`},
		{"a number", `{"password":12345678 ,"x":1}`, `{"password":"` + redact.Placeholder("password", "12345678") + `" ,"x":1}`},
		{"a number at the end", `{"password":-1.5e+3`, `{"password":"` + redact.Placeholder("password", "-1.5e+3") + `"`},
		{"no value", `{"token":true,"sign":null,"auth":false,"secret":}`, `{"token":true,"sign":null,"auth":false,"secret":}`},
		{"an array", `{"token":["s]\"",2,[3]],"x":[1]}`, `{"token":"` + redact.Placeholder("token", `["s]\"",2,[3]]`) + `","x":[1]}`},
		{"an object", `{"token":{"a":{"b":"}"}} ,"x":{"y":1}}`, `{"token":"` + redact.Placeholder("token", `{"a":{"b":"}"}}`) + `" ,"x":{"y":1}}`},
		{"an array that is cut off", `{"token":["s"`, `{"token":"` + redact.Placeholder("token", `["s"`) + `"`},
		{"a bare word", `{"token":abc,"x":def}`, `{"token":"` + redact.Placeholder("token", "abc") + `","x":def}`},
		{"apostrophes", `{"token":'a,b',"x":1}`, `{"token":"` + redact.Placeholder("token", `'a,b'`) + `","x":1}`},
		{"an escaped name", `{"\u0070assword":"p","\u0070age":"1"}`, `{"\u0070assword":"` + redact.Placeholder("password", "p") + `","\u0070age":"1"}`},
		{"a name that cannot be decoded", `{"\x70age":"p"}`, `{"\x70age":"` + redact.Placeholder("unreadable", "p") + `"}`},
		{"callback", `{"params":{"callback":"http:\/\/u:p@h/a?k=v"},"x":1}`,
			`{"params":{"callback":"http://u@h/a?k=` + redact.Placeholder("k", "v") + `"},"x":1}`},
		{"callback without a secret", `{"callback":"http:\/\/h/a"}`, `{"callback":"http:\/\/h/a"}`},
		{"callback that cannot be decoded", `{"callback":"\x"}`, `{"callback":"` + redact.Placeholder("callback", `\x`) + `"}`},
		{"callbacks", `{"callback":["http://u:p@h/"]}`, `{"callback":"` + redact.Placeholder("callback", `["http://u:p@h/"]`) + `"}`},
		{"JSON within a string", ` "{\"token\":\"p\"}" `, `"{\"token\":\"` + redact.Placeholder("token", "p") + `\"}"`},
		{"a form within a string", `"\u0074oken=p"`, `"token=` + redact.Placeholder("token", "p") + `"`},
		{"a string without a secret", ` "\u0061=p"`, ` "\u0061=p"`},
		{"form with an encoded name", "passw%6frd=p", "passw%6frd=" + redact.Placeholder("password", "p")},
		{"form", "password=p&x=1", "password=" + redact.Placeholder("password", "p") + "&x=1"},
		{"a form within quotes", "x=%22&token=" + secret, "x=%22&token=" + redact.Placeholder("token", secret)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, string(redact.Body([]byte(tt.body)))); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	h := http.Header{
		"Authorization": {"Bearer x"}, "Sign": {"s"}, "Timestamp": {"1"}, "Cookie": {""},
		"Token": {"a", "b"}, "auth": {"c"}, "Set-Cookie": {"d"}, "Callback": {"e"}, "Tokens": {"f"},
		"Referer": {"http://localhost/?a=b&token=t", "http://localhost/token=t"},
	}
	want := http.Header{
		"Authorization": {redact.Placeholder("authorization", "Bearer x")}, "Sign": {redact.Placeholder("sign", "s")},
		"Timestamp": {"1"}, "Cookie": {""},
		"Token": {redact.Placeholder("token", "a"), redact.Placeholder("token", "b")}, "auth": {redact.Placeholder("auth", "c")},
		"Set-Cookie": {redact.Placeholder("set-cookie", "d")}, "Callback": {"e"}, "Tokens": {"f"},
		"Referer": {"http://localhost/?a=b&token=" + redact.Placeholder("token", "t"), "http://localhost/token=t"},
	}
	if diff := cmp.Diff(want, redact.Header(h)); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if h.Get("Authorization") != "Bearer x" {
		t.Error("the header of the call itself was changed")
	}
}

func TestPlaceholderKeepsEquality(t *testing.T) {
	t.Parallel()
	a, b, c := redact.Placeholder("auth", "1"), redact.Placeholder("auth", "1"), redact.Placeholder("auth", "2")
	if a != b || a == c || strings.Contains(redact.Placeholder("auth", secret), secret[3:]) {
		t.Errorf("placeholders: %s %s %s", a, b, c)
	}
}

// FuzzBody: JSON stays JSON.
func FuzzBody(f *testing.F) {
	f.Add(`{"token":"a\"b"}`)
	f.Add(`"%0="`)
	f.Add(`{"sign" : "x","auth":"\\"}`)
	f.Add(`[{"Authorization":"\u0041"}]`)
	f.Add(`{"\u0070assword":{"a":["]}"]},"token":[],"callback":"http://u:p@h?a=\"<"}`)
	f.Fuzz(func(t *testing.T, body string) {
		if json.Valid([]byte(body)) && !json.Valid(redact.Body([]byte(body))) {
			t.Errorf("masking %q left no JSON: %q", body, redact.Body([]byte(body)))
		}
	})
}

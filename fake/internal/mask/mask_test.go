package mask_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/internal/mask"
)

const secret = "tf_0123456789abcdef012345678"

func TestQuery(t *testing.T) {
	t.Parallel()
	p := mask.Placeholder("auth", secret)
	tests := []struct{ name, raw, want string }{
		{"empty", "", ""},
		{"nothing secret", "page=1&page_size=20", "page=1&page_size=20"},
		{"ticket", "auth=" + secret, "auth=" + p},
		{"other order and case", "a=1&AUTH=" + secret + "&b", "a=1&AUTH=" + p + "&b"},
		{"empty secret", "auth=", "auth="},
		{"odd bytes are kept", "%zz=1&&x=%20+", "%zz=1&&x=%20+"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, mask.Query(tt.raw)); diff != "" {
				t.Errorf("query (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	p := mask.Placeholder("Authorization", secret)
	tests := []struct{ name, body, want string }{
		{"nothing secret", `{"Name":"a"}`, `{"Name":"a"}`},
		{"ticket", `{"Data":{"Authorization":"` + secret + `"}}`, `{"Data":{"Authorization":"` + p + `"}}`},
		{"white space is kept", `{ "Authorization" : "` + secret + `" }`, `{ "Authorization" : "` + p + `" }`},
		{"escaped quote", `{"token":"a\"b","x":"y"}`, `{"token":"` + mask.Placeholder("token", `a\"b`) + `","x":"y"}`},
		{"empty secret", `{"token":""}`, `{"token":""}`},
		{"a number", `{"password":12345678 ,"x":1}`, `{"password":"` + mask.Placeholder("password", "12345678") + `" ,"x":1}`},
		{"a number at the end", `{"password":-1.5e+3`, `{"password":"` + mask.Placeholder("password", "-1.5e+3") + `"`},
		{"no scalar", `{"token":{"a":true},"sign":null,"auth":[1]}`, `{"token":{"a":true},"sign":null,"auth":[1]}`},
		{"a secret within", `{"token":{"password":"p"}}`, `{"token":{"password":"` + mask.Placeholder("password", "p") + `"}}`},
		{"form", "password=p&x=1", "password=" + mask.Placeholder("password", "p") + "&x=1"},
		{"a form within quotes", "x=%22&token=" + secret, "x=%22&token=" + mask.Placeholder("token", secret)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, string(mask.Body([]byte(tt.body)))); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	h := http.Header{
		"Authorization": {"Bearer x"}, "Sign": {"s"}, "Timestamp": {"1"}, "Cookie": {""},
		"Referer": {"http://localhost/?a=b&token=t", "http://localhost/token=t"},
	}
	want := http.Header{
		"Authorization": {mask.Placeholder("authorization", "Bearer x")}, "Sign": {mask.Placeholder("sign", "s")},
		"Timestamp": {"1"}, "Cookie": {""},
		"Referer": {"http://localhost/?a=b&token=" + mask.Placeholder("token", "t"), "http://localhost/token=t"},
	}
	if diff := cmp.Diff(want, mask.Header(h)); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if h.Get("Authorization") != "Bearer x" {
		t.Error("the header of the call itself was changed")
	}
}

func TestPlaceholderKeepsEquality(t *testing.T) {
	t.Parallel()
	a, b, c := mask.Placeholder("auth", "1"), mask.Placeholder("auth", "1"), mask.Placeholder("auth", "2")
	if a != b || a == c || strings.Contains(mask.Placeholder("auth", secret), secret[3:]) {
		t.Errorf("placeholders: %s %s %s", a, b, c)
	}
}

// What was JSON stays JSON, with the same keys.
func FuzzBody(f *testing.F) {
	f.Add(`{"token":"a\"b"}`)
	f.Add(`{"sign" : "x","auth":"\\"}`)
	f.Add(`[{"Authorization":"\u0041"}]`)
	f.Fuzz(func(t *testing.T, body string) {
		if json.Valid([]byte(body)) && !json.Valid(mask.Body([]byte(body))) {
			t.Errorf("masking %q left no JSON: %q", body, mask.Body([]byte(body)))
		}
	})
}

package redact

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMultipart(t *testing.T) {
	t.Parallel()
	const header = "multipart/form-data; boundary=XX"
	secret := Placeholder("token", "s3cret")
	text := func(name, value string) string {
		return "--XX\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
	}
	file := func(name, value string) string {
		return "--XX\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"f.png\"\r\nContent-Type: image/png\r\n\r\n" + value + "\r\n"
	}
	binary := "\x89PNG\r\n\x1a\n&token=s3cret&\x00{\"token\":\"s3cret\"}\r\n --XX\r\n"
	for _, test := range []struct{ name, contentType, body, want string }{
		{"a file alone", header, file("token", binary) + "--XX--\r\n", ""},
		{"a field", header, text("app_id", "1&token=s3cret") + "--XX--\r\n", ""},
		{"a secret field", header, text("token", "s3cret") + file("file", binary) + "--XX--\r\n",
			text("token", secret) + file("file", binary) + "--XX--\r\n"},
		{"after a file", header, file("file", binary) + text("Token", "s3cret") + "--XX--\r\n",
			file("file", binary) + text("Token", secret) + "--XX--\r\n"},
		{"two secrets", header, text("token", "s3cret") + text("token", "s3cret") + "--XX--\r\n",
			text("token", secret) + text("token", secret) + "--XX--\r\n"},
		{"JSON with a secret", header, text("data", `{"token":"s3cret","a":1}`) + "--XX--",
			text("data", `{"token":"`+secret+`","a":1}`) + "--XX--"},
		{"an encoded name", header, text("t%6fken", "s3cret") + text("user[token]", "s3cret") + text("user[name]", "a") + "--XX--",
			text("t%6fken", secret) + text("user[token]", secret) + text("user[name]", "a") + "--XX--"},
		{"JSON after white space", header, text("data", "\n {\"t\\u006fken\":[\"s3cret\"]}") + "--XX--",
			text("data", "\n {\"t\\u006fken\":\""+Placeholder("token", `["s3cret"]`)+"\"}") + "--XX--"},
		{"callback", header, text("callback", "http://u:p@h/?k=v") + "--XX--", text("callback", "http://u@h/?k="+Placeholder("k", "v")) + "--XX--"},
		{"an empty secret", header, text("token", "") + "--XX--\r\n", ""},
		{"cut off", header, strings.TrimSuffix(text("token", "s3cret"), "\r\n"), strings.TrimSuffix(text("token", secret), "\r\n")},
		{"only line feeds", header, strings.ReplaceAll(text("token", "s3cret"), "\r", "") + "--XX--\n",
			strings.ReplaceAll(text("token", secret), "\r", "") + "--XX--\n"},
		{"no boundary in the header", "multipart/form-data", text("token", "s3cret") + "--XX--\r\n", text("token", secret) + "--XX--\r\n"},
		{"another boundary in the header", "multipart/form-data; boundary=YY", text("token", "s3cret") + "--XX--\r\n", text("token", secret) + "--XX--\r\n"},
		{"a name that cannot be read", header, "--XX\r\nContent-Disposition: form-data; name=\"tok\r\n\r\ns3cret\r\n--XX--\r\n",
			"--XX\r\nContent-Disposition: form-data; name=\"tok\r\n\r\n" + Placeholder(unreadable, "s3cret") + "\r\n--XX--\r\n"},
		{"not multipart at all", header, `{"token":"s3cret"}`, `{"token":"` + secret + `"}`},
		{"a form", header, `token=s3cret`, `token=` + secret},
		{"nothing", header, ``, ``},
		{"a boundary and no more", header, "--XX", ""},
		{"a boundary and a line", header, "--XX\r\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := test.want
			if want == "" {
				want = test.body
			}
			if diff := cmp.Diff(want, string(Multipart(test.contentType, []byte(test.body)))); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzMultipart: no body makes Multipart panic.
func FuzzMultipart(f *testing.F) {
	f.Add("multipart/form-data; boundary=XX", "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--XX--")
	f.Add("multipart/form-data", "--\n\n--\n")
	f.Add("", "--X\n--X\n\n--X")
	f.Fuzz(func(t *testing.T, contentType, body string) {
		Multipart(contentType, []byte(body))
	})
}

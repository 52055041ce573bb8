package redact

import (
	"net/url"
	"testing"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/google/go-cmp/cmp"
)

func TestRedactBodies(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, contentType, body, want string }{
		{"nothing to hide", "application/json", `{"a": 1.0, "b":["x",null,true], "Id":"38192156030633420589"}`, ``},
		{"after a byte order mark", "application/json", "\ufeff" + `{"token":"abc"}`, "\ufeff" + `{"token":"<token-1>"}`},
		{"at any depth", "application/json", `{"a":[{"b":{"access_token":"abc"}}]}`, `{"a":[{"b":{"access_token":"<token-1>"}}]}`},
		{"everything within a secret", "", `{"token":{"value":"abc","n":123,"ok":true,"none":null,"list":["d"]}}`,
			`{"token":{"value":"<token-1>","n":"<token-2>","ok":true,"none":null,"list":["<token-3>"]}}`},
		{"empty secrets", "", `{"token":"","sign":null}`, ``},
		{"equal values", "", `{"token":"abc","b":{"auth":"abc"},"sign":"def"}`, `{"token":"<token-1>","b":{"auth":"<token-1>"},"sign":"<signature-1>"}`},
		{"a number as a phone", "", `{"mobile":15888888889,"Size":15888888889}`, `{"mobile":"<phone-1>","Size":"<phone-1>"}`},
		{"a number like a phone", "", `{"Size":15888888889}`, ``},
		{"counts of tokens", "", `{"total_tokens":12,"max_completion_tokens":7}`, ``},
		{"the code of a response is in a request", "", `{"code":"123456"}`, `{"code":"<code-1>"}`},
		{"JSON within a text", "", `{"FusionData":"[{\"token\":\"abc\",\"名\":1}]"}`, `{"FusionData":"[{\"token\":\"<token-1>\",\"名\":1}]"}`},
		{"URL within a text", "", `{"MediaUrl":"https://u:p@h/a b.mp4?t=5fdf14b4&whref=x&sign=ce15ca05"}`,
			`{"MediaUrl":"https://h/a b.mp4?t=5fdf14b4&whref=x&sign=%3Csignature-1%3E"}`},
		{"URL within a URL", "", `{"a":"https://h/?next=https%3A%2F%2Fi%2F%3Ftoken%3Dabc"}`,
			`{"a":"https://h/?next=https%3A%2F%2Fi%2F%3Ftoken%3D%253Ctoken-1%253E"}`},
		{"fragment", "", `{"a":"https://h/#/edit/1?token=abc&b=1","b":"https://h/#access_token=abc","c":"https://h/#top"}`,
			`{"a":"https://h/#/edit/1?token=%3Ctoken-1%3E&b=1","b":"https://h/#access_token=%3Ctoken-1%3E","c":"https://h/#top"}`},
		{"names of fields", "", `{"a@example.com":1}`, `{"<email-1>":1}`},
		{"shapes in text", "", `{"Text":"mail a.b@example.com or 手机15888888889, ` + aTicket + ` Bearer abcdefgh12 AKIDfake0123456789"}`,
			`{"Text":"mail <email-1> or 手机<phone-1>, <ticket-1> Bearer <token-1> <credential-1>"}`},
		{"no shapes", "", `{"Text":"logo@2x.png 1.15888888889e3 x15888888889 115888888889 158888888890 tf_short"}`, ``},
		{"token by its shape", "", `{"x":"` + aToken + `"}`, `{"x":"<value-1>"}`},
		{"signature by its content", "", `{"Text":"see ` + cmeSignature("secretId=fake-secret-id&currentTimeStamp=1700000000") + `!"}`, `{"Text":"see <signature-1>!"}`},
		{"odd value of an unknown name", "", `{"x":"0123456789abcdefghij","RequestId":"9876543210abcdefghij","y":"2020-12-14T09:05:08.000Z","z":"/video/a/0123456789abcdef"}`,
			`{"x":"<value-1>","RequestId":"9876543210abcdefghij","y":"2020-12-14T09:05:08.000Z","z":"/video/a/0123456789abcdef"}`},
		{"Bearer twice", "", `{"token":"Bearer Bearer abc"}`, `{"token":"Bearer Bearer <token-1>"}`},
		{"a password elsewhere", "", `{"password":"password","binds":["wechat","password"]}`, `{"password":"<secret-1>","binds":["wechat","password"]}`},
		{"a distinct secret elsewhere", "", `{"password":"passw0rd!","Text":"my passw0rd! is"}`, `{"password":"<secret-1>","Text":"my <secret-1> is"}`},
		{"a form", "application/x-www-form-urlencoded", `userId=u&sign=a%2Bb&x=1+2&sign`, `userId=u&sign=%3Csignature-1%3E&x=1+2&sign`},
		{"a form of another content type", "text/plain", `a=1&token=abc`, `a=1&token=%3Ctoken-1%3E`},
		{"a form badly encoded", "application/x-www-form-urlencoded", `token=%zz&b=%`, `token=%3Ctoken-1%3E&b=%`},
		{"URLs within URLs, many times", "", `{"a":"` + nest(40) + `"}`, ``},
		{"a path badly encoded", "", `{"a":"https://h/%zz/a@example.com"}`, `{"a":"https://h/%25zz/%3Cemail-1%3E"}`},
		{"HTML", "text/html", `<a href="https://h/?token=abc">a@example.com</a>`, `<a href="https://h/?token=%3Ctoken-1%3E"><email-1></a>`},
		{"broken JSON", "application/json", `{"token":"` + aToken + `"`, `{"token":"<token-1>"`},
		{"parts", "multipart/form-data; boundary=B",
			"--B\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nabc\r\n--B\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.json\"\r\nContent-Type: application/json\r\n\r\n{\"sign\":\"s\"}\r\n--B--\r\n",
			"--B\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n<token-1>\r\n--B\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.json\"\r\nContent-Type: application/json\r\n\r\n{\"sign\":\"<signature-1>\"}\r\n--B--\r\n"},
		{"parts beside a file", "multipart/form-data; boundary=B",
			"--B\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nabc\r\n--B\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\xff\xfe\r\n--B--",
			"--B\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n<token-1>\r\n--B\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\xff\xfe\r\n--B--"},
		{"JSON in GBK", "application/json", "{\"name\":\"\xc4\xe3\",\"password\":\"hunter22\",\"mobile\":15888888889}", "{\"name\":\"\xc4\xe3\",\"password\":\"<secret-1>\",\"mobile\":\"<phone-1>\"}"},
		{"a form in GBK", "application/x-www-form-urlencoded", "name=\xc4\xe3&password=hunter22", "name=\xc4\xe3&password=%3Csecret-1%3E"},
		{"text in GBK", "text/html", "\xc4\xe3 a@example.com", "\xc4\xe3 <email-1>"},
		{"a comma too many", "application/json", `{"password":"hunter\"22", "Text" : "a",}`, `{"password":"<secret-1>", "Text" : "a",}`},
		{"cut off", "application/json", `{"data":{"token":"abc","url`, `{"data":{"token":"<token-1>","url`},
		{"another encoding in lines of Chinese", "text/plain", "\xc4 \u4e2d a@example.com", "\xc4 \u4e2d <email-1>"},
		{"parts without a boundary", "multipart/form-data; boundary=B", `{"token":"abc"}`, `{"token":"<token-1>"}`},
		{"a picture", "image/png", "\x89PNG\xff", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.want == "" {
				tt.want = tt.body
			}
			address, err := url.Parse("https://a/")
			if err != nil {
				t.Fatal(err)
			}
			c := har.Call{Method: "POST", URL: address, Header: map[string][]string{"Content-Type": {tt.contentType}}, Body: []byte(tt.body)}
			a := redacted(t, Redactor{}, har.NewArchive("x.har", c.Entry()))
			c, err = a.Log.Entries[0].Call()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(c.Body)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

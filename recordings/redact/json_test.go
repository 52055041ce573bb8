package redact

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/internal/jsontext"
	"github.com/google/go-cmp/cmp"
)

func TestRewrite(t *testing.T) {
	t.Parallel()
	const source = "\ufeff{ \"a\" : [ 1.50 , \"b\\u00e9\", {\"c\":\"d\"} ],\n\"e\":null, \"c\":-1e5 ,\"f\":true}  "
	var got []string
	w := rewriter{
		name: func(_ []string, name string) string { return strings.ReplaceAll(name, "f", "F<") },
		value: func(names []string, value string, isText bool) (string, bool) {
			got = append(got, strings.Join(names, "/")+"="+value)
			return "C<é", names[len(names)-1] == "c"
		},
	}
	const want = "\ufeff{ \"a\" : [ 1.50 , \"b\\u00e9\", {\"c\":\"C<é\"} ],\n\"e\":null, \"c\":\"C<é\" ,\"F<\":true}  "
	if diff := cmp.Diff(want, string(w.rewrite([]byte(source)))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a=1.50", "a=bé", "a/c=d", "c=-1e5"}, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

// FuzzRewrite: JSON without a change keeps every byte, changed JSON is still JSON, and no body makes a Redactor panic or
// overlook a secret.
func FuzzRewrite(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"b",{"token":"c"}]}`, " [\"\\ud834\\udd1e\"]", "\ufeff{}", `a=1&token=%zz`, "https://a?b=fake-secret-key#c=d", `{"s":"fake\u002dsecret-key"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if jsontext.IsCompound(body) {
			same := rewriter{name: func(_ []string, s string) string { return s }, value: func([]string, string, bool) (string, bool) { return "", false }}
			if diff := cmp.Diff(body, string(same.rewrite([]byte(body)))); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			all := rewriter{name: func(_ []string, s string) string { return s + "x" }, value: func([]string, string, bool) (string, bool) { return "y", true }}
			if changed := strings.TrimPrefix(string(all.rewrite([]byte(body))), "\ufeff"); !json.Valid([]byte(changed)) {
				t.Fatalf("%s became %s", body, changed)
			}
		}
		e := har.Entry{Request: har.Request{Method: "POST", URL: "https://a/", PostData: &har.PostData{}}}
		e.Request.PostData.SetBody([]byte(body))
		a, err := Redactor{Secrets: []string{"fake-secret-key"}}.Redact(har.NewArchive("x.har", e))
		if err == nil && strings.Contains(written(t, a), "fake-secret-key") {
			t.Fatal("the secret is still there")
		}
	})
}

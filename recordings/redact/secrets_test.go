package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/recordings/redact"
)

// oddSecret has bytes that each encoding writes differently.
const oddSecret = "k\"ey/+ <&>?~é中\xfb\xff0"

func TestSecretsFinds(t *testing.T) {
	t.Parallel()
	var known redact.Secrets
	known.Add(map[string]string{"secretkey": oddSecret})
	placeholder := redact.Placeholder("secretkey", oddSecret)
	escaped, err := json.Marshal(oddSecret)
	if err != nil {
		t.Fatal(err)
	}
	b := []byte(oddSecret)
	tests := []struct{ name, text, spelling string }{
		{"plain", oddSecret, "in plain text"},
		{"query", url.QueryEscape(oddSecret), "percent-encoded"},
		{"path", url.PathEscape(oddSecret), "percent-encoded"},
		{"JSON", string(escaped[1 : len(escaped)-1]), "escaped as JSON"},
		{"lower-case escapes", strings.NewReplacer("%2B", "%2b", "%3C", "%3c", "%3E", "%3e").Replace(url.QueryEscape(oddSecret)), "percent-encoded"},
		{"escaped slash", strings.Replace(string(escaped[1:len(escaped)-1]), "/", `\/`, 1), "escaped as JSON"},
		{"escaped plus", strings.Replace(string(escaped[1:len(escaped)-1]), "+", `\u002B`, 1), "escaped as JSON"},
		{"after half a surrogate pair", `\ud800\u006b` + string(escaped[2:len(escaped)-1]), "escaped as JSON"},
		{"hex", hex.EncodeToString(b), "in hexadecimal"},
		{"upper-case hex", strings.ToUpper(hex.EncodeToString(b)), "in hexadecimal"},
		{"base64", base64.StdEncoding.EncodeToString(b), "in base64"},
		{"base64 of URLs", base64.RawURLEncoding.EncodeToString(b), "in base64"},
		{"base64 after one byte", base64.StdEncoding.EncodeToString(append([]byte("x"), b...)), "in base64"},
		{"base64 after two bytes", base64.StdEncoding.EncodeToString(append([]byte("id"), append(b, ": end"...)...)), "in base64"},
		{"base64 in a query", url.QueryEscape(base64.StdEncoding.EncodeToString(append([]byte("é"), b...))), "in base64"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := []byte(`before ` + tt.text + ` between ` + tt.text)
			found := known.Find(text)
			if len(found) != 2 || found[0].Spelling != tt.spelling || found[0].Kind != "secretkey" {
				t.Fatalf("found %+v", found)
			}
			hidden := string(known.Hide(text))
			if strings.Count(hidden, placeholder) != 2 || !strings.HasPrefix(hidden, "before ") || len(known.Find([]byte(hidden))) != 0 {
				t.Errorf("hidden: %s", hidden)
			}
		})
	}
}

// Of two secrets that are equal, the kind does not depend on chance.
func TestSecretsEqual(t *testing.T) {
	t.Parallel()
	for range 50 {
		var known redact.Secrets
		known.Add(map[string]string{"secretkey": "fake-secret-key", "secret": "fake-secret-key"})
		if found := known.FindString("fake-secret-key"); len(found) != 1 || found[0].Kind != "secret" {
			t.Fatalf("found %+v", found)
		}
	}
}

func TestSecretsOverlooks(t *testing.T) {
	t.Parallel()
	secrets := map[string]string{"secretkey": "fake-secret-key", "secret": "fake-secret", "short": "1234567"}
	var known redact.Secrets
	known.Add(secrets, "fake-secret-id", "fake-platform")
	key, secret := redact.Placeholder("secretkey", "fake-secret-key"), redact.Placeholder("secret", "fake-secret")
	encoded := func(before, text string) string { return base64.StdEncoding.EncodeToString([]byte(before + text)) }
	tests := []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"no secret", "fake-secre fake_secret FAKE-SECRET", "fake-secre fake_secret FAKE-SECRET"},
		{"the public value around it", "secretId=fake-secret-id&x", "secretId=fake-secret-id&x"},
		{"that in base64", encoded("", "fake-secret-id"), encoded("", "fake-secret-id")},
		{"that in base64, later", encoded("secretId=", "fake-secret-id&a"), encoded("secretId=", "fake-secret-id&a")},
		{"that in base64, later still", encoded("a=", "fake-secret-id&a"), encoded("a=", "fake-secret-id&a")},
		{"that in hex", hex.EncodeToString([]byte("fake-secret-id")), hex.EncodeToString([]byte("fake-secret-id"))},
		{"both", "fake-secret-id fake-secret", "fake-secret-id " + secret},
		{"the longer of two", "fake-secret-key", key},
		{"a short one", "1234567", "1234567"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, known.HideString(tt.text)); diff != "" {
				t.Errorf("hidden (-want +got):\n%s", diff)
			}
		})
	}
	for text, want := range map[string]string{
		`cut "fake-sec…"`:                   `cut "` + secret + `…"`, // of both
		`cut "fake-secret-k" and on`:        `cut "` + key + `" and on`,
		`too little "fake-se…"`:             `too little "fake-se…"`,
		`no end fake-secr and "no more"`:    `no end fake-secr and "no more"`,
		`twice fake-secre… fake-secret-ke…`: `twice ` + secret + `… ` + key + `…`,
		`the other one "fake-secret…"`:      `the other one "` + secret + `…"`,
		`public "fake-secret-id"`:           `public "fake-secret-id"`,
		`whole "fake-secret-key"`:           `whole "` + key + `"`,
	} {
		if diff := cmp.Diff(want, known.HideSentence(text)); diff != "" {
			t.Errorf("sentence (-want +got):\n%s", diff)
		}
	}
	if text := fmt.Sprintf("%v %+v %#v %s", &known, &known, &known, &known); strings.Contains(text, "fake") {
		t.Errorf("shown: %s", text)
	}
	if got := new(redact.Secrets).HideString("fake-secret") + " " + new(redact.Secrets).String(); got != "fake-secret 0 spellings" {
		t.Errorf("the zero value: %s", got)
	}
	for query, want := range map[string]string{
		"a=1&b=%zz": "a=1&b=%zz", "a=1&b=fake-secret": "a=1&b=" + secret, "a=%66ake-secret&b=%2566ake-secret-key": "a=" + secret + "&b=" + key,
	} {
		if got := known.HideString(query); got != want {
			t.Errorf("query %s: got %s, want %s", query, got, want)
		}
	}
	if text := []byte("nothing"); &known.Hide(text)[0] != &text[0] {
		t.Error("a text without a secret is copied")
	}
}

// Secrets that come and go leave the others as they are, and one that was added twice stays until it was removed twice.
func TestSecretsRemoved(t *testing.T) {
	t.Parallel()
	var known redact.Secrets
	own := func(n int) map[string]string {
		return map[string]string{"secretkey": fmt.Sprintf("fake-secret-key-%d", n), "secret": "fake-secret " + strings.Repeat("x", n)}
	}
	public := func(n int) string { return fmt.Sprintf("fake-secret-key-%d is public", n) }
	for n := range 300 {
		known.Add(own(n), public(n))
	}
	known.Add(own(7), public(7))
	for n := range 300 {
		if n%3 == 1 {
			known.Remove(own(n), public(n))
		}
	}
	for n := range 300 {
		text := own(n)["secretkey"] + "; " + own(n)["secret"]
		if found := len(known.Find([]byte(text))); (found == 2) != (n%3 != 1 || n == 7) && n%3 != 1 {
			t.Errorf("%d: %d found", n, found)
		}
		if hidden := known.HideString(public(n)); n%3 != 1 && hidden != public(n) {
			t.Errorf("%d: the public value is %s", n, hidden)
		}
	}
	for n := range 300 {
		if n%3 != 1 || n == 7 {
			known.Remove(own(n), public(n))
		}
	}
	if got := known.String(); got != "0 spellings" {
		t.Errorf("at the end: %s", got)
	}
}

// Whatever a text holds, its secrets are hidden, once and for all.
func FuzzSecrets(f *testing.F) {
	f.Add("%66ake-secret", `\u0066ake-secret-key`, 1)
	f.Add("fake-secret-id", "%2566ake-secret", 2)
	f.Fuzz(func(t *testing.T, before, after string, n int) {
		var known redact.Secrets
		known.Add(map[string]string{"secretkey": "fake-secret-key", "secret": "fake-secret"}, "fake-secret-id")
		text := before + "fake-secret-key" + after
		hidden := known.HideString(text)
		if strings.Contains(hidden, "fake-secret-key") || known.HideSentence(text) == text {
			t.Errorf("%q is shown as %q", text, hidden)
		}
		if n%2 == 0 {
			known.HideName(before)
			known.Remove(map[string]string{"secretkey": "fake-secret-key", "secret": "fake-secret"}, "fake-secret-id")
			if got := known.HideString(text); got != text {
				t.Errorf("nothing is known, and %q is shown as %q", text, got)
			}
		}
	})
}

// BenchmarkSecrets shows that a search does not depend on the number of secrets, and what an addition costs.
func BenchmarkSecrets(b *testing.B) {
	text := []byte(strings.Repeat(`{"Name":"a material","Owner":{"Type":"PERSON","Id":"user_01"},"url":"/PaaS/Material?x=1"},`, 20))
	for _, n := range []int{1, 10_000} {
		var known redact.Secrets
		for i := range n {
			known.Add(map[string]string{"secretkey": fmt.Sprintf("%x-secret-key", i*7919), "secret": fmt.Sprintf("fake-secret-%d", i)})
		}
		b.Run(fmt.Sprintf("find among %d", n), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				known.Find(text)
			}
		})
		b.Run(fmt.Sprintf("add to %d", n), func(b *testing.B) {
			for b.Loop() {
				one := map[string]string{"secretkey": "another-secret-key"}
				known.Add(one)
				known.Remove(one)
			}
		})
	}
}

package proxy_test

import (
	"testing"

	"github.com/fakecme/fakecme/fake/proxy"
)

func TestParseAllowed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"example.com", "example.com"},
		{"Example.COM.", "example.com"},
		{"example.com:8443", "example.com:8443"},
		{"localhost:3000", "localhost:3000"},
		{"10.0.0.7", "10.0.0.7"},
		{"[::1]:8080", "[::1]:8080"},
		{"[::1]", "::1"},
		{"my_service", "my_service"},
		{"", ""}, {"*", ""}, {"*.example.com", ""}, {".example.com", ""}, {"example.com:", ""}, {"example.com:0", ""},
		{"example.com:*", ""}, {"example.com:70000", ""}, {"https://example.com", ""}, {"example.com/a", ""}, {"10.0.0.0/8", ""},
		{"a b", ""}, {"a,b", ""}, {":443", ""}, {"example..com", ""},
	} {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			a, err := proxy.ParseAllowed(tt.text)
			got := ""
			if err == nil {
				got = a.String()
			}
			if got != tt.want {
				t.Errorf("got %q (%v), want %q", got, err, tt.want)
			}
		})
	}
}

func TestCheckName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"example.com": true, "fakecme": true, "Example.COM": true, "my_service": true, "10.0.0.7": true, "*.app.github.dev": true, "*.example.com": true,
		"": false, "*": false, "*.": false, "*.dev": false, "*.*.dev": false, "a.*.dev": false, ".example.com": false, "example.com.": false,
		"example.com:80": false, "[::1]": false, "::1": false, "https://example.com": false, "example.com/a": false, "a b": false, "a,b": false, "例子.example": false,
	} {
		if err := proxy.CheckName(text); (err == nil) != want {
			t.Errorf("%q: got %v, want it taken: %t", text, err, want)
		}
	}
}

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

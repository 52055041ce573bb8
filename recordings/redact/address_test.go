package redact_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/recordings/redact"
)

func TestAddress(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, address, want string }{
		{"empty", "", ""},
		{"nothing to hide", "http://127.0.0.1:8000/api/callback", "http://127.0.0.1:8000/api/callback"},
		{"password", "http://user:pass@h:80/a", "http://user@h:80/a"},
		{"password alone", "http://:pass@h", "http://@h"},
		{"signs in the password", "http://user:pa:ss@x@h/a", "http://user@h/a"},
		{"user alone", "http://user@h/a", "http://user@h/a"},
		{"no scheme", "//user:pass@h/a", "//user@h/a"},
		{"no slashes", "http:user:pass@h/a", "http@h/a"},
		{"in the path", "http://h//a:b@c/d:e@f", "http://h//a:b@c/d:e@f"},
		{"path alone", "/a:b@c", "/a:b@c"},
		{"all values", "http://h/?a=1&b=&auth=%zz;x=2", "http://h/?a=" + redact.Placeholder("a", "1") + "&b=&auth=" + redact.Placeholder("auth", "%zz;x=2")},
		{"a key alone", "http://h/?k3y&", "http://h/?" + redact.Placeholder("query", "k3y") + "&"},
		{"query alone", "?a=1", "?a=" + redact.Placeholder("a", "1")},
		{"empty query", "http://h/?", "http://h/?"},
		{"fragment", "http://h/#a?token=1", "http://h/#" + redact.Placeholder("fragment", "a?token=1")},
		{"no address", "http://user:pa/ss@h", redact.Placeholder("address", "http://user:pa/ss@h")},
		{"a line break", "a\nb?c=d", redact.Placeholder("address", "a\nb?c=d")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, redact.Address(tt.address)); diff != "" {
				t.Errorf("address (-want +got):\n%s", diff)
			}
		})
	}
}

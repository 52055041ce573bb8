package redact

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The names are those of the TestSecretNames in contracts, which must not be imported here.
func TestSecretNames(t *testing.T) {
	t.Parallel()
	want := []string{
		"admintoken", "auth", "authorization", "old_password", "password", "secret", "secretkey", "sign",
		"signature", "token", "uploadcontext", "verifysign", "voduploadsign",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(secrets))); diff != "" {
		t.Errorf("names, change contracts/violation.go too (-want +got):\n%s", diff)
	}
	for _, name := range want {
		if kind := kindOf([]byte(strings.ToUpper(name))); kind != name {
			t.Errorf("kind of %s: want %q, got %q", strings.ToUpper(name), name, kind)
		}
	}
}

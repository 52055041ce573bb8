package excerpt

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The names are those of the TestSecretNames in recordings/redact.
func TestSecretNames(t *testing.T) {
	t.Parallel()
	want := []string{
		"admintoken", "auth", "authorization", "old_password", "password", "secret", "secretkey", "sign",
		"signature", "token", "uploadcontext", "verifysign", "voduploadsign",
	}
	if diff := cmp.Diff(want, secretNames); diff != "" {
		t.Errorf("names, change recordings/redact/names.go too (-want +got):\n%s", diff)
	}
	for _, name := range want {
		if found := Value([]string{"a", strings.ToUpper(name), "0"}, "short"); found != "" {
			t.Errorf("what stands under %s is shown: %s", name, found)
		}
	}
	if diff := cmp.Diff(`"short"`, Value([]string{"a", "name", "0"}, "short")); diff != "" {
		t.Errorf("what is no secret (-want +got):\n%s", diff)
	}
}

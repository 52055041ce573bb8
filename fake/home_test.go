package fake_test

import (
	"testing"

	"github.com/fakecme/fakecme/fake"
)

// A file that nobody has stored belongs to the tenant chosen at the proxy, as any other call that names none.
func TestUnknownFileThroughTheProxy(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other, err := srv.NewTenant(fake.Credentials{ID: "other"})
	if err != nil {
		t.Fatal(err)
	}
	do(t, ownClient(t, srv, false, "other"), "GET", "https://cdn.h5ds.com/no/such/file.png", "")
	if got, calls := len(other.Calls()), srv.Calls(); got != 1 || len(calls) != 0 {
		t.Errorf("the chosen tenant has %d calls, want 1; the default tenant has %v", got, calls)
	}
}

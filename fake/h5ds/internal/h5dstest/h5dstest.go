// Package h5dstest holds what the tests of h5ds and of its parts share.
package h5dstest

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/google/go-cmp/cmp"
)

func init() { // the errors have no texts before
	if err := op.Fill(&api.Errors, contracts.Errors("h5ds")); err != nil {
		panic(err)
	}
}

// Now is the time of every test: seven days before the expires_at of the documented example.
var Now = time.UnixMilli(1758270091116).Add(-7 * 24 * time.Hour).UTC()

// Diff reports how a value differs from the one wanted.
func Diff(t testing.TB, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// JSON encodes a value.
func JSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

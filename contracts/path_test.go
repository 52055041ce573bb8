package contracts

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPathValues(t *testing.T) {
	t.Parallel()
	const documented = "/open/{id}/of/{name}"
	tests := []struct {
		name, path string
		want       map[string]string
		ok         bool
	}{
		{"fits", "/open/1/of/a%20b", map[string]string{"id": "1", "name": "a%20b"}, true},
		{"another part", "/open/1/off/a", nil, false},
		{"too short", "/open/1/of", nil, false},
		{"too long", "/open/1/of/a/", nil, false},
		{"a value that is empty", "/open//of/a", nil, false},
		{"braces again", "/open/{id}/of/{name}", map[string]string{"id": "{id}", "name": "{name}"}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := Operation{Path: documented}.PathValues(test.path)
			if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
				t.Errorf("ok is %t, want %t; values (-want +got):\n%s", ok, test.ok, diff)
			}
		})
	}
	if _, ok := (Operation{Path: "/"}).PathValues("/"); !ok {
		t.Error("a path without names does not fit itself")
	}
}

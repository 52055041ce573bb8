package contracts

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPointer(t *testing.T) {
	t.Parallel()
	for want, path := range map[string][]string{"": nil, "/": {""}, "/a/0": {"a", "0"}, "/a~1b/c~0d/~01": {"a/b", "c~d", "~1"}} {
		if got := Pointer(path...); got != want {
			t.Errorf("Pointer(%q) = %q, want %q", path, got, want)
		}
		if diff := cmp.Diff(path, SplitPointer(want)); diff != "" {
			t.Errorf("SplitPointer(%q) (-want +got):\n%s", want, diff)
		}
	}
	if diff := cmp.Diff([]string{"a", "b"}, SplitPointer("a/b")); diff != "" {
		t.Errorf("without the slash at the beginning (-want +got):\n%s", diff)
	}
}

func TestValueAt(t *testing.T) {
	t.Parallel()
	root := map[string]any{"a": []any{"x", map[string]any{"b": "y", "n": nil}}}
	tests := []struct {
		name string
		path []string
		want any
		ok   bool
	}{
		{"whole", nil, root, true},
		{"deep", []string{"a", "1", "b"}, "y", true},
		{"null", []string{"a", "1", "n"}, nil, true},
		{"missing name", []string{"b"}, nil, false},
		{"behind the end", []string{"a", "2"}, nil, false},
		{"before the beginning", []string{"a", "-1"}, nil, false},
		{"no index", []string{"a", "x"}, nil, false},
		{"through a string", []string{"a", "0", "b"}, nil, false},
	}
	for _, test := range tests {
		got, ok := ValueAt(root, test.path...)
		if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
			t.Errorf("%s: %t, want %t; value (-want +got):\n%s", test.name, ok, test.ok, diff)
		}
	}
}

func TestDecodeJSON(t *testing.T) {
	t.Parallel()
	got, ok := DecodeJSON([]byte(`[38192156030633420589, "a"] x`))
	if diff := cmp.Diff([]any{json.Number("38192156030633420589"), "a"}, got); diff != "" || !ok {
		t.Errorf("%t (-want +got):\n%s", ok, diff)
	}
	if got, ok := DecodeJSON([]byte("<html>")); ok {
		t.Errorf("a page is %v", got)
	}
}

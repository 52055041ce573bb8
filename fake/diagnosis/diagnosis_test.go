package diagnosis_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

func TestString(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give diagnosis.Diagnosis
		want string
	}{
		{"all parts", diagnosis.Diagnosis{Code: "a.b", Sentence: "it is wrong", Fix: "do it right"}.Compare("abc", "abd"),
			`a.b: it is wrong; do it right (received "abc", expected "abd": the first difference is at byte 3)`},
		{"without a fix", diagnosis.Diagnosis{Code: "a.b", Sentence: "it is wrong"}, "a.b: it is wrong"},
		{"equal texts", diagnosis.Diagnosis{Code: "a", Sentence: "b"}.Compare("x", "x"), "a: b"},
		{"one is longer", diagnosis.Diagnosis{Code: "a", Sentence: "b"}.Compare("x", "xy"), `a: b (received "x", expected "xy": the first difference is at byte 2)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, tt.give.String()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	tests := []struct {
		name string
		give time.Duration
		want string
	}{
		{"nothing", 0, "0s"},
		{"less than a second", time.Second - 1, "0s"},
		{"a second", time.Second, "1s"},
		{"with a fraction", 6*time.Minute + 1500*time.Millisecond, "6m1s"},
		{"an hour", time.Hour, "1h0m0s"},
		{"nearly two days", 2*day - 1, "47h59m59s"},
		{"two days", 2 * day, "2 days"},
		{"nearly three days", 3*day - 1, "2 days"},
		{"the longest", math.MaxInt64, "106751 days"},
		{"in the future", -90*time.Second - 1, "-1m30s"},
	}
	for _, tt := range tests {
		if got := diagnosis.Span(tt.give); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestHeaderIsOneLineOfASCII(t *testing.T) {
	t.Parallel()
	d := diagnosis.Diagnosis{Code: "a.b", Sentence: "用户 says \"no\"\r\nSet-Cookie: x", Fix: `found "a\"b\\c"`}
	want := `a.b: \u7528\u6237 says "no"\r\nSet-Cookie: x; found "a\"b\\c"`
	if diff := cmp.Diff(want, d.Header()); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	long := diagnosis.Diagnosis{Sentence: strings.Repeat("用", 5000)}.Header()
	if len(long) != 1000 || !strings.HasSuffix(long, "...") {
		t.Errorf("a long header has %d bytes and ends in %q", len(long), long[len(long)-5:])
	}
}

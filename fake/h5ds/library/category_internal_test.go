package library

import (
	"testing"
)

// A state that was written by hand may have a circle.
func TestIsWithin(t *testing.T) {
	t.Parallel()
	var categories Categories
	categories.Put(Category{ID: "1", Owner: "9", PID: "2"})
	categories.Put(Category{ID: "2", Owner: "9", PID: "1"})
	for _, test := range []struct {
		id, other string
		want      bool
	}{{"1", "1", true}, {"1", "2", true}, {"1", "3", false}, {"1", "0", true}, {"3", "1", false}, {"", "0", true}, {"0", "0", true}, {"0", "1", false}} {
		if got := categories.isWithin(test.id, test.other); got != test.want {
			t.Errorf("isWithin(%q, %q) is %v", test.id, test.other, got)
		}
	}
}

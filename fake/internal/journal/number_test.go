package journal_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/internal/journal"
)

// Numbers stay what they are when old entries go, and when all do.
func TestNumbers(t *testing.T) {
	t.Parallel()
	type seen struct {
		Entries        []int
		Newest, Oldest int64
	}
	after := func(j *journal.Journal[int], number int64) seen {
		entries, newest, oldest, _ := j.After(number)
		var values []int
		for _, e := range entries {
			values = append(values, *e)
		}
		return seen{values, newest, oldest}
	}
	j := journal.New[int](3, 100)
	if diff := cmp.Diff(seen{nil, 0, 1}, after(j, 0)); diff != "" {
		t.Errorf("empty (-want +got):\n%s", diff)
	}
	for n := 1; n <= 5; n++ {
		j.Add(n*10, 1)
	}
	for _, tt := range []struct {
		name   string
		number int64
		want   seen
	}{
		{"from the beginning", 0, seen{[]int{30, 40, 50}, 5, 3}},
		{"before the first", -7, seen{[]int{30, 40, 50}, 5, 3}},
		{"some went", 1, seen{[]int{30, 40, 50}, 5, 3}},
		{"none went", 2, seen{[]int{30, 40, 50}, 5, 3}},
		{"in the middle", 4, seen{[]int{50}, 5, 3}},
		{"at the end", 5, seen{nil, 5, 3}},
		{"beyond", 9, seen{nil, 5, 3}},
	} {
		if diff := cmp.Diff(tt.want, after(j, tt.number)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	for number, want := range map[int64]int{2: 0, 3: 30, 5: 50, 6: 0} {
		if got, ok := j.At(number); got != want || ok != (want != 0) {
			t.Errorf("at %d: got %d %t, want %d", number, got, ok, want)
		}
	}
	_, _, _, changed := j.After(5)
	j.Clear()
	<-changed
	j.Add(60, 1)
	if diff := cmp.Diff(seen{[]int{60}, 6, 6}, after(j, 5)); diff != "" {
		t.Errorf("after Clear (-want +got):\n%s", diff)
	}
}

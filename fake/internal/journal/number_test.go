package journal_test

import (
	"testing"
	"testing/synctest"

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
		news := j.After(journal.Cursor{Number: number})
		var values []int
		for _, e := range news.Entries {
			values = append(values, *e)
		}
		return seen{values, news.End.Number, news.Oldest}
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
	changed := j.After(journal.Cursor{Number: 5}).Changed
	j.Clear()
	<-changed
	j.Add(60, 1)
	if diff := cmp.Diff(seen{[]int{60}, 6, 6}, after(j, 5)); diff != "" {
		t.Errorf("after Clear (-want +got):\n%s", diff)
	}
}

// An entry is replaced in its place, and readers who have seen it see it once more. What is no longer there is added.
func TestReplace(t *testing.T) {
	t.Parallel()
	const none = -1
	setNumber := func(*int, int64) {}
	j := journal.New[int](4, 100)
	var reader journal.Cursor
	read := func(wantReplaced, want []int) {
		t.Helper()
		news := j.After(reader)
		var got [2][]int
		for i, entries := range [][]*int{news.Replaced, news.Entries} {
			for _, e := range entries {
				got[i] = append(got[i], *e)
			}
		}
		if diff := cmp.Diff([2][]int{wantReplaced, want}, got); diff != "" {
			t.Errorf("read (-want +got):\n%s", diff)
		}
		reader = news.End
	}
	add := func(entries ...int) {
		for _, e := range entries {
			j.Add(e, 10)
		}
	}
	add(10, none, none)
	read(nil, []int{10, none, none})
	read(nil, nil)
	j.Replace(3, 30, 10, setNumber)
	add(none)
	j.Replace(2, 20, 10, setNumber)
	j.Replace(4, 40, 10, setNumber) // not seen before
	read([]int{30, 20}, []int{40})
	if diff := cmp.Diff([]int{10, 20, 30, 40}, j.Select(func(int) bool { return true })); diff != "" {
		t.Errorf("in their places (-want +got):\n%s", diff)
	}
	add(none, 60, 70, 80, 90) // 5 goes, and what it was
	j.Replace(5, 50, 10, setNumber)
	read(nil, []int{70, 80, 90, 50})
	if j.Dropped() != 6 {
		t.Errorf("dropped %d, want 6", j.Dropped())
	}
	add(none)
	j.Replace(11, 110, 95, setNumber) // all others go, for there is no room
	read(nil, []int{110})
	add(none)
	j.Clear()
	j.Replace(12, 120, 10, setNumber)
	read(nil, []int{120})
	if n, ok := j.At(13); !ok || n != 120 || j.Dropped() != 0 {
		t.Errorf("after Clear: %d %t, dropped %d", n, ok, j.Dropped())
	}
	for range 1000 { // a reader that sleeps meanwhile sees each once
		add(none)
		j.Replace(j.End().Number, 1, 10, setNumber)
	}
	read(nil, []int{1, 1, 1, 1})
}

// A waiter looks at an entry once more when it was replaced, whether it matched before or not, and at none before its
// cursor.
func TestAwaitReplaced(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name                string
		before, after, then int
		want                []int
	}{
		{"matches later", 2, 3, 5, []int{9, 3, 5}},
		{"matches no more", 3, 2, 5, []int{9, 5, 7}},
		{"matches both times", 3, 7, 5, []int{9, 7, 5}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				j := journal.New[int](100, 1000)
				for _, n := range []int{2, 9, tt.before} {
					j.Add(n, 1)
				}
				got := make(chan []int)
				go func() {
					p, err := j.AwaitPage(t.Context(), 3, 1, 0, odd)
					if err != nil {
						t.Error(err)
					}
					var all []int
					for _, e := range p.Entries {
						all = append(all, *e)
					}
					got <- all
				}()
				synctest.Wait()
				j.Replace(1, 1, 1, func(*int, int64) {})
				j.Replace(3, tt.after, 1, func(*int, int64) {})
				synctest.Wait()
				j.Add(tt.then, 1)
				synctest.Wait()
				if len(tt.want) == 3 && tt.want[2] == 7 {
					j.Add(7, 1)
				}
				if diff := cmp.Diff(tt.want, <-got); diff != "" {
					t.Errorf("await (-want +got):\n%s", diff)
				}
			})
		})
	}
}

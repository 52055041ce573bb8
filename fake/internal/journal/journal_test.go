package journal_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/internal/journal"
)

func all(int) bool   { return true }
func odd(n int) bool { return n%2 == 1 }

func TestBounds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		maxCount int
		maxBytes int64
		add      []int // the entry n takes n bytes
		want     []int
		dropped  int64
	}{
		{"below both", 3, 100, []int{1, 2, 3}, []int{1, 2, 3}, 0},
		{"one over the count", 3, 100, []int{1, 2, 3, 4}, []int{2, 3, 4}, 1},
		{"just at the bytes", 10, 6, []int{1, 2, 3}, []int{1, 2, 3}, 0},
		{"over the bytes", 10, 6, []int{1, 2, 3, 4}, []int{4}, 3},
		{"one larger than everything", 10, 6, []int{1, 9}, []int{9}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := journal.New[int](tt.maxCount, tt.maxBytes)
			for _, n := range tt.add {
				j.Add(n, int64(n))
			}
			if diff := cmp.Diff(tt.want, j.Select(all)); diff != "" {
				t.Errorf("entries (-want +got):\n%s", diff)
			}
			if got := j.Dropped(); got != tt.dropped {
				t.Errorf("dropped %d, want %d", got, tt.dropped)
			}
		})
	}
}

func TestSelectAndClear(t *testing.T) {
	t.Parallel()
	j := journal.New[int](2, 100)
	for n := range 4 {
		j.Add(n, 1)
	}
	if diff := cmp.Diff([]int{3}, j.Select(odd)); diff != "" {
		t.Errorf("odd entries (-want +got):\n%s", diff)
	}
	j.Clear()
	if got := j.Select(all); got != nil || j.Dropped() != 0 {
		t.Errorf("after Clear: %v, dropped %d", got, j.Dropped())
	}
	j.Add(7, 100)
	if diff := cmp.Diff([]int{7}, j.Select(all)); diff != "" {
		t.Errorf("after Clear and Add (-want +got):\n%s", diff)
	}
}

func TestAwait(t *testing.T) {
	t.Parallel()
	j := journal.New[int](100, 1000)
	var wg sync.WaitGroup
	wg.Go(func() {
		got, err := j.Await(t.Context(), 2, odd)
		if diff := cmp.Diff([]int{1, 3}, got); diff != "" || err != nil {
			t.Errorf("await: %v (-want +got):\n%s", err, diff)
		}
	})
	for n := range 4 {
		j.Add(n, 1)
	}
	wg.Wait()
}

func TestAwaitEnds(t *testing.T) {
	t.Parallel()
	j := journal.New[int](100, 1000)
	j.Add(1, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got, err := j.Await(ctx, 2, odd)
	if diff := cmp.Diff([]int{1}, got); diff != "" || !errors.Is(err, context.Canceled) {
		t.Errorf("await: %v (-want +got):\n%s", err, diff)
	}
}

// Each waiter looks at each entry once, and holds no lock meanwhile.
func TestAwaitLooksOnce(t *testing.T) {
	t.Parallel()
	const entries, waiters = 200, 20
	j := journal.New[int](10, 1000)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	looked := make([]int, waiters)
	seen := make(chan int, waiters*entries)
	for i := range waiters {
		wg.Go(func() {
			got, err := j.Await(ctx, 3, func(n int) bool {
				j.Dropped() // would wait for ever
				looked[i]++
				seen <- n
				return n == 1 || n == entries
			})
			if diff := cmp.Diff([]int{entries}, got); diff != "" || !errors.Is(err, context.Canceled) {
				t.Errorf("what has matched and is still there: %v (-want +got):\n%s", err, diff)
			}
		})
	}
	for n := 1; n <= entries; n++ {
		j.Add(n, 1)
		for range waiters {
			if got := <-seen; got != n {
				t.Fatalf("looked at %d, want %d", got, n)
			}
		}
	}
	cancel()
	wg.Wait()
	if diff := cmp.Diff(slices.Repeat([]int{entries}, waiters), looked); diff != "" {
		t.Errorf("times that a waiter looked (-want +got):\n%s", diff)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	j := journal.New[int](100, 1000)
	for n := 1; n <= 9; n++ {
		j.Add(n, 1)
	}
	type page struct {
		Entries []int
		Total   int
		Next    int64
	}
	for _, tt := range []struct {
		name  string
		after int64
		limit int
		want  page
	}{
		{"all", 0, 0, page{[]int{1, 3, 5, 7, 9}, 5, 9}},
		{"the first", 0, 2, page{[]int{1, 3}, 5, 3}},
		{"then", 3, 2, page{[]int{5, 7}, 3, 7}},
		{"the rest", 7, 2, page{[]int{9}, 1, 9}},
		{"nothing more", 9, 2, page{nil, 0, 9}},
		{"beyond", 99, 2, page{nil, 0, 9}},
		{"just the limit", 5, 2, page{[]int{7, 9}, 2, 9}},
		{"the last", 0, -2, page{[]int{7, 9}, 5, 9}},
		{"fewer than the last", 7, -2, page{[]int{9}, 1, 9}},
	} {
		p := j.Page(tt.after, tt.limit, odd)
		got := page{nil, p.Total, p.Next}
		for _, e := range p.Entries {
			got.Entries = append(got.Entries, *e)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

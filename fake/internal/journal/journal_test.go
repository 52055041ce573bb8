package journal_test

import (
	"context"
	"errors"
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

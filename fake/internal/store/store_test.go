package store_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/fakecme/fakecme/fake/internal/store"
)

func TestUpdateAndView(t *testing.T) {
	t.Parallel()
	s := store.New[int]()
	s.Put("a", new(int))
	s.Put("b", new(int))
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() { _ = s.Update("a", func(n *int) error { *n++; return nil }) })
	}
	wg.Wait()
	for tenant, want := range map[string]int{"a": 100, "b": 0} {
		if err := s.View(tenant, func(n *int) error {
			if *n != want {
				t.Errorf("state of %s is %d, want %d", tenant, *n, want)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	}
}

// A reset is what the next call sees; a tenant that was removed does not rise again.
func TestReplace(t *testing.T) {
	t.Parallel()
	s := store.New[int]()
	one, two := 1, 2
	s.Put("a", &one)
	if err := s.Replace("a", &two); err != nil {
		t.Error(err)
	}
	_ = s.View("a", func(n *int) error {
		if *n != 2 {
			t.Errorf("state is %d, want 2", *n)
		}
		return nil
	})
	s.Remove("a")
	if err := s.Replace("a", &one); err == nil || s.View("a", func(*int) error { return nil }) == nil {
		t.Errorf("a removed tenant has a state again: %v", err)
	}
}

func TestUnknownTenant(t *testing.T) {
	t.Parallel()
	s := store.New[int]()
	s.Put("a", new(int))
	s.Remove("a")
	run := func(*int) error { t.Error("called without a tenant"); return nil }
	for name, err := range map[string]error{"view": s.View("a", run), "update": s.Update("a", run)} {
		if err == nil || err.Error() != `store: no tenant "a"` {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestErrorComesBack(t *testing.T) {
	t.Parallel()
	s := store.New[int]()
	s.Put("a", new(int))
	want := errors.New("refused")
	if err := s.Update("a", func(*int) error { return want }); !errors.Is(err, want) {
		t.Errorf("update: %v", err)
	}
}

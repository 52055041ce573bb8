package h5ds

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func ids(s *shelf[Work], owner string) []string {
	var got []string
	for w := range s.of(owner) {
		got = append(got, w.ID)
	}
	return got
}

func TestShelf(t *testing.T) {
	t.Parallel()
	var s shelf[Work]
	for _, w := range []Work{
		{ID: "3", Owner: "a"}, {ID: "1", Owner: "b"}, {ID: "2", Owner: "a"}, {ID: "9", Owner: "a"},
		{ID: "3", Owner: "a", Name: "replaced"},
	} {
		s.put(w)
	}
	diff(t, "newest first", []string{"9", "2", "3"}, ids(&s, "a"))
	diff(t, "count", 3, s.count("a"))
	got, _ := s.get("3")
	diff(t, "replaced", Work{ID: "3", Owner: "a", Name: "replaced"}, got)
	for w := range s.of("a") { // a page stops early
		diff(t, "newest", "9", w.ID)
		break
	}
	const order = `["3","2","9","1"]`
	diff(t, "JSON order", order, jsonIDs(t, s))

	s.remove("2")
	s.remove("unknown")
	diff(t, "after a removal", []string{"9", "3"}, ids(&s, "a"))
	if _, there := s.get("2"); there {
		t.Error("2 is still there")
	}
	s.remove("1")
	if _, there := s.byOwner["b"]; there {
		t.Error("an owner of nothing is still there")
	}
	diff(t, "of nobody", 0, s.count("b"))
	s.put(Work{ID: "2", Owner: "a"})
	diff(t, "put again", []string{"2", "9", "3"}, ids(&s, "a"))
}

func jsonIDs(t *testing.T, s shelf[Work]) string {
	t.Helper()
	var works []Work
	if err := json.Unmarshal([]byte(encoded(t, s)), &works); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range works {
		got = append(got, w.ID)
	}
	return encoded(t, got)
}

func TestNewIDIsNew(t *testing.T) {
	t.Parallel()
	var first shelf[Work]
	id := first.newID(newCall())
	var seeded shelf[Work]
	seeded.put(Work{ID: id, Owner: "a"})
	if got := seeded.newID(newCall()); got == id {
		t.Errorf("the id %s is taken", id)
	}
}

func TestShelfRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, json, want string }{
		{"good", `[{"id":"1","owner":"a"},{"id":"2","owner":"a"}]`, ""},
		{"null", `null`, ""},
		{"twice", `[{"id":"1","owner":"a"},{"id":"1","owner":"b"}]`, `read state: there are two h5ds.Work with the id "1"`},
		{"no id", `[{"id":"1","owner":"a"},{"owner":"a"}]`, "read state: h5ds.Work number 1 has no id or no owner"},
		{"no owner", `[{"id":"1"}]`, "read state: h5ds.Work number 0 has no id or no owner"},
		{"no list", `{}`, "cannot unmarshal object"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var s shelf[Work]
			s.put(Work{ID: "old", Owner: "a"})
			err := s.UnmarshalJSON([]byte(test.json))
			_, kept := s.get("old")
			if test.want == "" {
				if err != nil || kept {
					t.Errorf("got error %v and the old thing there %v", err, kept)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %s", err, test.want)
			}
			if !kept {
				t.Error("what was there is gone")
			}
		})
	}
}

func BenchmarkShelfPage(b *testing.B) {
	for _, n := range []int{10, 100_000} {
		var s shelf[Work]
		for i := range n {
			s.put(Work{ID: fmt.Sprint(i), Owner: "a"})
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				var page []Work
				for w := range s.of("a") {
					if page = append(page, w); len(page) == 10 {
						break
					}
				}
				if !slices.ContainsFunc(page, func(w Work) bool { return w.ID == fmt.Sprint(n-1) }) {
					b.Fatal("the newest is missing")
				}
			}
		})
	}
}

package table_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// row is the row of the tables in these tests.
type row struct {
	ID    string    `json:"id"`
	Owner string    `json:"owner"`
	Name  string    `json:"name"`
	Ends  time.Time `json:"ends"`
}

func (r row) RowKey() (id, owner string) { return r.ID, r.Owner }

func (r row) Expiry() time.Time { return r.Ends }

func ids(s *table.Table[row], owner string) []string {
	var got []string
	for w := range s.Of(owner) {
		got = append(got, w.ID)
	}
	return got
}

func TestTable(t *testing.T) {
	t.Parallel()
	var s table.Table[row]
	for _, w := range []row{
		{ID: "3", Owner: "a"}, {ID: "1", Owner: "b"}, {ID: "2", Owner: "a"}, {ID: "9", Owner: "a"},
		{ID: "3", Owner: "a", Name: "replaced"},
	} {
		s.Put(w)
	}
	h5dstest.Diff(t, "newest first", []string{"9", "2", "3"}, ids(&s, "a"))
	h5dstest.Diff(t, "count", 3, s.Count("a"))
	got, _ := s.Get("3")
	h5dstest.Diff(t, "replaced", row{ID: "3", Owner: "a", Name: "replaced"}, got)
	for w := range s.Of("a") { // a page stops early
		h5dstest.Diff(t, "newest", "9", w.ID)
		break
	}
	const order = `["3","2","9","1"]`
	h5dstest.Diff(t, "JSON order", order, jsonIDs(t, s))

	s.Remove("2")
	s.Remove("unknown")
	h5dstest.Diff(t, "after a removal", []string{"9", "3"}, ids(&s, "a"))
	if _, there := s.Get("2"); there {
		t.Error("2 is still there")
	}
	s.Remove("1")
	if there := slices.Contains(s.Owners(), "b"); there {
		t.Error("an owner without rows is still there")
	}
	h5dstest.Diff(t, "of nobody", 0, s.Count("b"))
	s.Put(row{ID: "2", Owner: "a"})
	h5dstest.Diff(t, "put again", []string{"2", "9", "3"}, ids(&s, "a"))
}

func jsonIDs(t *testing.T, s table.Table[row]) string {
	t.Helper()
	var works []row
	if err := json.Unmarshal([]byte(h5dstest.JSON(t, s)), &works); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range works {
		got = append(got, w.ID)
	}
	return h5dstest.JSON(t, got)
}

func TestNewIDIsNew(t *testing.T) {
	t.Parallel()
	var first table.Table[row]
	id := first.NewID(&op.Call{Now: h5dstest.Now, IDs: &op.IDs{}})
	var second table.Table[row]
	second.Put(row{ID: id, Owner: "a"})
	if got := second.NewID(&op.Call{Now: h5dstest.Now, IDs: &op.IDs{}}); got == id {
		t.Errorf("the id %s is taken", id)
	}
}

func TestTableRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, json, want string }{
		{"good", `[{"id":"1","owner":"a"},{"id":"2","owner":"a"}]`, ""},
		{"null", `null`, ""},
		{"twice", `[{"id":"1","owner":"a"},{"id":"1","owner":"b"}]`, `read state: there are two table_test.row with the id "1"`},
		{"no id", `[{"id":"1","owner":"a"},{"owner":"a"}]`, "read state: table_test.row number 1 has no id or no owner"},
		{"no owner", `[{"id":"1"}]`, "read state: table_test.row number 0 has no id or no owner"},
		{"no list", `{}`, "cannot unmarshal object"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var s table.Table[row]
			s.Put(row{ID: "old", Owner: "a"})
			err := s.UnmarshalJSON([]byte(test.json))
			_, unchanged := s.Get("old")
			if test.want == "" {
				if err != nil || unchanged {
					t.Errorf("got error %v and the old row there %v", err, unchanged)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %s", err, test.want)
			}
			if !unchanged {
				t.Error("the old row is gone")
			}
		})
	}
}

func BenchmarkTablePage(b *testing.B) {
	for _, n := range []int{10, 100_000} {
		var s table.Table[row]
		for i := range n {
			s.Put(row{ID: fmt.Sprint(i), Owner: "a"})
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				var page []row
				for w := range s.Of("a") {
					if page = append(page, w); len(page) == 10 {
						break
					}
				}
				if !slices.ContainsFunc(page, func(w row) bool { return w.ID == fmt.Sprint(n-1) }) {
					b.Fatal("the newest is missing")
				}
			}
		})
	}
}

// Ten codes are older than all others: five of them belong to "old", five to "a" among newer ones.
func TestPutExpiring(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for _, test := range []struct {
		name    string
		codes   int
		expired time.Duration // ago
		left    int           // of the ten
	}{
		{"few", 512, day + 1, 10},
		{"nearly many", 1023, day + 1, 10},
		{"many", 1024, day + 1, 0},
		{"many, a day ago", 1024, day, 10},
		{"no power of two", 1025, day + 1, 10},
		{"twice as many", 2048, day + 1, 0},
		{"twice as many, still good", 2048, -1, 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var s table.Table[row]
			for i := range 10 {
				s.Put(row{ID: fmt.Sprint("old ", i), Owner: []string{"a", "old"}[i%2], Ends: h5dstest.Now.Add(-test.expired)})
			}
			for i := range test.codes - 11 {
				s.Put(row{ID: fmt.Sprint(i), Owner: []string{"a", "b"}[i%2], Ends: h5dstest.Now.Add(time.Minute)})
			}
			table.PutExpiring(&s, row{ID: "newest", Owner: "a", Ends: h5dstest.Now.Add(time.Minute)}, h5dstest.Now)
			left := 0
			for i := range 10 {
				if _, there := s.Get(fmt.Sprint("old ", i)); there {
					left++
				}
			}
			h5dstest.Diff(t, "left", test.left, left)
			h5dstest.Diff(t, "left of the one who had no others", test.left/2, s.Count("old"))
			h5dstest.Diff(t, "all", test.codes-10+test.left, s.Len())
			h5dstest.Diff(t, "by owner", s.Len(), s.Count("a")+s.Count("b")+s.Count("old"))
			if there := slices.Contains(s.Owners(), "old"); there != (test.left > 0) {
				t.Errorf("an owner with %d rows is there: %t", s.Count("old"), there)
			}
			for newest := range s.Of("a") {
				h5dstest.Diff(t, "newest", "newest", newest.ID)
				break
			}
		})
	}
}

func TestNewestFirst(t *testing.T) {
	t.Parallel()
	var s table.Table[row]
	for _, id := range []string{"9", "10", "2", "1000", "100"} {
		s.Put(row{ID: id, Owner: "u"})
	}
	got := ""
	for r := range s.NewestFirst() {
		if r.ID == "2" {
			break
		}
		got += " " + r.ID
	}
	h5dstest.Diff(t, "order", " 1000 100 10 9", got)
}

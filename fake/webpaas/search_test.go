package webpaas

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func timeRange(from, to time.Time) string {
	return fmt.Sprintf(`,"CreateTimeRange":{"StartTime":%q,"EndTime":%q}`, wireTime(from), wireTime(to))
}

func TestSearchLimits(t *testing.T) {
	t.Parallel()
	w := manyWorld(t, 120)
	for _, tt := range []struct {
		name, window string
		want         int
	}{
		{"default", ``, 50}, {"zero", `,"Limit":0`, 50}, {"no maximum", `,"Limit":1000`, 120}, {"rest", `,"Offset":100`, 20},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := w.must("alice", "Material.SearchMaterial", `{"SearchScopes":[`+scopeJSON("alice", "")+`]`+tt.window+`}`)
			if n := len(ids(t, got)); n != tt.want {
				t.Errorf("%d items, want %d", n, tt.want)
			}
		})
	}
}

// Every item is on exactly one page, whatever the page sizes, the order and the text.
func TestSearchPagingProperty(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		n := random.IntN(70)
		w := manyWorld(t, n)
		filter := []string{``, `,"Text":"video m0"`, `,"Sort":{"Order":"Asc"}`}[random.IntN(3)]
		seen := map[string]int{}
		for got := 0; got < n; {
			limit := 1 + random.IntN(40)
			page := ids(t, w.must("alice", "Material.SearchMaterial", fmt.Sprintf(
				`{"SearchScopes":[%s],"Offset":%d,"Limit":%d%s}`, scopeJSON("alice", ""), got, limit, filter)))
			if want := min(limit, n-got); len(page) != want {
				t.Fatalf("page at %d of %d with limit %d has %d items, want %d", got, n, limit, len(page), want)
			}
			for _, id := range page {
				seen[id]++
			}
			got += len(page)
		}
		want := map[string]int{}
		for _, id := range newestFirst(n) {
			want[id] = 1
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Fatalf("%d items %s (-want +got):\n%s", n, filter, diff)
		}
	}
}

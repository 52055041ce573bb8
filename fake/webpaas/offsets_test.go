package webpaas

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// spoken are subtitles that begin at the times given; their ids are their places in the list.
func spoken(starts ...float64) []Subtitle {
	var list []Subtitle
	for i, start := range starts {
		list = append(list, Subtitle{ID: strconv.Itoa(i), Start: start, End: start + 1})
	}
	return list
}

func idsOf(list []Subtitle) []string {
	ids := []string{}
	for _, s := range list {
		ids = append(ids, s.ID)
	}
	return ids
}

func TestReadByTime(t *testing.T) {
	t.Parallel()
	five := spoken(1, 2, 3, 4, 5)
	tests := []struct {
		name  string
		items []Subtitle
		from  float64
		to    float64
		page  int
		want  []string
		last  float64
	}{
		{"nothing there", nil, 0, 100, 2, []string{}, -1},
		{"all", five, 0, 100, 5, []string{"0", "1", "2", "3", "4"}, -1},
		{"one more than a page", five, 0, 100, 4, []string{"0", "1", "2", "3"}, 5},
		{"goes on where it stopped", five, 5, 100, 4, []string{"4"}, -1},
		{"both bounds belong", five, 2, 4, 9, []string{"1", "2", "3"}, -1},
		{"between two", five, 2.5, 2.75, 9, []string{}, -1},
		{"began before", five, 1.5, 1.75, 9, []string{}, -1},
		{"a moment", five, 3, 3, 9, []string{"2"}, -1},
		{"full page at the end of the range", five, 0, 2, 2, []string{"0", "1"}, -1},
		{"after all", five, 6, 9, 2, []string{}, -1},
		{"together", spoken(1, 2, 2, 2, 3), 0, 9, 2, []string{"0", "1", "2", "3"}, 3},
		{"together at the end", spoken(1, 2, 2), 0, 9, 2, []string{"0", "1", "2"}, -1},
		{"together from the first on", spoken(0, 0, 0, 1), 0, 9, 1, []string{"0", "1", "2"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			some, last := read(tt.items, offsets{tt.from, tt.to}, tt.page)
			if diff := cmp.Diff(tt.want, idsOf(some)); diff != "" {
				t.Errorf("items (-want +got):\n%s", diff)
			}
			if last != tt.last {
				t.Errorf("LastTimeOffset %g, want %g", last, tt.last)
			}
		})
	}
}

func TestDefaultPage(t *testing.T) {
	t.Parallel()
	starts := make([]float64, 51)
	for i := range starts {
		starts[i] = float64(i)
	}
	for n, want := range map[int]float64{50: -1, 51: 50} {
		some, last := read(spoken(starts[:n]...), offsets{0, 100}, 0)
		if len(some) != 50 || last != want {
			t.Errorf("of %d: %d items, then %g; want 50, then %g", n, len(some), last, want)
		}
	}
}

// Whoever goes on from LastTimeOffset gets each item once, whatever the page.
func TestReadGetsEachOnce(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	for round := range 200 {
		starts := make([]float64, random.IntN(20))
		at := 0.0
		for i := range starts {
			at += float64(random.IntN(3)) / 4
			starts[i] = at
		}
		items, page := spoken(starts...), 1+random.IntN(6)
		got := []string{}
		next, reads := 0.0, 0
		for ; next != lastOffset; reads++ {
			var some []Subtitle
			some, next = read(items, offsets{next, 100}, page)
			got = append(got, idsOf(some)...)
			if reads > len(items) {
				t.Fatalf("round %d: no end", round)
			}
		}
		if diff := cmp.Diff(idsOf(items), got); diff != "" {
			t.Errorf("round %d, page %d, starts %v (-want +got):\n%s", round, page, starts, diff)
		}
	}
}

func TestOffsets(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		from, to float64
		want     string
	}{
		{"whole", 0, 100, ""}, {"a moment", 5.2, 5.2, ""}, {"at the beginning", 0, 0, ""},
		{"the other way round", 5.21, 5.2, startAfterEnd}, {"end before the beginning", 0, -1, startAfterEnd},
		{"before the beginning", -0.001, 1, invalid("StartTimeOffset")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := (offsets{tt.from, tt.to}).validate(); err != nil {
				got = errorText(t, err)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// errorText is an error as outcome.Error has it.
func errorText(t *testing.T, err error) string {
	t.Helper()
	r, ok := op.AsFailure(err)
	if !ok {
		t.Fatalf("a bug in the fake: %v", err)
	}
	return r.Err.Code + "|" + r.Err.Message + "|" + r.Err.EnglishMessage
}

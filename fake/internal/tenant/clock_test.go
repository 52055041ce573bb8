package tenant

import (
	"math"
	"testing"
	"testing/synctest"
	"time"
)

// The error says between which years a clock can be.
func TestClockBoundsInWords(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &Clock{changed: func() {}}
		want := "the clock cannot be at 2300-01-01T00:00:00Z: it may be up to 290 years from the real time, from 1711 to 2288"
		if err := c.Freeze(time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

// A clock takes no time that it cannot keep, and stays as it was.
func TestClockBounds(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	at := func(text string) *time.Time {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return &when
	}
	yes, no := true, false
	for _, tt := range []struct {
		name string
		move func(c *Clock) error
		want string // the time afterwards, and whether it stands; empty when it is an error
	}{
		{"a day", func(c *Clock) error { return c.Advance(24 * time.Hour) }, "2000-01-02T00:00:00Z"},
		{"back", func(c *Clock) error { return c.Advance(-100 * year) }, "1900-01-25T00:00:00Z"},
		{"as far as it goes", func(c *Clock) error { return c.Advance(290 * year) }, "2289-10-22T00:00:00Z"},
		{"farther", func(c *Clock) error { return c.Advance(290*year + 1) }, ""},
		{"as far back as it goes", func(c *Clock) error { return c.Advance(-290 * year) }, "1710-03-12T00:00:00Z"},
		{"farther back", func(c *Clock) error { return c.Advance(-290*year - 1) }, ""},
		{"the longest duration", func(c *Clock) error { return c.Advance(math.MaxInt64) }, ""},
		{"the longest duration back", func(c *Clock) error { return c.Advance(math.MinInt64) }, ""},
		{"twice", func(c *Clock) error { _ = c.Advance(200 * year); return c.Advance(200 * year) }, ""},
		{"there and back", func(c *Clock) error { _ = c.Advance(200 * year); return c.Advance(-200 * year) }, "2000-01-01T00:00:00Z"},
		{"frozen", func(c *Clock) error { return c.Freeze(*at("2200-01-01T00:00:00Z")) }, "2200-01-01T00:00:00Z frozen"},
		{"frozen too late", func(c *Clock) error { return c.Freeze(*at("2300-01-01T00:00:00Z")) }, ""},
		{"frozen, then too late", func(c *Clock) error { _ = c.Freeze(*at("2200-01-01T00:00:00Z")); return c.Advance(100 * year) }, ""},
		{"frozen beyond JSON", func(c *Clock) error { return c.Freeze(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)) }, ""},
		{"frozen where it is", func(c *Clock) error { return c.Freeze(time.Time{}) }, "2000-01-01T00:00:00Z frozen"},
		{"frozen, then moved", func(c *Clock) error { _ = c.Freeze(*at("2200-01-01T00:00:00Z")); return c.Advance(24 * time.Hour) }, "2200-01-02T00:00:00Z frozen"},
		{"frozen and let go", func(c *Clock) error { _ = c.Freeze(*at("2200-01-01T00:00:00Z")); c.Unfreeze(); return nil }, "2200-01-01T00:00:00Z"},
		{"let go while it runs", func(c *Clock) error { _ = c.Advance(time.Hour); c.Unfreeze(); return nil }, "2000-01-01T01:00:00Z"},
		{"moved and real again", func(c *Clock) error { _ = c.Advance(time.Hour); c.Real(); return nil }, "2000-01-01T00:00:00Z"},
		{"frozen and real again", func(c *Clock) error { _ = c.Freeze(*at("2200-01-01T00:00:00Z")); c.Real(); return nil }, "2000-01-01T00:00:00Z"},
		{"set while it is frozen", func(c *Clock) error { _ = c.Freeze(time.Time{}); return c.Set(at("2026-01-02T03:04:05Z"), nil) }, "2026-01-02T03:04:05Z frozen"},
		{"set to frozen", func(c *Clock) error { return c.Set(nil, &yes) }, "2000-01-01T00:00:00Z frozen"},
		{"set and frozen at once", func(c *Clock) error { return c.Set(at("2026-01-02T03:04:05Z"), &yes) }, "2026-01-02T03:04:05Z frozen"},
		{"set to run", func(c *Clock) error { _ = c.Freeze(*at("2200-01-01T00:00:00Z")); return c.Set(nil, &no) }, "2200-01-01T00:00:00Z"},
		{"set", func(c *Clock) error { return c.Set(at("2026-01-02T03:04:05Z"), nil) }, "2026-01-02T03:04:05Z"},
		{"set to the last time of JSON", func(c *Clock) error { return c.Set(at("9999-12-31T23:59:59Z"), nil) }, ""},
		{"set and frozen", func(c *Clock) error { return c.Set(at("9999-12-31T23:59:59Z"), &yes) }, ""},
		{"set and let go", func(c *Clock) error { return c.Set(at("1600-01-01T00:00:00Z"), &no) }, ""},
		{"set to the zero time", func(c *Clock) error { return c.Set(&time.Time{}, nil) }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // where it is the year 2000
				changes := 0
				c := &Clock{changed: func() { changes++ }}
				err := tt.move(c)
				before := c.Now()
				got := before.Format(time.RFC3339)
				time.Sleep(time.Hour)
				if c.Frozen() {
					got += " frozen"
				}
				switch {
				case (err == nil) != (tt.want != ""):
					t.Errorf("error %v, and it is %s", err, got)
				case err == nil && got != tt.want:
					t.Errorf("it is %s, want %s", got, tt.want)
				case err != nil && c.Now().Year() > 2300:
					t.Errorf("it is %s after %v", got, err)
				case c.Frozen() != c.Now().Equal(before), !c.Frozen() && c.Now().Sub(before) != time.Hour:
					t.Errorf("an hour later it is %s; it is frozen: %t", c.Now(), c.Frozen())
				case err == nil && changes == 0:
					t.Error("nobody heard of the change")
				}
			})
		})
	}
}

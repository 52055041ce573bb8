package tenant

import (
	"math"
	"testing"
	"testing/synctest"
	"time"
)

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
		want string // the time afterwards; empty when it is an error
	}{
		{"a day", func(c *Clock) error { return c.Advance(24 * time.Hour) }, "2000-01-02T00:00:00Z"},
		{"back", func(c *Clock) error { return c.Advance(-100 * year) }, "1900-01-25T00:00:00Z"},
		{"as far as it goes", func(c *Clock) error { return c.Advance(290 * year) }, "2289-10-22T00:00:00Z"},
		{"farther", func(c *Clock) error { return c.Advance(290*year + 1) }, ""},
		{"the longest duration", func(c *Clock) error { return c.Advance(math.MaxInt64) }, ""},
		{"the longest duration back", func(c *Clock) error { return c.Advance(math.MinInt64) }, ""},
		{"twice", func(c *Clock) error { _ = c.Advance(200 * year); return c.Advance(200 * year) }, ""},
		{"there and back", func(c *Clock) error { _ = c.Advance(200 * year); return c.Advance(-200 * year) }, "2000-01-01T00:00:00Z"},
		{"frozen", func(c *Clock) error { return c.Freeze(*at("2200-01-01T00:00:00Z")) }, "2200-01-01T00:00:00Z"},
		{"frozen too late", func(c *Clock) error { return c.Freeze(*at("2300-01-01T00:00:00Z")) }, ""},
		{"frozen, then too late", func(c *Clock) error { _ = c.Freeze(*at("2200-01-01T00:00:00Z")); return c.Advance(100 * year) }, ""},
		{"frozen beyond JSON", func(c *Clock) error { return c.Freeze(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)) }, ""},
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
				got := c.Now().Format(time.RFC3339)
				switch {
				case (err == nil) != (tt.want != ""):
					t.Errorf("error %v, and it is %s", err, got)
				case err == nil && got != tt.want:
					t.Errorf("it is %s, want %s", got, tt.want)
				case err != nil && c.Now().Year() > 2300:
					t.Errorf("it is %s after %v", got, err)
				}
			})
		})
	}
}

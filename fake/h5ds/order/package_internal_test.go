package order

import (
	"testing"
	"time"
)

func TestPeriod(t *testing.T) {
	t.Parallel()
	from := time.Date(2025, 1, 30, 0, 0, 0, 0, time.UTC)
	for unit, want := range map[Unit]string{"day": "2025-02-01", "month": "2025-03-30", "year": "2027-01-30"} {
		p := Period{2, unit}
		if got := p.after(from).Format(time.DateOnly); got != want {
			t.Errorf("%s: got %s, want %s", unit, got, want)
		}
	}
}

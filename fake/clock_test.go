package fake_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
)

// A time that the clock cannot have is a mistake in the test.
func TestClockTooFar(t *testing.T) {
	t.Parallel()
	srv, err := fake.New(fake.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for name, move := range map[string]func(){
		"advance": func() { srv.Clock.Advance(math.MaxInt64) },
		"freeze":  func() { srv.Clock.Freeze(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)) },
	} {
		func() {
			defer func() {
				if cause, _ := recover().(string); !strings.Contains(cause, name) || !strings.Contains(cause, "290 years") {
					t.Errorf("%s: %q", name, cause)
				}
			}()
			move()
		}()
	}
}

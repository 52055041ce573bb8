package tenant

import (
	"fmt"
	"sync"
	"time"
)

// maxOffset bounds how far a clock may be from the real time: a duration holds 292 years, and what ends later, such as a
// ticket, must have a time that JSON can hold.
const maxOffset = 290 * 365 * 24 * time.Hour

// checkTime returns an error for a time that a clock cannot have.
func checkTime(at, now time.Time) error {
	if off := at.Sub(now); off > maxOffset || off < -maxOffset { // Sub stops at the longest duration
		return fmt.Errorf("the clock cannot be at %s: it may be up to 290 years from the real time, from %d to %d",
			at.UTC().Format("2006-01-02T15:04:05Z"), now.Add(-maxOffset).Year()+1, now.Add(maxOffset).Year()-1)
	}
	return nil
}

// Clock is the time of one tenant: the real time plus an offset, or frozen. It is real by default, because the client
// under test signs with its own clock.
type Clock struct {
	mu     sync.Mutex // guards everything below
	offset time.Duration
	frozen time.Time // the time it stands at; zero while it runs

	changed func() // called after each change, without the lock
}

// change moves the clock, unless there is an error. What has become due by that happens before it returns.
func (c *Clock) change(move func() error) error {
	c.mu.Lock()
	err := move()
	c.mu.Unlock()
	if err == nil {
		c.changed()
	}
	return err
}

// Now returns the tenant's time, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nowLocked()
}

func (c *Clock) nowLocked() time.Time {
	if !c.frozen.IsZero() {
		return c.frozen
	}
	return time.Now().Add(c.offset).UTC()
}

// Advance moves the clock by d, which may be negative. A frozen clock stays frozen. For a time that a clock cannot have,
// it returns an error and moves nothing.
func (c *Clock) Advance(d time.Duration) error {
	return c.change(func() error {
		to := c.nowLocked().Add(d)
		if err := checkTime(to, time.Now()); err != nil {
			return err
		}
		if c.frozen.IsZero() {
			c.offset += d
			return nil
		}
		c.frozen = to
		return nil
	})
}

// Freeze stops the clock at t. The zero time stops it where it is. For a time that a clock cannot have, it returns an
// error and changes nothing.
func (c *Clock) Freeze(t time.Time) error {
	return c.change(func() error {
		if t.IsZero() {
			t = c.nowLocked()
		}
		if err := checkTime(t, time.Now()); err != nil {
			return err
		}
		c.frozen = t.UTC()
		return nil
	})
}

// Unfreeze lets a frozen clock go on from where it stands.
func (c *Clock) Unfreeze() {
	_ = c.change(func() error {
		if !c.frozen.IsZero() {
			c.offset, c.frozen = time.Until(c.frozen), time.Time{}
		}
		return nil
	})
}

// Real takes the clock back to the real time.
func (c *Clock) Real() {
	_ = c.change(func() error {
		c.offset, c.frozen = 0, time.Time{}
		return nil
	})
}

// Frozen says whether the clock stands still.
func (c *Clock) Frozen() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.frozen.IsZero()
}

// Set changes the time, or whether the clock stands still, or both; what is nil stays. For a time that a clock cannot
// have, it returns an error and changes nothing.
func (c *Clock) Set(now *time.Time, frozen *bool) error {
	stand := c.Frozen()
	if frozen != nil {
		stand = *frozen
	}
	at := c.Now()
	if now != nil {
		at = *now
	}
	if err := checkTime(at, time.Now()); err != nil { // Freeze takes the zero time for another
		return err
	}
	if err := c.Freeze(at); err != nil {
		return err
	}
	if !stand {
		c.Unfreeze()
	}
	return nil
}

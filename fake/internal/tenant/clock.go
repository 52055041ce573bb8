package tenant

import (
	"sync"
	"time"
)

// Clock is the time of one tenant: the real time plus an offset, or frozen. It is real by default, because the client
// under test signs with its own clock.
type Clock struct {
	mu     sync.Mutex // guards everything below
	offset time.Duration
	frozen time.Time // the time it stands at; zero while it runs

	changed func() // called after each change, without the lock
}

// change moves the clock. What has become due by that happens before it returns.
func (c *Clock) change(move func()) {
	c.mu.Lock()
	move()
	c.mu.Unlock()
	c.changed()
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

// Advance moves the clock by d, which may be negative. A frozen clock stays frozen.
func (c *Clock) Advance(d time.Duration) {
	c.change(func() {
		if !c.frozen.IsZero() {
			c.frozen = c.frozen.Add(d)
			return
		}
		c.offset += d
	})
}

// Freeze stops the clock at t. The zero time stops it where it is.
func (c *Clock) Freeze(t time.Time) {
	c.change(func() {
		if t.IsZero() {
			t = c.nowLocked()
		}
		c.frozen = t.UTC()
	})
}

// Unfreeze lets a frozen clock go on from where it stands.
func (c *Clock) Unfreeze() {
	c.change(func() {
		if !c.frozen.IsZero() {
			c.offset, c.frozen = time.Until(c.frozen), time.Time{}
		}
	})
}

// Real takes the clock back to the real time.
func (c *Clock) Real() {
	c.change(func() { c.offset, c.frozen = 0, time.Time{} })
}

// Frozen says whether the clock stands still.
func (c *Clock) Frozen() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.frozen.IsZero()
}

// Set changes the time, or whether the clock stands still, or both; what is nil stays.
func (c *Clock) Set(now *time.Time, frozen *bool) {
	stand := c.Frozen()
	if frozen != nil {
		stand = *frozen
	}
	at := c.Now()
	if now != nil {
		at = *now
	}
	c.Freeze(at)
	if !stand {
		c.Unfreeze()
	}
}

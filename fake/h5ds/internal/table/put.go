package table

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// checkID rejects an id that is not decimal digits, and one that is somebody else's.
func CheckID[T Row](s *Table[T], seed T) error {
	id, owner := seed.RowKey()
	if !IsID(id) {
		return fmt.Errorf("the id %q is not decimal digits; leave it out for a new one", id)
	}
	old, taken := s.Get(id)
	if _, before := old.RowKey(); taken && before != owner {
		return fmt.Errorf("the id is in use already, by %s", before)
	}
	return nil
}

// seedID is the id of a seed, a new one when it was left out.
func IDOr[T Row](c *op.Call, shelf *Table[T], id string) string {
	if id != "" {
		return id
	}
	return shelf.NewID(c)
}

// isID says whether an id has the form of the platform's, or is left out. It goes into paths.
func IsID(id string) bool { return strings.Trim(id, "0123456789") == "" }

// isSize keeps out what the API does not have, and what JSON cannot write.
func IsAmount(f float64) bool { return f >= 0 && !math.IsInf(f, 1) }

// times fills the times of a seed: made now, and not changed since.
func Times(c *op.Call, created, updated time.Time) (time.Time, time.Time) {
	if created.IsZero() {
		created = c.Now
	}
	if updated.IsZero() {
		updated = created
	}
	return created, updated
}

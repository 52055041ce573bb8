package table

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// CheckID rejects an id that is not decimal digits, and one that a row of another owner has.
func CheckID[T Row](t *Table[T], row T) error {
	id, owner := row.RowKey()
	if !IsID(id) {
		return fmt.Errorf("the id %q is not decimal digits; leave it out for a new one", id)
	}
	old, taken := t.Get(id)
	if _, before := old.RowKey(); taken && before != owner {
		return fmt.Errorf("the id is in use already, by %s", before)
	}
	return nil
}

// IDOr returns the id, or a new one when it is empty.
func IDOr[T Row](c *op.Call, t *Table[T], id string) string {
	if id != "" {
		return id
	}
	return t.NewID(c)
}

// IsID reports whether an id is decimal digits, as those of the platform are, or empty. Ids are parts of paths.
func IsID(id string) bool { return strings.Trim(id, "0123456789") == "" }

// IsAmount reports whether a number is neither negative nor infinite nor NaN.
func IsAmount(f float64) bool { return f >= 0 && !math.IsInf(f, 1) }

// Times returns the times of a row, with the defaults now and the time of its creation.
func Times(c *op.Call, created, updated time.Time) (time.Time, time.Time) {
	if created.IsZero() {
		created = c.Now
	}
	if updated.IsZero() {
		updated = created
	}
	return created, updated
}

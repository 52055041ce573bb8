package task_test

import (
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
)

func TestRejected(t *testing.T) {
	t.Parallel()
	h5dstest.AllRejected(t)
}

func TestBadFixtures(t *testing.T) {
	t.Parallel()
	h5dstest.BadFixtures(t)
}

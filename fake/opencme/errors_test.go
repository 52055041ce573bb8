package opencme

import (
	"os"
	"testing"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// TestMain gives the errors their texts, as starting the fake does.
func TestMain(m *testing.M) {
	if err := op.Fill(&errs, contracts.Errors(Service.Name)); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

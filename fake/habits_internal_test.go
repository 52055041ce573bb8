package fake

import (
	"os"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/contracts"
)

// The README explains every warning, and what the warnings are looked for in exists.
func TestHabitsAreWhatTheySay(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range habitCodes {
		if !strings.Contains(string(readme), "| `"+code+"` |") {
			t.Errorf("the README does not explain %s", code)
		}
	}
	operations := append([]string{"Material.FinishUploadMaterial"}, pollingOperations...)
	for _, old := range oldShapes {
		operations = append(operations, old.operation)
	}
	for _, id := range operations {
		if _, ok := contracts.Lookup(id); !ok {
			t.Errorf("no operation is called %s", id)
		}
	}
}

package observe

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/contracts"
)

// The README explains every warning, and the operations that warnings are looked for in exist.
func TestWarningsAreDocumented(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range Warnings() {
		if !strings.Contains(string(readme), "| `"+code+"` |") {
			t.Errorf("the README does not explain %s", code)
		}
	}
	operations := append([]string{"Material.FinishUploadMaterial"}, pollingOperations...)
	for _, old := range oldFields {
		operations = append(operations, old.operation)
	}
	if missing := slices.DeleteFunc(operations, func(id string) bool {
		_, ok := contracts.Lookup(id)
		return ok
	}); len(missing) > 0 {
		t.Errorf("no operations are called %q", missing)
	}
}

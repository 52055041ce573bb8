package fake_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/fakecme/fakecme/fake/internal/golden"
	"github.com/fakecme/fakecme/recordings"
)

// The names that test authors use are few, and change on purpose only: a change of the public
// API shows as a change of testdata/api.txt.
func TestPublicAPI(t *testing.T) {
	t.Parallel()
	text, err := exec.CommandContext(t.Context(), "go", "doc", "-all", ".").Output()
	if err != nil {
		t.Fatalf("go doc: %v", err)
	}
	golden.Compare(t, "api.txt", string(text))
}

// examples.json holds the documented request bodies that GET operations shows, and no other.
func TestExamplesOfOperations(t *testing.T) {
	t.Parallel()
	bodies := map[string]json.RawMessage{}
	for _, archive := range recordings.Documented() {
		for _, entry := range archive.Log.Entries {
			example, ok := recordings.ExampleOf(&entry)
			if !ok || example.Kind != "success" || bodies[example.OperationID] != nil {
				continue
			}
			call, err := entry.Call()
			if err != nil {
				t.Fatal(err)
			}
			if json.Valid(call.Body) {
				bodies[example.OperationID] = call.Body
			}
		}
	}
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(bodies); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "../internal/admin/examples.json", want.String())
}

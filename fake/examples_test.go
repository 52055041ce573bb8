package fake_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/recordings"
)

// examples.json holds the documented request bodies that GET operations shows, and no other.
func TestAPIExamples(t *testing.T) {
	t.Parallel()
	bodies := map[string]json.RawMessage{}
	for _, archive := range recordings.Documented() {
		for _, entry := range archive.Log.Entries {
			example, ok := entry.Example()
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
	if *update {
		if err := os.WriteFile("internal/admin/examples.json", want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("internal/admin/examples.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), string(got)); diff != "" {
		t.Errorf("examples.json; go test ./fake -run API -update (-want +got):\n%s", diff)
	}
}

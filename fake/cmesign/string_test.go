package cmesign_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestStringsOfLanguagesAreRecognised has HMACs whose bytes the decoders of the languages treat in
// their own ways: surrogates, incomplete and overlong characters, quotes.
func TestStringsOfLanguagesAreRecognised(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/strings.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct{ Name, Encoder, Signature string }
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) != 41 {
		t.Fatalf("got %d vectors, want 41", len(file.Vectors))
	}
	for _, vec := range file.Vectors {
		got := judge().Explain(vec.Signature)
		if diff := cmp.Diff("cme.mac-through-string", got.Code); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", vec.Name, vec.Encoder, diff)
		}
		if !strings.HasSuffix(got.Fix, "; nothing else is wrong with it") {
			t.Errorf("%s, %s: the HMAC was not recomputed: %s", vec.Name, vec.Encoder, got.Fix)
		}
		language, _, _ := strings.Cut(vec.Encoder, " ")
		if !strings.Contains(got.Sentence, language) {
			t.Errorf("%s, %s: the language is not in %q", vec.Name, vec.Encoder, got.Sentence)
		}
	}
}

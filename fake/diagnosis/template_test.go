package diagnosis_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

func TestFill(t *testing.T) {
	t.Parallel()
	templates := diagnosis.Templates{
		"a.plain":       {Sentence: "it is {wrong}"},
		"a.plain/twice": {Sentence: "{one} is not {two}", Fix: "send {two}, not {one}, {three}"},
		"a.fixed":       {Sentence: "it is wrong", Fix: "do it right"},
	}
	tests := []struct {
		name, key string
		values    []string
		want      diagnosis.Diagnosis
	}{
		{"one value", "a.plain", []string{"wrong", "broken"}, diagnosis.Diagnosis{Code: "a.plain", Sentence: "it is broken"}},
		{"no value", "a.plain", nil, diagnosis.Diagnosis{Code: "a.plain", Sentence: "it is {wrong}"}},
		{"nothing to fill", "a.fixed", []string{"wrong", "broken"}, diagnosis.Diagnosis{Code: "a.fixed", Sentence: "it is wrong", Fix: "do it right"}},
		{"no template", "a.b/c", nil, diagnosis.Diagnosis{Code: "a.b"}},
		{"a value that looks like a name", "a.plain/twice", []string{"one", "{two}", "two", "2"},
			diagnosis.Diagnosis{Code: "a.plain", Sentence: "{two} is not 2", Fix: "send 2, not {two}, {three}"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, templates.Fill(tt.key, tt.values...)); diff != "" {
				t.Errorf("diagnosis (-want +got):\n%s", diff)
			}
		})
	}
}

package diagnosis_test

import (
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

func TestDistance(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abd", 1}, {"abc", "ac", 1}, {"kitten", "sitting", 3},
		{strings.Repeat("a", 300), strings.Repeat("a", 400), 0}, // the first 200 bytes are the same
	}
	for _, tt := range tests {
		if got := diagnosis.Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("%s, %s: got %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	words := []string{"Material.ListMedia", "Material.DeleteMaterial", "Team.Abc", "Team.Abd"}
	for word, want := range map[string]string{
		"Material.ListMedias": "Material.ListMedia",
		"Team.Abx":            "Team.Abc", // the first of two that are equally near
		"":                    "Team.Abc",
	} {
		if got := diagnosis.Nearest(word, words); got != want {
			t.Errorf("%s: got %s, want %s", word, got, want)
		}
	}
}

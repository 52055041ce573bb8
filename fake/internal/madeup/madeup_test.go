package madeup_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/internal/madeup"
)

// all is one of each thing a source makes.
func all(f *madeup.Faker) map[string]string {
	return map[string]string{
		"DigitN": f.DigitN(6), "UUID": f.UUID(), "Word": f.Word(), "Title": f.Title(), "Name": f.Name(),
		"Sentence": f.Sentence(5),
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	forms := map[string]*regexp.Regexp{
		"DigitN":   regexp.MustCompile(`^[0-9]{6}$`),
		"UUID":     regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`),
		"Word":     regexp.MustCompile(`^[a-z]+$`),
		"Title":    regexp.MustCompile(`^[a-z]+ [a-z]+$`),
		"Name":     regexp.MustCompile(`^[A-Z][a-z]+ [A-Z][a-z]+$`),
		"Sentence": regexp.MustCompile(`^[A-Z][a-z]*( [a-z]+){4}\.$`),
	}
	for seed := range uint64(200) {
		f := madeup.New(seed)
		for what, text := range all(f) {
			if !forms[what].MatchString(text) {
				t.Errorf("seed %d: %s: got %q", seed, what, text)
			}
		}
		if n := f.IntRange(3, 5); n < 3 || n > 5 {
			t.Errorf("IntRange: got %d", n)
		}
		if n := f.Float64Range(3, 5); n < 3 || n >= 5 {
			t.Errorf("Float64Range: got %f", n)
		}
	}
	f := madeup.New(1)
	if n := f.IntRange(3, 2); n != 3 {
		t.Errorf("IntRange without room: got %d", n)
	}
	if text := f.Sentence(0); text != "" {
		t.Errorf("Sentence of no words: got %q", text)
	}
	texts := []string{"a", "b", "c", "d"}
	f.ShuffleStrings(texts)
	slices.Sort(texts)
	if diff := cmp.Diff([]string{"a", "b", "c", "d"}, texts); diff != "" {
		t.Errorf("shuffled (-want +got):\n%s", diff)
	}
}

// The seed decides, and nothing else.
func TestSeed(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(all(madeup.New(7)), all(madeup.New(7))); diff != "" {
		t.Errorf("the same seed:\n%s", diff)
	}
	if cmp.Equal(all(madeup.New(7)), all(madeup.New(8))) {
		t.Error("another seed makes the same")
	}
	f, heads := madeup.New(7), 0
	for range 1000 {
		if f.Bool() {
			heads++
		}
	}
	if heads == 0 || heads == 1000 {
		t.Errorf("%d heads", heads)
	}
}

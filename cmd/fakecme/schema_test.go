package main

import (
	"os"
	"strings"
	"testing"
)

// The schema is published: it lies beside the sample, whose first line names it.
func TestSchema(t *testing.T) {
	t.Parallel()
	got := runAt(t, nil, "", "schema")
	golden(t, "fixtures.schema.json", got.Stdout)
	wantOutcome(t, outcome{Stdout: got.Stdout}, got)
	sample, err := os.ReadFile("testdata/fixtures.yaml")
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(sample), "\n")
	if want := "# yaml-language-server: $schema=fixtures.schema.json"; first != want {
		t.Errorf("the sample fixtures begin with %q, want %q", first, want)
	}
}

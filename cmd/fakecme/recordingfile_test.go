package main

import (
	"testing"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/fake"
	"github.com/google/go-cmp/cmp"
)

// The secrets of flags and of the tenants in a configuration count, each once.
func TestSecrets(t *testing.T) {
	t.Parallel()
	s := secretFlags{config: "testdata/config.yaml", key: fake.Credentials{Secret: "my-secret"}}
	got, err := s.all(nil, &command.Environment{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"fake-secret", "fake-secret-id-team-a", "fake-secret-key", "fake-secret-key-team-a", "fake-secret-team-a", "my-secret"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}
}

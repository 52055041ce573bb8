package dialect_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
)

// A field that is added must leave the zero value with the seed reading.
func TestZeroValueIsSeed(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(dialect.Dialect{Name: "seed"}, dialect.Seed); diff != "" {
		t.Errorf("seed (-want +got):\n%s", diff)
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	for _, want := range dialect.All() {
		got, err := dialect.Named(want.Name)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("named %s: %v (-want +got):\n%s", want.Name, err, diff)
		}
	}
	_, err := dialect.Named("latest")
	if err == nil || err.Error() != `dialect: no dialect "latest"; there are: seed, current` {
		t.Errorf("unknown name: %v", err)
	}
}

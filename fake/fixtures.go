package fake

import (
	"fmt"
	"os"

	"github.com/fakecme/fakecme/contracts/strictyaml"
)

// ReadFixtures reads fixtures from a YAML file. Unknown fields are errors; errors begin with
// file:line.
func ReadFixtures(file string) (Fixtures, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return Fixtures{}, fmt.Errorf("read fixtures: %w", err)
	}
	return ParseFixtures(file, data)
}

// ParseFixtures is ReadFixtures for a text that is at hand; file names it in errors.
func ParseFixtures(file string, data []byte) (Fixtures, error) {
	var f Fixtures
	if err := strictyaml.Decode(file, data, &f); err != nil {
		return Fixtures{}, err
	}
	return f, nil
}

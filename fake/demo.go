package fake

import (
	_ "embed"
	"fmt"
)

//go:embed demo.yaml
var demoYAML []byte

// DemoFixtures returns a small library to look at: three users, one of them fake-user, whom "fakecme sign" signs for; a
// team with classes, materials, projects and tasks in webpaas; works, materials, a template and messages in h5ds. People
// and titles are made up; ids and times are fixed.
func DemoFixtures() Fixtures {
	f, err := ParseFixtures("demo.yaml", demoYAML)
	if err != nil { // it is part of the program, and a test reads it
		panic(fmt.Sprintf("fake: %v", err))
	}
	return f
}

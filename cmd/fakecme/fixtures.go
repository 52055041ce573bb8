package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/fakecme/fakecme/fake"
)

// readFixtures reads the state to begin with, fixtures or a snapshot. It names the file and line of what is wrong, or where the path came from
// when there is no such file.
func (s *settings) readFixtures(cmd *cobra.Command, into *fake.Config) (err error) {
	switch {
	case s.demo && s.fixtures != "":
		return &failure{statusUsage, fmt.Sprintf("%s: there are fixtures too (%s); choose one of the two",
			originOf(cmd, "demo"), strings.TrimPrefix(originOf(cmd, "fixtures"), cmd.CommandPath()+": "))}
	case s.demo:
		into.Fixtures = fake.DemoFixtures()
		return nil
	case s.fixtures == "":
		return nil
	}
	data, err := os.ReadFile(s.fixtures)
	if err == nil && isSnapshot(data) {
		into.Snapshot = data
		return nil
	}
	if err == nil {
		into.Fixtures, err = fake.ParseFixtures(s.fixtures, data)
	}
	if missing := (*fs.PathError)(nil); errors.As(err, &missing) {
		err = fmt.Errorf("%s: %w; check the path", originOf(cmd, "fixtures"), missing)
	}
	if err != nil {
		return &failure{statusUsage, err.Error()}
	}
	return nil
}

// isSnapshot tells the response of GET /_fakecme/state from a file of fixtures, which has no version.
func isSnapshot(data []byte) bool {
	var given struct{ Version, State json.RawMessage }
	return json.Unmarshal(data, &given) == nil && given.Version != nil && given.State != nil
}

// entryInFixtures finds what an error of the fake is about, in a list or in a mapping:
// "fixtures: h5ds: users[2]: …", "fixtures: webpaas: plans[MATERIAL_PROCESS]: …".
var entryInFixtures = regexp.MustCompile(`\bfixtures: (\w+): (\w+)\[([^\]]*)\]: `)

// placeInFixtures begins an error of the fake with file and line of the entry it is about; with the first line when it
// names none.
func (s *settings) placeInFixtures(err error) string {
	text := strings.TrimPrefix(err.Error(), "fake: ")
	line := 1
	if m := entryInFixtures.FindStringSubmatch(text); m != nil {
		line = lineOfEntry(s.fixtures, m[1], m[2], m[3])
	}
	return fmt.Sprintf("%s:%d: %s", s.fixtures, line, text)
}

// lineOfEntry is the line of service.section[entry] in a YAML file, or 1. The entry is a number, counted
// from 0, or the key in a mapping.
func lineOfEntry(file, service, section, entry string) int {
	var sections map[string]map[string]yaml.Node
	data, err := os.ReadFile(file)
	if err == nil {
		err = yaml.Unmarshal(data, &sections)
	}
	if err != nil {
		return 1
	}
	found := sections[service][section]
	if found.Kind == yaml.MappingNode {
		for i := 0; i < len(found.Content); i += 2 { // keys and values take turns
			if found.Content[i].Value == entry {
				return found.Content[i].Line
			}
		}
		return 1
	}
	index, err := strconv.Atoi(entry)
	if err != nil || index < 0 || index >= len(found.Content) {
		return 1
	}
	return found.Content[index].Line
}

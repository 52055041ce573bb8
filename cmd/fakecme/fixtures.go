package main

import (
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

// readFixtures names the file and line of what is wrong, or where the path came from when there is no such file.
func (s *settings) readFixtures(cmd *cobra.Command) (fake.Fixtures, error) {
	fixtures, err := fake.ReadFixtures(s.fixtures)
	if missing := (*fs.PathError)(nil); errors.As(err, &missing) {
		err = fmt.Errorf("%s: %w; check the path", originOf(cmd, "fixtures"), missing)
	}
	if err != nil {
		return fixtures, &failure{statusUsage, err.Error()}
	}
	return fixtures, nil
}

// entryInFixtures finds what an error of the fake is about: "fixtures: h5ds: … users[2]: …".
var entryInFixtures = regexp.MustCompile(`fixtures: (\w+): .*?\b(\w+)\[(\d+)\]`)

// placeInFixtures begins an error of the fake with file and line of the entry it is about; with the first line when it
// names none.
func (s *settings) placeInFixtures(err error) string {
	text := strings.TrimPrefix(err.Error(), "fake: ")
	line := 1
	if m := entryInFixtures.FindStringSubmatch(text); m != nil {
		index, _ := strconv.Atoi(m[3])
		line = lineOfEntry(s.fixtures, m[1], m[2], index)
	}
	return fmt.Sprintf("%s:%d: %s", s.fixtures, line, text)
}

// lineOfEntry is the line of service.section[index] in a YAML file, or 1.
func lineOfEntry(file, service, section string, index int) int {
	var sections map[string]map[string]yaml.Node
	data, err := os.ReadFile(file)
	if err == nil {
		err = yaml.Unmarshal(data, &sections)
	}
	entries := sections[service][section].Content
	if err != nil || index >= len(entries) {
		return 1
	}
	return entries[index].Line
}

package settings

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

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/contracts/strictyaml"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fixtures"
)

// readFixtures reads the state that the fake begins with: fixtures or a snapshot. Its errors begin with the file and the
// line; the error of a file that is not there begins with the origin of the path.
func (s *Settings) readFixtures(cmd *cobra.Command, into *fake.Config) (err error) {
	switch {
	case s.Demo && s.Fixtures != "":
		return command.Misuse(fmt.Sprintf("%s: there are fixtures too (%s); choose one of the two",
			option.Origin(cmd, "demo"), strings.TrimPrefix(option.Origin(cmd, "fixtures"), cmd.CommandPath()+": ")))
	case s.Demo:
		into.Fixtures = fixtures.Demo()
		return nil
	case s.Fixtures == "":
		return nil
	}
	data, err := os.ReadFile(s.Fixtures)
	if err == nil && isSnapshot(data) {
		into.Snapshot = data
		return nil
	}
	if err == nil {
		into.Fixtures, err = fixtures.Parse(s.Fixtures, data)
	}
	if missing := (*fs.PathError)(nil); errors.As(err, &missing) {
		err = fmt.Errorf("%s: %w; check the path", option.Origin(cmd, "fixtures"), missing)
	}
	if err != nil {
		return command.Misuse(err.Error())
	}
	return nil
}

// isSnapshot reports whether data is a response to GET /_fakecme/state. Fixtures have no version.
func isSnapshot(data []byte) bool {
	var given struct{ Version, State json.RawMessage }
	return json.Unmarshal(data, &given) == nil && given.Version != nil && given.State != nil
}

// entryInFixtures finds the entry that an error of the fake is about, in a list or in a mapping:
// "fixtures: h5ds: users[2]: …", "fixtures: webpaas: plans[MATERIAL_PROCESS]: …".
var entryInFixtures = regexp.MustCompile(`\bfixtures: (\w+): (\w+)\[([^\]]*)\]: `)

// placeInFixtures returns an error of the fake behind the file and the line of its entry. The line is the first one when
// the error names no entry.
func placeInFixtures(file string, err error) string {
	text := strings.TrimPrefix(err.Error(), "fake: ")
	line := 1
	if m := entryInFixtures.FindStringSubmatch(text); m != nil {
		data, _ := os.ReadFile(file) // the fake has read it before
		var entry any = m[3]         // a key of a mapping, or the number of an item
		if number, err := strconv.Atoi(m[3]); err == nil {
			entry = number
		}
		line = strictyaml.Lines(data)(m[1], m[2], entry)
	}
	return fmt.Sprintf("%s:%d: %s", file, line, text)
}

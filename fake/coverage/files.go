package coverage

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// pattern is what the files of a directory are called; other files are nobody's business.
const pattern = "coverage-*.json"

// Write puts the coverage into a file of its own in the directory, all at once: who reads the directory
// meanwhile never sees half of it. The name is made up anew each time.
func Write(dir string, c Coverage) error {
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("write coverage: %w", err)
	}
	name := rand.Text() // process ids are the same in all containers
	hidden := filepath.Join(dir, ".coverage-"+name+".tmp")
	err = os.WriteFile(hidden, append(text, '\n'), 0o644)
	if err == nil {
		err = os.Rename(hidden, filepath.Join(dir, "coverage-"+name+".json"))
	}
	if err != nil {
		_ = os.Remove(hidden)
		return fmt.Errorf("write coverage: %w", err)
	}
	return nil
}

// Read adds all files of the directory, and says how many there are. A directory without any is an
// error, and so is a file of another version of fakecme: the error names it.
func Read(dir string) (c Coverage, files int, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return Coverage{}, 0, fmt.Errorf("read coverage: %w; run the tests with FAKECME_COVERAGE_DIR=%s first", err, dir)
	}
	var names []string
	for _, e := range entries {
		if match, _ := filepath.Match(pattern, e.Name()); match {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	if len(names) == 0 {
		return Coverage{}, 0, fmt.Errorf("read coverage: %s holds no %s: no fake has ended that was started with "+
			"FAKECME_COVERAGE_DIR=%s", dir, pattern, dir)
	}
	if c, err = Documented(); err != nil {
		return Coverage{}, 0, err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return Coverage{}, 0, fmt.Errorf("read coverage: %w", err)
		}
		if err := c.merge(text); err != nil {
			return Coverage{}, 0, fmt.Errorf("read coverage: %s: %w", name, err)
		}
	}
	c.total()
	return c, len(names), nil
}

// Parse reads one coverage, as a file or the admin API has it.
func Parse(text []byte) (Coverage, error) {
	c, err := Documented()
	if err != nil {
		return Coverage{}, err
	}
	if err := c.merge(text); err != nil {
		return Coverage{}, fmt.Errorf("read coverage: %w", err)
	}
	c.total()
	return c, nil
}

const anew = "remove it, and run the tests with this fakecme"

func (c *Coverage) merge(text []byte) error {
	var version struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(text, &version); err != nil || version.Version == 0 {
		return errors.New("this is no coverage of fakecme; " + anew)
	}
	if version.Version != Version {
		return fmt.Errorf("it has version %d, and this fakecme reads version %d; %s", version.Version, Version, anew)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var other Coverage
	if err := decoder.Decode(&other); err != nil {
		return fmt.Errorf("%w; %s", err, anew)
	}
	if err := c.add(other); err != nil {
		return fmt.Errorf("another fakecme wrote it: %w; %s", err, anew)
	}
	return nil
}

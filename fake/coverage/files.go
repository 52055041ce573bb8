package coverage

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// pattern is what the files of a directory are called; other files are nobody's business.
const pattern = "coverage-*.json"

// Run is a fake that counts coverage. Its file in the directory says that it is under way, until End puts the coverage in
// the place of that: a process that is killed is told apart from one that was not called.
type Run struct {
	File    string    `json:"-"` // with its directory
	Program string    `json:"program"`
	Process int       `json:"process"`
	Began   time.Time `json:"began"`
}

func (r Run) String() string {
	return fmt.Sprintf("%s (%s, process %d, began %s)", filepath.Base(r.File), r.Program, r.Process, r.Began.Format(time.RFC3339))
}

// unfinished is what the file of a run has before its end.
type unfinished struct {
	Version  int  `json:"version"`
	UnderWay *Run `json:"underWay"`
}

// Begin writes the file of a run into the directory. Its name is made up: process ids are the same in all containers.
func Begin(dir string) (Run, error) {
	r := Run{
		File:    filepath.Join(dir, "coverage-"+rand.Text()+".json"),
		Program: filepath.Base(os.Args[0]), Process: os.Getpid(), Began: time.Now().UTC().Truncate(time.Second),
	}
	return r, r.write(unfinished{Version, &r})
}

// End puts the coverage into the file of the run.
func (r Run) End(c Coverage) error { return r.write(c) }

// write replaces the file all at once: who reads the directory meanwhile never sees half of it.
func (r Run) write(content any) error {
	text, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("write coverage: %w", err)
	}
	hidden := filepath.Join(filepath.Dir(r.File), "."+filepath.Base(r.File)+".tmp")
	err = os.WriteFile(hidden, append(text, '\n'), 0o644)
	if err == nil {
		err = os.Rename(hidden, r.File)
	}
	if err != nil {
		_ = os.Remove(hidden)
		return fmt.Errorf("write coverage: %w", err)
	}
	return nil
}

// Runs are the files of a directory.
type Runs struct {
	Ended int
	// Unfinished are the runs that have not ended: they were killed, or are under way still. What they have covered is
	// not known.
	Unfinished []Run
}

// Read adds all files of the directory. A directory without the file of a run that has ended is an error, and so is a file
// of another version of fakecme: the error names it.
func Read(dir string) (c Coverage, runs Runs, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return Coverage{}, Runs{}, fmt.Errorf("read coverage: %w; run the tests with FAKECME_COVERAGE_DIR=%s first", err, dir)
	}
	if c, err = Documented(); err != nil {
		return Coverage{}, Runs{}, err
	}
	for _, e := range entries {
		if match, _ := filepath.Match(pattern, e.Name()); !match {
			continue
		}
		name := filepath.Join(dir, e.Name())
		text, err := os.ReadFile(name)
		if err != nil {
			return Coverage{}, Runs{}, fmt.Errorf("read coverage: %w", err)
		}
		if r, is := readUnfinished(name, text); is {
			runs.Unfinished = append(runs.Unfinished, r)
			continue
		}
		if err := c.merge(text); err != nil {
			return Coverage{}, Runs{}, fmt.Errorf("read coverage: %s: %w", name, err)
		}
		runs.Ended++
	}
	switch {
	case runs.Ended > 0:
	case len(runs.Unfinished) > 0:
		return Coverage{}, Runs{}, fmt.Errorf("read coverage: no fake has ended of those that %s has files of; the first is %s", dir, runs.Unfinished[0])
	default:
		return Coverage{}, Runs{}, fmt.Errorf("read coverage: %s holds no %s: no fake has ended that was started with "+
			"FAKECME_COVERAGE_DIR=%s", dir, pattern, dir)
	}
	c.total()
	return c, runs, nil
}

// readUnfinished returns the run whose file it is, and false for the file of one that has ended, or of another version.
func readUnfinished(name string, text []byte) (Run, bool) {
	var u unfinished
	if err := json.Unmarshal(text, &u); err != nil || u.Version != Version || u.UnderWay == nil {
		return Run{}, false
	}
	u.UnderWay.File = name
	return *u.UnderWay, true
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

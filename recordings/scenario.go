package recordings

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Extension is what the names of recordings end in.
const Extension = ".har"

// ReadFiles reads recordings: files, and of a folder all files whose names end in .har, in the order of
// their names; folders in it are not looked into. The name of each archive is its path. The error
// says what cannot be read, or that there is nothing.
func ReadFiles(paths ...string) ([]*Archive, error) {
	var all []*Archive
	for _, path := range paths {
		names, err := filesAt(path)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			a, err := readNamed(name)
			if err != nil {
				return nil, err
			}
			all = append(all, a)
		}
	}
	return all, nil
}

// filesAt lists the recordings that a path stands for.
func filesAt(path string) ([]string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("read %s: there is no such file or folder; check the path", path)
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", path, err)
	case !info.IsDir():
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path) // sorted by name
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && strings.EqualFold(filepath.Ext(e.Name()), Extension) {
			names = append(names, filepath.Join(path, e.Name()))
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("read %s: no file in this folder ends in %s; record or import one", path, Extension)
	}
	return names, nil
}

func readNamed(name string) (*Archive, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer f.Close()
	return Read(name, f)
}

// WriteFile writes an archive as [Write] does, beside the old file first and then in its place, so that
// there is never half a file.
func WriteFile(name string, a *Archive) error {
	file, err := format(a)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return replaceFile(name, file)
}

// Scenario is the name of the recording without folder and ending.
func (a *Archive) Scenario() string {
	name := filepath.Base(filepath.ToSlash(a.Name))
	return strings.TrimSuffix(name, filepath.Ext(name))
}

// Recorded is when the oldest of the calls was made. It says false if not every call says when it was.
func (a *Archive) Recorded() (oldest time.Time, ok bool) {
	for i := range a.Log.Entries {
		at, err := time.Parse(time.RFC3339Nano, a.Log.Entries[i].StartedDateTime)
		if err != nil || at.Unix() == 0 {
			return time.Time{}, false
		}
		if i == 0 || at.Before(oldest) {
			oldest = at
		}
	}
	return oldest, len(a.Log.Entries) > 0
}

// CheckAge says which recordings are older than they may be, or do not say how old they are.
func CheckAge(now time.Time, most time.Duration, archives ...*Archive) error {
	var problems []error
	for _, a := range archives {
		at, ok := a.Recorded()
		switch {
		case !ok:
			problems = append(problems, fmt.Errorf("%s: not every entry says when it was recorded, so nobody knows whether it is older than %s", a.Name, days(most)))
		case now.Sub(at) > most:
			problems = append(problems, fmt.Errorf("%s: recorded on %s, %s ago, which is more than %s; record it again",
				a.Name, at.UTC().Format(time.DateOnly), days(now.Sub(at)), days(most)))
		}
	}
	return errors.Join(problems...)
}

// days writes a span in days if it has two or more.
func days(d time.Duration) string {
	const day = 24 * time.Hour
	if d < 2*day {
		return d.Truncate(time.Second).String()
	}
	return strconv.FormatInt(int64(d/day), 10) + " days"
}

// Placeholders counts the different placeholders of each kind that stand in the archive: what was
// replaced when it was made safe.
func (a *Archive) Placeholders() (map[string]int, error) {
	file, err := format(a)
	if err != nil {
		return nil, fmt.Errorf("placeholders of %s: %w", a.Name, err)
	}
	seen := map[string]map[string]bool{}
	for _, m := range writtenPlaceholder.FindAllSubmatch(file, -1) {
		kind, number := string(m[2]), string(m[3])
		if seen[kind] == nil {
			seen[kind] = map[string]bool{}
		}
		seen[kind][number] = true
	}
	counts := map[string]int{}
	for _, kind := range slices.Sorted(maps.Keys(seen)) {
		counts[kind] = len(seen[kind])
	}
	return counts, nil
}

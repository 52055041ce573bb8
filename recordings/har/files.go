package har

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Extension is the extension of the names of recordings.
const Extension = ".har"

// ReadFiles reads recordings: files, and all files of a folder whose names end in .har, in the order of their names.
// It does not look into folders of a folder. The name of each archive is its path. The error says which path cannot be
// read, or that a folder has no recordings.
func ReadFiles(paths ...string) ([]*Archive, error) {
	names, err := FileNames(paths...)
	if err != nil {
		return nil, err
	}
	var all []*Archive
	for _, name := range names {
		a, err := readNamed(name)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// FileNames lists the files that [ReadFiles] reads.
func FileNames(paths ...string) ([]string, error) {
	var all []string
	for _, path := range paths {
		names, err := filesAt(path)
		if err != nil {
			return nil, err
		}
		all = append(all, names...)
	}
	return all, nil
}

// filesAt returns path if it is a file, and the names of the recordings in it if it is a folder.
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
	var entries []Entry
	a, err := ReadFileEach(name, func(e Entry, folder *os.Root) error {
		_ = e.Attach(folder) // the field stays, and Body says so
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.Log.Entries = entries
	return a, nil
}

// ReadFileEach is [ReadEach] for a file. It passes the folder of the file, for [Entry.Attach].
func ReadFileEach(name string, f func(e Entry, folder *os.Root) error) (*Archive, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer file.Close()
	folder, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer folder.Close()
	return ReadEach(name, file, func(e Entry) error { return f(e, folder) })
}

// WriteFile writes an archive as [Write] does. The file is replaced at once, so that there is never half a file.
func WriteFile(name string, a *Archive) error {
	file, err := Marshal(a)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return replaceFile(name, file)
}

// replaceFile writes a file beside the old one and then renames it.
func replaceFile(name string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".recording-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

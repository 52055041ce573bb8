package har

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// folder returns a new folder with the given files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReadFiles(t *testing.T) {
	t.Parallel()
	good := harFile("")
	dir := folder(t, map[string]string{"b.har": good, "a.HAR": good, "notes.txt": "x", "bad.json": "{"})
	if err := os.Mkdir(filepath.Join(dir, "below.har"), 0o755); err != nil {
		t.Fatal(err)
	}
	empty := t.TempDir()
	broken := folder(t, map[string]string{"x.har": `{"log":{`})
	tests := []struct {
		name, path string
		want       string // scenarios, or a part of the error
	}{
		{"folder", dir, "a b"},
		{"file of any name", filepath.Join(dir, "b.har"), "b"},
		{"empty folder", empty, "no file in this folder ends in .har; record or import one"},
		{"nothing there", filepath.Join(empty, "x"), "there is no such file or folder; check the path"},
		{"truncated", broken, "x.har: ends in the middle, after byte 8"},
		{"a foreign file", filepath.Join(dir, "notes.txt"), "notes.txt: is not JSON"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			archives, err := ReadFiles(tt.path)
			if err != nil {
				if !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %v, want %s", err, tt.want)
				}
				return
			}
			var names []string
			for _, a := range archives {
				names = append(names, a.Scenario())
			}
			if diff := cmp.Diff(tt.want, strings.Join(names, " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckAge(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	tests := []struct {
		name    string
		started []string
		most    time.Duration
		want    string
	}{
		{"young", []string{"2026-03-31T00:00:00Z"}, 2 * day, ""},
		{"just young enough", []string{"2026-03-30T00:00:00Z"}, 2 * day, ""},
		{"a second too old", []string{"2026-03-29T23:59:59Z"}, 2 * day, "x.har: recorded on 2026-03-29, 2 days ago, which is more than 2 days; record it again"},
		{"the oldest counts", []string{"2026-03-31T00:00:00Z", "2025-12-01T00:00:00+08:00"}, 90 * day, "x.har: recorded on 2025-11-30, 121 days ago, which is more than 90 days; record it again"},
		{"hours", []string{"2026-03-31T20:00:00Z"}, time.Hour, "x.har: recorded on 2026-03-31, 4h0m0s ago, which is more than 1h0m0s; record it again"},
		{"one does not say", []string{"2026-03-31T00:00:00Z", ""}, 2 * day, "x.har: not every entry says when it was recorded, so it may be older than 2 days"},
		{"nothing in it", nil, 2 * day, "x.har: not every entry says when it was recorded, so it may be older than 2 days"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := NewArchive("x.har")
			for _, started := range tt.started {
				a.Log.Entries = append(a.Log.Entries, Entry{StartedDateTime: started})
			}
			got := ""
			if err := CheckAge(now, tt.most, a); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if err := CheckAge(now, day, NewArchive("1.har"), NewArchive("2.har")); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("two that are too old: %v", err)
	}
}

// TestWriteFile: a file that cannot be written stays as it was, and nothing is left beside it.
func TestWriteFile(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"x.har": "old"})
	name := filepath.Join(dir, "x.har")
	for _, bad := range []struct {
		name  string
		entry Entry
	}{
		{name, Entry{Comment: "\xff"}}, {dir, Entry{}}, {filepath.Join(dir, "missing", "x.har"), Entry{}},
	} {
		if err := WriteFile(bad.name, NewArchive("", bad.entry)); err == nil {
			t.Errorf("%s is written", bad.name)
		}
	}
	left, err := os.ReadDir(dir)
	old, readErr := os.ReadFile(name)
	if err != nil || readErr != nil || len(left) != 1 || string(old) != "old" {
		t.Errorf("left: %v %v, %q %v", left, err, old, readErr)
	}
	want := NewArchive(name, Entry{Request: Request{Method: "GET", URL: "u"}})
	if err := WriteFile(name, want); err != nil {
		t.Fatal(err)
	}
	got, err := ReadFiles(dir)
	if err != nil || len(got) != 1 || written(t, got[0]) != written(t, want) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := ReadFiles(name + "/below"); err == nil {
		t.Error("a file is read as a folder")
	}
}

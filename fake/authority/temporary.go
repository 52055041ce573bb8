package authority

import (
	"errors"
	"fmt"
	"os"
)

// maxTries is how often TempDir tries: another process may take a folder that is not locked yet for one that was left.
const maxTries = 5

// TempDir makes a folder in a directory, with a name that begins with prefix, which only the owner may read. The folder
// belongs to this process until remove is called. The folders of processes that were killed are removed first: they may
// hold a key.
func TempDir(dir, prefix string) (path string, remove func(), err error) {
	sweep(dir, prefix)
	for range maxTries {
		if path, err = os.MkdirTemp(dir, prefix); err != nil {
			return "", nil, err
		}
		unlock, err := lock(path)
		if errors.Is(err, errTaken) {
			continue
		}
		return path, func() { _ = os.RemoveAll(path); unlock() }, nil
	}
	return "", nil, fmt.Errorf("%s: other processes remove each folder that is made there", dir)
}

// sweep removes the folders of processes that were killed.
func sweep(dir, prefix string) {
	for _, path := range namesIn(dir, prefix) {
		if info, err := os.Lstat(path); err == nil && info.IsDir() {
			removeLeft(path)
		}
	}
}

// errTaken is the error of lock for a folder that another process has locked or removed.
var errTaken = errors.New("another process has the folder")

//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package authority

import (
	"os"
	"time"
)

// maxLife is how long a process lives at most, where nothing tells whether it does.
const maxLife = 7 * day

func lock(string) (unlock func(), err error) { return func() {}, nil }

// removeLeft removes a folder that is older than any process.
func removeLeft(path string) {
	if info, err := os.Lstat(path); err == nil && time.Since(info.ModTime()) > maxLife {
		_ = os.RemoveAll(path)
	}
}

//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package authority

import (
	"errors"
	"os"
	"syscall"
)

// lock locks a folder until unlock is called or the process ends. Not every file system has locks: then the folder counts as
// locked.
func lock(path string) (unlock func(), err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errTaken
	}
	unlock = func() { _ = f.Close() }
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		if _, err = os.Lstat(path); err != nil { // it was removed before it was locked
			err = errTaken
		}
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = errTaken
	}
	if errors.Is(err, errTaken) {
		unlock()
	}
	return unlock, err
}

// removeLeft removes a folder unless its process lives, or this cannot be known.
func removeLeft(path string) {
	unlock, err := lock(path)
	if err == nil {
		_ = os.RemoveAll(path) // the next start tries again
	}
	if unlock != nil && !errors.Is(err, errTaken) {
		unlock()
	}
}

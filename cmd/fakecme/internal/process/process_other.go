//go:build unix && !linux

package process

import "syscall"

// dieWithUs does nothing: this system cannot end a command when the process that started it is killed.
func dieWithUs(*syscall.SysProcAttr) {}

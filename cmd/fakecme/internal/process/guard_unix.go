//go:build unix

package process

import (
	"fmt"
	"io"
	"os/exec"
	"syscall"
)

// guard ends a process group when this process is killed and so cannot pass the signal on. It is a shell that waits for the
// end of its input.
type guard struct {
	shell *exec.Cmd
	input io.WriteCloser
}

// startGuard starts the guard before the command, so that there is no moment without it. Where there is no shell, there is
// no guard.
func startGuard() *guard {
	shell := exec.Command("/bin/sh", "-c", `read -r group && ! read -r end && kill -9 "-$group"`)
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a signal to the group of this process is not for the guard
	input, err := shell.StdinPipe()
	if err != nil || shell.Start() != nil {
		return nil
	}
	return &guard{shell, input}
}

// watch names the group.
func (g *guard) watch(group int) {
	if g != nil {
		_, _ = fmt.Fprintln(g.input, group)
	}
}

// stop ends the guard. The group lives on, if somebody is left in it.
func (g *guard) stop() {
	if g != nil {
		_ = g.shell.Process.Kill()
		_ = g.shell.Wait()
	}
}

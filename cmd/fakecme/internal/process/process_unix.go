//go:build unix

package process

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"unsafe"
)

// startGroup starts a command in a process group of its own, and passes the signals of this process on to the group. A
// command whose input is a terminal stays in the group that the terminal knows: it may read, and a Ctrl-C reaches it by
// itself. The caller must call stop when the command has ended.
func startGroup(ctx context.Context, command *exec.Cmd) (stop func(), err error) {
	terminal := onTerminal(command.Stdin)
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: !terminal}
	runtime.LockOSThread() // dieWithUs is about the thread that starts the command
	dieWithUs(command.SysProcAttr)
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	var watching *guard
	if !terminal { // the group of a terminal has other members
		watching = startGuard()
	}
	err = ctx.Err() // a signal that came before
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		watching.stop()
		signal.Stop(signals)
		runtime.UnlockOSThread()
		return nil, err
	}
	watching.watch(command.Process.Pid)
	target := -command.Process.Pid
	if terminal {
		target = command.Process.Pid
	}
	done := make(chan struct{})
	var forwarding sync.WaitGroup
	forwarding.Go(func() {
		for {
			select {
			case s := <-signals:
				if !terminal || s != syscall.SIGINT {
					_ = syscall.Kill(target, s.(syscall.Signal))
				}
			case <-done:
				return
			}
		}
	})
	return func() {
		signal.Stop(signals)
		close(done)
		forwarding.Wait()
		watching.stop()
		runtime.UnlockOSThread()
	}, nil
}

// onTerminal reports whether an input is a terminal: only those have a foreground group.
func onTerminal(input any) bool {
	f, ok := input.(*os.File)
	if !ok {
		return false
	}
	var group int32
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCGPGRP, uintptr(unsafe.Pointer(&group)))
	return errno == 0
}

// exitStatus returns the status that a shell would return.
func exitStatus(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return statusSignal + int(status.Signal())
	}
	return state.ExitCode()
}

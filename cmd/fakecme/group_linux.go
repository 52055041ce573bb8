package main

import "syscall"

// dieWithUs ends the command when this process is killed and cannot pass anything on.
func dieWithUs(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGKILL }

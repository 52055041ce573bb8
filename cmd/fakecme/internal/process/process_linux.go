package process

import "syscall"

// dieWithUs lets the system end the command when this process is killed and so cannot pass the signal on.
func dieWithUs(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGKILL }

package main

import (
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
)

const envLong = `Prints the variables that lead the clients of a shell to a running fake, unchanged and
with the real host names: through its proxy, with trust in its certificate authority.

  curl, Python, PHP's curl, Go    HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE and its kin
  Node.js                         NODE_OPTIONS loads a script for http, https and fetch, and
                                  NODE_USE_ENV_PROXY is for versions that need no script
  Java                            JAVA_TOOL_OPTIONS has the proxy and a trust store

The fake must run with --proxy. Its certificate is fetched from --url, unless --ca names a
file with it; the files that the variables name are written to the directory of --data.
SSL_CERT_FILE and the like replace what a client trusts, so the file they name begins with
the certificates of this system. A NO_PROXY that is set is replaced: it might lead a client
to the vendor.

A fake that was only just started may not listen yet: env asks again until it and its proxy
do, for as long as --wait says; 0s asks once. With --ca it asks nobody. When env fails it
also prints a line that makes eval fail, so that set -e and && stop: without the variables,
clients would call the vendor. The form json prints nothing then.

In sh, eval "$(fakecme env)" sets the variables; in fish, fakecme env --shell fish | source;
in PowerShell, fakecme env --shell powershell | Out-String | Invoke-Expression.

` + environmentHelp

// envRequest is what env is told.
type envRequest struct {
	shell, base, proxy, ca, data string
	wait                         time.Duration
}

var (
	asShell = kind[string]{"shell", parseShell}
	asProxy = kind[string]{"address", parseProxy}
	asWait  = kind[time.Duration]{"duration", parseWait}
)

func (p *program) envCommand() *cobra.Command {
	var r envRequest
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print what a shell needs to lead its clients to the fake",
		Long:  envLong,
		Example: `  eval "$(fakecme env)"
  eval "$(fakecme env --wait 1m)" && curl "$(fakecme sign cme --url --base https://open.cme.qcloud.com)"
  fakecme env --shell json --url 127.0.0.1:11560 --proxy http://default@127.0.0.1:11562`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.env(cmd, &r) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	addPlain(flags, &r.shell, "shell", "sh", "for which shell: sh, fish, powershell, or json", asShell)
	add(flags, &r.base, "url", "", "address of the fake; host:port will do", asFake)
	add(flags, &r.proxy, "proxy", "127.0.0.1:11562", "where the fake is a proxy, with the id of a tenant before an @ if need be", asProxy)
	addPlain(flags, &r.ca, "ca", "", "file with the certificate to trust; the fake is asked for it by default", asFile)
	addPlain(flags, &r.wait, "wait", "10s", "for how long to wait until the fake and its proxy listen; 0s asks once", asWait)
	addData(flags, &r.data)
	return cmd
}

func (p *program) env(cmd *cobra.Command, r *envRequest) error {
	base := r.base
	if base == "" {
		var err error
		if base, err = p.ownAddress(cmd); err != nil && r.ca == "" {
			return err
		}
	}
	if r.data == "" {
		r.data = p.dataDir()
	}
	if r.data == "" {
		return wrong(cmd, "there is no home directory to write to; give --data")
	}
	ca, err := p.certificate(cmd, r, base)
	if err != nil {
		return err
	}
	dir, err := filepath.Abs(filepath.Join(r.data, "trust"))
	if err != nil {
		return failed(cmd, "%v", err)
	}
	t, err := writeTrust(dir, ca, p.systemCertificates(dir))
	if err != nil {
		return failed(cmd, "%v; choose another directory with --data", err)
	}
	return p.print(cmd, shells[r.shell](p.clientVariables(base, r.proxy, t)))
}

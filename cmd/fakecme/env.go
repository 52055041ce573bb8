package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
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

In sh, eval "$(fakecme env)" sets the variables; in fish, fakecme env --shell fish | source;
in PowerShell, fakecme env --shell powershell | Out-String | Invoke-Expression.

` + environmentHelp

// envRequest is what env is told.
type envRequest struct {
	shell, base, proxy, ca, data string
}

var (
	asShell = kind[string]{"shell", parseShell}
	asProxy = kind[string]{"address", parseProxy}
)

func (p *program) envCommand() *cobra.Command {
	var r envRequest
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print what a shell needs to lead its clients to the fake",
		Long:  envLong,
		Example: `  eval "$(fakecme env)"
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
	ca, err := p.certificate(cmd, r.ca, base, r.proxy)
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

// certificate is that of a file, or else that of the running fake, whose proxy must answer then.
func (p *program) certificate(cmd *cobra.Command, file, base, proxyURL string) ([]byte, error) {
	if file != "" {
		text, err := os.ReadFile(file)
		if err == nil {
			err = oneAuthority(text)
		}
		if err != nil {
			return nil, wrong(cmd, "--ca: %s: %v", file, err)
		}
		return text, nil
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), healthTimeout)
	defer cancel()
	text, err := fetchCertificate(ctx, base+"/_fakecme/ca.pem")
	if err != nil {
		return nil, failed(cmd, "%s does not give its certificate: %v; run fakecme serve --proxy 127.0.0.1:11562, or give --url or --ca", base, err)
	}
	u, err := url.Parse(proxyURL)
	if err != nil {
		return nil, wrong(cmd, "--proxy: this is not an address")
	}
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, failed(cmd, "no proxy listens at %s; start the fake with --proxy, or say where it is one", u.Host)
	}
	_ = conn.Close()
	return text, nil
}

// fetchCertificate goes straight to the fake: a proxy of the environment is not asked.
func fetchCertificate(ctx context.Context, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode == http.StatusNotFound:
		return nil, errors.New("it has none, because it has neither --https nor --proxy")
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("it answers %s", response.Status)
	}
	return text, oneAuthority(text)
}

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

	"github.com/fakecme/fakecme/cmd/fakecme/internal/clients"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
)

const envLong = `Prints the variables that lead the clients of a shell to a running fake, unchanged and
with the real host names: through its proxy, with trust in its certificate authority.

  curl, Python, PHP's curl, Go    HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE and the like
  Node.js                         NODE_OPTIONS loads a script for http, https and fetch;
                                  NODE_USE_ENV_PROXY is for versions that need no script
  Java                            JAVA_TOOL_OPTIONS has the proxy and a trust store

The fake must run with --proxy. Its certificate is fetched from --url, unless --ca names a
file with it; the files that the variables name are written to the directory of --data.
SSL_CERT_FILE and the like replace the certificates that a client trusts, so their file
begins with the certificates of this system and with those of the variables that are set
before, the trust store of Java among them. The hosts of a NO_PROXY that is set stay in it,
unless they would lead a client to the vendor.

A fake that was just started may not listen yet. env asks again until the fake and its
proxy listen, for as long as --wait says; 0s asks once. With --ca it does not ask. When
env fails it also prints a line that makes eval fail, so that set -e and && stop: without
the variables, clients would call the vendor. The form json prints nothing then.

In sh, eval "$(fakecme env)" sets the variables; in fish, fakecme env --shell fish | source;
in PowerShell, fakecme env --shell powershell | Out-String | Invoke-Expression.

` + option.EnvironmentHelp

// envFlags are the flags of env.
type envFlags struct {
	shell             clients.Shell
	base, proxy, cert string
	authority         settings.Authority
	wait              time.Duration
}

func newEnvCommand(env *command.Environment) *cobra.Command {
	var f envFlags
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print the variables that lead the clients of a shell to the fake",
		Long:  envLong,
		Example: `  eval "$(fakecme env)"
  eval "$(fakecme env --wait 1m)" && curl "$(fakecme sign cme --url --base https://open.cme.qcloud.com)"
  fakecme env --shell json --url 127.0.0.1:11560 --proxy http://default@127.0.0.1:11562`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd, env) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	option.AddPlain(flags, &f.shell, "shell", "sh", "for which shell: sh, fish, powershell, or json",
		option.OneOf("shell", "form", clients.Sh, clients.Fish, clients.PowerShell, clients.JSON))
	option.Add(flags, &f.base, "url", "", "address of the fake, or host:port", option.FakeURL)
	option.Add(flags, &f.proxy, "proxy", "127.0.0.1:11562", "address of the fake's proxy, with the id of a tenant before an @ if needed",
		option.NewKind("address", clients.ParseProxy))
	option.AddPlain(flags, &f.cert, "ca", "", "file with the certificate to trust; the fake is asked for it by default", option.File)
	option.AddPlain(flags, &f.wait, "wait", "10s", "for how long to wait until the fake and its proxy listen; 0s asks once",
		option.NewKind("duration", parseWait))
	f.authority.AddData(flags)
	return cmd
}

// parseWait takes a duration that is not negative.
func parseWait(text string) (time.Duration, error) {
	d, err := option.ParseDuration(text)
	if err == nil && d < 0 {
		err = fmt.Errorf("%s is less than 0; 0s asks once", text)
	}
	return d, err
}

func (f *envFlags) run(cmd *cobra.Command, env *command.Environment) error {
	if f.base == "" {
		var err error
		if f.base, err = ownAddress(cmd, env); err != nil && f.cert == "" {
			return err
		}
	}
	if f.authority.Data == "" {
		f.authority.Data = settings.DataDirectory(env)
	}
	if f.authority.Data == "" {
		return command.Wrong(cmd, "there is no home directory to write to; give --data")
	}
	cert, err := f.certificate(cmd)
	if err != nil {
		return err
	}
	dir, err := filepath.Abs(filepath.Join(f.authority.Data, "trust"))
	if err != nil {
		return command.Failed(cmd, "%v", err)
	}
	given := clients.ReadGiven(cmd.Context(), env, dir)
	for _, warning := range given.Warnings {
		_, _ = fmt.Fprintf(env.Stderr, "%s: warning: %s\n", cmd.CommandPath(), command.OneLine(warning))
	}
	trust, err := clients.WriteTrust(dir, cert, given)
	if err != nil {
		return command.Failed(cmd, "%v; choose another directory with --data", err)
	}
	return env.Print(cmd, f.shell.Export(clients.Variables(env, f.base, f.proxy, trust, given)))
}

// certificate returns the certificate in the file of --ca, or else that of the running fake, whose proxy must listen too.
func (f *envFlags) certificate(cmd *cobra.Command) ([]byte, error) {
	if f.cert != "" {
		text, err := os.ReadFile(f.cert)
		if err == nil {
			err = clients.CheckAuthority(text)
		}
		if err != nil {
			return nil, command.Wrong(cmd, "--ca: %s: %v", f.cert, err)
		}
		return text, nil
	}
	u, err := url.Parse(f.proxy)
	if err != nil {
		return nil, command.Wrong(cmd, "--proxy: this is not an address")
	}
	waiting, cancel := context.WithTimeout(cmd.Context(), f.wait)
	defer cancel()
	for {
		text, err := askCertificate(cmd, f.base, u.Host)
		if err == nil {
			return text, nil
		}
		select {
		case <-waiting.Done():
			return nil, err
		case <-time.After(askAgain):
		}
	}
}

// askAgain is the pause between two questions to a fake that does not listen yet.
const askAgain = 50 * time.Millisecond

// askCertificate asks once. A fake without a certificate may have one in a moment: it opens its proxy last.
func askCertificate(cmd *cobra.Command, base, proxyAddress string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(cmd.Context(), healthTimeout)
	defer cancel()
	text, err := fetchCertificate(ctx, base)
	if err != nil {
		return nil, command.Failed(cmd, "%s does not give its certificate: %v; run fakecme serve --proxy 127.0.0.1:11562, or give --url or --ca", base, err)
	}
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", proxyAddress)
	if err != nil {
		return nil, command.Failed(cmd, "no proxy listens at %s; start the fake with --proxy, or give the address of its proxy", proxyAddress)
	}
	_ = conn.Close()
	return text, nil
}

func fetchCertificate(ctx context.Context, base string) ([]byte, error) {
	response, err := askFake(ctx, base, "/_fakecme/ca.pem")
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
	return text, clients.CheckAuthority(text)
}

// failEval prints the text that makes eval fail, if cmd is env.
func failEval(cmd *cobra.Command, env *command.Environment) {
	if shell := cmd.Flags().Lookup("shell"); shell != nil {
		_, _ = fmt.Fprint(env.Stdout, clients.Shell(shell.Value.String()).Fail())
	}
}

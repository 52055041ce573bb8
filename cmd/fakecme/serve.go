package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/calllog"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
	"github.com/fakecme/fakecme/fake"
)

const serveLong = `Serves the fake until Ctrl-C or SIGTERM. All three services share one port: the Host
header decides when it is one of the real names, else the path does.

The first line on stdout, once the fake listens, is {"http":"127.0.0.1:11560"} with the
bound address, and nothing else goes there. Each call is a line on stderr; the line of a
rejected call says why, and what to do.

For clients with the real host names compiled in there are --https and --proxy. Both use
a certificate authority that is made once for a data directory: clients trust its ca.pem,
or GET /_fakecme/ca.pem. It can sign only for the fake's hosts and for this machine. The
proxy sends calls to the real host names to the fake. It lets no other call out, unless
--proxy-allow names the host: example.com for ports 80 and 443, or example.com:8443;
there are no wildcards. The user name for the proxy is the id of the tenant that gets the
calls without credentials. "fakecme env" prints what clients need, "fakecme exec" runs a
command with it.

A wrong flag, variable or file ends it with status 2 before any port opens, a port in
use with status 1.

The configuration file is YAML. It has the names of the flags, all of them optional, and
the tenants, which only it can name; the default tenant comes first:

  http: 127.0.0.1:11560
  fixtures: fixtures.yaml    # beside this file
  dialect: current
  max-body: 1MiB
  env-file: server/.env      # beside this file; the vendor's, for its line host.saas
  tenants:
    - id: team-a
      cme: {secretId: id-a, secretKey: key-a, platform: team-a, appId: 1200000002}
      h5ds: {appid: app-a, secret: secret-a}

` + option.EnvironmentHelp

func newServeCommand(env *command.Environment) *cobra.Command {
	var s settings.Settings
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the fake over HTTP",
		Long:  serveLong,
		Example: `  fakecme serve
  fakecme serve --http 127.0.0.1:0 --dialect current --log json
  fakecme serve --https 127.0.0.1:11561 --proxy 127.0.0.1:11562
  FAKECME_SEED=7 FAKECME_TICKET_LIFE=1m fakecme serve`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd, env, &s) },
	}
	s.Add(cmd.Flags())
	return cmd
}

// serve runs a fake until the context of cmd ends.
func serve(cmd *cobra.Command, env *command.Environment, s *settings.Settings) error {
	if err := s.Read(cmd, env.Now()); err != nil {
		return err
	}
	log := calllog.New(s.Log, env.Stderr, env.Now)
	srv, tenants, err := s.NewServer(cmd, log.Call)
	if err != nil {
		return err
	}
	for _, warning := range append(s.Warnings, option.UnknownVariables(cmd.Root(), env)...) {
		log.Warn(warning)
	}
	log.Bugs = srv.Bugs
	authority, err := s.Listeners.OpenAuthority(cmd, env, log.Warn)
	if err != nil {
		return err
	}
	defer srv.Close()
	bound, err := s.Listeners.Listen(cmd, srv, authority)
	if err != nil {
		return err
	}
	if s.Log == calllog.Text {
		_, _ = fmt.Fprint(env.Stderr, welcomeRealNames(bound)+welcome(srv, tenants, s, bound.Admin))
	}
	if err := env.PrintJSON(cmd, bound); err != nil {
		return err
	}
	<-cmd.Context().Done()
	srv.Close()
	if err := srv.CoverageError(); err != nil {
		return command.Failed(cmd, "--coverage-dir: %v", err)
	}
	return judge(cmd, env, srv, s)
}

// judge fails for what the flags make count: recordings that were missing or left unused, and the fake's own responses that
// broke the contract.
func judge(cmd *cobra.Command, env *command.Environment, srv *fake.Server, s *settings.Settings) error {
	if err := s.Replay.Judge(cmd, srv, env.Stderr); err != nil {
		return err
	}
	if bugs := srv.Bugs(); s.SelfCheck && len(bugs) > 0 {
		return command.Failed(cmd, "--self-check: bugs in the fake: %d; please report the lines above", len(bugs))
	}
	return nil
}

// welcomeRealNames tells a person about the listeners for the real host names.
func welcomeRealNames(bound settings.Bound) string {
	var b strings.Builder
	if bound.HTTPS != "" {
		fmt.Fprintf(&b, "HTTPS for the real host names on https://%s\n", bound.HTTPS)
	}
	if bound.Proxy != "" {
		fmt.Fprintf(&b, "forward proxy for the real host names on http://%s; for the clients of a shell: eval \"$(fakecme env --url http://%s --proxy %s)\"\n",
			bound.Proxy, option.Dialable(bound.HTTP), option.Dialable(bound.Proxy))
	}
	return b.String()
}

// welcome tells a person what is needed for the first call. It shows no secret of a configured tenant.
// Admin is the address of the admin API, when it has one of its own.
func welcome(srv *fake.Server, tenants []fake.Credentials, s *settings.Settings, admin string) string {
	base := "http://" + option.Dialable(strings.TrimPrefix(srv.URL, "http://"))
	tenant := srv.Tenant
	var b strings.Builder
	fmt.Fprintf(&b, "fakecme %s listens on %s for opencme, webpaas and h5ds (dialect %s)\n", fake.Version(), srv.URL, s.Dialect.Name)
	sign := fmt.Sprintf("fakecme sign cme --url --base %s", base)
	if len(s.Tenants) == 0 {
		fmt.Fprintf(&b, "tenant %s, with the documented fake defaults: cme %s %s, platform %s; h5ds %s %s\n",
			tenant.ID, tenant.SecretID, tenant.SecretKey, tenant.Platform, tenant.AppID, tenant.Secret)
		fmt.Fprintf(&b, "try: curl \"$(%s)\"\n", sign)
	} else {
		fmt.Fprintf(&b, "%s from %s\n%s", command.Counted(len(tenants), "tenant"), command.OneLine(s.Config), listTenants(tenants))
		fmt.Fprintf(&b, "try, with the secretKey of the default tenant in FAKECME_SECRET_KEY: curl \"$(%s --secret-id %s --platform %s)\"\n",
			sign, command.ShellWord(tenant.SecretID), command.ShellWord(tenant.Platform))
	}
	if s.Demo {
		b.WriteString("each tenant begins with the made-up library of --demo\n")
	}
	b.WriteString(s.Replay.Welcome())
	if s.StatusURL != "" {
		fmt.Fprintf(&b, "at each call, users of h5ds must be logged in at %s too\n", command.OneLine(option.ShownAddress(s.StatusURL)))
	}
	why := "each rejected call is explained below, and in its header X-Fakecme-Why"
	if s.HideWhy {
		why = "each rejected call is explained below"
	}
	if admin != "" {
		base = "http://" + option.Dialable(admin)
	}
	return b.String() + why + "; the dashboard is at " + base + "/_fakecme/; Ctrl-C stops\n"
}

// maxTenants is how many tenants the first lines name.
const maxTenants = 10

// listTenants returns a line for each tenant, without its secrets.
func listTenants(tenants []fake.Credentials) string {
	var b strings.Builder
	for i, t := range tenants[:min(len(tenants), maxTenants)] {
		note := ""
		if i == 0 {
			note = " (the default tenant)"
		}
		fmt.Fprintf(&b, "tenant %s%s: cme secretId %s, platform %s; h5ds appid %s\n",
			command.OneLine(t.ID), note, command.OneLine(t.SecretID), command.OneLine(t.Platform), command.OneLine(t.AppID))
	}
	if more := len(tenants) - maxTenants; more > 0 {
		fmt.Fprintf(&b, "and %s, which GET /_fakecme/tenants lists\n", command.Counted(more, "more tenant"))
	}
	return b.String()
}

package main

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/fake"
)

const serveLong = `Serves the fake until Ctrl-C or SIGTERM. All three services answer on one port: the
Host header decides when it is one of the real names, else the path does.

The first line on stdout, once it listens, is {"http":"127.0.0.1:11560"} with the
bound address, and nothing else goes there. Every call is a line on stderr; that of a
refused call says why, and what to do.

For clients with the real host names compiled in there are --https and --proxy. Both
use a certificate authority that is made once for a data directory: clients trust its
ca.pem, or GET /_fakecme/ca.pem. It can sign for the fake's hosts and this machine only.
The proxy leads the real host names to the fake, and lets no other call out, unless its
host is allowed by name: example.com at ports 80 and 443, or example.com:8443; there are
no wildcards. The user name for the proxy is the id of a tenant: that of calls that name
none. "fakecme env" prints what clients need, "fakecme exec" runs one with it.

A wrong flag, variable or file ends it with status 2 before any port opens, a port in
use with status 1.

The configuration file is YAML with the names of the flags, all of them optional, and
with the tenants that only it can give, the default tenant first:

  http: 127.0.0.1:11560
  fixtures: fixtures.yaml    # beside this file
  dialect: current
  max-body: 1MiB
  env-file: server/.env      # beside this file; the vendor's, for its line host.saas
  tenants:
    - id: team-a
      cme: {secretId: id-a, secretKey: key-a, platform: team-a, appId: 1200000002}
      h5ds: {appid: app-a, secret: secret-a}

` + environmentHelp

func (p *program) serveCommand() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the fake over HTTP",
		Long:  serveLong,
		Example: `  fakecme serve
  fakecme serve --http 127.0.0.1:0 --dialect current --log json
  fakecme serve --https 127.0.0.1:11561 --proxy 127.0.0.1:11562
  FAKECME_SEED=7 FAKECME_TICKET_LIFE=1m fakecme serve`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.serve(cmd, &s) },
	}
	s.add(cmd.Flags())
	return cmd
}

func (p *program) serve(cmd *cobra.Command, s *settings) error {
	if err := s.readConfig(cmd); err != nil {
		return err
	}
	if err := s.readEnvFile(cmd); err != nil {
		return err
	}
	if err := s.replay.read(cmd, p.now()); err != nil {
		return err
	}
	log := newCallLog(s.log, p.stderr, p.now)
	srv, tenants, err := s.server(cmd, log.call)
	if err != nil {
		return err
	}
	for _, warning := range unknownVariables(cmd.Root(), p.environ) {
		log.warn(warning)
	}
	log.bugs = srv.Bugs
	authority, err := s.names.authority(cmd, p, log.warn)
	if err != nil {
		return err
	}
	defer srv.Close()
	bound, err := s.listen(cmd, srv, authority)
	if err != nil {
		return err
	}
	if s.log == logText {
		_, _ = fmt.Fprint(p.stderr, realNamesWelcome(bound)+welcome(srv, tenants, s))
	}
	if err := p.announce(cmd, bound); err != nil {
		return err
	}
	<-cmd.Context().Done()
	srv.Close()
	if err := srv.CoverageError(); err != nil {
		return failed(cmd, "--coverage-dir: %v", err)
	}
	if err := s.replay.judge(cmd, srv, p.stderr); err != nil {
		return err
	}
	return judge(cmd, s.selfCheck, srv.Bugs())
}

// judge makes the responses that broke the contract count, when they were checked.
func judge(cmd *cobra.Command, selfCheck bool, bugs []string) error {
	if selfCheck && len(bugs) > 0 {
		return failed(cmd, "--self-check: bugs in the fake: %d; please report what stands above", len(bugs))
	}
	return nil
}

func cannotListen(cmd *cobra.Command, flag, address string, err error) error {
	origin := originOf(cmd, flag)
	if origin == "" {
		origin = cmd.CommandPath()
	}
	why, fix := err.Error(), "choose an address of this machine"
	var network *net.OpError
	if errors.As(err, &network) {
		why = network.Err.Error()
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		why, fix = "the address is in use", "stop what listens there, or choose another port; port 0 takes a free one"
	}
	return &failure{statusFailed, fmt.Sprintf("%s: cannot listen on %s: %s; %s", origin, address, why, fix)}
}

// welcome is what a person needs to know first. Of a configured tenant it shows no secret.
func welcome(srv *fake.Server, tenants []fake.Credentials, s *settings) string {
	base := "http://" + dialable(strings.TrimPrefix(srv.URL, "http://"))
	tenant := srv.Tenant
	var b strings.Builder
	fmt.Fprintf(&b, "fakecme %s listens on %s for opencme, webpaas and h5ds (dialect %s)\n", fake.Version(), srv.URL, s.dialect.Name)
	sign := fmt.Sprintf("fakecme sign cme --url --base %s", base)
	if len(s.tenants) == 0 {
		fmt.Fprintf(&b, "tenant %s, with the documented fake defaults: cme %s %s, platform %s; h5ds %s %s\n",
			tenant.ID, tenant.SecretID, tenant.SecretKey, tenant.Platform, tenant.AppID, tenant.Secret)
		fmt.Fprintf(&b, "try: curl \"$(%s)\"\n", sign)
	} else {
		fmt.Fprintf(&b, "%s from %s\n%s", counted(len(tenants), "tenant"), oneLine(s.config), named(tenants))
		fmt.Fprintf(&b, "try, with the secretKey of the default tenant in FAKECME_SECRET_KEY: curl \"$(%s --secret-id %s --platform %s)\"\n",
			sign, shellWord(tenant.SecretID), shellWord(tenant.Platform))
	}
	if s.demo {
		b.WriteString("each tenant begins with the made-up library of --demo\n")
	}
	b.WriteString(s.replay.welcome())
	if s.statusURL != "" {
		fmt.Fprintf(&b, "at each call, users of h5ds must be logged in at %s too\n", oneLine(shownAddress(s.statusURL)))
	}
	why := "why a call is rejected stands below, and in its header X-Fakecme-Why"
	if s.noWhy {
		why = "why a call is rejected stands below"
	}
	return b.String() + why + "; for a browser it is all at " + base + "/_fakecme/; Ctrl-C stops\n"
}

// mostNamed is how many tenants the first lines name.
const mostNamed = 10

// named is a line a tenant, without its secrets.
func named(tenants []fake.Credentials) string {
	var b strings.Builder
	for i, t := range tenants[:min(len(tenants), mostNamed)] {
		note := ""
		if i == 0 {
			note = " (the default tenant)"
		}
		fmt.Fprintf(&b, "tenant %s%s: cme secretId %s, platform %s; h5ds appid %s\n",
			oneLine(t.ID), note, oneLine(t.SecretID), oneLine(t.Platform), oneLine(t.AppID))
	}
	if more := len(tenants) - mostNamed; more > 0 {
		fmt.Fprintf(&b, "and %s, which GET /_fakecme/tenants lists\n", counted(more, "more tenant"))
	}
	return b.String()
}

// counted writes 1 tenant, 2 tenants.
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// dialable is an address that a client on this machine can use.
func dialable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

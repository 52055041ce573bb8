package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/contracts/drift"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/authority"
	"github.com/fakecme/fakecme/fake/proxy"
	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/redact"
)

const recordLong = `Passes calls on to the services, and records them as a HAR file, until Ctrl-C or SIGTERM.
Point your client at the address of --http in place of the real ones, as you would at the
fake. The first line on stdout, once it listens, is {"http":"127.0.0.1:11563"}.

It calls only the upstream that you name: --upstream for all three services, or one flag a
service. "--upstream live" means the real services over https, with your real credentials
and at your cost. It must know your secrets, to search for them. No other flag leads to
the real services. A call of a service without an upstream gets 502 and goes nowhere; a
call without a response from its upstream gets 502, too, and is not recorded.

For clients with the real host names compiled in there is --proxy: a forward proxy that
records the calls to these hosts as if they had come to --http, over HTTPS too, with the
certificate authority of "fakecme serve". It lets no other call out, unless --proxy-allow
names the host. A line on stderr says what a shell needs for its clients.

Before anything is written, signatures, tickets, tokens, cookies, storage credentials, phone
numbers and e-mail addresses are replaced by placeholders such as <ticket-1>, the same for the
same secret. Then the file is searched for all of them and for every secret that you name
(--secret-id, --secret-key, --secret, --secret-env, the tenants of --config), as it is and
percent-encoded, in base64, in hexadecimal and in JSON. A call in which one is found, or whose
body cannot be read, is left out of the file; a line says why, and the exit status is 1.
Headers that are not known to be harmless are dropped.

Calls are passed on as they came, with two exceptions. Of the compressions that the client
takes, the upstream is asked for those that can be read here. And a GET asks for the whole
response, whatever the client has of it already: If-None-Match, If-Modified-Since, Range and
If-Range are not passed on, because what answers them (304, 206) answers no other client.

The file is written as calls come in, whole each time: first after every call, later after
each twentieth part, and at the end. A crash loses little.

With --diff, the recording is compared with the contract as it grows, and each difference
stands on stderr when it is first seen. At the end stdout has the report of "fakecme diff",
the fake included. The exit status is 1 when a difference is as bad as --fail-on, and 3
when calls were not recorded, and so not compared.

` + option.EnvironmentHelp

// recordFlags are the flags of record.
type recordFlags struct {
	listeners         settings.Listeners // without HTTPS
	out, scenario     string
	replace           bool
	upstream          string             // for all services
	upstreams         map[string]*string // by service
	maxEntries        int
	maxBytes, maxBody int64
	secrets           secretFlags
	diff              bool
	failOn            drift.Severity
}

func newRecordCommand(env *command.Environment) *cobra.Command {
	f := recordFlags{upstreams: map[string]*string{}}
	cmd := &cobra.Command{
		Use:   "record",
		Short: "Record calls as a HAR file without secrets",
		Long:  recordLong,
		Example: `  fakecme record --out recorded --scenario login --upstream http://127.0.0.1:11560
  fakecme record --out recorded --upstream-h5ds http://127.0.0.1:8080/gateway
  fakecme record --out recorded --proxy 127.0.0.1:11562 --diff --upstream http://127.0.0.1:11560
  FAKECME_SECRET_KEY=your-key FAKECME_SECRET=your-secret fakecme record --out recorded --upstream live`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd, env) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	option.Add(flags, &f.out, "out", "", "folder for the file; it is made when it is not there", option.File)
	option.Add(flags, &f.scenario, "scenario", "", "name of the file without .har; the time of the start by default", option.NewKind("name", parseScenario))
	option.AddPlain(flags, &f.replace, "replace", "", "replace a file of that name", option.Switch)
	option.Add(flags, &f.listeners.HTTP, "http", "127.0.0.1:11563", "where to listen; port 0 takes a free one", option.Address)
	f.listeners.AddProxy(flags)
	f.listeners.AddAllow(flags)
	f.listeners.Authority.Add(flags)
	upstream := option.NewKind("url", parseUpstream)
	option.Add(flags, &f.upstream, "upstream", "", "where to pass calls on to: a base address, or live", upstream)
	for _, service := range contracts.Names() {
		f.upstreams[service] = new(string)
		option.Add(flags, f.upstreams[service], "upstream-"+service, "", "the same for "+service+" alone; it wins", upstream)
	}
	f.secrets.add(flags)
	option.AddPlain(flags, &f.diff, "diff", "", "compare the recording with the contract and the fake", option.Switch)
	option.AddPlain(flags, &f.failOn, "fail-on", "risky", "with --diff, the least that is status 1: breaking, risky or cosmetic", severity)
	option.Add(flags, &f.maxEntries, "max-entries", "10000", "most calls to record; later ones are passed on only", option.NewKind("number", parseCount))
	option.Add(flags, &f.maxBytes, "max-size", "64MiB", "most bytes of bodies to record", option.Size)
	option.Add(flags, &f.maxBody, "max-body", "10MiB", "largest request body", option.Size)
	return cmd
}

func parseCount(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is not a number of 1 or more", text)
	}
	return int(n), nil
}

func (f *recordFlags) run(cmd *cobra.Command, env *command.Environment) error {
	upstreams, err := f.addresses(cmd)
	if err != nil {
		return err
	}
	secrets, err := f.secrets.all(cmd, env)
	if err != nil {
		return err
	}
	if f.callsLive() && !f.secrets.given() {
		return command.Wrong(cmd, "--upstream live: name your secrets, in FAKECME_SECRET_KEY, FAKECME_SECRET or --secret-env, so that the recording can be searched for them")
	}
	if !f.diff && cmd.Flags().Changed("fail-on") {
		return command.Wrong(cmd, "--fail-on: nothing is compared; add --diff")
	}
	authority, err := f.openAuthority(cmd, env)
	if err != nil {
		return err
	}
	file, err := newRecordingFile(cmd, f.out, f.scenario, env.Now(), f.replace)
	if err != nil {
		return err
	}
	s := &session{stderr: env.Stderr, file: file}
	s.recorder = &recordings.Recorder{
		Redactor: redact.Redactor{Secrets: secrets},
		Now:      func() time.Time { return env.Now().UTC().Truncate(time.Second) }, // finer times would make every file differ
		Skip:     s.skip, MaxCalls: f.maxEntries, MaxBytes: f.maxBytes,
	}
	if f.diff {
		if s.diff, err = newLiveDiff(cmd.Context(), f.failOn); err != nil {
			return command.Failed(cmd, "%v", err)
		}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true // the client decides
	if f.callsLive() {
		transport.TLSClientConfig = &tls.Config{VerifyConnection: rejectFake, MinVersion: tls.VersionTLS12}
	}
	handler := &recordings.Proxy{
		Upstreams: upstreams, Recorder: s.recorder, Transport: transport, MaxBody: f.maxBody, OnRecord: s.keep,
	}
	if err := f.serve(cmd, env, s, handler, authority); err != nil {
		return err
	}
	return s.finish(cmd, env)
}

// callsLive reports whether a real service is called.
func (f *recordFlags) callsLive() bool {
	calls := f.upstream == live
	for _, own := range f.upstreams {
		calls = calls || *own == live
	}
	return calls
}

// addresses returns the upstreams by service.
func (f *recordFlags) addresses(cmd *cobra.Command) (map[string]*url.URL, error) {
	all := map[string]*url.URL{}
	for service, own := range f.upstreams {
		switch text := cmp.Or(*own, f.upstream); text {
		case "":
		case live:
			all[service] = recordings.Live()[service]
		default:
			u, err := url.Parse(text)
			if err != nil {
				return nil, command.Wrong(cmd, "--upstream: %v", err)
			}
			all[service] = u
		}
	}
	if len(all) == 0 {
		return nil, command.Wrong(cmd, "where to? name an --upstream: the address of a fake or a gateway, or live for the real services")
	}
	return all, nil
}

// openAuthority opens the authority for the proxy, or returns nil when the proxy is off. The authority must be in a file,
// because nothing else tells clients of it.
func (f *recordFlags) openAuthority(cmd *cobra.Command, env *command.Environment) (*authority.Authority, error) {
	files := &f.listeners.Authority
	files.Data = cmp.Or(files.Data, settings.DataDirectory(env))
	if f.listeners.Proxy != "" && files.Cert == "" && files.Data == "" {
		return nil, command.Wrong(cmd, "--proxy: there is no home directory to keep the certificate authority in; give --data")
	}
	return f.listeners.OpenAuthority(cmd, env, func(news string) { _, _ = fmt.Fprintln(env.Stderr, news) })
}

// serve listens until the context of cmd ends.
func (f *recordFlags) serve(cmd *cobra.Command, env *command.Environment, s *session, handler http.Handler, a *authority.Authority) error {
	listener, err := net.Listen("tcp", f.listeners.HTTP)
	if err != nil {
		return settings.CannotListen(cmd, "http", f.listeners.HTTP, err)
	}
	server := newServer(handler)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	defer func() { _ = server.Close() }()
	bound := settings.Bound{HTTP: listener.Addr().String()}
	stopProxy := func() {}
	if f.listeners.Proxy != "" {
		if bound.Proxy, stopProxy, err = f.listenProxy(s, handler, a); err != nil {
			return settings.CannotListen(cmd, "proxy", f.listeners.Proxy, err)
		}
	}
	defer stopProxy()
	if err := env.PrintJSON(cmd, bound); err != nil {
		return err
	}
	s.say("records the calls to http://%s in %s; Ctrl-C stops", option.Dialable(bound.HTTP), command.OneLine(s.file))
	if bound.Proxy != "" {
		s.say("%s", f.welcomeProxy(bound.Proxy))
	}
	<-cmd.Context().Done()
	soon, cancel := context.WithTimeout(context.WithoutCancel(cmd.Context()), time.Second)
	defer cancel()
	if server.Shutdown(soon) != nil { // calls under way have had their second
		_ = server.Close()
	}
	<-ended
	return nil
}

func newServer(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
}

// listenProxy starts a forward proxy that leads the real host names to the recording, and lets no other call out but those
// that are allowed.
func (f *recordFlags) listenProxy(s *session, handler http.Handler, a *authority.Authority) (address string, stop func(), err error) {
	l, err := net.Listen("tcp", f.listeners.Proxy)
	if err != nil {
		return "", nil, err
	}
	forward := proxy.New(proxy.Config{
		Handler: handler, Hosts: fake.Hosts(), TLS: a.TLSConfig(nil), Allow: f.listeners.Allow, NewServer: func() *http.Server { return newServer(handler) },
		Rejected: func(_ context.Context, method, address string, why proxy.Rejection) {
			s.say("not let out: %s %s: %s", command.OneLine(method), command.OneLine(address), command.OneLine(why.Sentence))
		},
	})
	return l.Addr().String(), forward.Close, forward.Start(l)
}

// welcomeProxy says how the clients of a shell are led to the proxy.
func (f *recordFlags) welcomeProxy(address string) string {
	files := f.listeners.Authority
	ca := cmp.Or(files.Cert, filepath.Join(files.Data, "ca.pem"))
	if absolute, err := filepath.Abs(ca); err == nil { // the shell may be elsewhere
		ca = absolute
	}
	return fmt.Sprintf("forward proxy for the real host names on http://%s; for the clients of a shell: eval \"$(fakecme env --ca %s --proxy %s)\"",
		address, command.ShellWord(ca), option.Dialable(address))
}

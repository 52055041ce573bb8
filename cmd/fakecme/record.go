package main

import (
	"crypto/tls"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/contracts/drift"
	"github.com/fakecme/fakecme/recordings"
)

// record is what the command is told.
type record struct {
	http, out, scenario string
	replace             bool
	upstream            string // for all services
	upstreams           map[string]*string
	maxEntries          int
	maxSize, maxBody    int64
	secrets             secretSettings
	names               realNames // of which the proxy alone is on
	diff                bool
	failOn              drift.Severity
}

const recordLong = `Passes calls on to the services, and records them as a HAR file, until Ctrl-C or SIGTERM.
Point your client at the address of --http in place of the real ones, as you would at the
fake. The first line on stdout, once it listens, is {"http":"127.0.0.1:11563"}.

It calls only the upstream that you name: --upstream for all three services, or one flag a
service. "--upstream live" means the real services over https, with your real credentials
and at your cost, and wants to know your secrets, to search for them; nothing else ever
leads there. A call of a service without an upstream is answered with 502 and goes nowhere;
one that gets no answer is answered with 502, too, and is not recorded.

For clients with the real host names compiled in there is --proxy: a forward proxy that
records the calls to these hosts as if they had come to --http, over HTTPS too, with the
certificate authority that serve has. No other call gets out. When it listens, the line
on stderr says what a shell needs for its clients.

Before anything is written, signatures, tickets, tokens, cookies, storage credentials, phone
numbers and e-mail addresses are replaced by placeholders such as <ticket-1>, the same for the
same secret. Then the file is searched for all of them and for every secret that you name
(--secret-id, --secret-key, --secret, --secret-env, the tenants of --config), as it is and
percent-encoded, in base64, in hexadecimal and in JSON. If one is found, nothing is written
and the exit status is 1. Headers that are not known to be harmless are dropped.

The file is written as calls come in, whole each time: at first after every call, later after
each twentieth part, and at the end. So a crash loses little.

With --diff, what is written is compared with the contract at once, and each difference
stands on stderr when it is first seen. At the end stdout has the report of "fakecme diff",
the fake included. The exit status is 1 when a difference is as bad as --fail-on, and 3
when calls were not recorded, and so not compared.

` + environmentHelp

func (p *program) recordCommand() *cobra.Command {
	r := record{upstreams: map[string]*string{}}
	cmd := &cobra.Command{
		Use:   "record",
		Short: "Record calls as a HAR file, made safe to keep",
		Long:  recordLong,
		Example: `  fakecme record --out recorded --scenario login --upstream http://127.0.0.1:11560
  fakecme record --out recorded --upstream-h5ds http://127.0.0.1:8080/gateway
  fakecme record --out recorded --proxy 127.0.0.1:11562 --diff --upstream http://127.0.0.1:11560
  FAKECME_SECRET_KEY=your-key FAKECME_SECRET=your-secret fakecme record --out recorded --upstream live`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.record(cmd, &r) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	add(flags, &r.out, "out", "", "folder for the file; it is made if need be", asFile)
	add(flags, &r.scenario, "scenario", "", "name of the file without .har; the time of the start by default", asScenario)
	addPlain(flags, &r.replace, "replace", "", "replace a file of that name", asSwitch)
	add(flags, &r.http, "http", "127.0.0.1:11563", "where to listen; port 0 takes a free one", asAddress)
	add(flags, &r.names.proxy, "proxy", "", "where to be a forward proxy, such as 127.0.0.1:11562; off by default", asAddress)
	r.names.addAuthority(flags)
	add(flags, &r.upstream, "upstream", "", "where to pass calls on to: a base address, or live", asUpstream)
	for _, service := range []string{"opencme", "webpaas", "h5ds"} {
		r.upstreams[service] = new(string)
		add(flags, r.upstreams[service], "upstream-"+service, "", "the same for "+service+" alone; it wins", asUpstream)
	}
	r.secrets.add(flags)
	addPlain(flags, &r.diff, "diff", "", "compare what is recorded with the contract and the fake", asSwitch)
	addPlain(flags, &r.failOn, "fail-on", "risky", "with --diff, the least that is status 1: breaking, risky or cosmetic", asSeverity)
	add(flags, &r.maxEntries, "max-entries", "10000", "most calls to record; later ones are passed on only", asCount)
	add(flags, &r.maxSize, "max-size", "64MiB", "most bytes of bodies to record", asSize)
	add(flags, &r.maxBody, "max-body", "10MiB", "largest request body", asSize)
	return cmd
}

func (p *program) record(cmd *cobra.Command, r *record) error {
	upstreams, err := r.addresses(cmd)
	if err != nil {
		return err
	}
	secrets, err := r.secrets.secrets(p, cmd)
	if err != nil {
		return err
	}
	if r.callsLive() && !r.secrets.named() {
		return wrong(cmd, "--upstream live: name your secrets, in FAKECME_SECRET_KEY, FAKECME_SECRET or --secret-env, so that the recording can be searched for them")
	}
	if !r.diff && cmd.Flags().Changed("fail-on") {
		return wrong(cmd, "--fail-on: nothing is compared; add --diff")
	}
	authority, err := r.authority(cmd, p)
	if err != nil {
		return err
	}
	file, err := newScenario(cmd, r.out, r.scenario, p.now(), r.replace)
	if err != nil {
		return err
	}
	s := &session{p: p, file: file}
	s.recorder = &recordings.Recorder{
		Redactor: recordings.Redactor{Secrets: secrets},
		Now:      func() time.Time { return p.now().UTC().Truncate(time.Second) }, // finer times would make every file differ
		Skip:     s.skipped, MaxCalls: r.maxEntries, MaxBytes: r.maxSize,
	}
	if r.diff {
		if s.diff, err = newLiveDiff(cmd.Context(), r.failOn); err != nil {
			return failed(cmd, "%v", err)
		}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true // the client decides
	if r.callsLive() {
		transport.TLSClientConfig = &tls.Config{VerifyConnection: notOfAFake, MinVersion: tls.VersionTLS12}
	}
	handler := &recordings.Proxy{
		Upstreams: upstreams, Recorder: s.recorder, Transport: transport, MaxBody: r.maxBody, Kept: s.kept,
	}
	return p.recordUntilDone(cmd, r, s, handler, authority)
}

// callsLive says whether a real service is to be called.
func (r *record) callsLive() bool {
	calls := r.upstream == live
	for _, own := range r.upstreams {
		calls = calls || *own == live
	}
	return calls
}

// addresses are the upstreams by service.
func (r *record) addresses(cmd *cobra.Command) (map[string]*url.URL, error) {
	all := map[string]*url.URL{}
	for service, own := range r.upstreams {
		text := *own
		if text == "" {
			text = r.upstream
		}
		switch text {
		case "":
			continue
		case live:
			all[service] = recordings.Live()[service]
			continue
		}
		u, err := url.Parse(text)
		if err != nil {
			return nil, wrong(cmd, "--upstream: %v", err)
		}
		all[service] = u
	}
	if len(all) == 0 {
		return nil, wrong(cmd, "where to? name an --upstream: the address of a fake or a gateway, or live for the real services")
	}
	return all, nil
}

// newScenario is the path of a recording that is to be written.
func newScenario(cmd *cobra.Command, folder, name string, now time.Time, replace bool) (string, error) {
	if folder == "" {
		return "", wrong(cmd, "--out: the folder for the recording is missing")
	}
	if name == "" {
		name = now.UTC().Format("2006-01-02T15-04-05Z")
	}
	file := filepath.Join(folder, name+recordings.Extension)
	_, err := os.Stat(file)
	switch {
	case err == nil && !replace:
		return "", wrong(cmd, "there is a %s already; choose another --scenario, or write --replace", oneLine(file))
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", wrong(cmd, "--out: %v", err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", wrong(cmd, "--out: %v", err)
	}
	return file, nil
}

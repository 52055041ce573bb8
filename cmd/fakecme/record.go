package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

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
}

const recordLong = `Passes calls on to the services, and records them as a HAR file, until Ctrl-C or SIGTERM.
Point your client at the address of --http in place of the real ones, as you would at the
fake. The first line on stdout, once it listens, is {"http":"127.0.0.1:11563"}.

It calls only the upstream that you name: --upstream for all three services, or one flag a
service. "--upstream live" means the real services over https, with your real credentials
and at your cost, and wants to know your secrets, to search for them; nothing else ever
leads there. A call of a service without an upstream is answered with 502 and goes nowhere;
one that gets no answer is answered with 502, too, and is not recorded.

Before anything is written, signatures, tickets, tokens, cookies, storage credentials, phone
numbers and e-mail addresses are replaced by placeholders such as <ticket-1>, the same for the
same secret. Then the file is searched for all of them and for every secret that you name
(--secret-id, --secret-key, --secret, --secret-env, the tenants of --config), as it is and
percent-encoded, in base64, in hexadecimal and in JSON. If one is found, nothing is written
and the exit status is 1. Headers that are not known to be harmless are dropped.

The file is written as calls come in, whole each time: at first after every call, later after
each twentieth part, and at the end. So a crash loses little.

` + environmentHelp

func (p *program) recordCommand() *cobra.Command {
	r := record{upstreams: map[string]*string{}}
	cmd := &cobra.Command{
		Use:   "record",
		Short: "Record calls as a HAR file, made safe to keep",
		Long:  recordLong,
		Example: `  fakecme record --out recorded --scenario login --upstream http://127.0.0.1:11560
  fakecme record --out recorded --upstream-h5ds http://127.0.0.1:8080/gateway
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
	add(flags, &r.upstream, "upstream", "", "where to pass calls on to: a base address, or live", asUpstream)
	for _, service := range []string{"opencme", "webpaas", "h5ds"} {
		r.upstreams[service] = new(string)
		add(flags, r.upstreams[service], "upstream-"+service, "", "the same for "+service+" alone; it wins", asUpstream)
	}
	r.secrets.add(flags)
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
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true // the client decides
	proxy := &recordings.Proxy{
		Upstreams: upstreams, Recorder: s.recorder, Transport: transport, MaxBody: r.maxBody, Kept: s.kept,
	}
	return p.recordUntilDone(cmd, r, s, proxy)
}

// recordUntilDone listens, says so, and writes the rest at the end.
func (p *program) recordUntilDone(cmd *cobra.Command, r *record, s *session, proxy http.Handler) error {
	listener, err := net.Listen("tcp", r.http)
	if err != nil {
		return cannotListen(cmd, "http", r.http, err)
	}
	server := &http.Server{Handler: proxy, ReadHeaderTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	ready := struct {
		HTTP string `json:"http"`
	}{listener.Addr().String()}
	if err := json.NewEncoder(p.stdout).Encode(ready); err != nil {
		_ = server.Close()
		return failed(cmd, "tell the address: %v", err)
	}
	s.say("records what comes to http://%s to %s; Ctrl-C stops", dialable(listener.Addr().String()), oneLine(s.file))
	<-cmd.Context().Done()
	soon, cancel := context.WithTimeout(context.WithoutCancel(cmd.Context()), time.Second)
	defer cancel()
	if server.Shutdown(soon) != nil { // calls under way have had their second
		_ = server.Close()
	}
	<-ended
	return s.finish(cmd)
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

// session is one recording that is being made.
type session struct {
	p        *program
	file     string
	recorder *recordings.Recorder

	mu      sync.Mutex // guards everything below, and what is written to stderr
	calls   int        // that came in
	pending int        // of them, since the file was written
	left    int        // calls that were left out
	broken  error      // why the file could not be written the last time
}

func (s *session) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sayLocked(format, args...)
}

func (s *session) sayLocked(format string, args ...any) {
	_, _ = fmt.Fprintf(s.p.stderr, format+"\n", args...)
}

// skipped says which call is not recorded. Its query, which holds a secret, is not shown.
func (s *session) skipped(c recordings.Call, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left++
	s.sayLocked("not recorded: %s %s://%s%s: %s", oneLine(c.Method), c.URL.Scheme, c.URL.Host, oneLine(c.URL.EscapedPath()), oneLine(cause(why)))
}

// cause is an error without the address of the call in it.
func cause(err error) string {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err.Error()
	}
	return err.Error()
}

// mostLost is the part of a recording that a crash may lose: one in so many calls.
const mostLost = 20

// kept writes the file when enough calls have come in since the last time.
func (s *session) kept() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	s.pending++
	if s.pending >= max(1, s.calls/mostLost) {
		s.writeLocked()
	}
}

func (s *session) writeLocked() {
	s.pending = 0
	a, err := s.recorder.Archive(filepath.Base(s.file))
	if err == nil && len(a.Log.Entries) > 0 {
		err = recordings.WriteFile(s.file, a)
	}
	if err != nil && (s.broken == nil || s.broken.Error() != err.Error()) {
		s.sayLocked("not written: %s", oneLine(err.Error()))
	}
	s.broken = err
}

// finish writes what is not written yet, and says what there is.
func (s *session) finish(cmd *cobra.Command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.recorder.Archive(filepath.Base(s.file))
	switch {
	case err != nil:
		return failed(cmd, "%s was not written: %s", oneLine(s.file), oneLine(err.Error()))
	case len(a.Log.Entries) == 0:
		return failed(cmd, "nothing was recorded, so nothing was written")
	}
	if err := recordings.WriteFile(s.file, a); err != nil {
		return failed(cmd, "%s was not written: %s", oneLine(s.file), oneLine(err.Error()))
	}
	s.sayLocked("recorded %s in %s; %s", counted(len(a.Log.Entries), "call"), oneLine(s.file), redacted(a))
	if s.left > 0 {
		s.sayLocked("not recorded: %s; see above", counted(s.left, "call"))
	}
	return nil
}

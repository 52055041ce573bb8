package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/authority"
	"github.com/fakecme/fakecme/fake/proxy"
)

// authority is the one for the proxy, nil when that is off. It must be in a file: nothing else tells clients of it.
func (r *record) authority(cmd *cobra.Command, p *program) (*authority.Authority, error) {
	if r.names.data = cmp.Or(r.names.data, p.dataDir()); r.names.proxy != "" && r.names.caCert == "" && r.names.data == "" {
		return nil, wrong(cmd, "--proxy: there is no home directory to keep the certificate authority in; give --data")
	}
	return r.names.authority(cmd, p, func(news string) { _, _ = fmt.Fprintln(p.stderr, news) })
}

// recordUntilDone listens, says so, and writes the rest at the end.
func (p *program) recordUntilDone(cmd *cobra.Command, r *record, s *session, handler http.Handler, a *authority.Authority) error {
	listener, err := net.Listen("tcp", r.http)
	if err != nil {
		return cannotListen(cmd, "http", r.http, err)
	}
	server := recordingServer(handler)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	defer func() { _ = server.Close() }()
	bound := addresses{HTTP: listener.Addr().String()}
	stopProxy := func() {}
	if r.names.proxy != "" {
		if bound.Proxy, stopProxy, err = r.listenProxy(s, handler, a); err != nil {
			return cannotListen(cmd, "proxy", r.names.proxy, err)
		}
	}
	defer stopProxy()
	if err := p.announce(cmd, bound); err != nil {
		return err
	}
	s.say("records what comes to http://%s to %s; Ctrl-C stops", dialable(bound.HTTP), oneLine(s.file))
	if bound.Proxy != "" {
		s.say("%s", r.proxyWelcome(bound.Proxy))
	}
	<-cmd.Context().Done()
	soon, cancel := context.WithTimeout(context.WithoutCancel(cmd.Context()), time.Second)
	defer cancel()
	if server.Shutdown(soon) != nil { // calls under way have had their second
		_ = server.Close()
	}
	<-ended
	stopProxy()
	return s.finish(cmd)
}

func recordingServer(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
}

// listenProxy starts a forward proxy that leads the real host names to the recording, and lets nothing else out.
func (r *record) listenProxy(s *session, handler http.Handler, a *authority.Authority) (address string, stop func(), err error) {
	l, err := net.Listen("tcp", r.names.proxy)
	if err != nil {
		return "", nil, err
	}
	through := proxy.New(proxy.Config{
		Handler: handler, Hosts: fake.Hosts(), TLS: a.TLSConfig(nil), NewServer: func() *http.Server { return recordingServer(handler) },
		Rejected: func(_ context.Context, method, address string, why proxy.Rejection) {
			s.say("not let out: %s %s: %s", oneLine(method), oneLine(address), oneLine(why.Sentence))
		},
	})
	return l.Addr().String(), through.Close, through.Start(l)
}

// proxyWelcome says how the clients of a shell are led to the proxy.
func (r *record) proxyWelcome(address string) string {
	ca := cmp.Or(r.names.caCert, filepath.Join(r.names.data, "ca.pem"))
	if absolute, err := filepath.Abs(ca); err == nil { // the shell may be elsewhere
		ca = absolute
	}
	return fmt.Sprintf("forward proxy for the real host names on http://%s; for the clients of a shell: eval \"$(fakecme env --ca %s --proxy %s)\"",
		address, shellWord(ca), dialable(address))
}

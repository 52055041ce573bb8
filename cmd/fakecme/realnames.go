package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/authority"
	"github.com/fakecme/fakecme/fake/proxy"
)

// realNames is how clients reach the fake that have the real host names compiled in.
type realNames struct {
	https  string
	proxy  string
	allow  []proxy.Allowed
	data   string
	caCert string
	caKey  string
}

func (r *realNames) add(flags *pflag.FlagSet) {
	add(flags, &r.https, "https", "", "where to listen for HTTPS, such as 127.0.0.1:11561; off by default", asAddress)
	add(flags, &r.proxy, "proxy", "", "where to be a forward proxy, such as 127.0.0.1:11562; off by default", asAddress)
	addAllow(flags, &r.allow)
	r.addAuthority(flags)
}

func (r *realNames) addAuthority(flags *pflag.FlagSet) {
	addData(flags, &r.data)
	add(flags, &r.caCert, "ca-cert", "", "PEM file with a certificate authority of your own", asFile)
	add(flags, &r.caKey, "ca-key", "", "PEM file with its key", asFile)
}

// addAllow and addData are for other commands too.
func addAllow(flags *pflag.FlagSet, target *[]proxy.Allowed) {
	add(flags, target, "proxy-allow", "", "host or host:port the proxy lets calls out to; repeat it, or put commas", asAllowed(target))
}

func addData(flags *pflag.FlagSet, target *string) {
	add(flags, target, "data", "", "directory of the certificate authority (default: fakecme below your configuration)", asFile)
}

// asAllowed adds to what the flag has given before.
func asAllowed(target *[]proxy.Allowed) kind[[]proxy.Allowed] {
	return kind[[]proxy.Allowed]{"host", func(text string) ([]proxy.Allowed, error) {
		all := *target
		for one := range strings.SplitSeq(text, ",") {
			a, err := proxy.ParseAllowed(strings.TrimSpace(one))
			if err != nil {
				return nil, err
			}
			all = append(all, a)
		}
		return all, nil
	}}
}

// authority is the one for HTTPS and the proxy; nil when neither is on. A data directory that nobody asked
// for and that cannot be used is no reason not to serve.
func (r *realNames) authority(cmd *cobra.Command, p *program, tell func(string)) (*authority.Authority, error) {
	if given, other := r.caCert != "", r.caKey != ""; given != other {
		return nil, wrong(cmd, "--ca-cert and --ca-key belong together; give both")
	}
	if r.https == "" && r.proxy == "" {
		return nil, nil
	}
	if r.caCert != "" {
		a, err := authority.Read(r.caCert, r.caKey, fake.Hosts(), p.now)
		if err != nil {
			return nil, wrong(cmd, "%v", err)
		}
		return a, nil
	}
	a, err := p.openAuthority(cmp.Or(r.data, p.dataDir()), tell)
	if err == nil {
		return a, nil
	}
	if r.data != "" {
		return nil, wrong(cmd, "--data: %v", err)
	}
	tell(fmt.Sprintf("the certificate authority is gone when the fake ends, because %v; fetch /_fakecme/ca.pem each time, or give --data", err))
	if a, err = authority.New(fake.Hosts(), p.now); err != nil {
		return nil, failed(cmd, "%v", err)
	}
	return a, nil
}

func (p *program) openAuthority(dir string, tell func(string)) (*authority.Authority, error) {
	if dir == "" {
		return nil, errors.New("there is no home directory")
	}
	a, news, err := authority.Open(dir, fake.Hosts(), p.now)
	if err == nil && news != "" {
		tell(news)
	}
	return a, err
}

// dataDir is where the certificate authority is kept by default; "" when the environment does not say.
func (p *program) dataDir() string {
	below := func(variable string, names ...string) string {
		root := p.variable(variable)
		if !filepath.IsAbs(root) {
			return ""
		}
		return filepath.Join(append([]string{root}, names...)...)
	}
	switch runtime.GOOS {
	case "windows":
		return below("AppData", "fakecme")
	case "darwin":
		return below("HOME", "Library", "Application Support", "fakecme")
	}
	return cmp.Or(below("XDG_CONFIG_HOME", "fakecme"), below("HOME", ".config", "fakecme"))
}

// addresses are where the fake listens: the first line of serve.
type addresses struct {
	HTTP  string `json:"http"`
	HTTPS string `json:"https,omitempty"`
	Proxy string `json:"proxy,omitempty"`
}

// listen opens every port that is on.
func (s *settings) listen(cmd *cobra.Command, srv *fake.Server, a *authority.Authority) (bound addresses, err error) {
	if err := srv.Listen(s.http); err != nil {
		return bound, cannotListen(cmd, "http", s.http, err)
	}
	bound.HTTP = strings.TrimPrefix(srv.URL, "http://")
	if s.names.https != "" {
		if bound.HTTPS, err = srv.ListenTLS(s.names.https, a); err != nil {
			return bound, cannotListen(cmd, "https", s.names.https, err)
		}
	}
	if s.names.proxy != "" {
		if bound.Proxy, err = srv.ListenProxy(s.names.proxy, a, s.names.allow...); err != nil {
			return bound, cannotListen(cmd, "proxy", s.names.proxy, err)
		}
	}
	return bound, nil
}

// announce tells the program that started this one where the fake listens.
func (p *program) announce(cmd *cobra.Command, bound addresses) error {
	if err := json.NewEncoder(p.stdout).Encode(bound); err != nil {
		return failed(cmd, "tell the address: %v", err)
	}
	return nil
}

// realNamesWelcome is what a person needs to know of the listeners for the real host names.
func realNamesWelcome(bound addresses) string {
	var b strings.Builder
	if bound.HTTPS != "" {
		fmt.Fprintf(&b, "HTTPS for the real host names on https://%s\n", bound.HTTPS)
	}
	if bound.Proxy != "" {
		fmt.Fprintf(&b, "forward proxy for the real host names on http://%s; for the clients of a shell: eval \"$(fakecme env --url http://%s --proxy %s)\"\n",
			bound.Proxy, dialable(bound.HTTP), dialable(bound.Proxy))
	}
	return b.String()
}

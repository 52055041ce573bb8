package settings

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/authority"
	"github.com/fakecme/fakecme/fake/proxy"
)

// Listeners are the addresses to listen on. HTTPS and Proxy are for clients with the real host names compiled in; they are
// off when empty. So is Admin, the address of the admin API; without one it is at the address of the services.
type Listeners struct {
	HTTP, HTTPS, Proxy, Admin string
	Allow                     []proxy.Allowed // the hosts that the proxy lets calls out to
	Authority                 Authority
}

// Bound are the addresses that a fake listens on. They are the first line on stdout, for the program that started this one.
type Bound struct {
	HTTP  string `json:"http"`
	HTTPS string `json:"https,omitempty"`
	Proxy string `json:"proxy,omitempty"`
	Admin string `json:"admin,omitempty"`
}

func (l *Listeners) add(flags *pflag.FlagSet) {
	option.Add(flags, &l.HTTP, "http", "127.0.0.1:11560", "where to listen; port 0 takes a free one", option.Address)
	option.Add(flags, &l.HTTPS, "https", "", "where to listen for HTTPS, such as 127.0.0.1:11561; off by default", option.Address)
	option.Add(flags, &l.Admin, "admin", "", "the only address for the admin API and the dashboard; that of --http by default", option.Address)
	l.AddProxy(flags)
	l.AddAllow(flags)
	l.Authority.Add(flags)
}

// AddProxy defines the flag of the proxy's address.
func (l *Listeners) AddProxy(flags *pflag.FlagSet) {
	option.Add(flags, &l.Proxy, "proxy", "", "where to be a forward proxy, such as 127.0.0.1:11562; off by default", option.Address)
}

// AddAllow defines the flag of the hosts that the proxy lets calls out to.
func (l *Listeners) AddAllow(flags *pflag.FlagSet) {
	option.Add(flags, &l.Allow, "proxy-allow", "", "host or host:port the proxy lets calls out to; repeat it, or put commas",
		option.List(&l.Allow, "host", separated(proxy.ParseAllowed)))
}

// separated reads a list with commas.
func separated[T any](parse func(string) (T, error)) func(string) ([]T, error) {
	return func(text string) ([]T, error) {
		var all []T
		for one := range strings.SplitSeq(text, ",") {
			value, err := parse(strings.TrimSpace(one))
			if err != nil {
				return nil, err
			}
			all = append(all, value)
		}
		return all, nil
	}
}

// callbackHost takes what the list of the proxy takes.
func callbackHost(text string) (string, error) {
	_, err := proxy.ParseAllowed(text)
	return text, err
}

func adminHost(text string) (string, error) { return text, proxy.CheckName(text) }

// OpenAuthority opens the certificate authority for HTTPS and the proxy. It returns nil when neither is on.
func (l *Listeners) OpenAuthority(cmd *cobra.Command, env *command.Environment, warn func(string)) (*authority.Authority, error) {
	if given, other := l.Authority.Cert != "", l.Authority.Key != ""; given != other {
		return nil, command.Wrong(cmd, "--ca-cert and --ca-key belong together; give both")
	}
	if l.HTTPS == "" && l.Proxy == "" {
		return nil, nil
	}
	return l.Authority.open(cmd, env, warn)
}

// Listen opens every port that is on.
func (l *Listeners) Listen(cmd *cobra.Command, srv *fake.Server, a *authority.Authority) (bound Bound, err error) {
	if l.Admin != "" { // first: the others must not answer the admin API for a moment
		if bound.Admin, err = srv.ListenAdmin(l.Admin); err != nil {
			return bound, CannotListen(cmd, "admin", l.Admin, err)
		}
	}
	if err := srv.Listen(l.HTTP); err != nil {
		return bound, CannotListen(cmd, "http", l.HTTP, err)
	}
	bound.HTTP = strings.TrimPrefix(srv.URL, "http://")
	if l.HTTPS != "" {
		if bound.HTTPS, err = srv.ListenTLS(l.HTTPS, a); err != nil {
			return bound, CannotListen(cmd, "https", l.HTTPS, err)
		}
	}
	if l.Proxy != "" {
		if bound.Proxy, err = srv.ListenProxy(l.Proxy, a, l.Allow...); err != nil {
			return bound, CannotListen(cmd, "proxy", l.Proxy, err)
		}
	}
	return bound, nil
}

// CannotListen is the failure to listen on the address of a flag.
func CannotListen(cmd *cobra.Command, flag, address string, err error) error {
	origin := option.Origin(cmd, flag)
	if origin == "" {
		origin = cmd.CommandPath()
	}
	why, fix := err.Error(), "choose an address of this machine"
	var network *net.OpError
	if errors.As(err, &network) {
		why = network.Err.Error()
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		why, fix = "the address is in use", "stop the program that listens there, or choose another port; port 0 takes a free one"
	}
	return &command.Failure{
		Status: command.StatusFailed,
		Text:   fmt.Sprintf("%s: cannot listen on %s: %s; %s", origin, address, why, fix),
	}
}

// Authority says where the certificate authority is: in a data directory of fakecme, or in two files of the user's own.
type Authority struct{ Data, Cert, Key string }

// Add defines the flags.
func (a *Authority) Add(flags *pflag.FlagSet) {
	a.AddData(flags)
	option.Add(flags, &a.Cert, "ca-cert", "", "PEM file with a certificate authority of your own", option.File)
	option.Add(flags, &a.Key, "ca-key", "", "PEM file with its key", option.File)
}

// AddData defines the flag of the data directory.
func (a *Authority) AddData(flags *pflag.FlagSet) {
	option.Add(flags, &a.Data, "data", "", "directory of the certificate authority (default: fakecme below your configuration)", option.File)
}

// open opens the authority. It makes one in memory when the default data directory cannot be used; a data directory that
// the user has named must be usable.
func (a *Authority) open(cmd *cobra.Command, env *command.Environment, warn func(string)) (*authority.Authority, error) {
	if a.Cert != "" {
		own, err := authority.Read(a.Cert, a.Key, fake.Hosts(), env.Now)
		if err != nil {
			return nil, command.Wrong(cmd, "%v", err)
		}
		return own, nil
	}
	kept, news, err := openIn(cmp.Or(a.Data, DataDirectory(env)), env)
	switch {
	case err == nil && news != "":
		warn(news)
		return kept, nil
	case err == nil:
		return kept, nil
	case a.Data != "":
		return nil, command.Wrong(cmd, "--data: %v", err)
	}
	warn(fmt.Sprintf("the certificate authority is gone when the fake ends, because %v; fetch /_fakecme/ca.pem each time, or give --data", err))
	inMemory, err := authority.New(fake.Hosts(), env.Now)
	if err != nil {
		return nil, command.Failed(cmd, "%v", err)
	}
	return inMemory, nil
}

func openIn(directory string, env *command.Environment) (a *authority.Authority, news string, err error) {
	if directory == "" {
		return nil, "", errors.New("there is no home directory")
	}
	return authority.Open(directory, fake.Hosts(), env.Now)
}

// DataDirectory returns the default data directory, or "" when the environment names no home directory.
func DataDirectory(env *command.Environment) string {
	below := func(variable string, names ...string) string {
		root := env.Variable(variable)
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

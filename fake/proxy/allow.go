package proxy

import (
	"fmt"
	"net"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Allowed is a host that clients may call through the proxy.
type Allowed struct {
	host, port  string // the port is empty for 80 and 443
	thisMachine bool
}

// ThisMachine allows calls to this machine at every port: to its names, its addresses and every loopback address. It is for
// a proxy that other machines cannot reach.
var ThisMachine = Allowed{thisMachine: true}

// OwnHosts returns the host name of this machine and the addresses under which others can reach it.
func OwnHosts() []string {
	var hosts []string
	if name, err := os.Hostname(); err == nil && hostName.MatchString(plain(name)) {
		hosts = append(hosts, plain(name))
	}
	addresses, _ := net.InterfaceAddrs()
	for _, address := range addresses {
		if n, ok := address.(*net.IPNet); ok && n.IP.IsGlobalUnicast() {
			hosts = append(hosts, n.IP.String())
		}
	}
	return hosts
}

func isThisMachine(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback() || ip.IsUnspecified() || slices.Contains(OwnHosts(), ip.String())
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || slices.Contains(OwnHosts(), host)
}

var hostName = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$`)

// ParseAllowed reads host or host:port. The host is a name, or an address such as 10.0.0.7 or [::1]. Without a port it is
// allowed at 80 and 443. There are no wildcards, no subdomains and no ranges, so that nothing is allowed by accident.
func ParseAllowed(text string) (Allowed, error) {
	host, port := text, ""
	if h, p, err := net.SplitHostPort(text); err == nil {
		number, err := strconv.ParseUint(p, 10, 16)
		if err != nil || number == 0 {
			return Allowed{}, fmt.Errorf("%q has no port from 1 to 65535 behind its colon", text)
		}
		host, port = h, strconv.FormatUint(number, 10)
	}
	host = plain(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
	if net.ParseIP(host) == nil && !hostName.MatchString(host) {
		return Allowed{}, fmt.Errorf("%q is not a host; write one name or address, such as example.com, example.com:8443 or [::1]:8080, without wildcards", text)
	}
	return Allowed{host: host, port: port}, nil
}

// CheckName returns an error for a text that is not a host name without a port, or *. and the name of a domain. The names
// below a top-level domain are those of everybody, so there is no wildcard for them.
func CheckName(text string) error {
	name, wildcard := strings.CutPrefix(text, "*.")
	a, err := ParseAllowed(name)
	if err != nil || strings.ContainsAny(name, ":[") || strings.HasSuffix(name, ".") {
		return fmt.Errorf("%q is no host name; write it like fakecme.example.com or *.app.github.dev, without a scheme or a port", text)
	}
	if wildcard && !strings.Contains(a.host, ".") {
		return fmt.Errorf("%q stands for the hosts of everybody; name a domain below", text)
	}
	return nil
}

// Host returns the name in lower case, or the address.
func (a Allowed) Host() string { return a.host }

// Port returns the port, or "" if none was given.
func (a Allowed) Port() string { return a.port }

// String writes the host as ParseAllowed reads it.
func (a Allowed) String() string {
	if a.thisMachine {
		return "this machine"
	}
	if a.port == "" {
		return a.host
	}
	return net.JoinHostPort(a.host, a.port)
}

func (p *Proxy) allows(host, port string) bool {
	return slices.ContainsFunc(p.config.Allow, func(a Allowed) bool {
		if a.thisMachine {
			return isThisMachine(host)
		}
		return a.host == host && (a.port == port || a.port == "" && (port == "80" || port == "443"))
	})
}

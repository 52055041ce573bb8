package clients

import (
	"fmt"
	"net"
	"path"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/proxy"
)

// directHosts returns the hosts that clients are to call without a proxy: those of NO_PROXY, and this machine. An entry that
// would lead clients past the fake is left out, with a warning.
func directHosts(env *command.Environment) (hosts, warnings []string) {
	var entries []string
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		entries = append(entries, strings.FieldsFunc(env.Variable(name), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })...)
	}
	for _, entry := range append(entries, ownEntries()...) {
		if slices.Contains(hosts, entry) {
			continue
		}
		if served := servedBy(entry); served != "" {
			warnings = append(warnings, fmt.Sprintf("NO_PROXY: %s would lead clients past the fake to %s, and is left out", command.OneLine(entry), served))
			continue
		}
		hosts = append(hosts, entry)
	}
	slices.Sort(warnings)
	return hosts, slices.Compact(warnings)
}

// ownEntries are this machine. Some clients understand 127.0.0.0/8, and some the addresses only.
func ownEntries() []string {
	return append([]string{"localhost", "127.0.0.1", "::1", "127.0.0.0/8", "0.0.0.0"}, proxy.OwnHosts()...)
}

// servedBy returns a host of the fake that an entry of NO_PROXY means to some client; "" for none. Clients differ: to some,
// an entry is the end of a name, even in the middle of a word, and some know patterns.
func servedBy(entry string) string {
	name := strings.ToLower(entry)
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.Trim(name, ".")
	for _, host := range fake.Hosts() {
		pattern, _ := path.Match(name, host)
		if pattern || strings.HasSuffix(host, strings.TrimLeft(name, "*.")) {
			return host
		}
	}
	return ""
}

// javaHosts returns the hosts as Java writes a list of them: names with those below them, and no ranges.
func javaHosts(hosts []string, before string) string {
	patterns := []string{"localhost", "127.*", "[::1]"}
	for _, pattern := range strings.Split(before, "|") {
		if pattern != "" && servedBy(pattern) == "" {
			patterns = append(patterns, pattern)
		}
	}
	for _, entry := range hosts {
		host := entry
		if name, _, err := net.SplitHostPort(entry); err == nil {
			host = name
		}
		host = strings.TrimLeft(host, "*.")
		ip := net.ParseIP(strings.Trim(host, "[]"))
		switch {
		case host == "" || strings.Contains(host, "/"):
		case ip != nil && strings.Contains(ip.String(), ":"):
			patterns = append(patterns, "["+ip.String()+"]")
		case ip != nil && ip.IsLoopback():
		case ip != nil:
			patterns = append(patterns, ip.String())
		case host != "localhost":
			patterns = append(patterns, host, "*."+host)
		}
	}
	var all []string
	for _, pattern := range patterns {
		if !slices.Contains(all, pattern) {
			all = append(all, pattern)
		}
	}
	return strings.Join(all, "|")
}

package admin

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/traffic"
)

// checkAccess rejects a call that may be a stranger's. One rule holds for reads and writes: the name under which the
// fake is called must be its own, and a page that calls must be the fake's dashboard. A stranger's name may have been
// pointed here, which no other header of a browser tells for certain.
func checkAccess(hosts []string, r *http.Request) error {
	const allow = "allow the name with Config.AdminHosts or --admin-host"
	host := contracts.HostName(r.Host)
	// A file that is stored at the host of files must not reach the API, which has nothing secret in its public calls.
	foreign := !isOwnName(host) || slices.Contains(service.StorageHosts, host) && !isPublic(r)
	if foreign && !IsListed(hosts, host) {
		return errorf(http.StatusForbidden, "the admin API does not answer under the name %s, which may be a stranger's: call it at an IP address, localhost, or a name without a dot, or %s",
			traffic.Shorten(host), allow)
	}
	// Sec-Fetch-Site is empty for programs and old browsers, and none for an address that the user has typed.
	if site := r.Header.Get("Sec-Fetch-Site"); !slices.Contains([]string{"", "same-origin", "none"}, site) {
		return errorf(http.StatusForbidden, "the admin API answers no pages of other origins, and Sec-Fetch-Site is %s: use the dashboard, or type the address", traffic.Shorten(site))
	}
	for _, header := range []string{"Origin", "Referer"} {
		from := r.Header.Get(header)
		if from == "" {
			continue
		}
		u, err := url.Parse(from)
		if err != nil || u.Host != r.Host && !IsListed(hosts, strings.ToLower(u.Hostname())) {
			return errorf(http.StatusForbidden, "the admin API answers no pages of other origins, such as %s; if this name leads to the fake, %s", traffic.Shorten(from), allow)
		}
		if h5ds.InStorage(contracts.SingleSlashes(u.EscapedPath())) {
			return errorf(http.StatusForbidden, "the admin API answers no stored file: open the dashboard instead")
		}
	}
	return nil
}

// isOwnName reports whether a host is one that only the developer's own machine or network can give to the fake: an
// address, localhost, a name without a dot, as in a network of containers, a name below internal or invalid, which
// nobody can register, or one of the vendor's.
func isOwnName(host string) bool {
	return net.ParseIP(strings.Trim(host, "[]")) != nil || !strings.Contains(host, ".") ||
		strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".invalid") ||
		slices.Contains(service.RealHosts(), host)
}

// IsListed reports whether a list of host names has the host. An entry such as *.example.com stands for all names below.
func IsListed(hosts []string, host string) bool {
	return slices.ContainsFunc(hosts, func(h string) bool {
		below, wildcard := strings.CutPrefix(strings.ToLower(h), "*")
		return below == host || wildcard && len(host) > len(below) && strings.HasSuffix(host, below)
	})
}

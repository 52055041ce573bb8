package recordings

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/recordings/har"
)

// ServiceOf names the service that a call is for: opencme, webpaas or h5ds. See [contracts.MatchRequest]. It returns false
// if the request is for none of them, or for a page or a file of theirs.
func ServiceOf(c har.Call) (name string, ok bool) {
	name = match(c).Service
	path := plainPath(c.URL)
	switch {
	case name == "opencme" && path == "/", name == "webpaas" && strings.HasPrefix(path, "/PaaS/"), name == "h5ds":
		return name, true
	}
	return "", false
}

// RealHost returns the host that a service has in recordings, "" for an unknown service.
func RealHost(service string) string {
	hosts := contracts.Hosts(service)
	if len(hosts) == 0 {
		return ""
	}
	return hosts[0]
}

func isRealHost(host string) bool { return contracts.ServiceOfHost(contracts.HostName(host)) != "" }

// realURL returns the address of a call at the real host of its service. A recording must not depend on the port that a
// client happened to use.
func realURL(c har.Call, service string) *url.URL {
	address := *c.URL
	host := cmp.Or(c.Host, c.URL.Host)
	address.Scheme, address.Host = "https", RealHost(service)
	if isRealHost(host) {
		address.Host = contracts.HostName(host)
	}
	return &address
}

// isPreflight reports whether a request is the preflight request of a browser.
func isPreflight(method string, header http.Header) bool {
	return method == http.MethodOptions && header.Get("Access-Control-Request-Method") != ""
}

// Filter returns a copy of an archive with the calls of the three services only, at their real hosts. It counts the other
// calls by the reason why they are left out. Hosts are further hosts that stand for a service in this archive, beside the real
// ones and those of this machine; there the path decides on the service. The error names a call of a service that is
// incomplete, such as one without its body.
func Filter(a *har.Archive, hosts ...string) (kept *har.Archive, leftOut map[string]int, err error) {
	file, err := har.Marshal(a)
	if err != nil {
		return nil, nil, err
	}
	if kept, err = har.Unmarshal(file); err != nil {
		return nil, nil, err
	}
	leftOut = map[string]int{}
	var entries []har.Entry
	for i, e := range kept.Log.Entries {
		c, problem := e.RequestCall()
		if problem != nil {
			c, problem = callWithoutBody(&e)
		}
		service, why := "", "has no address"
		if problem == nil {
			service, why = filter(&e, c, hosts)
		}
		if why != "" {
			leftOut[why]++
			continue
		}
		if _, err := e.Call(); err != nil {
			return nil, nil, fmt.Errorf("log.entries[%d].%w", i, err)
		}
		setRealAddress(&e, c, service)
		entries = append(entries, e)
	}
	kept = har.NewArchive(a.Name, entries...)
	return kept, leftOut, nil
}

// callWithoutBody returns the request without its body, which may be unreadable.
func callWithoutBody(e *har.Entry) (har.Call, error) {
	bare := *e
	bare.Request.PostData = nil
	return bare.RequestCall()
}

// filter names the service of an entry, or says why the entry is left out.
func filter(e *har.Entry, c har.Call, hosts []string) (service, why string) {
	host := strings.ToLower(cmp.Or(c.Host, c.URL.Host))
	name, ok := ServiceOf(c)
	given := slices.ContainsFunc(hosts, func(h string) bool {
		return strings.EqualFold(h, host) || strings.EqualFold(h, c.URL.Hostname())
	})
	switch {
	case !isRealHost(host) && !given && !isLoopback(c.URL.Hostname()):
		return "", "for another host"
	case !ok:
		return "", "no call of a service"
	case isPreflight(c.Method, c.Header):
		return "", "a browser's preflight"
	case e.Response.Status < 100:
		return "", "without a response"
	}
	return name, ""
}

func isLoopback(host string) bool {
	return host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.")
}

// setRealAddress gives an entry the real address of its service.
func setRealAddress(e *har.Entry, c har.Call, service string) {
	e.Request.URL = realURL(c, service).String()
	e.Request.Headers = slices.DeleteFunc(slices.Clone(e.Request.Headers), func(h har.NameValue) bool {
		return strings.EqualFold(h.Name, "Host") || strings.HasPrefix(h.Name, ":")
	})
	e.PageRef = ""
}

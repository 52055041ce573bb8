package recordings

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Service names the service that a request is for: opencme, webpaas or h5ds. A real host decides, else the
// path does, since a client under test may have been given another address. It says false if the request
// is for none of them, or for something of theirs that is no call, such as a page or a picture.
func (c Call) Service() (name string, ok bool) {
	name = serviceOf(c)
	path := plainPath(c.URL)
	switch {
	case name == "opencme" && path == "/", name == "webpaas" && strings.HasPrefix(path, "/PaaS/"), name == "h5ds" && strings.HasPrefix(path, "/api/"):
		return name, true
	}
	return "", false
}

// RealHost is the host that a service has in recordings, "" if there is no such service.
func RealHost(service string) string {
	return map[string]string{
		"opencme": "open.cme.qcloud.com", "webpaas": "web-paas-api.cme.qcloud.com", "h5ds": "video.h5ds.com",
	}[service]
}

// isRealHost says whether a host is one of a service, without a port or at a usual one.
func isRealHost(host string) bool {
	host = strings.ToLower(host)
	return services[strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")] != ""
}

// realURL is the address of a call at the real host of its service, whatever address it was made to: a
// recording must not depend on the port of the day.
func realURL(c Call, service string) *url.URL {
	address := *c.URL
	host := strings.ToLower(cmp.Or(c.Host, c.URL.Host))
	address.Scheme, address.Host = "https", RealHost(service)
	if isRealHost(host) {
		address.Host = strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")
	}
	return &address
}

// isPreflight says whether a request is a browser's question before a call.
func isPreflight(method string, header http.Header) bool {
	return method == http.MethodOptions && header.Get("Access-Control-Request-Method") != ""
}

// Pick returns a copy of an archive with the calls of the three services alone, at their real hosts, and
// says how many others there were, by why they were left out. Hosts, beside the real ones and those of
// this machine, are those that stand for a service in this archive; the path then decides for which. The
// error names an entry of a service that is not whole, such as one without its body.
func Pick(a *Archive, hosts ...string) (kept *Archive, leftOut map[string]int, err error) {
	file, err := format(a)
	if err != nil {
		return nil, nil, err
	}
	if kept, err = parse(file); err != nil {
		return nil, nil, err
	}
	leftOut = map[string]int{}
	var entries []Entry
	for i, e := range kept.Log.Entries {
		c, problem := e.requestCall()
		if problem != nil {
			c, problem = e.bareCall()
		}
		service, why := "", "has no address"
		if problem == nil {
			service, why = pick(&e, c, hosts)
		}
		if why != "" {
			leftOut[why]++
			continue
		}
		if _, err := e.Call(); err != nil {
			return nil, nil, fmt.Errorf("log.entries[%d].%w", i, err)
		}
		e.moveTo(c, service)
		entries = append(entries, e)
	}
	kept = NewArchive(a.Name, entries...)
	return kept, leftOut, nil
}

// bareCall is the request without its body, which may be what cannot be read.
func (e *Entry) bareCall() (Call, error) {
	bare := *e
	bare.Request.PostData = nil
	return bare.requestCall()
}

// pick names the service of an entry, or says why it is left out.
func pick(e *Entry, c Call, hosts []string) (service, why string) {
	host := strings.ToLower(cmp.Or(c.Host, c.URL.Host))
	name, ok := c.Service()
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

// moveTo gives an entry the real address of its service.
func (e *Entry) moveTo(c Call, service string) {
	e.Request.URL = realURL(c, service).String()
	e.Request.Headers = slices.DeleteFunc(slices.Clone(e.Request.Headers), func(h NameValue) bool {
		return strings.EqualFold(h.Name, "Host") || strings.HasPrefix(h.Name, ":")
	})
	e.PageRef = ""
}

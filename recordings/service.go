package recordings

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
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

// Filter keeps the calls of the three services of another program's file, entry by entry, at their real hosts.
type Filter struct {
	// Hosts are further hosts that stand for a service in this file, beside the real ones and those of this machine; there
	// the path decides on the service.
	Hosts []string

	Kept       []har.Entry
	Places     []int          // of the kept entries in the file, from 0
	LeftOut    map[string]int // how many entries are no calls to keep, by the reason
	Incomplete []Incomplete

	seen int
}

// Incomplete is a call of a service that cannot be kept.
type Incomplete struct {
	Place int    // of its entry in the file, from 0
	Call  string // the method, and the address without its query
	Err   error  // why
}

// String names the call and its place.
func (i Incomplete) String() string {
	return fmt.Sprintf("log.entries[%d]: %s: %v", i.Place, i.Call, i.Err)
}

// Add keeps an entry, or counts it. The folder holds the bodies that are in files of their own, see [har.Entry.Attach]; it is
// nil if there is none.
func (f *Filter) Add(e har.Entry, folder *os.Root) {
	place := f.seen
	f.seen++
	c, err := e.BareCall()
	service, why := "", "has no address"
	if err == nil {
		service, why = filter(&e, c, f.Hosts)
	}
	if why != "" {
		if f.LeftOut == nil {
			f.LeftOut = map[string]int{}
		}
		f.LeftOut[why]++
		return
	}
	if folder != nil {
		err = e.Attach(folder)
	}
	if err == nil {
		_, err = e.Call()
	}
	if err != nil {
		f.Incomplete = append(f.Incomplete, incomplete(place, c, service, err))
		return
	}
	setRealAddress(&e, c, service)
	f.Kept, f.Places = append(f.Kept, e), append(f.Places, place)
}

// Redact returns the kept calls as a recording, redacted. Calls that cannot be made safe become incomplete.
func (f *Filter) Redact(name string, redactor redact.Redactor) (*har.Archive, error) {
	redacted, unsafe, err := redactor.RedactEach(har.NewArchive(name, f.Kept...))
	for _, u := range unsafe {
		c, bareErr := f.Kept[u.Index].BareCall()
		if bareErr != nil {
			return nil, bareErr // it had an address before
		}
		service, _ := ServiceOf(c)
		f.Incomplete = append(f.Incomplete, incomplete(f.Places[u.Index], c, service, fmt.Errorf("%w: %s", ErrUnsafe, u.Reason())))
	}
	slices.SortFunc(f.Incomplete, func(a, b Incomplete) int { return a.Place - b.Place })
	return redacted, err
}

// Shown returns the method and the address of a call without its query, for people. What looks secret is <*>.
func Shown(c har.Call) string {
	eraser := redact.NewEraser()
	return eraser.Text(c.Method) + " " + c.URL.Scheme + "://" + c.URL.Host + eraser.Text(c.URL.EscapedPath())
}

func incomplete(place int, c har.Call, service string, err error) Incomplete {
	c.URL = realURL(c, service)
	return Incomplete{place, Shown(c), err}
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
	return name, partialResponse(int(e.Response.Status))
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

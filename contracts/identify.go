package contracts

import (
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// hosts are the real names of the services.
var hosts = map[string]string{
	"open.cme.qcloud.com": "opencme", "web-paas-api.cme.qcloud.com": "webpaas",
	"video.h5ds.com": "h5ds", "www.h5ds.com": "h5ds",
}

// routes lead from method and path to operations: those without a {name} by their whole path, the others one by one.
type routes struct {
	whole  map[string][]Operation
	others []Operation
}

var readRoutes = sync.OnceValue(func() routes {
	r := routes{whole: map[string][]Operation{}}
	for _, o := range allOperations() {
		if strings.Contains(o.Path, "{") {
			r.others = append(r.others, o)
		} else {
			r.whole[o.Path] = append(r.whole[o.Path], o)
		}
	}
	return r
})

// at returns the operations of a service that have the path, whatever their method.
func (r routes) at(service, path string) []Operation {
	of := func(o Operation) bool { return o.Service == service }
	var found []Operation
	for _, o := range r.whole[path] {
		if of(o) {
			found = append(found, o)
		}
	}
	for _, o := range r.others {
		if _, fits := o.PathValues(path); len(found) == 0 && of(o) && fits {
			found = append(found, o)
		}
	}
	return found
}

// serviceOf returns the service that a call is for, "" for none. A real host name decides, and any other leaves it to
// the path: that is how a gateway or a fake is recognised. The hosts of h5ds have pages and files too, which are
// nobody's call.
func serviceOf(r *http.Request) string {
	host, path := hostOf(r), singleSlashes(r.URL.Path)
	service, real := hosts[host]
	isAPI := strings.HasPrefix(path, "/api/")
	switch {
	case real && service == "h5ds" && !isAPI:
		return ""
	case real:
		return service
	case strings.HasPrefix(path, "/PaaS/"):
		return "webpaas"
	case strings.HasPrefix(path, "/api/v1/"):
		return "h5ds"
	case path == "/" && r.URL.Query().Has("signature"):
		return "opencme"
	}
	return ""
}

// hostOf is the host without its port, in lower case: that of the Host header, which a client may set.
func hostOf(r *http.Request) string {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// identify returns the operation of a call for the service, or why none answers it.
func identify(service string, r *http.Request) (Operation, *Violation) {
	path := singleSlashes(r.URL.Path)
	found := readRoutes().at(service, path)
	i := slices.IndexFunc(found, func(o Operation) bool { return o.Method == r.Method })
	if i >= 0 {
		return found[i], nil
	}
	if len(found) == 0 {
		return Operation{}, &Violation{In: InPath, Reason: "must be that of an operation of " + service, Found: printable(path)}
	}
	var methods []string
	for _, o := range found {
		methods = append(methods, o.Method)
	}
	slices.Sort(methods)
	return Operation{}, &Violation{In: InMethod, Reason: "must be " + strings.Join(methods, " or ") + " at " + printable(path), Found: printable(r.Method)}
}

package contracts

import (
	"cmp"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// Hosts returns the real host names of a service, the usual one first. There are none for an unknown service.
func Hosts(service string) []string {
	return slices.Clone(realHosts[service])
}

var realHosts = map[string][]string{
	"opencme": {"open.cme.qcloud.com"},
	"webpaas": {"web-paas-api.cme.qcloud.com"},
	"h5ds":    {"video.h5ds.com", "www.h5ds.com"},
}

// ServiceOfHost returns the service with that real host name, as [HostName] writes it. It is empty for any other host.
func ServiceOfHost(host string) string {
	for service, names := range realHosts {
		if slices.Contains(names, host) {
			return service
		}
	}
	return ""
}

// ServiceOfPath returns the service that has paths of this kind: "/" is of opencme, /PaaS/… of webpaas and /api/… of
// h5ds, whatever the case of the letters and however many slashes are doubled. It is empty for any other path. A server
// for the three services decides so where the host says nothing; for traffic that may be for others, see [MatchRequest].
func ServiceOfPath(path string) string {
	path = SingleSlashes("/" + path)
	switch {
	case path == "/":
		return "opencme"
	case HasPrefixFold(path, "/paas"):
		return "webpaas"
	case HasPrefixFold(path, "/api/"):
		return "h5ds"
	}
	return ""
}

// HasPrefixFold is strings.HasPrefix without regard to case.
func HasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// HostName returns the host of a Host header or of a URL in lower case, without its port and without a dot at its end.
func HostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// Match is the service and the operation that a request is for.
type Match struct {
	// Service is one of Names, or empty if the request is for none of them.
	Service string
	// Operation is the zero value if no operation of the service has this method and path.
	Operation Operation
	// Methods are the methods that the service documents for the path, sorted. There are none for an unknown path, and none are
	// listed where Operation is found.
	Methods []string
	// DoubledSlashes says that the path fits, or could fit, only because runs of slashes were read as one slash. The
	// clients of h5ds send such paths and its server answers them; a server may be stricter for the others.
	DoubledSlashes bool
}

// Found says whether the request is for a documented operation.
func (m Match) Found() bool { return m.Operation.ID != "" }

// MatchRequest says what a request is for, wherever it goes: to a real service, a fake, a gateway, or another server. A
// real host decides on the service, except that pages and files of h5ds are of none. Any other host leaves it to the
// path, which must then look like no one else's: /PaaS/…, /api/v1/…, or "/" with a signature. The call of h5ds to the
// user's own server, /api/v1/…/userStatus, is for none of the services.
func MatchRequest(r *http.Request) Match {
	service := serviceOf(r)
	if service == "" {
		return Match{}
	}
	return MatchPath(service, r.Method, r.URL.EscapedPath())
}

func serviceOf(r *http.Request) string {
	host, path := HostName(cmp.Or(r.Host, r.URL.Host)), SingleSlashes(r.URL.Path)
	switch service := ServiceOfHost(host); {
	case service == "h5ds" && !strings.HasPrefix(path, "/api/"):
		return ""
	case service != "":
		return service
	case strings.HasPrefix(path, "/PaaS/"):
		return "webpaas"
	case strings.HasPrefix(path, "/api/v1/") && !strings.HasSuffix(path, "/userStatus"):
		return "h5ds"
	case path == "/" && hasSignature(r.URL.RawQuery):
		return "opencme"
	}
	return ""
}

// hasSignature reports whether a query has a parameter signature, even one that url.ParseQuery rejects.
func hasSignature(query string) bool {
	for pair := range strings.SplitSeq(query, "&") {
		if name, _, _ := strings.Cut(pair, "="); name == "signature" {
			return true
		}
	}
	return false
}

// MatchPath finds the operation of a service with this method and path. The path is encoded, as [url.URL.EscapedPath]
// returns it. A path without a {name} in the document goes before one that fits because of a {name}. The cost does not
// depend on the number of operations without one.
func MatchPath(service, method, path string) Match {
	plain := SingleSlashes(path)
	m := Match{Service: service, DoubledSlashes: strings.Contains(path, "//")}
	r := readRoutes()
	for _, o := range r.whole[place{service, plain}] {
		if m.take(o, method) {
			return m
		}
	}
	for _, o := range r.others[service] {
		if _, fits := o.PathValues(plain); fits && m.take(o, method) {
			return m
		}
	}
	slices.Sort(m.Methods)
	m.Methods = slices.Compact(m.Methods)
	return m
}

// take is given an operation with the path, and says whether it has the method too.
func (m *Match) take(o Operation, method string) bool {
	if o.Method != method {
		m.Methods = append(m.Methods, o.Method)
		return false
	}
	m.Operation, m.Methods = o, nil
	return true
}

// routes lead from a path to the operations there, whatever their method.
type routes struct {
	whole  map[place][]Operation // without a {name}
	others map[string][]Operation
}

type place struct{ service, path string }

var readRoutes = sync.OnceValue(func() routes {
	r := routes{map[place][]Operation{}, map[string][]Operation{}}
	for _, o := range allOperations() {
		if strings.Contains(o.Path, "{") {
			r.others[o.Service] = append(r.others[o.Service], o)
		} else {
			at := place{o.Service, o.Path}
			r.whole[at] = append(r.whole[at], o)
		}
	}
	return r
})

// PathValues returns the parts of path in place of the {names} of the operation's own path, by name, and whether path is
// one of the operation's at all. Values are not decoded: an encoded path gives encoded values.
func (o Operation) PathValues(path string) (values map[string]string, ok bool) {
	return pathValues(o.Path, path)
}

func pathValues(documented, path string) (map[string]string, bool) {
	if !strings.Contains(documented, "{") {
		return nil, documented == path
	}
	names, parts := strings.Split(documented, "/"), strings.Split(path, "/")
	if len(names) != len(parts) {
		return nil, false
	}
	values := map[string]string{}
	for i, name := range names {
		name, isName := strings.CutPrefix(name, "{")
		switch {
		case isName && parts[i] != "":
			values[strings.TrimSuffix(name, "}")] = parts[i]
		case name != parts[i]:
			return nil, false
		}
	}
	return values, true
}

// SingleSlashes writes each run of slashes as one, and an empty path as "/".
func SingleSlashes(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return cmp.Or(path, "/")
}

// Suggestion is the documented operation that a call without one probably meant.
type Suggestion struct {
	Operation Operation
	// Mistake is how the call differs from the operation: one of the Mistake constants.
	Mistake string
}

// The values of Suggestion.Mistake.
const (
	MistakeSpelling      = "spelling"        // the paths differ in some letters
	MistakeDoubledSlash  = "doubled slash"   // the path has two slashes in a row
	MistakeDoubledPrefix = "doubled prefix"  // the path begins with /PaaS/PaaS
	MistakeMissingPrefix = "missing prefix"  // the path lacks /PaaS
	MistakeSlashAtEnd    = "slash at end"    // the path ends in a slash
	MistakeCaseOfLetters = "case of letters" // the path differs in upper and lower case
	MistakeAnotherMethod = "another method"  // the path is right, the method is not
)

// Suggest returns the operation with the path nearest to the one given, and whether there is one that differs in a third of
// the letters or less. An empty service stands for all of them.
func Suggest(service, path string) (Suggestion, bool) {
	plain := normalPath(path)
	best, least := Operation{}, len(plain)/3+1
	normal := normalPaths()
	for i, o := range allOperations() {
		if service != "" && o.Service != service || max(len(plain)-len(normal[i]), len(normal[i])-len(plain)) > least {
			continue // the paths differ in at least as many letters as their lengths do
		}
		distance := diagnosis.Distance(plain, normal[i])
		if distance < least || distance == least && best.ID != "" && o.Path < best.Path {
			best, least = o, distance
		}
	}
	if best.ID == "" {
		return Suggestion{}, false
	}
	return Suggestion{best, mistake(path, best.Path, least)}, true
}

// normalPaths are those of allOperations, in its order.
var normalPaths = sync.OnceValue(func() []string {
	var paths []string
	for _, o := range allOperations() {
		paths = append(paths, normalPath(o.Path))
	}
	return paths
})

// normalPath makes paths equal that differ in what clients often get wrong.
func normalPath(path string) string {
	path = strings.TrimSuffix(strings.ToLower(SingleSlashes("/"+path)), "/")
	for strings.HasPrefix(path, "/paas/paas/") {
		path = strings.TrimPrefix(path, "/paas")
	}
	return strings.TrimPrefix(path, "/paas")
}

func mistake(sent, documented string, distance int) string {
	switch {
	case distance > 0:
		return MistakeSpelling
	case strings.Contains(sent, "//"):
		return MistakeDoubledSlash
	case HasPrefixFold(sent, "/paas/paas/"):
		return MistakeDoubledPrefix
	case strings.HasPrefix(documented, "/PaaS/") && !HasPrefixFold(sent, "/paas/"):
		return MistakeMissingPrefix
	case strings.HasSuffix(sent, "/"):
		return MistakeSlashAtEnd
	case sent != documented:
		return MistakeCaseOfLetters
	}
	return MistakeAnotherMethod
}

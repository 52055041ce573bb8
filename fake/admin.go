package fake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
)

// adminPrefix begins the paths that are the fake's own and no service's.
const adminPrefix = "/_fakecme/"

// adminCall is one call of the admin API: what it returns becomes JSON, an error a 4xx.
type adminCall struct {
	method, path string
	run          func(s *Server, r *http.Request) (any, error)
}

// adminCalls is the admin API, beside contracts/{name}.yaml, journal.har and events.
var adminCalls = []adminCall{
	{"GET", "health", adminHealth},
	{"GET", "tenants", listTenants},
	{"POST", "tenants", makeTenant},
	{"DELETE", "tenants/{id}", removeTenant},
	{"GET", "journal", readJournal},
	{"DELETE", "journal", emptyJournal},
	{"GET", "findings", readFindings},
	{"DELETE", "findings", dropFindings},
	{"GET", "faults", listFaults},
	{"POST", "faults", layFault},
	{"DELETE", "faults", removeFaults},
	{"DELETE", "faults/{id}", removeFault},
	{"GET", "clock", readClock},
	{"PUT", "clock", setClock},
	{"GET", "state", readState},
	{"PUT", "state", replaceState},
	{"POST", "reset", resetState},
	{"GET", "coverage", readCoverage},
	{"GET", "journal/{n}", readCall},
	{"GET", "info", readInfo},
	{"GET", "operations", listOperations},
	{"POST", "sign", signFresh},
}

// adminError is an error with the status it is answered with.
type adminError struct {
	status int
	text   string
}

func (e *adminError) Error() string { return e.text }

func adminFault(status int, format string, args ...any) error {
	return &adminError{status, fmt.Sprintf(format, args...)}
}

// newAdmin routes the admin calls of a server.
func newAdmin(s *Server) http.Handler {
	mux := http.NewServeMux()
	for _, call := range adminCalls {
		mux.HandleFunc(call.method+" "+adminPrefix+call.path, func(w http.ResponseWriter, r *http.Request) {
			answer, err := call.run(s, r)
			if err != nil {
				answerAdminError(w, r, err)
				return
			}
			answerAdmin(w, r, http.StatusOK, answer)
		})
	}
	mux.HandleFunc("GET "+adminPrefix+"contracts/{file}", serveContract)
	mux.HandleFunc("GET "+adminPrefix+"events", s.serveEvents)
	mux.HandleFunc("GET "+adminPrefix+"journal.har", func(w http.ResponseWriter, r *http.Request) { serveHAR(s, w, r) })
	mux.HandleFunc(adminPrefix, func(w http.ResponseWriter, r *http.Request) {
		answerAdminError(w, r, adminFault(http.StatusNotFound, "there is no admin call %s %s; there are: %s", r.Method, r.URL.Path, adminList()))
	})
	return mux
}

func adminList() string {
	var list []string
	for _, c := range adminCalls {
		list = append(list, c.method+" "+adminPrefix+c.path)
	}
	return strings.Join(list, ", ")
}

// serveAdmin answers the admin API, to everybody but pages of other origins: a page that is
// open in the developer's browser must not change the fake behind their back.
func (s *Server) serveAdmin(w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" {
		if u, err := url.Parse(origin); err != nil || u.Host != r.Host || !ownName(hostOf(r)) {
			answerAdminError(w, r, adminFault(http.StatusForbidden, "the admin API answers no pages of other origins, such as %s", shorten(origin)))
			return
		}
	}
	s.admin.ServeHTTP(w, r)
}

// ownName reports whether a host is one that only the developer's own machine or network can
// give to the fake: an address, localhost, or a name without a dot, as in a network of
// containers. Any other name may be a stranger's that was pointed here.
func ownName(host string) bool {
	return net.ParseIP(strings.Trim(host, "[]")) != nil || !strings.Contains(host, ".")
}

func answerAdminError(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusBadRequest
	if known := (*adminError)(nil); errors.As(err, &known) {
		status = known.status
	}
	answerAdmin(w, r, status, map[string]string{"error": err.Error()})
}

func answerAdmin(w http.ResponseWriter, r *http.Request, status int, v any) {
	body, err := encode(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":"encode"}`)
	}
	answer{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: append(body, '\n')}.writeTo(w, r)
}

// done is the answer of a call that has nothing to tell.
var done = map[string]bool{"done": true}

// maxAdminBody bounds what the admin API reads: a snapshot may be large.
const maxAdminBody = 256 << 20

// readAdmin reads a JSON body; an unknown field is an error.
func readAdmin(r *http.Request, into any) error {
	decoder := json.NewDecoder(io.LimitReader(r.Body, maxAdminBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return adminFault(http.StatusBadRequest, "read the body: %v", err)
	}
	return nil
}

// adminTenant is the tenant that ?tenant= names; the default one without it.
func (s *Server) adminTenant(r *http.Request) (*Tenant, error) {
	id := r.URL.Query().Get("tenant")
	if id == "" {
		return s.Tenant, nil
	}
	t, ok := find(s.registry, s.registry.byID, id)
	if !ok {
		return nil, adminFault(http.StatusNotFound, "there is no tenant %q; GET %stenants lists them", id, adminPrefix)
	}
	return t, nil
}

// adminQuery refuses query parameters that the call does not have: one that is misspelt would
// change nothing, and nobody would notice.
func adminQuery(r *http.Request, known ...string) (url.Values, error) {
	values := r.URL.Query()
	for name := range values {
		if name != "tenant" && !slices.Contains(known, name) {
			return nil, adminFault(http.StatusBadRequest, "there is no query parameter %q; there are: %s",
				name, strings.Join(append(known, "tenant"), ", "))
		}
	}
	return values, nil
}

func adminHealth(*Server, *http.Request) (any, error) {
	return map[string]string{"status": "ok", "version": Version()}, nil
}

func serveContract(w http.ResponseWriter, r *http.Request) {
	name, isYAML := strings.CutSuffix(r.PathValue("file"), ".yaml")
	source, ok := contracts.Source(name)
	if !ok || !isYAML {
		answerAdminError(w, r, adminFault(http.StatusNotFound, "there is no contract document %q; there are: %s.yaml and callbacks.yaml",
			r.PathValue("file"), strings.Join(contracts.Names(), ".yaml, ")))
		return
	}
	answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/yaml"}}, body: source}.writeTo(w, r)
}

// Version is the version of this module, as the build knows it.
func Version() string {
	const path = "github.com/fakecme/fakecme"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version := "(devel)"
	if info.Main.Path == path {
		version = info.Main.Version
	}
	for _, m := range info.Deps {
		if m.Path == path {
			version = m.Version
		}
	}
	if version == "(devel)" || version == "" {
		return "devel"
	}
	return version
}

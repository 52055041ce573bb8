package fake

import (
	"bytes"
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

// adminCalls is the admin API, beside adminFiles. Each stands in contracts/admin.yaml too.
var adminCalls = []adminCall{
	{"GET", "health", adminHealth},
	{"GET", "tenants", listTenants},
	{"POST", "tenants", makeTenant},
	{"DELETE", "tenants/{id}", removeTenant},
	{"GET", "journal", readJournal},
	{"DELETE", "journal", emptyJournal},
	{"DELETE", "findings", dropFindings},
	{"GET", "forgiven", listForgiven},
	{"POST", "forgiven", forgiveNames},
	{"DELETE", "forgiven", dropForgiven},
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
	{"DELETE", "coverage", forgetCoverage},
	{"GET", "recordings/unused", listUnused},
	{"GET", "journal/{number}", readCall},
	{"GET", "info", readInfo},
	{"GET", "operations", listOperations},
	{"POST", "sign", signFresh},
}

// adminFile is a call of the admin API that answers with something other than its own JSON.
type adminFile struct {
	path  string // the method is GET
	serve func(s *Server, w http.ResponseWriter, r *http.Request)
}

var adminFiles = []adminFile{
	{"findings", serveFindings},
	{"journal.har", serveHAR},
	{"journal/{number}/curl", serveCurl},
	{"contracts/{file}", serveContract},
	{"openapi.yaml", serveOpenAPI},
	{"ca.pem", serveAuthority},
	{"events", (*Server).serveEvents},
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
func newAdmin(s *Server) *http.ServeMux {
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
	for _, file := range adminFiles {
		mux.HandleFunc("GET "+adminPrefix+file.path, func(w http.ResponseWriter, r *http.Request) { file.serve(s, w, r) })
	}
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
	for _, f := range adminFiles {
		list = append(list, "GET "+adminPrefix+f.path)
	}
	return strings.Join(list, ", ")
}

// serveAdmin answers the admin API, and checks that when the fake checks its own responses.
func (s *Server) serveAdmin(w http.ResponseWriter, r *http.Request) {
	if s.config.SelfCheck {
		s.checkAdmin(w, r)
		return
	}
	s.answerAdmin(w, r)
}

// answerAdmin answers everybody but pages of other origins: a page that is open in the
// developer's browser must not change the fake behind their back.
func (s *Server) answerAdmin(w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" {
		if u, err := url.Parse(origin); err != nil || u.Host != r.Host || !ownName(hostOf(r)) {
			answerAdminError(w, r, adminFault(http.StatusForbidden, "the admin API answers no pages of other origins, such as %s", shorten(origin)))
			return
		}
	}
	// What a page reads from its own host has no Origin. All browsers call themselves Mozilla.
	if !ownName(hostOf(r)) && strings.HasPrefix(r.UserAgent(), "Mozilla/") {
		answerAdminError(w, r, adminFault(http.StatusForbidden, "the admin API answers no browser under the name %s, which may be a stranger's: open it at the address of the fake, localhost, or a name without a dot", shorten(hostOf(r))))
		return
	}
	if (r.Method == http.MethodGet || r.Method == http.MethodDelete) && r.ContentLength != 0 {
		answerAdminError(w, r, adminFault(http.StatusBadRequest, "%s %s takes no body", r.Method, r.URL.Path))
		return
	}
	s.admin.ServeHTTP(w, r)
}

// ownName reports whether a host is one that only the developer's own machine or network can
// give to the fake: an address, localhost, a name without a dot, as in a network of containers, or
// one of the vendor's. Any other name may be a stranger's that was pointed here.
func ownName(host string) bool {
	return net.ParseIP(strings.Trim(host, "[]")) != nil || !strings.Contains(host, ".") || slices.Contains(realHosts(), host)
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

// done is the response of a call that has nothing to tell.
var done = map[string]bool{"done": true}

// maxAdminBody bounds what the admin API reads: a snapshot may be large.
const maxAdminBody = 256 << 20

func adminBody(r *http.Request) ([]byte, error) {
	if r.Body == nil { // a request made by hand, without a client
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxAdminBody))
	if err != nil {
		return nil, adminFault(http.StatusBadRequest, "read the body: %v", err)
	}
	return body, nil
}

// readAdmin reads a JSON body; an unknown field is an error.
func readAdmin(r *http.Request, into any) error {
	body, err := adminBody(r)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return adminFault(http.StatusBadRequest, "read the body: %v", err)
	}
	return keepsAdminDocument(r, body)
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

// adminQuery rejects query parameters that the call does not have: one that is misspelt would
// change nothing, and nobody would notice.
func adminQuery(r *http.Request, known ...string) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, adminFault(http.StatusBadRequest, "the query is not percent-encoded: %v", err)
	}
	known = append(known, "tenant")
	for name, given := range values {
		switch {
		case !slices.Contains(known, name):
			return nil, adminFault(http.StatusBadRequest, "there is no query parameter %q; there are: %s", name, strings.Join(known, ", "))
		case len(given) > 1:
			return nil, adminFault(http.StatusBadRequest, "the query parameter %q is given %d times; give it once", name, len(given))
		}
	}
	return values, nil
}

// onlyTenant is adminTenant for a call without other parameters.
func (s *Server) onlyTenant(r *http.Request) (*Tenant, error) {
	if _, err := adminQuery(r); err != nil {
		return nil, err
	}
	return s.adminTenant(r)
}

// noParameters is for calls that are for no tenant.
func noParameters(r *http.Request) error {
	if r.URL.RawQuery != "" {
		return adminFault(http.StatusBadRequest, "%s takes no query parameters", r.URL.Path)
	}
	return nil
}

// adminHealth says too whether answers vary: whoever wonders at one can make it come again.
func adminHealth(s *Server, r *http.Request) (any, error) {
	if err := noParameters(r); err != nil {
		return nil, err
	}
	health := map[string]any{"status": "ok", "version": Version()}
	if s.config.Vary != 0 {
		health["vary"] = s.config.Vary
	}
	return health, nil
}

func serveContract(_ *Server, w http.ResponseWriter, r *http.Request) {
	name, isYAML := strings.CutSuffix(r.PathValue("file"), ".yaml")
	source, ok := contracts.Source(name)
	if !ok || !isYAML {
		answerAdminError(w, r, adminFault(http.StatusNotFound, "there is no contract document %q; there are: %s.yaml, callbacks.yaml and admin.yaml",
			r.PathValue("file"), strings.Join(contracts.Names(), ".yaml, ")))
		return
	}
	serveDocument(w, r, source)
}

func serveOpenAPI(_ *Server, w http.ResponseWriter, r *http.Request) {
	source, _ := contracts.Source("admin")
	serveDocument(w, r, source)
}

func serveDocument(w http.ResponseWriter, r *http.Request, source []byte) {
	if err := noParameters(r); err != nil {
		answerAdminError(w, r, err)
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

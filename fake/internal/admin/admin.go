// Package admin is the fake's own API, below /_fakecme/, and the dashboard that uses it. contracts/admin.yaml documents
// the API.
package admin

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/internal/site"
	"github.com/gorilla/mux"
)

// call is one call of the API. Its value becomes JSON, unless it is a whole pipeline.Response; its error a 4xx.
type call struct {
	method, path string
	run          func(a *API, r *http.Request) (any, error)
}

// calls is the API, beside events. Each stands in contracts/admin.yaml too.
var calls = []call{
	{"GET", "health", readHealth},
	{"GET", "info", readInfo},
	{"GET", "tenants", listTenants},
	{"POST", "tenants", makeTenant},
	{"DELETE", "tenants/{id}", removeTenant},
	{"GET", "journal", readJournal},
	{"DELETE", "journal", emptyJournal},
	{"GET", "journal/{number}", readCall},
	{"GET", "journal/{number}/curl", readCurl},
	{"GET", "journal.har", readHAR},
	{"GET", "findings", readFindings},
	{"DELETE", "findings", dropFindings},
	{"GET", "forgiven", listForgiven},
	{"POST", "forgiven", forgiveNames},
	{"DELETE", "forgiven", dropForgiven},
	{"GET", "faults", listFaults},
	{"POST", "faults", injectFault},
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
	{"GET", "operations", listOperations},
	{"POST", "sign", signFresh},
	{"GET", "contracts/{file}", readContract},
	{"GET", "openapi.yaml", readOpenAPI},
	{"GET", "ca.pem", readAuthority},
}

// Handler answers the API and the dashboard.
type Handler struct {
	api    *API
	router *mux.Router // the name of a route is its method and path, as contracts.Document.Targets has them
}

// New routes the calls of a server.
func New(a *API) *Handler {
	h := &Handler{api: a, router: mux.NewRouter().SkipClean(true).UseEncodedPath()}
	for _, c := range calls {
		h.route(c.method, c.path, func(w http.ResponseWriter, r *http.Request) {
			v, err := c.run(a, r)
			respond(w, r, v, err)
		})
	}
	h.route(http.MethodGet, "events", a.serveEvents)
	unknown := http.HandlerFunc(h.serveUnknown)
	h.router.NotFoundHandler, h.router.MethodNotAllowedHandler = unknown, unknown
	return h
}

func (h *Handler) route(method, path string, serve http.HandlerFunc) {
	methods := []string{method}
	if method == http.MethodGet {
		methods = append(methods, http.MethodHead)
	}
	h.router.HandleFunc(site.Prefix+path, serve).Methods(methods...).Name(method + " " + site.Prefix + path)
}

// nameOf is the name of the route of a call; empty when there is none.
func (h *Handler) nameOf(r *http.Request) string {
	var m mux.RouteMatch
	if !h.router.Match(r, &m) || m.Route == nil {
		return ""
	}
	return m.Route.GetName()
}

// serveUnknown lists the calls there are.
func (h *Handler) serveUnknown(w http.ResponseWriter, r *http.Request) {
	var names []string
	_ = h.router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		names = append(names, route.GetName())
		return nil
	})
	respond(w, r, nil, errorf(http.StatusNotFound, "there is no admin call %s %s; there are: %s", r.Method, r.URL.Path, strings.Join(names, ", ")))
}

// Claims reports whether a call is for the API or the dashboard.
func Claims(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path+"/", site.Prefix) && !strings.HasPrefix(r.URL.Path, site.SDKPrefix)
}

// Separate says that the API has a listener of its own.
func (h *Handler) Separate() { h.api.separate.Store(true) }

// public are the calls that need no listener of their own: they hold no secret and change nothing, and who starts or
// watches a fake needs them where the services are.
var public = []string{"health", "ca.pem"}

func isPublic(r *http.Request) bool {
	return slices.Contains(public, strings.TrimPrefix(r.URL.Path, site.Prefix))
}

// ServeBesideServices answers one call that came to the address of the services.
func (h *Handler) ServeBesideServices(w http.ResponseWriter, r *http.Request) {
	if h.api.separate.Load() && !isPublic(r) {
		respond(w, r, nil, errorf(http.StatusNotFound, "the admin API and the dashboard are at another address of this fake (Server.ListenAdmin, --admin)"))
		return
	}
	h.ServeHTTP(w, r)
}

// ServeHTTP answers one call, and checks the API with contracts/admin.yaml when the fake checks its own responses.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case !Claims(r):
		respond(w, r, nil, errorf(http.StatusNotFound, "this address has the admin API and the dashboard only, below %s; the services are at another one", site.Prefix))
	case serveDashboard(w, r):
	case h.api.Pipeline.SelfCheck:
		h.serveChecked(w, r)
	default:
		h.serve(w, r)
	}
}

// serve answers everybody but strangers: a page that is open in the developer's browser must neither read nor change the
// fake behind their back.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request) {
	if err := checkAccess(h.api.Hosts, r); err != nil {
		respond(w, r, nil, err)
		return
	}
	if (r.Method == http.MethodGet || r.Method == http.MethodDelete) && r.ContentLength != 0 {
		respond(w, r, nil, errorf(http.StatusBadRequest, "%s %s takes no body", r.Method, r.URL.Path))
		return
	}
	h.router.ServeHTTP(w, r)
}

// serveChecked answers a call and holds the fake to contracts/admin.yaml: a request that breaks it must have been
// rejected, and the response must keep it. Otherwise there is a bug in the fake.
func (h *Handler) serveChecked(w http.ResponseWriter, r *http.Request) {
	body, err := bodyOf(r)
	if err != nil {
		respond(w, r, nil, err)
		return
	}
	asked := asJSON(r)
	name := h.nameOf(r)
	r.Body = io.NopCloser(bytes.NewReader(body))
	recorder := &contracts.ResponseRecorder{Next: w}
	if strings.HasSuffix(name, "/events") {
		recorder.MaxBody = 1 << 20 // an error fits; a stream is not checked
	}
	h.serve(recorder, r)
	if bug := documentBug(name, asked, body, recorder); bug != "" {
		h.api.Pipeline.Verdict.AddBug("admin API: " + r.Method + " " + r.URL.Path + ": " + bug)
	}
}

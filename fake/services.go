package fake

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/gorilla/mux"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/opencme"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// service is one service as the steps see it: its hosts, its routes and its operations.
type service struct {
	name string
	// hosts are the real host names.
	hosts []string
	// claims says whether a path without a known host belongs to this service.
	claims func(path string) bool
	// lenientSlashes: the vendor's own clients send doubled slashes and are answered.
	lenientSlashes bool

	routes     *mux.Router
	operations map[string]operation
	errors     *op.Errors

	envelope    func(c *op.Call, answer any, failure *op.Error) any
	contentType func(dialect.Dialect) string
	badRequest  func(parameter string) *op.Error
	notFound    *op.Error
	broken      *op.Error
}

// operation is an [op.Op] over the whole state of a tenant, with what its contract says.
type operation struct {
	contract contracts.Operation
	writes   bool
	errorOf  func(pointer, rule string) (*op.Error, bool)
	run      func(c *op.Call, st *state, request []byte) (any, error)
}

// services is built once a process; nothing in it changes afterwards.
var services = sync.OnceValues(func() ([]*service, error) {
	all := []*service{
		bind(opencme.Service, func(st *state) *opencme.State { return &st.OpenCME }),
		bind(webpaas.Service, func(st *state) *webpaas.State { return &st.WebPaaS }),
		bind(h5ds.Service, func(st *state) *h5ds.State { return &st.H5DS }),
	}
	for _, s := range all {
		place := places[s.name]
		s.hosts, s.claims, s.lenientSlashes = place.hosts, place.claims, place.lenientSlashes
		if err := op.Fill(s.errors, contracts.Errors(s.name)); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		if err := s.route(contracts.Operations()); err != nil {
			return nil, err
		}
	}
	return all, nil
})

// places says where each service lives. The Host header decides when it is one of the real
// names; otherwise the path does.
var places = map[string]struct {
	hosts          []string
	claims         func(path string) bool
	lenientSlashes bool
}{
	"opencme": {
		hosts:  []string{"open.cme.qcloud.com"},
		claims: func(path string) bool { return path == "/" || path == "" },
	},
	"webpaas": {
		hosts:  []string{"web-paas-api.cme.qcloud.com"},
		claims: func(path string) bool { return hasPrefixFold(strings.TrimLeft(path, "/"), "paas") },
	},
	"h5ds": {
		hosts:          []string{"video.h5ds.com", "www.h5ds.com"},
		claims:         func(path string) bool { return hasPrefixFold(strings.TrimLeft(path, "/"), "api/") },
		lenientSlashes: true,
	},
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func bind[S any](s op.Service[S], of func(*state) *S) *service {
	bound := &service{
		name: s.Name, operations: map[string]operation{}, errors: s.Errors,
		envelope: s.Envelope, contentType: s.ContentType, badRequest: s.BadRequest,
		notFound: s.NotFound, broken: s.Broken,
	}
	for _, o := range s.Ops {
		bound.operations[o.ID] = operation{
			writes: o.Writes, errorOf: o.ErrorOf,
			run: func(c *op.Call, st *state, request []byte) (any, error) { return o.Run(c, of(st), request) },
		}
	}
	return bound
}

// route gives each operation of the contract its method and path. The contract and the table
// of operations must list the same operations.
func (s *service) route(all []contracts.Operation) error {
	s.routes = mux.NewRouter().SkipClean(true).UseEncodedPath()
	documented := map[string]bool{}
	for _, c := range all {
		if c.Service != s.name {
			continue
		}
		o, ok := s.operations[c.ID]
		if !ok {
			return fmt.Errorf("%s: the contract documents %s, which no table of operations lists", s.name, c.ID)
		}
		o.contract = c
		s.operations[c.ID] = o
		documented[c.ID] = true
		s.routes.Path(c.Path).Methods(c.Method).Name(c.ID)
	}
	for id := range s.operations {
		if !documented[id] {
			return fmt.Errorf("%s: the table of operations lists %s, which the contract does not document", s.name, id)
		}
	}
	return nil
}

// onHost reports whether host is one of the service's real names.
func (s *service) onHost(host string) bool { return slices.Contains(s.hosts, host) }

// realHosts are all host names that the fake answers for.
func realHosts() []string {
	hosts := slices.Concat(storageHosts, sdkHosts)
	for _, place := range places {
		hosts = append(hosts, place.hosts...)
	}
	slices.Sort(hosts)
	return hosts
}

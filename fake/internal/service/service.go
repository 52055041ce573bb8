// Package service binds the services: the operations of each, written in Go, to what the contract documents say of
// them, and to the host and the paths by which calls reach them.
package service

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/opencme"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// Service is one service: its hosts and its operations. It never changes once it is bound.
type Service struct {
	Name string
	// Hosts are the real host names.
	Hosts      []string
	Operations map[string]*Operation

	// The rest is as in [op.Service].
	Errors      *op.Errors
	Envelope    func(c *op.Call, response any, documented *op.Error) any
	ContentType func(dialect.Dialect) string
	BadRequest  func(parameter string) *op.Error
	NotFound    *op.Error
	Broken      *op.Error
}

// Operation is an [op.Op] over the whole state of a tenant, with what its contract says.
type Operation struct {
	contracts.Operation
	Writes  bool
	ErrorOf func(pointer, rule string) (*op.Error, bool)
	Run     func(c *op.Call, st *state.State, request []byte) (any, error)
}

// All returns the services. They are bound once a process. The error says in which operation contract and tables differ.
var All = sync.OnceValues(func() ([]*Service, error) {
	all := []*Service{
		bind(opencme.Service, func(st *state.State) *opencme.State { return &st.OpenCME }),
		bind(webpaas.Service, func(st *state.State) *webpaas.State { return &st.WebPaaS }),
		bind(h5ds.Service, func(st *state.State) *h5ds.State { return &st.H5DS }),
	}
	for _, s := range all {
		if err := op.Fill(s.Errors, contracts.Errors(s.Name)); err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		if err := s.document(contracts.Operations()); err != nil {
			return nil, err
		}
	}
	return all, nil
})

// APIHost is the host of h5ds for everything but files.
const APIHost = "video.h5ds.com"

func bind[S any](s op.Service[S], of func(*state.State) *S) *Service {
	bound := &Service{
		Name: s.Name, Hosts: contracts.Hosts(s.Name), Operations: map[string]*Operation{},
		Errors: s.Errors, Envelope: s.Envelope, ContentType: s.ContentType, BadRequest: s.BadRequest,
		NotFound: s.NotFound, Broken: s.Broken,
	}
	for _, o := range s.Ops {
		bound.Operations[o.ID] = &Operation{
			Writes: o.Writes, ErrorOf: o.ErrorOf,
			Run: func(c *op.Call, st *state.State, request []byte) (any, error) { return o.Run(c, of(st), request) },
		}
	}
	return bound
}

// document gives each operation what its contract says. The contract and the table of operations must list the same
// operations.
func (s *Service) document(all []contracts.Operation) error {
	documented := map[string]bool{}
	for _, c := range all {
		if c.Service != s.Name {
			continue
		}
		o, ok := s.Operations[c.ID]
		if !ok {
			return fmt.Errorf("%s: the contract documents %s, which no table of operations lists", s.Name, c.ID)
		}
		o.Operation = c
		documented[c.ID] = true
	}
	for id := range s.Operations {
		if !documented[id] {
			return fmt.Errorf("%s: the table of operations lists %s, which the contract does not document", s.Name, id)
		}
	}
	return nil
}

// must is All once a server is there: fake.New has seen whether there is an error.
func must() []*Service {
	all, err := All()
	if err != nil {
		panic(err) // every server is made after its services are bound
	}
	return all
}

// OnHost reports whether host is one of the service's real names.
func (s *Service) OnHost(host string) bool { return slices.Contains(s.Hosts, host) }

// Named returns a service; nil when there is none of that name.
func Named(name string) *Service {
	for _, s := range must() {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// At finds the service of a call. A real host name decides; any other name leaves it to the path, except that a name of
// the vendors' which the fake does not play belongs to no service. Nil says that there is none.
func At(host, path string) *Service {
	if name := contracts.ServiceOfHost(host); name != "" {
		return Named(name)
	}
	if VendorHost(host) {
		return nil
	}
	if name := contracts.ServiceOfPath(path); name != opencme.Service.Name || path == "/" || path == "" {
		return Named(name)
	}
	return nil
}

// VendorHost reports whether the name belongs to one of the vendors.
func VendorHost(host string) bool {
	for _, domain := range []string{"qcloud.com", "imgcache.qq.com", "tencent.com", "tencent-cloud.com", "h5ds.com", "h5ds.cn"} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

// Match finds the operation of a call. Without one it returns the methods that the path has, if any. Only h5ds, whose
// own clients send doubled slashes, takes them as one.
func (s *Service) Match(method, path string) (o *Operation, methods []string) {
	m := contracts.MatchPath(s.Name, method, path)
	if m.DoubledSlashes && s.Name != h5ds.Service.Name {
		return nil, nil
	}
	return s.Operations[m.Operation.ID], m.Methods
}

// Find returns the operation of that id.
func Find(id string) (*Operation, bool) {
	for _, s := range must() {
		if o, ok := s.Operations[id]; ok {
			return o, true
		}
	}
	return nil, false
}

// The calls that the fake makes to the user's own server, by their names in contracts/callbacks.yaml.
const (
	UserStatus = "Callback.UserStatus" // asks whether a user is still logged in
	RenderDone = "Callback.RenderDone" // says that a render task has ended
)

// CheckID returns an error, with a suggestion, for a name that no operation and no callback has.
func CheckID(id string) error {
	if _, ok := Find(id); ok || id == UserStatus || id == RenderDone {
		return nil
	}
	ids := []string{UserStatus, RenderDone}
	for _, s := range must() {
		for other := range s.Operations {
			ids = append(ids, other)
		}
	}
	slices.Sort(ids)
	return fmt.Errorf("no operation is called %q; did you mean %q?", id, diagnosis.Nearest(id, ids))
}

// The hosts of sites, which serve something beside operations.
var (
	StorageHosts = []string{h5ds.FileHost}                                 // files
	SDKHosts     = []string{"imgcache.qq.com", "vs-cdn.tencent-cloud.com"} // the Web SDK
)

// RealHosts are all host names that the fake plays, sorted.
func RealHosts() []string {
	hosts := slices.Concat(StorageHosts, SDKHosts)
	for _, s := range must() {
		hosts = append(hosts, s.Hosts...)
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

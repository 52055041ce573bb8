package fake

import (
	"maps"
	"net/http"
	"slices"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// What the tests of package fake_test need of the inside stands here, so that little has to change with it.

// WarningCodes are the codes of all warnings.
var WarningCodes = habitCodes

// WhyHeader is the name of the header that explains an error.
const WhyHeader = whyHeader

// WarningOperations are the operations that a warning is looked for in.
func WarningOperations() []string {
	operations := append([]string{"Material.FinishUploadMaterial"}, pollingOperations...)
	for _, old := range oldShapes {
		operations = append(operations, old.operation)
	}
	return operations
}

// ReplaceOperation puts a function in place of an operation of this server, which everybody may call then.
func (s *Server) ReplaceOperation(id string, run func() (any, error)) {
	s.services = slices.Clone(s.services)
	for i, svc := range s.services {
		o, ok := svc.operations[id]
		if !ok {
			continue
		}
		o.contract.Security = ""
		o.run = func(*op.Call, *state, []byte) (any, error) { return run() }
		changed := *svc
		changed.operations = maps.Clone(svc.operations)
		changed.operations[id] = o
		s.services[i] = &changed
	}
}

// ReplaceAdmin puts a function in place of the whole admin API of this server.
func (s *Server) ReplaceAdmin(pattern string, serve http.HandlerFunc) {
	s.admin = http.NewServeMux()
	s.admin.HandleFunc(pattern, serve)
}

// Route binds a service that has the operations ids to the contract documents.
func Route(name string, ids ...string) error {
	operations := map[string]operation{}
	for _, id := range ids {
		operations[id] = operation{}
	}
	s := &service{name: name, operations: operations}
	return s.route(contracts.Operations())
}

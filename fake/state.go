package fake

import (
	"fmt"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/opencme"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// state is everything one tenant remembers. encoding/json writes and reads it, so a snapshot
// is its JSON and a reset is a new value.
type state struct {
	IDs     op.IDs        `json:"ids"`
	OpenCME opencme.State `json:"opencme"`
	WebPaaS webpaas.State `json:"webpaas"`
	H5DS    h5ds.State    `json:"h5ds"`
}

// Fixtures is the state a tenant begins with: what a client of the services cannot create
// by itself, or should not have to.
type Fixtures struct {
	WebPaaS webpaas.Fixtures `json:"webpaas" yaml:"webpaas"`
	H5DS    h5ds.Fixtures    `json:"h5ds" yaml:"h5ds"`
}

// newState is the state of a tenant that nobody has called yet.
func (s *Server) newState(t *Tenant) (*state, error) {
	if len(s.config.Snapshot) > 0 {
		return readSnapshot("snapshot", s.config.Snapshot)
	}
	st := &state{}
	c := s.newCall(t, "")
	c.IDs = &st.IDs
	if err := st.WebPaaS.Load(c, s.config.Fixtures.WebPaaS); err != nil {
		return nil, fmt.Errorf("fixtures: webpaas: %w", err)
	}
	if err := st.H5DS.Load(c, s.config.Fixtures.H5DS); err != nil {
		return nil, fmt.Errorf("fixtures: h5ds: %w", err)
	}
	return st, nil
}

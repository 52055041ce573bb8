// Package state holds everything that one tenant remembers, and its forms: fixtures, snapshot, single values.
package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/opencme"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// State is everything that one tenant remembers. encoding/json writes and reads it, so a snapshot is its JSON and a
// reset is a new value.
type State struct {
	IDs     op.IDs        `json:"ids"`
	OpenCME opencme.State `json:"opencme"`
	WebPaaS webpaas.State `json:"webpaas"`
	H5DS    h5ds.State    `json:"h5ds"`
}

// New is the state of a tenant that nobody has called yet.
func New(c *op.Call, f fixtures.Fixtures) (*State, error) {
	st := &State{}
	c.IDs = &st.IDs
	if err := st.WebPaaS.Load(c, f.WebPaaS); err != nil {
		return nil, fmt.Errorf("fixtures: webpaas: %w", err)
	}
	if err := st.H5DS.Load(c, f.H5DS); err != nil {
		return nil, fmt.Errorf("fixtures: h5ds: %w", err)
	}
	return st, nil
}

// snapshot is a state as it is written down.
type snapshot struct {
	// Version changes when the form of the state does.
	Version int             `json:"version"`
	State   json.RawMessage `json:"state"`
}

const snapshotVersion = 1

// ErrVersion is the error of a snapshot that a fake of another version has written.
var ErrVersion = errors.New("make it anew with this fake")

// WriteSnapshot makes a snapshot of the JSON of a state, for [ReadSnapshot].
func WriteSnapshot(text []byte) ([]byte, error) {
	return traffic.Encode(snapshot{Version: snapshotVersion, State: text})
}

// ReadSnapshot reads what [WriteSnapshot] has written. A snapshot of another version is [ErrVersion].
func ReadSnapshot(text []byte) (*State, error) {
	var given snapshot
	outer := json.NewDecoder(bytes.NewReader(text))
	outer.DisallowUnknownFields()
	if err := outer.Decode(&given); err != nil {
		return nil, fmt.Errorf("this is no snapshot: %v", err)
	}
	if given.Version != snapshotVersion {
		return nil, fmt.Errorf("the snapshot has version %d, and this fake reads version %d; %w", given.Version, snapshotVersion, ErrVersion)
	}
	st := &State{}
	decoder := json.NewDecoder(bytes.NewReader(given.State))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(st); err != nil || string(given.State) == "null" {
		return nil, fmt.Errorf("the state is none of this fake: %v", err)
	}
	return st, nil
}

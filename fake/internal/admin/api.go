package admin

import (
	"sync/atomic"

	"github.com/fakecme/fakecme/fake/internal/pipeline"
)

// API is what the calls need of the server.
type API struct {
	Pipeline *pipeline.Pipeline
	// Version is that of this module.
	Version string
	// Instance is of this server and no other: the ids of events carry it.
	Instance string
	// Settings are those of the server that GET info shows.
	Settings map[string]any
	// Hosts are further names under which the API answers; see [IsListed].
	Hosts []string
	// Authority returns the certificate that clients are to trust, in PEM form; false when there is none.
	Authority func() ([]byte, bool)

	listeners atomic.Int32 // readers of GET events
}

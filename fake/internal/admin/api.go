package admin

import (
	"net/http"
	"sync"
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
	// Services returns the address of the services; it is asked when the API has one of its own.
	Services func() string
	// Authority returns the certificate that clients are to trust, in PEM form; false when there is none.
	Authority func() ([]byte, bool)

	separate  atomic.Bool  // the API has a listener of its own
	listeners atomic.Int32 // readers of GET events
	exports   sync.Mutex   // held while an export is made
}

// export makes a file of a whole journal or state, one at a time: each needs several times its size. Nothing is made for a
// client that left while it waited.
func (a *API) export(r *http.Request, what func() ([]byte, error)) ([]byte, error) {
	a.exports.Lock()
	defer a.exports.Unlock()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return what()
}

package recordings

import (
	"errors"
	"fmt"
	"net/http"
)

// Replayer is an http.RoundTripper that answers from a library, and never from the network. A request
// that was not recorded gets a [*Miss] as its error. What the recording shows that the service repeats,
// the answers repeat: see [Library.Answer]. It is safe for concurrent use.
type Replayer struct {
	Library *Library
}

var errNoAnswer = errors.New("no answer came when this was recorded")

// RoundTrip returns the recorded answer.
func (r Replayer) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := request.Context().Err(); err != nil {
		closeBody(request)
		return nil, err
	}
	body, err := readBody(request)
	if err != nil {
		return nil, fmt.Errorf("replay: read the request: %w", err)
	}
	hit, miss := r.Library.Find(CallOf(request, body))
	if miss != nil {
		return nil, miss
	}
	if !hit.Call.Answered() {
		return nil, fmt.Errorf("replay %s: %w", hit, errNoAnswer)
	}
	return r.Library.Answer(hit).Response(request), nil
}

package recordings

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/fakecme/fakecme/recordings/har"
)

// Replayer is an http.RoundTripper that returns responses from a library, never from the network. A request that was not
// recorded fails with a [*Miss]. Responses repeat values of the request as [Library.Response] says. A Replayer is safe for
// concurrent use.
type Replayer struct {
	Library *Library
}

var errNoResponse = errors.New("no response came when this was recorded")

// RoundTrip returns the recorded response.
func (r Replayer) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := request.Context().Err(); err != nil {
		closeBody(request)
		return nil, err
	}
	body, err := readBody(request)
	if err != nil {
		return nil, fmt.Errorf("replay: read the request: %w", err)
	}
	hit, miss := r.Library.Find(har.CallOf(request, body))
	if miss != nil {
		return nil, miss
	}
	if !hit.Call.HasResponse() {
		return nil, fmt.Errorf("replay %s: %w", hit, errNoResponse)
	}
	return r.Library.Response(hit).Response(request), nil
}

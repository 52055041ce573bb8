package admin

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/internal/pipeline"
	"github.com/fakecme/fakecme/fake/internal/site"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/gorilla/mux"
)

// statusError is an error with the status of its response.
type statusError struct {
	status int
	text   string
}

func (e *statusError) Error() string { return e.text }

func errorf(status int, format string, args ...any) error {
	return &statusError{status, fmt.Sprintf(format, args...)}
}

// stream is a JSON response that is written as it is made. It ends at the first error.
type stream func(w io.Writer) error

func (s stream) writeTo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return
	}
	buffered := bufio.NewWriterSize(w, 32<<10)
	if s(buffered) != nil || buffered.Flush() != nil {
		panic(http.ErrAbortHandler) // so that the client notices, if it is still there
	}
}

// respond writes the value as JSON, unless it is a [stream] or a [pipeline.Response] already; an error with its status,
// which is 400 when it has none.
func respond(w http.ResponseWriter, r *http.Request, v any, err error) {
	if s, ok := v.(stream); ok && err == nil {
		s.writeTo(w, r)
		return
	}
	if whole, ok := v.(pipeline.Response); ok && err == nil {
		whole.WriteTo(w, r)
		return
	}
	status := http.StatusOK
	if err != nil {
		status, v = http.StatusBadRequest, map[string]string{"error": err.Error()}
		if known := (*statusError)(nil); errors.As(err, &known) {
			status = known.status
		}
	}
	jsonResponse(status, v).WriteTo(w, r)
}

func jsonResponse(status int, v any) pipeline.Response {
	body, err := traffic.Encode(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":"encode"}`)
	}
	return fileResponse(status, "application/json", append(body, '\n'))
}

func fileResponse(status int, contentType string, body []byte) pipeline.Response {
	return pipeline.Response{Status: status, Header: http.Header{"Content-Type": {contentType}}, Body: body}
}

// done is the response of a call that has nothing to say.
var done = map[string]bool{"done": true}

// maxBody bounds what the admin API reads: a snapshot may be large.
const maxBody = 256 << 20

func bodyOf(r *http.Request) ([]byte, error) {
	if r.Body == nil { // a request made by hand, without a client
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return nil, errorf(http.StatusBadRequest, "read the body: %v", err)
	}
	return body, nil
}

// readBody reads a JSON body; an unknown field is an error.
func readBody(r *http.Request, into any) error {
	body, err := bodyOf(r)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return errorf(http.StatusBadRequest, "read the body: %v", err)
	}
	return keepsDocument(r, body)
}

// pathValue is the decoded part of the path in place of {name}.
func pathValue(r *http.Request, name string) string {
	value := mux.Vars(r)[name]
	if decoded, err := url.PathUnescape(value); err == nil {
		return decoded
	}
	return value
}

// query rejects query parameters that the call does not have: a misspelt one would change nothing, and nobody would
// notice.
func query(r *http.Request, known ...string) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, errorf(http.StatusBadRequest, "the query is not percent-encoded: %v", err)
	}
	known = append(known, "tenant")
	for name, given := range values {
		switch {
		case !slices.Contains(known, name):
			return nil, errorf(http.StatusBadRequest, "there is no query parameter %q; there are: %s", name, strings.Join(known, ", "))
		case len(given) > 1:
			return nil, errorf(http.StatusBadRequest, "the query parameter %q is given %d times; give it once", name, len(given))
		}
	}
	return values, nil
}

// noQuery is for calls that are for no tenant.
func noQuery(r *http.Request) error {
	if r.URL.RawQuery != "" {
		return errorf(http.StatusBadRequest, "%s takes no query parameters", r.URL.Path)
	}
	return nil
}

// tenantOf is the tenant that ?tenant= names; the default one without it.
func (a *API) tenantOf(r *http.Request) (*tenant.Tenant, error) {
	id := r.URL.Query().Get("tenant")
	if id == "" {
		return a.Pipeline.Default, nil
	}
	t, ok := a.Pipeline.Registry.ByID(id)
	if !ok {
		return nil, errorf(http.StatusNotFound, "there is no tenant %q; GET %stenants lists them", id, site.Prefix)
	}
	return t, nil
}

// onlyTenant is tenantOf for a call without other parameters.
func (a *API) onlyTenant(r *http.Request) (*tenant.Tenant, error) {
	if _, err := query(r); err != nil {
		return nil, err
	}
	return a.tenantOf(r)
}

// tenantOrAll is the id of the tenant that ?tenant= names, and empty for all of them.
func (a *API) tenantOrAll(r *http.Request, parameters ...string) (string, error) {
	q, err := query(r, parameters...)
	if err != nil {
		return "", err
	}
	_, err = a.tenantOf(r)
	return q.Get("tenant"), err
}

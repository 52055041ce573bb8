package recordings

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

// Recorder is an http.RoundTripper that forwards calls and records them, in the order in which they were made. It is safe
// for concurrent use. Recorded calls leave it only redacted: see [Recorder.Archive].
type Recorder struct {
	// Transport makes the calls. It must be set, because a Recorder has no network of its own.
	Transport http.RoundTripper
	Redactor  redact.Redactor
	// Now is the clock. If it is nil, no times are recorded, and two recordings of the same calls are equal files.
	Now func() time.Time
	// Skip is called for each call that is not recorded: no response came, the response is incomplete or cannot be read, or
	// the recording is full. It may be called concurrently. If it is nil, no call is skipped: a call without a response is
	// recorded as such, and any other makes Archive fail.
	Skip func(c har.Call, why error)
	// MaxCalls and MaxBytes bound the number of recorded calls and the bytes of their bodies, if they are not 0. Later calls
	// are forwarded and not recorded.
	MaxCalls int
	MaxBytes int64

	mu    sync.Mutex
	calls []*recordedCall // guarded by mu, and so are the calls themselves
	done  int             // how many of the calls are finished; guarded by mu
	bytes int64           // of their bodies; guarded by mu

	responseLimit int // replaces maxResponse if it is not 0
}

// recordedCall is a call that was made, or is being made.
type recordedCall struct {
	call har.Call
	err  error // why it cannot be recorded
}

// maxResponse is the size in bytes up to which the body of a response is recorded, uncompressed.
const maxResponse = 64 << 20

var errUnfinished = errors.New("the call is not finished")

// RoundTrip makes the call. The client gets the result of the transport even if it cannot be recorded, but only when the
// response is complete.
func (r *Recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	if r.Transport == nil {
		closeBody(request)
		return nil, errors.New("record: the recorder has no transport")
	}
	body, err := readBody(request)
	if err != nil {
		return nil, fmt.Errorf("record: read the request: %w", err)
	}
	forwarded := request.Clone(request.Context()) // a RoundTripper must not change the request
	forwarded.Body, forwarded.GetBody = http.NoBody, nil
	if body != nil {
		forwarded.Body = io.NopCloser(bytes.NewReader(body))
		forwarded.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	recorded := &recordedCall{call: har.CallOf(request, body), err: errUnfinished}
	if r.Now != nil {
		recorded.call.Started = r.Now()
	}
	r.begin(recorded)
	response, err := r.Transport.RoundTrip(forwarded)
	if err != nil {
		var problem error
		if r.Skip != nil {
			problem = fmt.Errorf("no response came: %w", err)
		}
		r.finish(recorded, recorded.call, problem)
		return response, err
	}
	call := recorded.call
	problem := cmp.Or(redact.CheckReadable(request.Header.Get("Content-Encoding")), recordResponse(&call, response, cmp.Or(r.responseLimit, maxResponse)))
	r.finish(recorded, call, problem)
	return response, nil
}

// begin adds a call.
func (r *Recorder) begin(recorded *recordedCall) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, recorded)
}

func (r *Recorder) finish(recorded *recordedCall, call har.Call, problem error) {
	if r.Now != nil {
		call.Took = r.Now().Sub(call.Started)
	}
	r.mu.Lock()
	size := int64(len(call.Body) + len(call.ResponseBody))
	if problem == nil {
		problem = r.fullLocked(size)
	}
	skipped := problem != nil && r.Skip != nil
	if skipped {
		r.calls = slices.DeleteFunc(r.calls, func(other *recordedCall) bool { return other == recorded })
	} else {
		recorded.call, recorded.err = call, problem
		r.done++
		r.bytes += size
	}
	r.mu.Unlock()
	if skipped {
		r.Skip(call, problem)
	}
}

// fullLocked returns an error if a finished call exceeds a bound.
func (r *Recorder) fullLocked(size int64) error {
	switch {
	case r.MaxCalls > 0 && r.done >= r.MaxCalls:
		return fmt.Errorf("the recording is full: it has %d calls", r.MaxCalls)
	case r.MaxBytes > 0 && r.bytes+size > r.MaxBytes:
		return fmt.Errorf("the recording is full: the bodies would have more than %d bytes", r.MaxBytes)
	}
	return nil
}

// readBody reads and closes the body of a request. It is nil if there is none.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if len(body) == 0 {
		body = nil
	}
	return body, err
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		r.Body.Close()
	}
}

// recordResponse adds the response to the call, and leaves the response as if it had not been read. The error says why it
// cannot be recorded.
func recordResponse(call *har.Call, response *http.Response, maxBytes int) error {
	if response.StatusCode == http.StatusSwitchingProtocols {
		return errors.New("the connection became something other than HTTP")
	}
	sent, err := io.ReadAll(io.LimitReader(response.Body, int64(maxBytes)+1))
	rest := response.Body
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(sent), readerAfter(rest, err)), rest}
	switch {
	case err != nil:
		return fmt.Errorf("the response broke off after %d bytes: %w", len(sent), err)
	case len(sent) > maxBytes:
		return fmt.Errorf("the response has more than %d bytes", maxBytes)
	}
	body, err := uncompress(response.Header.Get("Content-Encoding"), sent, maxBytes)
	if err != nil {
		return err
	}
	if len(body) == 0 {
		body = nil
	}
	call.Status, call.ResponseHeader, call.ResponseBody = response.StatusCode, response.Header.Clone(), body
	call.ResponseHeader.Del("Content-Encoding")
	return nil
}

// readerAfter returns the reader that follows the bytes read so far: it fails if reading them failed, else it reads the rest.
func readerAfter(rest io.Reader, err error) io.Reader {
	if err == nil {
		return rest
	}
	return failingReader{err}
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

// uncompress returns the uncompressed body of a response. A response of an unknown compression is an error, because it cannot
// be redacted.
func uncompress(encoding string, sent []byte, maxBytes int) ([]byte, error) {
	var r io.Reader
	var err error
	switch encoding = strings.ToLower(strings.TrimSpace(encoding)); {
	case encoding == "" || encoding == "identity" || len(sent) == 0:
		return sent, nil
	case encoding == "gzip" || encoding == "x-gzip":
		r, err = gzip.NewReader(bytes.NewReader(sent))
	case encoding == "deflate":
		r, err = zlib.NewReader(bytes.NewReader(sent))
	default:
		return nil, fmt.Errorf("the response is compressed as %q; ask for gzip or nothing", encoding)
	}
	if err != nil {
		return nil, fmt.Errorf("the response is not the %s that it says it is: %w", encoding, err)
	}
	body, err := io.ReadAll(io.LimitReader(r, int64(maxBytes)+1))
	if err == nil && len(body) > maxBytes {
		err = fmt.Errorf("it has more than %d bytes", maxBytes)
	}
	if err != nil {
		return nil, fmt.Errorf("uncompress the response: %w", err)
	}
	return body, nil
}

// Archive returns the calls recorded so far, redacted. The error says which call cannot be recorded, or where a secret could
// not be replaced.
func (r *Recorder) Archive(name string) (*har.Archive, error) {
	entries, err := r.entries()
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", name, err)
	}
	return r.Redactor.Redact(har.NewArchive(name, entries...))
}

func (r *Recorder) entries() ([]har.Entry, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var entries []har.Entry
	for i, recorded := range r.calls {
		if recorded.err != nil && r.Skip != nil {
			continue // it is not finished
		}
		if recorded.err != nil {
			return nil, fmt.Errorf("log.entries[%d]: %s %s: %w", i, recorded.call.Method, plainPath(recorded.call.URL), recorded.err)
		}
		entries = append(entries, recorded.call.Entry())
	}
	return entries, nil
}

// WriteFile writes the calls recorded so far, redacted. If they cannot be redacted or written, the file stays as it was.
func (r *Recorder) WriteFile(name string) error {
	a, err := r.Archive(filepath.Base(name))
	if err != nil {
		return err
	}
	return har.WriteFile(name, a)
}

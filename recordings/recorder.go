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
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

// Recorder is an http.RoundTripper that forwards calls and records them, in the order in which they were made. It is safe
// for concurrent use. Recorded calls leave it only redacted: see [Recorder.Archive].
//
// It asks for the compressions that it can read among those that the client takes. It leaves out the headers with which a
// GET or a HEAD asks for a part of the response, or for nothing if the client has it already, because such a response
// answers no other client.
type Recorder struct {
	// Transport makes the calls. It must be set, because a Recorder has no network of its own.
	Transport http.RoundTripper
	Redactor  redact.Redactor
	// Now is the clock. If it is nil, no times are recorded, and two recordings of the same calls are equal files.
	Now func() time.Time
	// Skip is called once for each call that is not recorded: no response came, the response is incomplete, the recording is
	// full, or the call cannot be made safe ([ErrUnsafe]). It may be called concurrently, and by Archive. If it is nil, no call
	// is skipped: a call without a response is recorded as such, and any other makes Archive fail.
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
	call   har.Call
	err    error // why it cannot be recorded
	unsafe bool  // whether Skip knows that it cannot be made safe
}

// ErrUnsafe is the reason why a call with a secret that cannot be replaced, or with a body that cannot be read, is not
// recorded.
var ErrUnsafe = errors.New("it cannot be made safe")

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
	setReadable(forwarded)
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
	problem := recordResponse(&call, response, cmp.Or(r.responseLimit, maxResponse))
	if err := redact.CheckReadable(request.Header.Get("Content-Encoding")); err != nil {
		problem = unsafe(err)
	}
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

// partialHeaders make the response to a GET or a HEAD depend on what the client has of it already.
var partialHeaders = []string{"If-None-Match", "If-Modified-Since", "Range", "If-Range"}

// setReadable changes the headers of a request so that its response can be recorded.
func setReadable(r *http.Request) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == "" {
		for _, name := range partialHeaders {
			r.Header.Del(name)
		}
	}
	if accepted := strings.Join(r.Header.Values("Accept-Encoding"), ","); strings.TrimSpace(accepted) != "" {
		r.Header.Set("Accept-Encoding", readableEncodings(accepted))
	}
}

// readable are the content codings that uncompress reads, except for other names of these.
var readable = []string{"gzip", "deflate", "identity"}

// readableEncodings returns the part of an Accept-Encoding that uncompress reads, with the preferences of the client. If the
// client takes none of these codings, the header stays as it is, for the sake of the client.
func readableEncodings(accepted string) string {
	var kept []string
	rest, takesOne := "", false // rest is the preference of what is not named
	named := map[string]bool{}
	keep := func(coding, preference string) {
		kept = append(kept, coding+preference)
		takesOne = takesOne || !isRefused(preference)
	}
	for element := range strings.SplitSeq(accepted, ",") {
		name, preference, _ := strings.Cut(strings.TrimSpace(element), ";")
		if preference != "" {
			preference = ";" + preference
		}
		switch name = strings.ToLower(strings.TrimSpace(name)); {
		case name == "*":
			rest = cmp.Or(preference, ";q=1")
		case slices.Contains(readable, name) || name == "x-gzip":
			named[strings.TrimPrefix(name, "x-")] = true
			keep(name, preference)
		}
	}
	for _, name := range readable {
		switch {
		case named[name]:
		case rest != "":
			keep(name, rest)
		case name == "identity" && !takesOne: // unless it is refused, the client takes it
			keep(name, "")
		}
	}
	if !takesOne {
		return accepted
	}
	return strings.Join(kept, ", ")
}

// isRefused reports whether the parameters of a content coding say that the client does not take it: q=0.
func isRefused(preference string) bool {
	for parameter := range strings.SplitSeq(preference, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		if q, err := strconv.ParseFloat(strings.TrimSpace(value), 64); strings.EqualFold(strings.TrimSpace(name), "q") && err == nil && q == 0 {
			return true
		}
	}
	return false
}

// recordResponse adds the response to the call, and leaves the response as if it had not been read. The error says why it
// cannot be recorded.
func recordResponse(call *har.Call, response *http.Response, maxBytes int) error {
	if response.StatusCode == http.StatusSwitchingProtocols {
		return errors.New("the connection became something other than HTTP")
	}
	if why := partialResponse(response.StatusCode); why != "" {
		return errors.New(why)
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
		return unsafe(err)
	}
	if len(body) == 0 {
		body = nil
	}
	call.Status, call.ResponseHeader, call.ResponseBody = response.StatusCode, response.Header.Clone(), body
	call.ResponseHeader.Del("Content-Encoding")
	return nil
}

// partialResponse says why a response is not recorded that is only for who has a part of it already. It is "" for others.
func partialResponse(status int) string {
	switch status {
	case http.StatusNotModified:
		return "not modified (304): the response is in the client's cache only"
	case http.StatusPartialContent:
		return "partial (206): a part of the response only"
	}
	return ""
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

// unsafe returns the reason why a call cannot be made safe.
func unsafe(why error) error { return fmt.Errorf("%w: %w", ErrUnsafe, why) }

// Archive returns the calls recorded so far, redacted. Without Skip, the error says which call cannot be recorded, or where a
// secret could not be replaced.
func (r *Recorder) Archive(name string) (*har.Archive, error) {
	calls, err := r.finished()
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", name, err)
	}
	var entries []har.Entry
	for _, recorded := range calls {
		entries = append(entries, recorded.call.Entry())
	}
	a := har.NewArchive(name, entries...)
	if r.Skip == nil {
		return r.Redactor.Redact(a)
	}
	safe, left, err := r.Redactor.RedactEach(a)
	for _, u := range left {
		if r.becomesUnsafe(calls[u.Index]) {
			r.Skip(calls[u.Index].call, unsafe(errors.New(u.Reason())))
		}
	}
	return safe, err
}

// becomesUnsafe marks a call as one that cannot be made safe. It stays among the calls, because its secrets may stand in other
// calls. It returns false if the call was marked before.
func (r *Recorder) becomesUnsafe(recorded *recordedCall) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := recorded.unsafe
	recorded.unsafe = true
	return !before
}

// finished returns the calls that are finished. They do not change any more, except for their mark.
func (r *Recorder) finished() ([]*recordedCall, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var calls []*recordedCall
	for i, recorded := range r.calls {
		if recorded.err != nil && r.Skip != nil {
			continue // it is not finished
		}
		if recorded.err != nil {
			return nil, fmt.Errorf("log.entries[%d]: %s %s: %w", i, recorded.call.Method, plainPath(recorded.call.URL), recorded.err)
		}
		calls = append(calls, recorded)
	}
	return calls, nil
}

// WriteFile writes the calls recorded so far, redacted. If they cannot be redacted or written, the file stays as it was.
func (r *Recorder) WriteFile(name string) error {
	a, err := r.Archive(filepath.Base(name))
	if err != nil {
		return err
	}
	return har.WriteFile(name, a)
}

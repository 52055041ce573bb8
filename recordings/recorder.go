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
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Recorder is an http.RoundTripper that passes calls on and keeps them. It is safe for concurrent
// use; calls are kept in the order in which they were made.
//
// What it keeps leaves it only through the Redactor: see [Recorder.Archive].
type Recorder struct {
	// Transport does the calls. It must be set: a Recorder has no network of its own.
	Transport http.RoundTripper
	Redactor  Redactor
	// Now is the clock, if times are to be recorded. Without it there are none, and two recordings of
	// the same calls are the same file.
	Now func() time.Time
	// Skip is told of each call that is not kept, and why: no response came, it broke off, it cannot be
	// read, the recording is full. It may be called concurrently. Without it nothing is left out: a call
	// without a response is kept as one, and any other makes Archive fail.
	Skip func(c Call, why error)
	// MaxCalls and MaxBytes bound what is kept, if they are not 0; bytes are those of the bodies. The
	// calls after that are passed on, and not kept.
	MaxCalls int
	MaxBytes int64

	mu    sync.Mutex
	calls []*recorded // guarded by mu, and so is what it points to
	done  int         // how many of the calls are finished; guarded by mu
	bytes int64       // of their bodies; guarded by mu
	most  int         // instead of mostRecorded, if it is not 0
}

// recorded is a call that was made, or is being made.
type recorded struct {
	call Call
	err  error // why it cannot be kept
}

// mostRecorded is the size in bytes up to which the body of a response is kept, uncompressed.
const mostRecorded = 64 << 20

var errUnfinished = errors.New("the call is not finished")

// RoundTrip does the call. The client gets what the transport gives, whatever the recorder thinks of
// it, but only when the response is complete.
func (r *Recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	if r.Transport == nil {
		closeBody(request)
		return nil, errors.New("record: the recorder has no transport")
	}
	body, err := readBody(request)
	if err != nil {
		return nil, fmt.Errorf("record: read the request: %w", err)
	}
	passed := request.Clone(request.Context()) // a RoundTripper must not change the request
	passed.Body, passed.GetBody = http.NoBody, nil
	if body != nil {
		passed.Body = io.NopCloser(bytes.NewReader(body))
		passed.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	kept := &recorded{call: CallOf(request, body), err: errUnfinished}
	if r.Now != nil {
		kept.call.Started = r.Now()
	}
	r.begin(kept)
	answer, err := r.Transport.RoundTrip(passed)
	if err != nil {
		var problem error
		if r.Skip != nil {
			problem = fmt.Errorf("no response came: %w", err)
		}
		r.finish(kept, kept.call, problem)
		return answer, err
	}
	call := kept.call
	problem := cmp.Or(readable("Content-Encoding", request.Header.Get("Content-Encoding")), keepResponse(&call, answer, cmp.Or(r.most, mostRecorded)))
	r.finish(kept, call, problem)
	return answer, nil
}

// begin gives a call its place.
func (r *Recorder) begin(kept *recorded) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, kept)
}

func (r *Recorder) finish(kept *recorded, call Call, problem error) {
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
		r.calls = slices.DeleteFunc(r.calls, func(other *recorded) bool { return other == kept })
	} else {
		kept.call, kept.err = call, problem
		r.done++
		r.bytes += size
	}
	r.mu.Unlock()
	if skipped {
		r.Skip(call, problem)
	}
}

// fullLocked says why there is no place for one more call, which has its place already.
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

// keepResponse keeps the response in the call, and leaves it as if it had not been read. The error says
// why it cannot be kept.
func keepResponse(call *Call, answer *http.Response, most int) error {
	if answer.StatusCode == http.StatusSwitchingProtocols {
		return errors.New("the connection became something other than HTTP")
	}
	wire, err := io.ReadAll(io.LimitReader(answer.Body, int64(most)+1))
	rest := answer.Body
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(wire), afterwards(rest, err)), rest}
	switch {
	case err != nil:
		return fmt.Errorf("the response broke off after %d bytes: %w", len(wire), err)
	case len(wire) > most:
		return fmt.Errorf("the response has more than %d bytes", most)
	}
	body, err := uncompress(answer.Header.Get("Content-Encoding"), wire, most)
	if err != nil {
		return err
	}
	if len(body) == 0 {
		body = nil
	}
	call.Status, call.ResponseHeader, call.ResponseBody = answer.StatusCode, answer.Header.Clone(), body
	call.ResponseHeader.Del("Content-Encoding")
	return nil
}

// afterwards is what follows what was read: the error that ended it, or the rest.
func afterwards(rest io.Reader, err error) io.Reader {
	if err == nil {
		return rest
	}
	return failing{err}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// uncompress undoes the compression of a response. What is compressed in a way that cannot be undone
// here cannot be made safe either.
func uncompress(encoding string, wire []byte, most int) ([]byte, error) {
	var r io.Reader
	var err error
	switch encoding = strings.ToLower(strings.TrimSpace(encoding)); {
	case encoding == "" || encoding == "identity" || len(wire) == 0:
		return wire, nil
	case encoding == "gzip" || encoding == "x-gzip":
		r, err = gzip.NewReader(bytes.NewReader(wire))
	case encoding == "deflate":
		r, err = zlib.NewReader(bytes.NewReader(wire))
	default:
		return nil, fmt.Errorf("the response is compressed as %q; ask for gzip or nothing", encoding)
	}
	if err != nil {
		return nil, fmt.Errorf("the response is not the %s that it says it is: %w", encoding, err)
	}
	body, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err == nil && len(body) > most {
		err = fmt.Errorf("it has more than %d bytes", most)
	}
	if err != nil {
		return nil, fmt.Errorf("uncompress the response: %w", err)
	}
	return body, nil
}

// Archive returns what was recorded so far, made safe and proved. The error says which call cannot be
// kept, or where a secret still stands; then nothing is returned.
func (r *Recorder) Archive(name string) (*Archive, error) {
	entries, err := r.entries()
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", name, err)
	}
	return r.Redactor.Redact(NewArchive(name, entries...))
}

func (r *Recorder) entries() ([]Entry, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var entries []Entry
	for i, kept := range r.calls {
		if kept.err != nil && r.Skip != nil {
			continue // under way
		}
		if kept.err != nil {
			return nil, fmt.Errorf("log.entries[%d]: %s %s: %w", i, kept.call.Method, plainPath(kept.call.URL), kept.err)
		}
		entries = append(entries, kept.call.Entry())
	}
	return entries, nil
}

// WriteFile writes what was recorded so far. If it cannot be made safe, or cannot be written, the
// file stays as it was.
func (r *Recorder) WriteFile(name string) error {
	a, err := r.Archive(filepath.Base(name))
	if err != nil {
		return err
	}
	file, err := format(a)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return replaceFile(name, file)
}

// replaceFile writes a file beside the old one and then puts it in its place.
func replaceFile(name string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".recording-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

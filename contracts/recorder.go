package contracts

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// ResponseRecorder is an http.ResponseWriter that keeps a response. It is for one response; like any ResponseWriter, it
// is used by one goroutine at a time.
type ResponseRecorder struct {
	// Next receives the response too, as it is written. If it is nil, the response is only kept.
	Next http.ResponseWriter
	// MaxBody is how many bytes of the body are kept. 0 stands for all.
	MaxBody int64

	// Status is 0 until the response has begun.
	Status int
	// Sent is the header as it was when the response began.
	Sent http.Header
	// Body is the body, or its beginning where Size is larger than MaxBody.
	Body []byte
	// Size is the number of bytes of the body.
	Size int64
	// Hijacked says that the handler took over the connection: there is no response.
	Hijacked bool

	header http.Header // where Next is nil
}

// Header returns the header that goes out when the response begins.
func (w *ResponseRecorder) Header() http.Header {
	if w.Next != nil {
		return w.Next.Header()
	}
	if w.header == nil {
		w.header = http.Header{}
	}
	return w.header
}

// Begin begins the response with the status, if it has not begun: a handler that returns without writing responds with 200.
func (w *ResponseRecorder) Begin(status int) {
	if w.Status == 0 {
		w.Status, w.Sent = status, w.Header().Clone()
	}
}

// WriteHeader begins the response, unless the status only announces it, as 103 does.
func (w *ResponseRecorder) WriteHeader(status int) {
	if status >= 200 {
		w.Begin(status)
	}
	if w.Next != nil {
		w.Next.WriteHeader(status)
	}
}

// Write adds to the body. Like the server, it names the content type if the handler has not.
func (w *ResponseRecorder) Write(p []byte) (n int, err error) {
	w.Begin(http.StatusOK)
	if _, named := w.Sent["Content-Type"]; !named && len(p) > 0 {
		w.Sent["Content-Type"] = []string{http.DetectContentType(p)}
	}
	n = len(p)
	if w.Next != nil {
		n, err = w.Next.Write(p)
	}
	w.keep(p[:n])
	return n, err
}

func (w *ResponseRecorder) keep(p []byte) {
	w.Size += int64(len(p))
	if w.MaxBody > 0 {
		p = p[:min(int64(len(p)), w.MaxBody-int64(len(w.Body)))]
	}
	w.Body = append(w.Body, p...)
}

// ReadFrom keeps io.Copy on the way through Write, whatever Next can do.
func (w *ResponseRecorder) ReadFrom(from io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{w}, from)
}

// Flush is for handlers that ask for an http.Flusher.
func (w *ResponseRecorder) Flush() {
	w.Begin(http.StatusOK)
	if w.Next != nil {
		_ = http.NewResponseController(w.Next).Flush() // a writer that cannot, does not
	}
}

// Hijack is for handlers that ask for an http.Hijacker.
func (w *ResponseRecorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if w.Next == nil {
		return nil, nil, http.ErrNotSupported
	}
	conn, rw, err := http.NewResponseController(w.Next).Hijack()
	w.Hijacked = err == nil
	return conn, rw, err
}

// Unwrap is for http.ResponseController.
func (w *ResponseRecorder) Unwrap() http.ResponseWriter { return w.Next }

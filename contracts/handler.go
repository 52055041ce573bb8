package contracts

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// Handler returns a handler that judges the traffic of the three services while next answers it: in front of a fake, a
// stub, or a gateway of the user's own. Each fault is one call of report: of the request, of the response, and of a
// call that no operation answers. Calls for no service pass unseen: any Host but the real ones leaves it to the path.
//
// The traffic is never changed: bodies are streamed, and copied while they pass. A call is judged when next has returned,
// in that goroutine, so that report must be safe for concurrent use. What next leaves unread of the request is not
// judged, and reported as such; so are a body larger than 1 MiB and one in another encoding than gzip. Of a connection
// that next hijacks, and of a next that panics, nothing is judged.
func Handler(next http.Handler, report func(Finding)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		j := newJudge(r, report)
		if j == nil {
			next.ServeHTTP(w, r)
			return
		}
		sent := &sentBody{}
		answer := &watchedWriter{ResponseWriter: w}
		next.ServeHTTP(answer, sent.watch(r))
		if answer.hijacked {
			return
		}
		j.judgeRequest(sent.kept())
		answer.begin(http.StatusOK)
		answer.copied.whole = true
		j.judgeResponse(answer.status, answer.header, &answer.copied)
	})
}

// watchedWriter copies what is written. Like any ResponseWriter, one goroutine at a time uses it.
type watchedWriter struct {
	http.ResponseWriter
	status   int // 0 before the response begins
	header   http.Header
	copied   kept
	hijacked bool
}

// begin keeps status and header as they go out.
func (w *watchedWriter) begin(status int) {
	if w.status == 0 {
		w.status, w.header = status, w.Header().Clone()
	}
}

func (w *watchedWriter) WriteHeader(status int) {
	if status >= 200 { // the others announce the response
		w.begin(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	w.begin(http.StatusOK)
	if _, named := w.header["Content-Type"]; !named && len(p) > 0 { // the server names it then
		w.header["Content-Type"] = []string{http.DetectContentType(p)}
	}
	n, err := w.ResponseWriter.Write(p)
	w.copied.add(p[:n])
	return n, err
}

// ReadFrom keeps io.Copy on the way through Write, whatever the writer behind can do.
func (w *watchedWriter) ReadFrom(from io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{w}, from)
}

// Flush and Hijack are there for handlers that ask for them by type; Unwrap for those that use a ResponseController.
func (w *watchedWriter) Flush() {
	w.begin(http.StatusOK)
	_ = http.NewResponseController(w.ResponseWriter).Flush() // a writer that cannot, does not
}

func (w *watchedWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(w.ResponseWriter).Hijack()
	w.hijacked = err == nil
	return conn, rw, err
}

func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

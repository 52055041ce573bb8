package listening

import (
	"net/http"
	"time"
)

// patience is how long a client may take to read a piece of a response. One that does not read would hold the response in
// memory for ever.
const (
	patience = 30 * time.Second
	maxPiece = 32 << 10
)

// Patient returns a handler whose responses have a deadline for each piece, however long the whole may take.
func Patient(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, already := w.(*patientWriter); already {
			h.ServeHTTP(w, r)
			return
		}
		patient := &patientWriter{w, http.NewResponseController(w)}
		defer patient.extend() // for what the server writes after the handler
		h.ServeHTTP(patient, r)
	})
}

// patientWriter sets the deadlines. A writer that has none is left as it is.
type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (w *patientWriter) extend() { _ = w.control.SetWriteDeadline(time.Now().Add(patience)) }

func (w *patientWriter) Write(p []byte) (n int, err error) {
	for len(p) > maxPiece && err == nil {
		var written int
		written, err = w.writePiece(p[:maxPiece])
		n, p = n+written, p[written:]
	}
	if err != nil {
		return n, err
	}
	last, err := w.writePiece(p)
	return n + last, err
}

func (w *patientWriter) writePiece(p []byte) (int, error) {
	w.extend()
	return w.ResponseWriter.Write(p)
}

// FlushError is for http.ResponseController.
func (w *patientWriter) FlushError() error {
	w.extend()
	return w.control.Flush()
}

// Flush is for handlers that ask for an http.Flusher.
func (w *patientWriter) Flush() { _ = w.FlushError() }

// Unwrap is for http.ResponseController.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

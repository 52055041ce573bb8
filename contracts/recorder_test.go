package contracts_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/fakecme/fakecme/contracts"
)

func TestResponseRecorder(t *testing.T) {
	t.Parallel()
	text := http.Header{"Content-Type": {"text/plain; charset=utf-8"}}
	tests := []struct {
		name     string
		maxBody  int64
		response func(w http.ResponseWriter)
		want     contracts.ResponseRecorder
	}{
		{"a body", 0, func(w http.ResponseWriter) { _, _ = io.Copy(w, strings.NewReader("abcd")) },
			contracts.ResponseRecorder{Status: 200, Sent: text, Body: []byte("abcd"), Size: 4}},
		{"a body that is too large", 3, func(w http.ResponseWriter) { _, _ = io.WriteString(w, "ab"); _, _ = io.WriteString(w, "cd") },
			contracts.ResponseRecorder{Status: 200, Sent: text, Body: []byte("abc"), Size: 4}},
		{"a status after another", 0, func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusEarlyHints)
			w.Header().Set("X", "1")
			w.WriteHeader(http.StatusNotFound)
			w.Header().Set("X", "2")
		}, contracts.ResponseRecorder{Status: 404, Sent: http.Header{"X": {"1"}}}},
		{"a flush", 0, func(w http.ResponseWriter) { w.(http.Flusher).Flush(); w.WriteHeader(http.StatusNotFound) },
			contracts.ResponseRecorder{Status: 200, Sent: http.Header{}}},
		{"a hijack that is not possible", 0, func(w http.ResponseWriter) {
			if _, _, err := http.NewResponseController(w).Hijack(); !errors.Is(err, http.ErrNotSupported) {
				t.Errorf("hijack: %v", err)
			}
		}, contracts.ResponseRecorder{}},
	}
	for _, test := range tests {
		passed := &contracts.ResponseRecorder{}
		for _, next := range []http.ResponseWriter{nil, passed} {
			got := contracts.ResponseRecorder{Next: next, MaxBody: test.maxBody}
			test.response(&got)
			ignore := cmpopts.IgnoreFields(contracts.ResponseRecorder{}, "Next", "MaxBody", "header")
			if diff := cmp.Diff(test.want, got, ignore); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
		}
		if passed.Size != test.want.Size || passed.Status != test.want.Status {
			t.Errorf("%s: %d and %d bytes are passed on", test.name, passed.Status, passed.Size)
		}
	}
}

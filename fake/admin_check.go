package fake

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/fakecme/fakecme/contracts"
)

// adminDocument is contracts/admin.yaml, and its operations by method and path.
func adminDocument() (*contracts.Document, map[string]string, error) {
	document, err := contracts.Load("admin")
	if err != nil {
		return nil, nil, err
	}
	return document, document.Targets(), nil
}

// mostAdminChecked is the largest body that is held against the document before it is believed. A larger one can only
// be a snapshot, and its loading judges it.
const mostAdminChecked = 1 << 20

// keepsAdminDocument rejects a body that the document does not allow. encoding/json overlooks much:
// another case, a name given twice, null, what follows the end. Of a wrong value the call itself tells more.
func keepsAdminDocument(r *http.Request, body []byte) error {
	if len(body) > mostAdminChecked {
		return nil
	}
	document, operations, err := adminDocument()
	if err != nil {
		return err
	}
	for _, v := range document.CheckRequest(operations[r.Pattern], asJSON(r), body) {
		if v.In == contracts.InBody && v.Rule != "enum" {
			return adminFault(http.StatusBadRequest, "%s; see %sopenapi.yaml", v, adminPrefix)
		}
	}
	return nil
}

// asJSON is the request as the document knows it: whatever its Content-Type says, its body is JSON;
// HEAD is as good as GET; and an encoded slash in an id is none of the path.
func asJSON(r *http.Request) *http.Request {
	same := r.Clone(r.Context())
	same.Header.Set("Content-Type", "application/json")
	same.URL.Path = r.URL.EscapedPath()
	if same.Method == http.MethodHead {
		same.Method = http.MethodGet
	}
	return same
}

// checkAdmin answers a call of the admin API and holds the fake to contracts/admin.yaml: a request that
// breaks it must have been rejected, and the response must keep it. What does not is a bug in the fake.
func (s *Server) checkAdmin(w http.ResponseWriter, r *http.Request) {
	body, err := adminBody(r)
	if err != nil {
		answerAdminError(w, r, err)
		return
	}
	asked := asJSON(r)
	_, pattern := s.admin.Handler(r)
	r.Body = io.NopCloser(bytes.NewReader(body))
	kept := &keeper{ResponseWriter: w}
	s.answerAdmin(kept, r)
	if bug := adminBug(pattern, asked, body, kept); bug != "" {
		s.addBug("admin API: " + r.Method + " " + r.URL.Path + ": " + bug)
	}
}

// adminBug says what is wrong with a call of the admin API; nothing when it is empty.
func adminBug(pattern string, r *http.Request, body []byte, kept *keeper) string {
	document, operations, err := adminDocument()
	if err != nil {
		return err.Error()
	}
	id, documented := operations[pattern]
	switch {
	case pattern == adminPrefix && kept.status >= 400: // no such call
		return ""
	case kept.status == http.StatusMovedPermanently || kept.status == http.StatusTemporaryRedirect: // by net/http, from //
		return ""
	case !documented:
		return fmt.Sprintf("contracts/admin.yaml does not document %q: describe it there", pattern)
	}
	var wrong []string
	if kept.status < 400 {
		for _, v := range document.CheckRequest(id, r, body) {
			wrong = append(wrong, "it took a request that breaks contracts/admin.yaml: "+v.String())
		}
	}
	if !kept.stream() {
		for _, v := range document.CheckResponse(id, kept.status, kept.Header(), kept.body.Bytes()) {
			wrong = append(wrong, "its response breaks contracts/admin.yaml: "+v.String())
		}
	}
	return strings.Join(wrong, "; ")
}

// keeper keeps what goes through it.
type keeper struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (k *keeper) WriteHeader(status int) {
	k.status = status
	k.ResponseWriter.WriteHeader(status)
}

func (k *keeper) Write(p []byte) (int, error) {
	if k.status == 0 {
		k.status = http.StatusOK
	}
	if !k.stream() {
		k.body.Write(p)
	}
	return k.ResponseWriter.Write(p)
}

// stream says that the response has no end that is worth waiting for.
func (k *keeper) stream() bool {
	return strings.HasPrefix(k.Header().Get("Content-Type"), "text/event-stream")
}

// Unwrap is for http.ResponseController.
func (k *keeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }

// Flush is for those that ask for an http.Flusher.
func (k *keeper) Flush() { flush(k.ResponseWriter) }

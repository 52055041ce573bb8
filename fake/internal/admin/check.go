package admin

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/internal/site"
)

// adminDocument is contracts/admin.yaml, and its operations by method and path.
func loadDocument() (*contracts.Document, map[string]string, error) {
	document, err := contracts.Load("admin")
	if err != nil {
		return nil, nil, err
	}
	return document, document.Targets(), nil
}

// maxChecked is the largest body that is held against the document before it is believed. A larger one can only
// be a snapshot, and its loading judges it.
const maxChecked = 1 << 20

// keepsDocument rejects a body that the document does not allow. encoding/json overlooks much:
// another case, a name given twice, null, what follows the end. Of a wrong value the call itself tells more.
func keepsDocument(r *http.Request, body []byte) error {
	if len(body) > maxChecked {
		return nil
	}
	document, operations, err := loadDocument()
	if err != nil {
		return err
	}
	for _, v := range document.CheckRequest(operations[r.Pattern], asJSON(r), body) {
		if v.In == contracts.InBody && v.Rule != "enum" {
			return errorf(http.StatusBadRequest, "%s; see %sopenapi.yaml", v, site.Prefix)
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

// documentBug says what is wrong with a call of the admin API; nothing when it is empty.
func documentBug(pattern string, r *http.Request, body []byte, response *recorder) string {
	document, operations, err := loadDocument()
	if err != nil {
		return err.Error()
	}
	id, documented := operations[pattern]
	switch {
	case pattern == site.Prefix && response.status >= 400: // no such call
		return ""
	case response.status == http.StatusMovedPermanently || response.status == http.StatusTemporaryRedirect: // by net/http, from //
		return ""
	case !documented:
		return fmt.Sprintf("contracts/admin.yaml does not document %q: describe it there", pattern)
	}
	var wrong []string
	if response.status < 400 {
		for _, v := range document.CheckRequest(id, r, body) {
			wrong = append(wrong, "it took a request that breaks contracts/admin.yaml: "+v.String())
		}
	}
	if !response.stream() {
		for _, v := range document.CheckResponse(id, response.status, response.Header(), response.body.Bytes()) {
			wrong = append(wrong, "its response breaks contracts/admin.yaml: "+v.String())
		}
	}
	return strings.Join(wrong, "; ")
}

// recorder keeps what goes through it.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (k *recorder) WriteHeader(status int) {
	k.status = status
	k.ResponseWriter.WriteHeader(status)
}

func (k *recorder) Write(p []byte) (int, error) {
	if k.status == 0 {
		k.status = http.StatusOK
	}
	if !k.stream() {
		k.body.Write(p)
	}
	return k.ResponseWriter.Write(p)
}

// stream says that the response has no end that is worth waiting for.
func (k *recorder) stream() bool {
	return strings.HasPrefix(k.Header().Get("Content-Type"), "text/event-stream")
}

// Unwrap is for http.ResponseController.
func (k *recorder) Unwrap() http.ResponseWriter { return k.ResponseWriter }

// Flush is for those that ask for an http.Flusher.
func (k *recorder) Flush() { _ = http.NewResponseController(k.ResponseWriter).Flush() }

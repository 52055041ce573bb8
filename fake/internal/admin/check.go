package admin

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/internal/site"
	"github.com/gorilla/mux"
)

// loadDocument returns contracts/admin.yaml, and its operations by method and path.
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
	for _, v := range document.CheckRequest(operations[mux.CurrentRoute(r).GetName()], asJSON(r), body) {
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
func documentBug(name string, r *http.Request, body []byte, response *contracts.ResponseRecorder) string {
	document, operations, err := loadDocument()
	if err != nil {
		return err.Error()
	}
	id, documented := operations[name]
	switch {
	case name == "" && response.Status >= 400: // no such call
		return ""
	case !documented:
		return fmt.Sprintf("contracts/admin.yaml does not document %q: describe it there", name)
	}
	var wrong []string
	if response.Status < 400 {
		for _, v := range document.CheckRequest(id, r, body) {
			wrong = append(wrong, "it took a request that breaks contracts/admin.yaml: "+v.String())
		}
	}
	if !isStream(response) {
		for _, v := range document.CheckResponse(id, response.Status, response.Header(), response.Body) {
			wrong = append(wrong, "its response breaks contracts/admin.yaml: "+v.String())
		}
	}
	return strings.Join(wrong, "; ")
}

// isStream says that the response has no end that is worth waiting for.
func isStream(response *contracts.ResponseRecorder) bool {
	return strings.HasPrefix(response.Header().Get("Content-Type"), "text/event-stream")
}

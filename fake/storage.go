package fake

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5ds"
)

// storageHosts hold files and nothing else. The host of the API holds the same files, below the
// paths of the storage.
var storageHosts = []string{h5ds.FileHost}

const apiHost = "video.h5ds.com"

// fromStorage says whether a call is for a file. A real host name decides, as for services; for
// any other name the path does.
func fromStorage(host, path string) bool {
	switch {
	case slices.Contains(storageHosts, host):
		return true
	case host == apiHost, !vendorHost(host):
		return h5ds.InStorage(path)
	}
	return false
}

// serveFile answers with a file, whole or one range of it. Files name no tenant: the one that the
// Authorization names is asked first, though no client has to send one, then all, the oldest first.
func (x *exchange) serveFile() {
	x.service, x.stored = x.srv.serviceAt(apiHost, ""), true
	path := collapseSlashes(x.r.URL.Path)
	tenants := slices.Collect(x.srv.registry.tenants())
	if t, found := tenantOfToken(x); found {
		x.tenant, x.located = t, true
		tenants = append([]*Tenant{t}, tenants...)
	}
	if x.r.Method != http.MethodGet && x.r.Method != http.MethodHead {
		x.refusePlain(http.StatusMethodNotAllowed, diagnosis.Diagnosis{
			Code:     "storage.method",
			Sentence: fmt.Sprintf("%s is no method for a file", x.r.Method),
			Fix:      "fetch files with GET; store them with POST https://" + apiHost + "/api/v1/common/upload/form",
		})
		x.answer.header.Set("Allow", "GET, HEAD")
		return
	}
	for _, t := range tenants {
		if x.serveFileOf(t, path) {
			return
		}
	}
	fix := "upload the file first, or seed it; the result of a job is there when the job has succeeded"
	if hasPrefixFold(path, "/api/") {
		fix = "send calls to https://" + apiHost
	}
	x.refusePlain(http.StatusNotFound, diagnosis.Diagnosis{
		Code: "storage.unknown", Sentence: "no tenant has stored " + shorten(path), Fix: fix,
	})
}

// serveFileOf answers with a file of the tenant, if there is one at the path.
func (x *exchange) serveFileOf(t *Tenant, path string) bool {
	var found bool
	err := x.srv.store.View(t.key(), func(st *state) error {
		content, contentType, ok := st.H5DS.File(path, t.Clock.Now())
		if found = ok; !ok {
			return nil
		}
		sum := sha256.Sum256(content)
		w := memory{header: http.Header{}}
		w.header.Set("Content-Type", contentType)
		w.header.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
		http.ServeContent(&w, x.oneRange(), "", time.Time{}, bytes.NewReader(content))
		x.tenant = t
		x.answer = answer{status: w.status, header: w.header, body: w.body.Bytes()}
		return nil
	})
	return err == nil && found // a tenant that was removed meanwhile has no files
}

// oneRange is the request with at most one range: of several, which nothing needs here, a server
// may make nothing.
func (x *exchange) oneRange() *http.Request {
	if !strings.Contains(x.r.Header.Get("Range"), ",") {
		return x.r
	}
	whole := x.r.WithContext(x.r.Context())
	whole.Header = x.r.Header.Clone()
	whole.Header.Del("Range")
	return whole
}

// memory is an http.ResponseWriter that keeps the response, for the journal.
type memory struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (m *memory) Header() http.Header { return m.header }

func (m *memory) WriteHeader(status int) {
	if m.status == 0 {
		m.status = status
	}
}

func (m *memory) Write(b []byte) (int, error) {
	m.WriteHeader(http.StatusOK)
	return m.body.Write(b)
}

package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/pipeline"
	"github.com/fakecme/fakecme/fake/internal/scheme"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/internal/token"
	"github.com/fakecme/fakecme/fake/traffic"
)

// storage holds the files of h5ds. The host of the API holds the same files as that of the storage, below the same
// paths. A real host name decides, as for services; for any other name the path does.
var storage = pipeline.Site{
	Kind: traffic.File,
	Claims: func(host string, r *http.Request) bool {
		switch {
		case slices.Contains(service.StorageHosts, host):
			return true
		case host == service.APIHost, !service.VendorHost(host):
			return h5ds.InStorage(contracts.SingleSlashes(r.URL.EscapedPath()))
		}
		return false
	},
	Serve: serveFile,
}

// serveFile answers with a file, whole or one range of it. Files name no tenant: the one that the
// Authorization names is asked first, though no client has to send one, then all, the oldest first.
func serveFile(x *pipeline.Exchange) {
	x.Service = service.Named("h5ds")
	path := contracts.SingleSlashes(x.URL.Path)
	tenants := slices.Collect(x.Registry.All())
	if t, found := scheme.TenantOfToken(x.Registry, token.Read(x.Header.Get("Authorization"))); found {
		x.Locate(t)
		tenants = append([]*tenant.Tenant{t}, tenants...)
	}
	if x.Method != http.MethodGet && x.Method != http.MethodHead {
		x.RejectPlain(http.StatusMethodNotAllowed, diagnosis.Diagnosis{
			Code:     "storage.method",
			Sentence: fmt.Sprintf("%s is no method for a file", x.Method),
			Fix:      "fetch files with GET; store them with POST https://" + service.APIHost + "/api/v1/common/upload/form",
		})
		x.Response.Header.Set("Allow", "GET, HEAD")
		return
	}
	for _, t := range tenants {
		if serveFileOf(x, t, path) {
			return
		}
	}
	fix := "upload the file first, or put it there (fake.Put, --fixtures); the result of a job is there when the job has succeeded"
	if contracts.HasPrefixFold(path, "/api/") {
		fix = "send calls to https://" + service.APIHost
	}
	x.RejectPlain(http.StatusNotFound, diagnosis.Diagnosis{
		Code: "storage.unknown", Sentence: "no tenant has stored " + traffic.Shorten(path), Fix: fix,
	})
}

// serveFileOf answers with a file of the tenant, if there is one at the path.
func serveFileOf(x *pipeline.Exchange, t *tenant.Tenant, path string) bool {
	var found bool
	err := t.View(func(st *state.State) error {
		content, contentType, ok := st.H5DS.File(path, t.Clock.Now())
		if found = ok; !ok {
			return nil
		}
		sum := sha256.Sum256(content)
		w := &contracts.ResponseRecorder{}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
		http.ServeContent(w, withOneRange(x.Request.Request), "", time.Time{}, bytes.NewReader(content))
		x.Tenant = t
		x.Response = pipeline.Response{Status: w.Status, Header: w.Sent, Body: w.Body}
		return nil
	})
	return err == nil && found // a tenant that was removed meanwhile has no files
}

// withOneRange is the request with at most one range: of several, which nothing needs here, a server may make nothing.
func withOneRange(r *http.Request) *http.Request {
	if !strings.Contains(r.Header.Get("Range"), ",") {
		return r
	}
	whole := r.WithContext(r.Context())
	whole.Header = r.Header.Clone()
	whole.Header.Del("Range")
	return whole
}

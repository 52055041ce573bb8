package admin

import (
	"bytes"
	"embed"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/internal/site"
)

// dashboard is the page at site.Prefix: plain HTML, CSS and JavaScript modules, without a build step.
//
//go:embed dashboard
var dashboard embed.FS

// dashboardHeader lets the page load its own files and call this fake, and nothing else. Nobody frames it.
var dashboardHeader = map[string]string{
	"Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"Referrer-Policy":         "no-referrer",
	"Cache-Control":           "no-cache",
	"X-Content-Type-Options":  "nosniff",
}

// serveDashboard answers if the call is for the page or one of its files. They hold nothing of the
// fake's, so who asks does not matter; what they show comes from the admin API.
func serveDashboard(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path+"/" == site.Prefix {
		http.Redirect(w, r, site.Prefix, http.StatusFound)
		return true
	}
	name, isFile := strings.CutPrefix(r.URL.Path, site.Prefix+"ui/")
	if r.URL.Path == site.Prefix {
		name, isFile = "index.html", true
	}
	content, err := fs.ReadFile(dashboard, "dashboard/"+name)
	if !isFile || err != nil || !(r.Method == http.MethodGet || r.Method == http.MethodHead) {
		return false
	}
	for name, value := range dashboardHeader {
		w.Header().Set(name, value)
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	return true
}

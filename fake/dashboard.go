package fake

import (
	"bytes"
	"embed"
	"io/fs"
	"net/http"
	"time"
)

// dashboard is the page at adminPrefix: plain HTML, CSS and JavaScript modules, without a build step.
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

// addDashboard routes the page and its files.
func addDashboard(mux *http.ServeMux) {
	serve := func(w http.ResponseWriter, r *http.Request, name string) {
		content, err := fs.ReadFile(dashboard, "dashboard/"+name)
		if err != nil {
			answerAdminError(w, r, adminFault(http.StatusNotFound, "the dashboard has no file %s", shorten(name)))
			return
		}
		for name, value := range dashboardHeader {
			w.Header().Set(name, value)
		}
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	}
	mux.HandleFunc("GET "+adminPrefix+"{$}", func(w http.ResponseWriter, r *http.Request) { serve(w, r, "index.html") })
	mux.HandleFunc("GET "+adminPrefix+"ui/{file}", func(w http.ResponseWriter, r *http.Request) { serve(w, r, r.PathValue("file")) })
}

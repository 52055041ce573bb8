package fake

import (
	"net/http"
	"runtime/debug"
)

// adminPrefix begins the paths that are the fake's own and no service's.
const adminPrefix = "/_fakecme/"

// serveAdmin answers the admin API.
func (s *Server) serveAdmin(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != adminPrefix+"health" {
		answerAdmin(w, r, http.StatusNotFound, map[string]any{
			"error": "no admin call " + r.URL.Path, "calls": []string{"GET " + adminPrefix + "health"},
		})
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		answerAdmin(w, r, http.StatusMethodNotAllowed, map[string]any{"error": "use GET"})
		return
	}
	answerAdmin(w, r, http.StatusOK, map[string]any{"status": "ok", "version": Version()})
}

func answerAdmin(w http.ResponseWriter, r *http.Request, status int, v any) {
	body, err := encode(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":"encode"}`)
	}
	answer{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: append(body, '\n')}.writeTo(w, r)
}

// Version is the version of this module, as the build knows it.
func Version() string {
	const path = "github.com/fakecme/fakecme"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version := "(devel)"
	if info.Main.Path == path {
		version = info.Main.Version
	}
	for _, m := range info.Deps {
		if m.Path == path {
			version = m.Version
		}
	}
	if version == "(devel)" || version == "" {
		return "devel"
	}
	return version
}

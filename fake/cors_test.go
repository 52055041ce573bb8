package fake_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake"
)

// list splits a header that holds a list.
func list(header string) []string {
	var items []string
	for item := range strings.SplitSeq(header, ",") {
		items = append(items, strings.ToLower(strings.TrimSpace(item)))
	}
	return items
}

// The vendor's clients run on other origins, with credentials and odd headers: a browser asks for permission first.
func TestPreflight(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	for _, tt := range []struct{ name, method, path, headers string }{
		{"newest client", "POST", "/api/v1/user/apps/update", "access-control-allow-headers,access-control-allow-origin,authorization,content-type"},
		{"older clients", "GET", "/api/v1/account/info", "authorization,content-type"},
		{"another method", "PUT", "/api/v1/account/update", "authorization,content-type"},
		{"login from a page", "POST", "/api/v1/third/login", "appid,content-type,sign,timestamp"},
		{"a path that nobody documents", "POST", "/api/v1/nowhere", "authorization"},
	} {
		for _, origin := range []string{"https://unicut.h5ds.com", "http://localhost:5173", "null"} {
			response := do(t, srv.Client(), "OPTIONS", "https://video.h5ds.com"+tt.path, "",
				"Origin", origin, "Access-Control-Request-Method", tt.method, "Access-Control-Request-Headers", tt.headers)
			if response.Status != 204 || response.Header.Get("Access-Control-Allow-Origin") != origin ||
				response.Header.Get("Access-Control-Allow-Credentials") != "true" || response.Header.Get("Vary") != "Origin" {
				t.Errorf("%s from %s: %d %v", tt.name, origin, response.Status, response.Header)
			}
			if allowed := list(response.Header.Get("Access-Control-Allow-Methods")); !slices.Contains(allowed, strings.ToLower(tt.method)) {
				t.Errorf("%s: %s is not among the methods %v", tt.name, tt.method, allowed)
			}
			allowed := list(response.Header.Get("Access-Control-Allow-Headers"))
			for _, wanted := range list(tt.headers) {
				if !slices.Contains(allowed, wanted) {
					t.Errorf("%s: %s is not among the headers %v", tt.name, wanted, allowed)
				}
			}
			if slices.Contains(allowed, "*") {
				t.Errorf("%s: browsers take * for a name when there are credentials", tt.name)
			}
		}
	}
	if len(srv.Findings())+len(srv.Calls()) != 0 {
		t.Errorf("a preflight is no call: findings %v, calls %v", srv.Findings(), srv.Calls())
	}
	if plain := do(t, srv.Client(), "GET", "https://open.cme.qcloud.com/", ""); plain.Header.Get("Access-Control-Allow-Origin") != "" || plain.Header.Get("Vary") != "Origin" {
		t.Errorf("without an Origin: %v", plain.Header)
	}
}

// Every response carries the headers: a success, an error, a call that is unknown, a page, and one
// that a page on another origin must be able to explain.
func TestResponsesAcrossOrigins(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("")
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	for _, tt := range []struct{ name, path, token string }{
		{"success", "/api/v1/account/info", token},
		{"error", "/api/v1/account/info", ""},
		{"unknown", "/api/v1/nowhere", token},
		{"page", "/", ""},
	} {
		const origin = "http://localhost:5173"
		response := do(t, srv.Client(), "GET", "https://video.h5ds.com"+tt.path, "", "Origin", origin, "Authorization", tt.token)
		h := response.Header
		if h.Get("Access-Control-Allow-Origin") != origin || h.Get("Access-Control-Allow-Credentials") != "true" ||
			!slices.Contains(list(h.Get("Access-Control-Expose-Headers")), "x-fakecme-why") || !slices.Contains(h.Values("Vary"), "Origin") {
			t.Errorf("%s: %v", tt.name, h)
		}
	}
}

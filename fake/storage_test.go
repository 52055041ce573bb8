package fake_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/traffic"
)

func TestStorage(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("")
	fake.Put(srv, h5ds.File{Path: "/video/materials/a b.txt", Content: h5ds.Content("0123456789")})
	const address = page + "/video/materials/a%20b.txt"
	tag := do(t, srv.Client(), "GET", address, "").Header.Get("ETag")
	for _, tt := range []struct {
		name, method, address string
		header                []string
		status                int
		body                  string
		want                  map[string]string
	}{
		{"whole", "GET", address, nil, 200, "0123456789",
			map[string]string{"Content-Type": "text/plain; charset=utf-8", "Accept-Ranges": "bytes", "Content-Length": "10", "ETag": tag}},
		{"query and slashes", "GET", page + "//video//materials/a%20b.txt?t=1&x=%zz", nil, 200, "0123456789", nil},
		{"head", "HEAD", address, nil, 200, "", map[string]string{"Content-Length": "10", "Content-Type": "text/plain; charset=utf-8"}},
		{"range", "GET", address, []string{"Range", "bytes=2-4"}, 206, "234", map[string]string{"Content-Range": "bytes 2-4/10", "Content-Length": "3"}},
		{"end", "GET", address, []string{"Range", "bytes=-2"}, 206, "89", map[string]string{"Content-Range": "bytes 8-9/10"}},
		{"head of a range", "HEAD", address, []string{"Range", "bytes=2-4"}, 206, "", map[string]string{"Content-Length": "3"}},
		{"two ranges", "GET", address, []string{"Range", "bytes=0-1,3-4"}, 200, "0123456789", nil},
		{"beyond", "GET", address, []string{"Range", "bytes=10-"}, 416, "invalid range: failed to overlap\n", map[string]string{"Content-Range": "bytes */10"}},
		{"known already", "GET", address, []string{"If-None-Match", tag}, 304, "", map[string]string{"Content-Length": ""}},
		{"another now", "GET", address, []string{"If-None-Match", `"x"`}, 200, "0123456789", nil},
		{"a page of another origin", "GET", address, []string{"Origin", "https://a"}, 200, "0123456789", map[string]string{"Access-Control-Allow-Origin": "https://a"}},
		{"unknown", "GET", page + "/video/b.txt", nil, 404, "", map[string]string{"X-Fakecme-Why": "storage.unknown"}},
		{"unknown on the host of the API", "GET", "https://video.h5ds.com/video-mix/u/1/apps/2.json", nil, 404, "", nil},
		{"a call to the wrong host", "GET", page + "/api/v1/user/info", nil, 404, "", map[string]string{"X-Fakecme-Why": "storage.unknown"}},
		{"POST", "POST", address, nil, 405, "", map[string]string{"Allow": "GET, HEAD"}},
		{"www holds no files", "GET", "https://www.h5ds.com/video/materials/a%20b.txt", nil, 404, "", map[string]string{"Content-Type": "application/json; charset=utf-8"}},
	} {
		response := do(t, srv.Client(), tt.method, tt.address, "", tt.header...)
		if response.Status != tt.status || response.Status < 400 && response.Body != tt.body || response.Status == 416 && response.Body != tt.body {
			t.Errorf("%s: %d %q", tt.name, response.Status, response.Body)
		}
		for name, want := range tt.want {
			if got := response.Header.Get(name); got != want && (name != "X-Fakecme-Why" || response.why() != want) {
				t.Errorf("%s: %s is %q, want %q", tt.name, name, got, want)
			}
		}
		last := srv.Calls()[len(srv.Calls())-1]
		if tt.method == "GET" && string(last.ResponseBody) != response.Body || last.Status != tt.status {
			t.Errorf("%s: the journal has %d %q", tt.name, last.Status, last.ResponseBody)
		}
	}
	if got, want := srv.Calls()[0].String(), "GET cdn.h5ds.com/video/materials/a%20b.txt (stored file): 200"; got != want {
		t.Errorf("the call is shown as %q, want %q", got, want)
	}
}

// A stored file has the origin of the admin API when it is fetched from the fake's own address. It must not run there.
func TestStoredFilesCannotScript(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	const script = `<svg xmlns="http://www.w3.org/2000/svg"><script>fetch('/_fakecme/tenants')</script></svg>`
	for _, tt := range []struct {
		name, vendor, own string // the types at the vendor's host and at the fake's own address
	}{
		{"a.svg", "image/svg+xml", "text/plain; charset=utf-8"},
		{"a.html", "text/html; charset=utf-8", "text/plain; charset=utf-8"},
		{"a.xml", "text/xml; charset=utf-8", "text/plain; charset=utf-8"},
		{"a.js", "text/javascript; charset=utf-8", "text/plain; charset=utf-8"},
		{"a.txt", "text/plain; charset=utf-8", "text/plain; charset=utf-8"},
		{"a.png", "image/png", "image/png"},
		{"a.json", "application/json", "application/json"},
		{"a.mp4", "video/mp4", "video/mp4"},
	} {
		fake.Put(srv, h5ds.File{Path: "/video/" + tt.name, Content: h5ds.Content(script), ContentType: tt.vendor})
		for _, at := range []struct{ address, want string }{{page, tt.vendor}, {srv.URL, tt.own}, {"https://video.h5ds.com", tt.own}} {
			for _, method := range []string{"GET", "HEAD"} {
				file := do(t, srv.Client(), method, at.address+"/video/"+tt.name, "", "Authorization", token)
				if got := file.Header.Get("Content-Type"); file.Status != 200 || got != at.want {
					t.Errorf("%s %s%s: %d, type %q, want %q", method, at.address, tt.name, file.Status, got, at.want)
				}
				if csp, sniff := file.Header.Get("Content-Security-Policy"), file.Header.Get("X-Content-Type-Options"); csp != "sandbox; default-src 'none'" || sniff != "nosniff" {
					t.Errorf("%s %s%s: %q, %q", method, at.address, tt.name, csp, sniff)
				}
			}
		}
	}
	image := do(t, srv.Client(), "GET", srv.URL+"/video/a.svg", "", "Sec-Fetch-Dest", "image")
	if got := image.Header.Get("Content-Type"); got != "image/svg+xml" {
		t.Errorf("a page cannot show the image: %q", got)
	}
	// A response that a fault has made a page is no better than a file.
	srv.Inject("User.Info", fault.ContentType("text/html"))
	srv.Forgive("User.Info")
	faulty := ask(t, srv, token, "GET /user/info", "")
	if csp := faulty.Header.Get("Content-Security-Policy"); faulty.Header.Get("Content-Type") != "text/html" || csp != "sandbox; default-src 'none'" {
		t.Errorf("a response of another type: %v", faulty.Header)
	}
	if csp := ask(t, srv, token, "GET /user/info", "").Header.Get("Content-Security-Policy"); csp != "" {
		t.Errorf("an ordinary response has %q", csp)
	}
}

// Two tenants on one clock do the same, and each has its own file.
func TestStorageOfTenants(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other := newTenant(t, srv, fake.Credentials{})
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	paths := map[*fake.Tenant]string{}
	for _, tenant := range []*fake.Tenant{srv.Tenant, other} {
		tenant.Clock.Freeze(at)
		uploaded := ask(t, srv, thirdLogin(t, srv, tenant, "user_01"), "POST /common/upload/content", `{"content":"\"`+tenant.ID+`\""}`)
		paths[tenant] = field(t, uploaded, "storage_path")
	}
	for tenant, path := range paths {
		if file := do(t, http.DefaultClient, "GET", srv.URL+path, ""); file.Body != `"`+tenant.ID+`"` {
			t.Errorf("the file of %s at %s: %d %s", tenant.ID, path, file.Status, file.Body)
		}
		if calls := tenant.Calls(""); len(calls) != 1 || calls[0].Kind != traffic.File {
			t.Errorf("the journal of %s has %v", tenant.ID, calls)
		}
	}
	// Where two have one path, the token of the call says whose is meant.
	for _, tenant := range []*fake.Tenant{srv.Tenant, other} {
		fake.Put(tenant, h5ds.File{Path: "/video/a.txt", Content: h5ds.Content(tenant.ID)})
	}
	token := thirdLogin(t, srv, other, "user_01")
	for want, authorization := range map[string]string{srv.Tenant.ID: "", other.ID: token} {
		if file := do(t, http.DefaultClient, "GET", srv.URL+"/video/a.txt", "", "Authorization", authorization); file.Body != want {
			t.Errorf("the file of %s: %s", want, file.Body)
		}
	}
}

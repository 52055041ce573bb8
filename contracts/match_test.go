package contracts

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMatchRequest(t *testing.T) {
	t.Parallel()
	const nowhere = "http://127.0.0.1:11560"
	tests := []struct {
		name, method, url string
		service, id       string
		methods           []string
	}{
		{"opencme", "GET", "https://open.cme.qcloud.com/?signature=x", "opencme", "OpenCME.Login", nil},
		{"opencme without a path", "GET", "https://open.cme.qcloud.com", "opencme", "OpenCME.Login", nil},
		{"opencme, another path", "GET", "https://open.cme.qcloud.com/login", "opencme", "", nil},
		{"opencme, another method", "POST", "https://open.cme.qcloud.com/", "opencme", "", []string{"GET"}},
		{"a signature", "GET", nowhere + "/?signature=x", "opencme", "OpenCME.Login", nil},
		{"no signature", "GET", nowhere + "/", "", "", nil},
		{"webpaas", "POST", "https://WEB-PaaS-api.cme.qcloud.com.:443/PaaS/Material/DeleteMaterial?auth=1", "webpaas", "Material.DeleteMaterial", nil},
		{"webpaas by path", "POST", nowhere + "/PaaS/Material/DeleteMaterial", "webpaas", "Material.DeleteMaterial", nil},
		{"webpaas by path, doubled slashes", "POST", nowhere + "//PaaS///Material//DeleteMaterial", "webpaas", "Material.DeleteMaterial", nil},
		{"webpaas by path, another case", "POST", nowhere + "/paas/Material/DeleteMaterial", "", "", nil},
		{"webpaas, another case", "POST", "https://web-paas-api.cme.qcloud.com/paas/Material/DeleteMaterial", "webpaas", "", nil},
		{"webpaas, an operation of h5ds", "POST", "https://web-paas-api.cme.qcloud.com/api/v1/third/login", "webpaas", "", nil},
		{"h5ds", "POST", "https://video.h5ds.com/api/v1/third/login", "h5ds", "Third.Login", nil},
		{"h5ds, the other host", "POST", "https://www.h5ds.com//api/v1/third/login", "h5ds", "Third.Login", nil},
		{"h5ds, another API", "POST", "https://video.h5ds.com/api/v2/third/login", "h5ds", "", nil},
		{"h5ds, another API by path", "POST", nowhere + "/api/v2/third/login", "", "", nil},
		{"h5ds, a page", "GET", "https://video.h5ds.com/index.html", "", "", nil},
		{"h5ds, a value in the path", "GET", nowhere + "/api/v1/open/templates/1", "h5ds", "Open.Templates.TemplateId", nil},
		{"h5ds, a slash in a value", "GET", nowhere + "/api/v1/open/templates/a%2Fb", "h5ds", "Open.Templates.TemplateId", nil},
		{"h5ds, another method with a value", "PATCH", nowhere + "/api/v1/open/templates/1", "h5ds", "", []string{"GET"}},
		{"the user's own server", "GET", nowhere + "/api/v1/test/saas/userStatus", "", "", nil},
		{"a host of the vendor's that is none of a service", "GET", "https://cdn.h5ds.com/x.mp4", "", "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, err := http.NewRequestWithContext(t.Context(), test.method, test.url, nil)
			if err != nil {
				t.Fatal(err)
			}
			m := MatchRequest(r)
			if m.Service != test.service || m.Operation.ID != test.id || m.Found() != (test.id != "") {
				t.Errorf("%q %q, want %q %q", m.Service, m.Operation.ID, test.service, test.id)
			}
			if diff := cmp.Diff(test.methods, m.Methods); diff != "" {
				t.Errorf("methods (-want +got):\n%s", diff)
			}
			r.URL.Host, r.URL.Scheme = "", "" // as it arrives at a server
			if diff := cmp.Diff(m, MatchRequest(r)); diff != "" {
				t.Errorf("at the server (-client +server):\n%s", diff)
			}
		})
	}
}

// Every operation is found at its path, and no other one.
func TestMatchPathFindsEachOperation(t *testing.T) {
	t.Parallel()
	for _, o := range Operations() {
		m := MatchPath(o.Service, o.Method, o.Path)
		if diff := cmp.Diff(Match{Service: o.Service, Operation: o}, m); diff != "" {
			t.Errorf("%s (-want +got):\n%s", o.ID, diff)
		}
		if m := MatchPath(o.Service, "TRACE", "/"+o.Path); m.Found() || len(m.Methods) == 0 || !m.DoubledSlashes {
			t.Errorf("%s: TRACE finds %+v", o.ID, m)
		}
		if m := MatchPath("nobody", o.Method, o.Path); m.Found() {
			t.Errorf("%s: is of a service that is not there", o.ID)
		}
		if got := ServiceOfPath(o.Path); got != o.Service {
			t.Errorf("%s: the path is of %q", o.ID, got)
		}
	}
}

func TestServices(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		for _, host := range Hosts(name) {
			if got := ServiceOfHost(host); got != name {
				t.Errorf("%s is a host of %q, want %q", host, got, name)
			}
		}
	}
	if hosts := Hosts("callbacks"); len(hosts) > 0 {
		t.Errorf("callbacks have the hosts %q", hosts)
	}
	for path, want := range map[string]string{
		"": "opencme", "//": "opencme", "/x": "", "PaaS": "webpaas", "/paas/x": "webpaas", "//API//x": "h5ds", "/api": "", "/apis/x": "",
	} {
		if got := ServiceOfPath(path); got != want {
			t.Errorf("ServiceOfPath(%q) = %q, want %q", path, got, want)
		}
	}
	for host, want := range map[string]string{
		"Open.CME.qcloud.com.:443": "open.cme.qcloud.com", "[::1]:80": "::1", "127.0.0.1": "127.0.0.1", "": "",
	} {
		if got := HostName(host); got != want {
			t.Errorf("HostName(%q) = %q, want %q", host, got, want)
		}
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, service, path, want, mistake string }{
		{"a letter", "webpaas", "/PaaS/Material/DeleteMaterail", "Material.DeleteMaterial", MistakeSpelling},
		{"a doubled slash", "webpaas", "/PaaS//Material/DeleteMaterial", "Material.DeleteMaterial", MistakeDoubledSlash},
		{"the prefix twice", "webpaas", "/PaaS/paas/Material/DeleteMaterial", "Material.DeleteMaterial", MistakeDoubledPrefix},
		{"no prefix", "webpaas", "/Material/DeleteMaterial", "Material.DeleteMaterial", MistakeMissingPrefix},
		{"a slash at the end", "webpaas", "/PaaS/Material/DeleteMaterial/", "Material.DeleteMaterial", MistakeSlashAtEnd},
		{"another case", "webpaas", "/PaaS/material/deletematerial", "Material.DeleteMaterial", MistakeCaseOfLetters},
		{"another method", "webpaas", "/PaaS/Material/DeleteMaterial", "Material.DeleteMaterial", MistakeAnotherMethod},
		{"any service", "", "/api/v1/third/logn", "Third.Login", MistakeSpelling},
		{"of another service", "webpaas", "/api/v1/third/logn", "", ""},
		{"nothing like it", "", "/health", "", ""},
	}
	for _, test := range tests {
		got, ok := Suggest(test.service, test.path)
		if got.Operation.ID != test.want || got.Mistake != test.mistake || ok != (test.want != "") {
			t.Errorf("%s: %q, %q, %t; want %q, %q", test.name, got.Operation.ID, got.Mistake, ok, test.want, test.mistake)
		}
	}
}

func TestPathValues(t *testing.T) {
	t.Parallel()
	const documented = "/open/{id}/of/{name}"
	tests := []struct {
		name, path string
		want       map[string]string
		ok         bool
	}{
		{"fits", "/open/1/of/a%20b", map[string]string{"id": "1", "name": "a%20b"}, true},
		{"another part", "/open/1/off/a", nil, false},
		{"too short", "/open/1/of", nil, false},
		{"too long", "/open/1/of/a/", nil, false},
		{"a value that is empty", "/open//of/a", nil, false},
		{"braces again", "/open/{id}/of/{name}", map[string]string{"id": "{id}", "name": "{name}"}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := Operation{Path: documented}.PathValues(test.path)
			if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
				t.Errorf("ok is %t, want %t; values (-want +got):\n%s", ok, test.ok, diff)
			}
		})
	}
	if _, ok := (Operation{Path: "/"}).PathValues("/"); !ok {
		t.Error("a path without names does not fit itself")
	}
}

func BenchmarkMatchRequest(b *testing.B) {
	for _, path := range []string{"/PaaS/Material/DeleteMaterial", "/api/v1/open/templates/1"} {
		r := httptest.NewRequest(http.MethodPost, path, nil)
		b.Run(path, func(b *testing.B) {
			for b.Loop() {
				MatchRequest(r)
			}
		})
	}
}

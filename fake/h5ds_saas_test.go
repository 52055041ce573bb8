package fake_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// saas makes a call for the whole application, signed by headers.
func saas(t *testing.T, srv *fake.Server, tenant *fake.Tenant, path string) got {
	t.Helper()
	signed := http.Header{}
	h5dssign.New(h5dssign.Key{AppID: tenant.AppID, Secret: tenant.Secret}, tenant.Clock.Now()).Set(signed)
	var header []string
	for name := range signed {
		header = append(header, name, signed.Get(name))
	}
	return do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/fakecme/saas/"+path, "", header...)
}

func TestSAASCalls(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{SAAS: true})
	other, err := srv.NewTenant(fake.Credentials{})
	if err != nil {
		t.Fatal(err)
	}
	gender := 1
	srv.H5DS().PutUser(h5ds.User{UserID: "user_01", Gender: &gender, VIPLevel: 1})
	srv.H5DS().PutUser(h5ds.User{Username: "alice"})
	srv.H5DS().PutWork(h5ds.Work{Owner: "user_01", Name: "mine"})
	for path, want := range map[string]string{"users": `"total":2`, "users?keyword=ali&page=1&page_size=10": `"total":1`, "works": `"userId":"user_01"`} {
		if answer := saas(t, srv, srv.Tenant, path); !strings.Contains(answer.Body, want) {
			t.Errorf("%s: %s (%s)", path, answer.Body, answer.Header.Get("X-Fakecme-Why"))
		}
	}
	if answer := saas(t, srv, other, "users"); !strings.Contains(answer.Body, `"total":0`) {
		t.Errorf("another application sees %s", answer.Body)
	}
	wrong := fake.Tenant{Credentials: srv.Tenant.Credentials, Clock: srv.Clock}
	wrong.Secret = "another secret"
	if answer := saas(t, srv, &wrong, "users"); answer.why() != "h5ds.wrong-secret" {
		t.Errorf("with a wrong secret: %s", answer.Body)
	}
}

// Off, they are like any path that nobody documents, but the reason says how to switch them on.
func TestSAASOff(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("")
	unknown := saas(t, srv, srv.Tenant, "elsewhere")
	for _, path := range []string{"users", "works"} {
		answer := saas(t, srv, srv.Tenant, path)
		if answer.why() != "call.saas-off" || !strings.Contains(answer.Header.Get("X-Fakecme-Why"), "Config.SAAS or --h5ds-saas") {
			t.Errorf("%s: %s", path, answer.Header.Get("X-Fakecme-Why"))
		}
		if answer.Body != unknown.Body || answer.Status != unknown.Status {
			t.Errorf("%s: %d %s; an unknown path gets %d %s", path, answer.Status, answer.Body, unknown.Status, unknown.Body)
		}
	}
	if calls := srv.Calls(""); len(calls) != 3 || len(calls[1].Findings) != 1 {
		t.Errorf("journal: %v", calls)
	}
}

package fake_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// A configuration that makes no sense is rejected with one sentence.
func TestNewRejects(t *testing.T) {
	t.Parallel()
	a := fake.DefaultTenant()
	b := fake.Credentials{ID: "b", SecretID: a.SecretID}
	c := fake.Credentials{ID: "c", AppID: a.AppID}
	const noAddress = "fake: config: LoginStatusURL is not an address such as http://127.0.0.1:8080/userStatus"
	f := func(context.Context, string) (bool, error) { return true, nil }
	tests := []struct {
		name   string
		config fake.Config
		want   string
	}{
		{"negative", fake.Config{TicketLife: -1}, "fake: config: TicketLife is negative (-1); leave it zero for the default"},
		{"a dialect's name alone", fake.Config{Dialect: fake.Dialect{Name: "current"}}, `fake: dialect: the name "current" alone chooses nothing; take the whole preset dialect.Named("current")`},
		{"a tenant without an id", fake.Config{Tenants: []fake.Credentials{{}}}, "fake: tenant: the id is empty"},
		{"an id twice", fake.Config{Tenants: []fake.Credentials{a, a}}, `fake: tenant: there is a tenant "default" already`},
		{"a secretId twice", fake.Config{Tenants: []fake.Credentials{a, b}}, `fake: tenant "b": secretId "fake-secret-id" is the one of tenant "default"; every tenant needs its own`},
		{"an appid twice", fake.Config{Tenants: []fake.Credentials{a, c}}, `fake: tenant "c": h5ds appid "fake-appid" is the one of tenant "default"; every tenant needs its own`},
		{"login status: both", fake.Config{LoginStatus: f, LoginStatusURL: "http://127.0.0.1/"}, "fake: config: LoginStatus and LoginStatusURL are both given; give one of them"},
		{"login status: no scheme", fake.Config{LoginStatusURL: "127.0.0.1:8080/s3cr3t"}, noAddress},
		{"login status: another scheme", fake.Config{LoginStatusURL: "ftp://127.0.0.1/"}, noAddress},
		{"login status: no host", fake.Config{LoginStatusURL: "http:///x"}, noAddress},
		{"login status: not parsed", fake.Config{LoginStatusURL: "http://a b/"}, noAddress},
		{"login status: fragment", fake.Config{LoginStatusURL: "http://127.0.0.1/#x"}, "fake: config: LoginStatusURL has a fragment (#…), which no request carries; leave it out"},
		{"login status: userID", fake.Config{LoginStatusURL: "http://127.0.0.1/?a=b&userID="}, "fake: config: LoginStatusURL has a userID already; leave it out, the fake adds it"},
		{"login status: time-out", fake.Config{LoginStatusTimeout: -1}, "fake: config: LoginStatusTimeout is negative (-1); leave it zero for the default"},
		{"login status: cache", fake.Config{LoginStatusCache: -1}, "fake: config: LoginStatusCache is negative (-1); leave it zero for the default"},
		{"login status: http://127.0.0.1:8080", fake.Config{LoginStatusURL: "http://127.0.0.1:8080"}, ""},
		{"login status: https://user:pass@example.com/a?b=c", fake.Config{LoginStatusURL: "https://user:pass@example.com/a?b=c"}, ""},
		{"login status: http://[::1]:1/x", fake.Config{LoginStatusURL: "http://[::1]:1/x"}, ""},
		{"snapshot: another version", fake.Config{Snapshot: []byte(`{"version":2,"state":{}}`)}, "fake: snapshot: the snapshot has version 2, and this fake reads version 1; make it anew with this fake"},
		{"snapshot: no version", fake.Config{Snapshot: []byte(`{"state":{}}`)}, "fake: snapshot: the snapshot has version 0, and this fake reads version 1; make it anew with this fake"},
		{"snapshot: no JSON", fake.Config{Snapshot: []byte(`version: 1`)}, "fake: snapshot: this is no snapshot: invalid character 'v' looking for beginning of value"},
		{"snapshot: an unknown field", fake.Config{Snapshot: []byte(`{"version":1,"state":{"idz":{}}}`)}, `fake: snapshot: the state is none of this fake: json: unknown field "idz"`},
		{"snapshot: no state", fake.Config{Snapshot: []byte(`{"version":1}`)}, "fake: snapshot: the state is none of this fake: EOF"},
		{"snapshot: fixtures too", fake.Config{Snapshot: []byte(`{"version":1,"state":{}}`), Fixtures: fixtures.Demo()}, "fake: config: there are Fixtures and a Snapshot; give one of them"},
		{"snapshot: empty, which is fine", fake.Config{Snapshot: []byte(`{"version":1,"state":{}}`)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := fake.New(tt.config)
			if got := fmt.Sprint(err); err == nil && tt.want != "" || err != nil && got != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}

func TestClientStaysAtHome(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	for _, host := range []string{"example.com", "open.cme.qcloud.com:8443"} {
		_, err := srv.Client().Get("https://" + host + "/x")
		if err == nil || !strings.Contains(err.Error(), "the client of a fake does not call "+host+"; it reaches cdn.h5ds.com, imgcache.qq.com, open.cme.qcloud.com, ") {
			t.Errorf("error: %v", err)
		}
	}
	for _, address := range []string{"http://open.cme.qcloud.com/", "https://OPEN.cme.qcloud.com:443/", srv.URL} {
		if response := do(t, srv.Client(), "GET", address, ""); response.why() != "cme.empty" {
			t.Errorf("%s: %d %s", address, response.Status, response.Body)
		}
	}
}

func TestHideWhy(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{HideWhy: true})
	response := exchange(t, srv, "x")
	if response.why() != "" || srv.Calls()[0].Diagnosis == nil {
		t.Errorf("header %q, journal %v", response.why(), srv.Calls()[0])
	}
}

// Many clients of one tenant at once: every material is made, read and deleted once.
func TestManyClients(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	ticket := login(t, srv, srv.Tenant, "user_01")
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			m := fake.Put(srv, webpaas.Material{
				Type: "VIDEO", Name: fmt.Sprint("clip ", i), Owner: webpaas.Entity{Type: "PERSON", ID: "user_01"},
			})
			search := `{"SearchScopes":[{"Platform":"fake-platform","Owner":{"Type":"PERSON","Id":"user_01"}}],"Text":"clip"}`
			if response := paas(t, srv, "Material/SearchMaterial", ticket, search); !strings.Contains(response.Body, m.ID) {
				t.Errorf("material %s is not found", m.ID)
			}
			if response := paas(t, srv, "Material/DeleteMaterial", ticket, `{"MaterialId":"`+m.ID+`"}`); response.why() != "" {
				t.Errorf("delete %s: %s", m.ID, response.Header.Get("X-Fakecme-Why"))
			}
		})
	}
	wg.Wait()
	if n := len(srv.Calls("Material.DeleteMaterial")); n != 20 {
		t.Errorf("%d deletions in the journal", n)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	c := fake.Start(t, fake.Config{}).Clock
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c.Freeze(at)
	c.Advance(time.Hour)
	if got := c.Now(); !got.Equal(at.Add(time.Hour)) || !c.Frozen() {
		t.Errorf("frozen and advanced: %v", got)
	}
	c.Unfreeze()
	if got := c.Now(); got.Before(at.Add(time.Hour)) || c.Frozen() {
		t.Errorf("running again: %v", got)
	}
	c.Advance(24 * time.Hour)
	if got := c.Now(); got.Before(at.Add(25 * time.Hour)) {
		t.Errorf("advanced: %v", got)
	}
	before := time.Now()
	c.Real()
	if got := c.Now(); got.Before(before) || got.After(time.Now()) {
		t.Errorf("real: %v", got)
	}
	c.Freeze(time.Time{})
	if a, b := c.Now(), c.Now(); !a.Equal(b) || a.Before(before) {
		t.Errorf("frozen where it was: %v, %v", a, b)
	}
}

func TestCredentialsJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(fake.DefaultTenant())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"default","cme":{"secretId":"fake-secret-id","secretKey":"fake-secret-key","platform":"fake-platform","appId":1200000001},"h5ds":{"appid":"fake-appid","secret":"fake-secret"}}`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
	var back fake.Credentials
	if err := json.Unmarshal(text, &back); err != nil || back != fake.DefaultTenant() {
		t.Errorf("back: %+v, %v", back, err)
	}
}

// Fixtures from a file are what every tenant begins with.
func TestFixtures(t *testing.T) {
	t.Parallel()
	state, err := fixtures.Parse("f.yaml", []byte(`
webpaas:
  materials:
  - type: VIDEO
    name: 脱口秀
    owner: {type: PERSON, id: user_01}
h5ds:
  users:
  - userId: user_01
    nick_name: wtone
`))
	if err != nil {
		t.Fatal(err)
	}
	srv := fake.Start(t, fake.Config{Fixtures: state})
	other := newTenant(t, srv, fake.Credentials{})
	for _, tenant := range []*fake.Tenant{srv.Tenant, other} {
		search := `{"SearchScopes":[{"Platform":"` + tenant.Platform + `","Owner":{"Type":"PERSON","Id":"user_01"}}]}`
		if response := paas(t, srv, "Material/SearchMaterial", login(t, srv, tenant, "user_01"), search); !strings.Contains(response.Body, "脱口秀") {
			t.Errorf("%s: %s", tenant.ID, response.Body)
		}
		info := do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/user/info", "", "Authorization", thirdLogin(t, srv, tenant, "user_01"))
		if !strings.Contains(info.Body, `"nick_name":"wtone"`) {
			t.Errorf("%s: %s", tenant.ID, info.Body)
		}
	}
}

// A tenant that is rejected leaves the one whose id it wanted as it was.
func TestRejectedTenantChangesNothing(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	ticket := login(t, srv, srv.Tenant, "user_01")
	if _, err := srv.NewTenant(fake.Credentials{ID: srv.Tenant.ID}); err == nil {
		t.Fatal("an id was given out twice")
	}
	if response := paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["1"]}`); response.why() != "" {
		t.Errorf("the ticket from before: %s", response.Header.Get("X-Fakecme-Why"))
	}
}

// A connection that says nothing does not hold up the end.
func TestCloseWithSilentConnection(t *testing.T) {
	t.Parallel()
	srv := started(t, fake.Config{})
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	do(t, srv.Client(), "GET", srv.URL+"/_fakecme/health", "") // the silent connection was accepted before this one
	srv.Close()
	if _, err := conn.Read(make([]byte, 1)); err != io.EOF && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the silent connection is still open: %v", err)
	}
}

// The server is an http.Handler for whoever has a listener, and for httptest.
func TestCloseAndListen(t *testing.T) {
	t.Parallel()
	srv := newServer(t, fake.Config{})
	if _, err := srv.Client().Get("https://open.cme.qcloud.com/"); err == nil || !strings.Contains(err.Error(), "call Listen or use Start") {
		t.Errorf("a client of a fake that does not listen: %v", err)
	}
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if err := srv.Listen("127.0.0.1:0"); err == nil {
		t.Error("listened twice")
	}
	address := srv.URL
	srv.Close()
	srv.Close()
	if err := srv.Listen("127.0.0.1:0"); err == nil {
		t.Error("listened after Close")
	}
	if _, err := http.Get(address + "/_fakecme/health"); err == nil {
		t.Error("a closed fake answers")
	}
}

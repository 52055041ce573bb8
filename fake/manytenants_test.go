package fake_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/fakecme/fakecme/fake"
)

// withTenants makes a fake with n more tenants.
func withTenants(tb testing.TB, n int) *fake.Server {
	tb.Helper()
	srv := started(tb, fake.Config{})
	tb.Cleanup(func() { srv.Close() })
	for range n {
		if _, err := srv.NewTenant(fake.Credentials{}); err != nil {
			tb.Fatal(err)
		}
	}
	return srv
}

// Ten thousand idle tenants cost next to no memory, are all found, and change nothing for the others. It is not parallel:
// it measures the memory of the process.
func TestTenThousandTenants(t *testing.T) {
	const tenants, most = 10_000, 4 << 10 // bytes a tenant
	live := func() int64 {
		runtime.GC()
		runtime.GC() // what the first one has found unreachable
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	withTenants(t, 1) // what is loaded once a process
	before := live()
	srv := withTenants(t, tenants)
	each := (live() - before) / tenants
	t.Logf("an idle tenant takes %d bytes", each)
	if each > most {
		t.Errorf("an idle tenant takes %d bytes, more than %d", each, most)
	}
	for _, n := range []int{1, tenants / 2, tenants} {
		c := fake.Credentials{ID: fmt.Sprintf("tenant-%d", n)}
		c.SecretID, c.SecretKey, c.Platform = "fake-secret-id-"+c.ID, "fake-secret-key-"+c.ID, "fake-platform-"+c.ID
		login(t, srv, &fake.Tenant{Credentials: c, Clock: srv.Clock}, "user_01")
		var journal struct{ Total int }
		admin(t, srv, "GET", "journal?tenant="+c.ID, "", &journal)
		if journal.Total != 1 {
			t.Errorf("%s: %d calls in its journal", c.ID, journal.Total)
		}
	}
	if calls := srv.Calls(); len(calls) != 0 {
		t.Errorf("the default tenant has their calls: %v", calls)
	}
	runtime.KeepAlive(srv)
}

// Tests of many processes share one server: each makes a tenant over HTTP, and neither sees nor
// disturbs the others, whatever they do at the same time.
func TestManyTenantsShareAServer(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	var wg sync.WaitGroup
	for n := range 16 {
		wg.Go(func() {
			var c fake.Credentials
			admin(t, srv, "POST", "tenants", "{}", &c)
			query := "?tenant=" + c.ID
			if n%4 == 0 { // its clock and its faults are its own
				admin(t, srv, "PUT", "clock"+query, `{"now":"2030-01-02T03:04:05Z","frozen":true}`, nil)
				admin(t, srv, "POST", "faults"+query, `{"operation":"Material.ListMedia","kind":"error","code":"InternalError"}`, nil)
			}
			tenant := &fake.Tenant{Credentials: c, Clock: srv.Clock}
			if n%4 == 0 {
				var clock struct{ Now string }
				admin(t, srv, "GET", "clock"+query, "", &clock)
				if !strings.HasPrefix(clock.Now, "2030-01-02T03:04:05") {
					t.Errorf("%s: the clock says %s", c.ID, clock.Now)
				}
				admin(t, srv, "PUT", "clock"+query, `{"real":true}`, nil)
			}
			ticket := login(t, srv, tenant, "user_01")
			token := thirdLogin(t, srv, tenant, "user_01")
			list := strings.Replace(listMine, "fake-platform", c.Platform, 1)
			for i := range 5 {
				response := paas(t, srv, "Material/ListMedia", ticket, list)
				if rejected := strings.Contains(response.Body, "InternalError"); rejected != (n%4 == 0 && i == 0) {
					t.Errorf("%s, call %d: %s", c.ID, i, response.Body)
				}
				do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/user/info", "", "Authorization", token)
			}
			var journal struct {
				Total int
				Calls []struct{ Tenant string }
			}
			admin(t, srv, "GET", "journal"+query, "", &journal)
			if journal.Total != 12 {
				t.Errorf("%s: %d calls, want 12", c.ID, journal.Total)
			}
			for _, call := range journal.Calls {
				if call.Tenant != c.ID {
					t.Errorf("%s has a call of %s", c.ID, call.Tenant)
				}
			}
			if n%2 == 0 {
				admin(t, srv, http.MethodDelete, "tenants/"+c.ID, "", nil)
			} else {
				admin(t, srv, "POST", "reset"+query, "", nil)
			}
		})
	}
	wg.Wait()
	if calls := srv.Calls(); len(calls) != 0 {
		t.Errorf("the default tenant has calls: %v", calls)
	}
}

// Credentials that no tenant can have are rejected, over HTTP and at the start, with the limit and what to do.
func TestLimitsOfCredentials(t *testing.T) {
	t.Parallel()
	srv := started(t, fake.Config{})
	for _, tt := range []struct {
		name string
		c    fake.Credentials
		want string // a part of the error; empty for none
	}{
		{"long id", fake.Credentials{ID: strings.Repeat("a", 201)}, "the id has 201 bytes; use at most 200"},
		{"longest id", fake.Credentials{ID: strings.Repeat("a", 200), SecretID: "a", Platform: "a", AppID: "a", SecretKey: "secret-key", Secret: "secret-key"}, ""},
		{"long id made up from", fake.Credentials{ID: strings.Repeat("b", 200)}, "the secretId has 215 bytes; use at most 200"},
		{"NUL", fake.Credentials{ID: "a\x00b"}, `the id is "a\x00b"; use UTF-8 without line breaks`},
		{"line break", fake.Credentials{ID: "c", AppID: "a\nb"}, `the appid is "a\nb"`},
		{"short secret", fake.Credentials{ID: "c", Secret: "1234567"}, "the secret of h5ds has 7 bytes; use at least 8"},
		{"shortest secret", fake.Credentials{ID: "d", Secret: "12345678"}, ""},
		{"long secret", fake.Credentials{ID: "c", SecretKey: strings.Repeat("k", 501)}, "the secretKey has 501 bytes; use at most 500"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body, err := json.Marshal(tt.c)
			if err != nil {
				t.Fatal(err)
			}
			got := admin(t, srv, "POST", "tenants", string(body), nil)
			var answer struct{ Error string }
			_ = json.Unmarshal([]byte(got.Body), &answer)
			if (got.Status == 400) != (tt.want != "") || !strings.Contains(answer.Error, tt.want) {
				t.Errorf("over HTTP: %d %s", got.Status, got.Body)
			}
			_, err = fake.New(fake.Config{Tenants: []fake.Credentials{tt.c}})
			if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("at the start: %v", err)
			}
		})
	}
}

package fake_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
)

// underWay sends a call in the background, and returns when it waits.
func underWay(t *testing.T, srv *fake.Server, path, ticket, body string) (leave context.CancelFunc) {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "POST", "https://web-paas-api.cme.qcloud.com/PaaS/"+path+"?auth="+ticket, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	go func() {
		if response, err := srv.Client().Do(r); err == nil {
			_ = response.Body.Close()
		}
	}()
	synctest.Wait()
	return leave
}

// shownCall is what these tests look at.
type shownCall struct {
	Number  int64
	Pending bool
	Status  int
	Error   string
	User    string
	Claimed string
	Fault   fault.Kind
	Why     string
}

func shown(calls []fake.Call) []shownCall {
	var all []shownCall
	for _, c := range calls {
		s := shownCall{c.Number, c.Pending, c.Status, c.Error, c.User, c.Claimed, c.Fault, ""}
		if c.Diagnosis != nil {
			s.Why = c.Diagnosis.Code
		}
		all = append(all, s)
	}
	return all
}

// A call that a fault lets wait is in the journal before its end, as pending. The finished call takes its place, for those
// who wait and listen too, and counts once.
func TestCallsUnderWay(t *testing.T) {
	t.Parallel()
	const missing = `{"MaterialId":"no-such-id"}`
	for _, tt := range []struct {
		name    string
		fault   fault.Fault
		end     func(leave func())
		want    shownCall
		covered bool
	}{
		{"hang", fault.Hang(), func(leave func()) { leave() }, shownCall{2, false, 0, "", "", "user_01", fault.KindHang, "fault.hang"}, false},
		{
			"delay", fault.Delay(30 * time.Second), func(func()) { time.Sleep(30 * time.Second) },
			shownCall{2, false, 200, "InvalidParameterValue.MaterialId", "user_01", "", fault.KindDelay, "webpaas.material-unknown"}, true,
		},
		{"delay that the client does not wait for", fault.Delay(30 * time.Second), func(leave func()) { leave() }, shownCall{2, false, 0, "", "", "user_01", fault.KindDelay, "fault.delay"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var told atomic.Int64
				srv := fake.Start(t, fake.Config{InMemory: true, OnCall: func(fake.Call) { told.Add(1) }})
				ticket := login(t, srv, srv.Tenant, "user_01")
				events := listen(t, srv, "?last=0", "")
				srv.Inject("Material.DeleteMaterial", tt.fault)
				leave := underWay(t, srv, "Material/DeleteMaterial", ticket, missing)
				pending := shownCall{2, true, 0, "", "", "user_01", tt.fault.Kind, ""}
				calls, err := srv.Await(t.Context(), "Material.DeleteMaterial", 1)
				if diff := cmp.Diff([]shownCall{pending}, shown(calls)); diff != "" || err != nil {
					t.Errorf("under way: %v (-want +got):\n%s", err, diff)
				}
				if got := calls[0].String(); !strings.HasSuffix(got, ": under way") {
					t.Errorf("in a line: %s", got)
				}
				for query, want := range map[string]bool{"": true, "operation=Material.DeleteMaterial&wait=5s": true, "pending=false": false, "errors=true": false, "findings=true": false} {
					if got := strings.Contains(do(t, srv.Client(), "GET", srv.URL+"/_fakecme/journal?"+query, "").Body, `"pending":true`); got != want {
						t.Errorf("journal?%s: %t", query, got)
					}
				}
				if got := do(t, srv.Client(), "GET", srv.URL+"/_fakecme/journal.har", ""); strings.Contains(got.Body, "DeleteMaterial") {
					t.Errorf("HAR: %s", got.Body)
				}
				if n, _, _ := events.call(); n != 2 || told.Load() != 1 {
					t.Errorf("event of call %d; OnCall was called %d times", n, told.Load())
				}
				finished := make(chan string)
				go func() {
					finished <- do(t, srv.Client(), "GET", srv.URL+"/_fakecme/journal?operation=Material.DeleteMaterial&pending=false&wait=59s", "").Body
				}()
				synctest.Wait()
				tt.end(leave)
				synctest.Wait()
				if got := <-finished; !strings.Contains(got, `"number":2,`) || strings.Contains(got, `"pending"`) {
					t.Errorf("the waiter got %s", got)
				}
				if diff := cmp.Diff([]shownCall{tt.want}, shown(srv.Calls("Material.DeleteMaterial"))); diff != "" {
					t.Errorf("finished (-want +got):\n%s", diff)
				}
				if n, _, _ := events.call(); n != 2 || told.Load() != 2 {
					t.Errorf("event of call %d; OnCall was called %d times", n, told.Load())
				}
				if got := do(t, srv.Client(), "GET", srv.URL+"/_fakecme/journal.har", ""); strings.Count(got.Body, "POST") != 1 {
					t.Errorf("HAR: %s", got.Body)
				}
				if got := srv.Coverage().Covered.Operations; (got == 2) != tt.covered {
					t.Errorf("%d operations are covered", got)
				}
				leave()
			})
		})
	}
}

// The end of a call that is no longer in the journal is added to it; the end of one whose tenant was removed harms nobody.
func TestCallsUnderWayThatAreGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := fake.Start(t, fake.Config{InMemory: true, JournalCalls: 3})
		ticket := login(t, srv, srv.Tenant, "user_01")
		srv.Inject("Material.ListMedia", fault.Delay(time.Hour).Times(3))
		list := func(want string) {
			t.Helper()
			got := ""
			for _, c := range srv.Calls() {
				got += fmt.Sprintf("%d %t; ", c.Number, c.Pending)
			}
			if got != want {
				t.Errorf("calls: %s, want %s", got, want)
			}
		}
		defer underWay(t, srv, "Material/ListMedia", ticket, listMine)()
		do(t, srv.Client(), "DELETE", srv.URL+"/_fakecme/journal", "")
		list("")
		time.Sleep(time.Hour)
		synctest.Wait()
		list("3 false; ")
		defer underWay(t, srv, "Material/ListMedia", ticket, listMine)()
		list("3 false; 4 true; ")
		for range 3 {
			login(t, srv, srv.Tenant, "user_01")
		}
		list("5 false; 6 false; 7 false; ")
		time.Sleep(time.Hour)
		synctest.Wait()
		list("6 false; 7 false; 8 false; ")

		other := newTenant(t, srv, fake.Credentials{ID: "other"})
		ticket = login(t, srv, other, "user_01")
		other.Inject("Material.ListMedia", fault.Delay(time.Hour))
		defer underWay(t, srv, "Material/ListMedia", ticket, listMine)()
		srv.RemoveTenant(other)
		time.Sleep(time.Hour)
		synctest.Wait()
		list("6 false; 7 false; 8 false; ")
		srv.Forgive("Material.ListMedia")
	})
}

package fake_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
)

// A client with a time-out of 10 s that waits 30 s before it tries again finishes at once: in a
// bubble of testing/synctest all of it is made-up time, that of the fake included.
func TestPatientClientInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := fake.Start(t, fake.Config{InMemory: true})
		srv.Inject("OpenCME.Login", fault.Hang().Times(2))
		begin := time.Now()
		tries := 0
		for ; ; tries++ {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			r, err := http.NewRequestWithContext(ctx, "GET",
				"https://open.cme.qcloud.com?signature="+url.QueryEscape(loginSignature(srv.Tenant, "user_01")), nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := srv.Client().Do(r)
			if err == nil {
				answer.Body.Close()
				cancel()
				break
			}
			cancel()
			time.Sleep(30 * time.Second) // of the bubble: it takes no time
		}
		if took := time.Since(begin); tries != 2 || took < 80*time.Second {
			t.Errorf("%d failures in %s of the bubble's time, want 2 in 80 s", tries, took)
		}
		if calls := srv.Calls("OpenCME.Login"); len(calls) != 3 || !strings.Contains(string(calls[2].ResponseBody), "Success") {
			t.Errorf("calls: %v", calls)
		}
	})
}

// In a bubble tickets expire while a test sleeps.
func TestTicketExpiresInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := fake.Start(t, fake.Config{InMemory: true})
		ticket := login(t, srv, srv.Tenant, "user_01")
		time.Sleep(24*time.Hour - time.Second)
		if why := paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["1"]}`).why(); why != "" {
			t.Errorf("a second before: %s", why)
		}
		time.Sleep(time.Second)
		if why := paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["1"]}`).why(); why != "ticket.expired" {
			t.Errorf("a day later: %q", why)
		}
	})
}

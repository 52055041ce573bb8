package fake_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
	"github.com/fakecme/fakecme/recordings"
)

// actor is a client of all services that signs with its own clock, and notes what it is answered.
type actor struct {
	t      *testing.T
	client *http.Client
	tenant *fake.Tenant
	heard  []string
}

func (a *actor) hear(g got) got {
	a.t.Helper()
	a.heard = append(a.heard, steady(g.Body))
	return g
}

// steady takes out of a response what is new each time.
func steady(body string) string {
	body = regexp.MustCompile(`tf_[0-9a-f]{25}`).ReplaceAllString(body, "TICKET")
	body = regexp.MustCompile(`Bearer eyJ[\w.-]+`).ReplaceAllString(body, "TOKEN")
	return regexp.MustCompile(`"expires_at":\d+`).ReplaceAllString(body, `"expires_at":0`)
}

// exchange logs in with a signature by the given key and returns the ticket.
func (a *actor) exchange(key, user string) string {
	a.t.Helper()
	signature := cmesign.Sign(key, loginParams(a.tenant, user))
	answer := a.hear(do(a.t, a.client, "GET", "https://open.cme.qcloud.com?signature="+url.QueryEscape(signature), ""))
	return regexp.MustCompile(`tf_[0-9a-f]{25}|$`).FindString(answer.Body)
}

func (a *actor) paas(path, ticket, body string) got {
	a.t.Helper()
	return a.hear(do(a.t, a.client, "POST", "https://web-paas-api.cme.qcloud.com/PaaS/"+path+"?auth="+url.QueryEscape(ticket),
		body, "Content-Type", "application/json"))
}

// third logs a user of the application in and returns the token.
func (a *actor) third(user string) string {
	a.t.Helper()
	signed := http.Header{}
	h5dssign.New(h5dssign.Key{AppID: a.tenant.AppID, Secret: a.tenant.Secret}, a.tenant.Clock.Now()).Set(signed)
	header := []string{"Content-Type", "application/json"}
	for name := range signed {
		header = append(header, name, signed.Get(name))
	}
	answer := a.hear(do(a.t, a.client, "POST", "https://video.h5ds.com/api/v1/third/login", `{"userId":"`+user+`"}`, header...))
	return regexp.MustCompile(`Bearer [^"]+|$`).FindString(answer.Body)
}

func (a *actor) user(token, path string) got {
	a.t.Helper()
	return a.hear(do(a.t, a.client, "GET", "https://video.h5ds.com/api/v1"+path, "", "Authorization", token, "Accept", "application/json"))
}

const describeClass = `{"Platform":"fake-platform","Owner":{"Type":"PERSON","Id":"user_01"}}`

// session is what is recorded: two users of each service, one that creates and polls, and credentials
// that are wrong, unknown and expired.
func session(a *actor) []string {
	a.t.Helper()
	a.exchange("a-wrong-key", "user_01")
	one, two := a.exchange(a.tenant.SecretKey, "user_01"), a.exchange(a.tenant.SecretKey, "user_02")
	list := func(ticket string) { a.t.Helper(); a.paas("Material/DescribeClass", ticket, describeClass) }
	list(one)
	list(two)
	a.paas("Material/CreateClass", one, `{"Owner":{"Type":"PERSON","Id":"user_01"},"ParentClassId":9,"Name":"夏天"}`)
	list(one)
	list("tf_0123456789abcdef0ffffffff")
	a.tenant.Clock.Advance(25 * time.Hour)
	list(one) // has expired
	one = a.exchange(a.tenant.SecretKey, "user_01")
	list(one)
	first, second := a.third("user_01"), a.third("user_02")
	a.user(first, "/user/info")
	a.user(second, "/user/info")
	a.user("Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", "/user/info")
	return a.heard
}

// record records what happens against a fake of its own, at another time than today.
func record(t *testing.T, happen func(*actor)) (*recordings.Archive, []string) {
	t.Helper()
	srv := fake.Start(t, fake.Config{})
	srv.Clock.Freeze(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	recorder := &recordings.Recorder{
		Transport: srv.Transport(), Now: srv.Clock.Now,
		Redactor: recordings.Redactor{Secrets: []string{srv.Tenant.SecretKey, srv.Tenant.Secret, srv.Tenant.SecretID}},
	}
	a := &actor{t: t, client: &http.Client{Transport: recorder}, tenant: srv.Tenant}
	happen(a)
	archive, err := recorder.Archive("session.har")
	if err != nil {
		t.Fatal(err)
	}
	return archive, a.heard
}

func libraryOf(t *testing.T, repeat recordings.Repeat, archives ...*recordings.Archive) *recordings.Library {
	t.Helper()
	l, err := recordings.NewLibrary(repeat, archives...)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A recorded session is answered again, today, to a client with new signatures, tickets and tokens.
func TestReplay(t *testing.T) {
	t.Parallel()
	archive, live := record(t, func(a *actor) { session(a) })
	srv := fake.Start(t, fake.Config{Replay: fake.Replay{Library: libraryOf(t, recordings.Once, archive), MustUse: true}})
	a := &actor{t: t, client: srv.Client(), tenant: srv.Tenant}
	// In a replay nothing expires: the ticket that was recorded as expired is rejected as recorded.
	if diff := cmp.Diff(live, session(a)); diff != "" {
		t.Errorf("answers (-live +replayed):\n%s", diff)
	}
	by := map[string]int{}
	for _, c := range srv.Calls() {
		by[c.Source]++
		if (c.Source == "recording") != strings.HasPrefix(c.Recording, "session.har: log.entries[") {
			t.Errorf("answered by %q, recording %q", c.Source, c.Recording)
		}
	}
	// The fake rejects what is wrong today too: a key, a ticket, a token, and one that has expired.
	if diff := cmp.Diff(map[string]int{"recording": 12, "fake": 4}, by); diff != "" {
		t.Errorf("answered by (-want +got):\n%s", diff)
	}
	if unused := srv.Unused(); len(unused) > 0 {
		t.Errorf("unused: %q", unused)
	}
}

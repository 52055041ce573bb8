package fake_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

// actor is a client of all services that signs with its own clock, and notes what it is answered.
type actor struct {
	t      *testing.T
	client *http.Client
	tenant *fake.Tenant
	heard  []string
}

func (a *actor) hear(g httpResponse) httpResponse {
	a.t.Helper()
	a.heard = append(a.heard, steady(g.Body))
	return g
}

// steady takes out of a response what is new each time.
func steady(body string) string {
	body = ticketForm.ReplaceAllString(body, "TICKET")
	body = regexp.MustCompile(`Bearer eyJ[\w.-]+`).ReplaceAllString(body, "TOKEN")
	return regexp.MustCompile(`"expires_at":\d+`).ReplaceAllString(body, `"expires_at":0`)
}

// exchange logs in with a signature by the given key and returns the ticket.
func (a *actor) exchange(key, user string) string {
	a.t.Helper()
	signature := cmesign.Sign(key, loginParams(a.tenant, user))
	response := a.hear(do(a.t, a.client, "GET", "https://open.cme.qcloud.com?signature="+url.QueryEscape(signature), ""))
	return ticketForm.FindString(response.Body)
}

func (a *actor) paas(path, ticket, body string) httpResponse {
	a.t.Helper()
	return a.hear(do(a.t, a.client, "POST", "https://web-paas-api.cme.qcloud.com/PaaS/"+path+"?auth="+url.QueryEscape(ticket),
		body, "Content-Type", "application/json"))
}

// third logs a user of the application in and returns the token.
func (a *actor) third(user string) string {
	a.t.Helper()
	header := append(signedHeader(a.tenant), "Content-Type", "application/json")
	response := a.hear(do(a.t, a.client, "POST", "https://video.h5ds.com/api/v1/third/login", `{"userId":"`+user+`"}`, header...))
	return regexp.MustCompile(`Bearer [^"]+|$`).FindString(response.Body)
}

func (a *actor) user(token, path string) httpResponse {
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
func record(t *testing.T, happen func(*actor)) (*har.Archive, []string) {
	t.Helper()
	srv := fake.Start(t, fake.Config{})
	srv.Clock.Freeze(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	recorder := &recordings.Recorder{
		Transport: srv.Transport(), Now: srv.Clock.Now,
		Redactor: redact.Redactor{Secrets: []string{srv.Tenant.SecretKey, srv.Tenant.Secret, srv.Tenant.SecretID}},
	}
	a := &actor{t: t, client: &http.Client{Transport: recorder}, tenant: srv.Tenant}
	happen(a)
	archive, err := recorder.Archive("session.har")
	if err != nil {
		t.Fatal(err)
	}
	return archive, a.heard
}

func libraryOf(t *testing.T, repeat recordings.Repeat, archives ...*har.Archive) *recordings.Library {
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
		t.Errorf("responses (-live +replayed):\n%s", diff)
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

// replaying is a fake with a recording, and a client of it.
func replaying(t *testing.T, replay fake.Replay) (*fake.Server, *actor) {
	t.Helper()
	srv := fake.Start(t, fake.Config{Replay: replay})
	return srv, &actor{t: t, client: srv.Client(), tenant: srv.Tenant}
}

// written is a recording made by hand: calls of webpaas with a body and the response to it, behind a login.
func written(t *testing.T, calls ...string) *har.Archive {
	t.Helper()
	archive, _ := record(t, func(a *actor) { a.exchange(a.tenant.SecretKey, "user_01") })
	for i := 0; i < len(calls); i += 3 {
		address, err := url.Parse("https://web-paas-api.cme.qcloud.com/PaaS/" + calls[i] + "?auth=%3Cticket-1%3E")
		if err != nil {
			t.Fatal(err)
		}
		call := har.Call{
			Method: "POST", URL: address, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(calls[i+1]),
			Status: 200, ResponseHeader: http.Header{"Content-Type": {"application/json"}}, ResponseBody: []byte(calls[i+2]),
		}
		if calls[i+2] == "" {
			call.Status = 0
		}
		archive.Log.Entries = append(archive.Log.Entries, call.Entry())
	}
	return archive
}

const (
	deleteOne    = `{"MaterialId":"1"}`
	deleteTwo    = `{"MaterialId":"2"}`
	success      = `{"Code":"Success","Message":"成功","EnglishMessage":"success"}`
	noPermission = `{"Code":"OperationDenied.PermissionDeny","Message":"x","EnglishMessage":"y"}`
)

// A call that was not recorded fails with what comes closest, in the response, in one line of the log, and as a
// finding; none of them shows a secret.
func TestReplayMiss(t *testing.T) {
	t.Parallel()
	srv, a := replaying(t, fake.Replay{Library: libraryOf(t, recordings.Once, written(t, "Material/DeleteMaterial", deleteOne, success))})
	ticket := a.exchange(a.tenant.SecretKey, "user_01")
	response := a.paas("Material/DeleteMaterial", ticket, deleteTwo)
	if response.Status != 404 || response.why() != "replay.miss" || response.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("got %d %s %v", response.Status, response.why(), response.Header)
	}
	for _, want := range []string{"was recorded with other parameters only", "nearest: session.har: log.entries[1]",
		"- body.MaterialId: \"1\"\n+ body.MaterialId: \"2\"\n"} {
		if !strings.Contains(response.Body, want) {
			t.Errorf("the response has no %q:\n%s", want, response.Body)
		}
	}
	found := srv.Findings()
	if len(found) != 1 || found[0].Diagnosis.Code != "replay.miss" || found[0].Operation != "Material.DeleteMaterial" {
		t.Fatalf("findings: %v", found)
	}
	line := srv.Calls("Material.DeleteMaterial")[0].String()
	for _, text := range []string{line, found[0].String()} {
		if !strings.Contains(text, `- body.MaterialId: "1" + body.MaterialId: "2"`) || strings.Contains(text, "\n") {
			t.Errorf("not in one line, or without the difference: %q", text)
		}
	}
	for _, text := range []string{line, response.Body, found[0].String()} {
		if strings.Contains(text, ticket) {
			t.Errorf("a ticket is shown: %s", text)
		}
	}
	a.paas("Material/DeleteMaterial", ticket, deleteOne)
	again := a.paas("Material/DeleteMaterial", ticket, deleteOne)
	if again.Status != 404 || !strings.Contains(again.Body, "the only recorded response has been given") || !strings.Contains(again.Body, "--repeat") {
		t.Errorf("once more: %d %s", again.Status, again.Body)
	}
	if all := srv.Findings(); !strings.Contains(all[len(all)-1].String(), "--repeat") {
		t.Errorf("the finding does not say what to do: %s", all[len(all)-1])
	}
	srv.Forgive("Material.DeleteMaterial")
}

// In mixed mode the fake answers what was not recorded, and a wrong credential in any mode.
func TestReplayMixed(t *testing.T) {
	t.Parallel()
	archive := written(t, "Material/DeleteMaterial", deleteOne, success)
	srv, a := replaying(t, fake.Replay{Library: libraryOf(t, recordings.Once, archive), Mixed: true})
	ticket := a.exchange(a.tenant.SecretKey, "user_01")
	a.paas("Material/DeleteMaterial", ticket, deleteOne)
	a.paas("Material/DeleteMaterial", ticket, deleteOne) // used up
	other := a.exchange(a.tenant.SecretKey, "user_02")   // not recorded
	a.paas("Material/DescribeClass", other, strings.ReplaceAll(describeClass, "user_01", "user_02"))
	a.exchange("a-wrong-key", "user_01")
	var got []string
	for _, c := range srv.Calls() {
		got = append(got, fmt.Sprint(c.Operation, " ", c.Source, " ", c.Error))
	}
	want := []string{
		"OpenCME.Login recording ", "Material.DeleteMaterial recording ", "Material.DeleteMaterial fake InvalidParameterValue.MaterialId",
		"OpenCME.Login fake ", "Material.DescribeClass fake ", "OpenCME.Login fake SignatureVerifyFail",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if plain := fake.Start(t, fake.Config{}); exchange(t, plain, loginSignature(plain.Tenant, "u")).Status != 200 || plain.Calls()[0].Source != "" {
		t.Error("without recordings a call says what answered")
	}
}

// Repeat says what comes when recorded responses are used up; a ticket that is handed out again is a new one.
func TestReplayRepeats(t *testing.T) {
	t.Parallel()
	archive := written(t, "Material/DeleteMaterial", deleteOne, success, "Material/DeleteMaterial", deleteOne, noPermission)
	for _, test := range []struct {
		name   string
		repeat recordings.Repeat
		want   []int // 1 for success, 2 for the error, 0 for a miss
	}{
		{"once", recordings.Once, []int{1, 2, 0, 0}},
		{"last", recordings.Last, []int{1, 2, 2, 2}},
		{"loop", recordings.Loop, []int{1, 2, 1, 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv, a := replaying(t, fake.Replay{Library: libraryOf(t, test.repeat, archive)})
			ticket := a.exchange(a.tenant.SecretKey, "user_01")
			var got []int
			for range test.want {
				body := a.paas("Material/DeleteMaterial", ticket, deleteOne).Body
				got = append(got, map[string]int{success: 1, noPermission: 2}[body])
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("responses (-want +got):\n%s", diff)
			}
			srv.Clock.Advance(25 * time.Hour)
			again := a.exchange(a.tenant.SecretKey, "user_01")
			if once := test.repeat == recordings.Once; (again == "") != once || again == ticket {
				t.Errorf("ticket %q, then %q", ticket, again)
			}
			srv.Forgive("Material.DeleteMaterial", "OpenCME.Login")
		})
	}
}

// Each tenant begins at the first recording, and so does one that was reset.
func TestReplayTenants(t *testing.T) {
	t.Parallel()
	archive := written(t, "Material/DeleteMaterial", deleteOne, success, "Material/DeleteMaterial", deleteOne, noPermission)
	srv, a := replaying(t, fake.Replay{Library: libraryOf(t, recordings.Once, archive), MustUse: true})
	tenant := newTenant(t, srv, fake.Credentials{Platform: srv.Tenant.Platform})
	first := func(a *actor) {
		t.Helper()
		if got := a.paas("Material/DeleteMaterial", a.exchange(a.tenant.SecretKey, "user_01"), deleteOne).Body; got != success {
			t.Errorf("the first response is %s", got)
		}
	}
	first(a)
	if diff := cmp.Diff(1, len(srv.Unused())); diff != "" {
		t.Errorf("unused (-want +got):\n%s%q", diff, srv.Unused())
	}
	first(&actor{t: t, client: srv.Client(), tenant: tenant})
	if err := srv.Tenant.Reset(); err != nil {
		t.Fatal(err)
	}
	first(a)
	found := srv.Findings()
	if len(found) != 1 || found[0].Diagnosis.Code != "replay.unused" || found[0].Operation != "Material.DeleteMaterial" ||
		!strings.Contains(found[0].String(), "session.har: log.entries[2]") {
		t.Errorf("findings: %v", found)
	}
	srv.Forgive("Material.DeleteMaterial")
	if found := srv.Findings(); len(found) > 0 {
		t.Errorf("findings after all was forgiven: %v", found)
	}
}

// Unused recordings are no finding unless that is asked for; without recordings there are none.
func TestReplayUnused(t *testing.T) {
	t.Parallel()
	srv, _ := replaying(t, fake.Replay{Library: libraryOf(t, recordings.Once, written(t))})
	want := []string{"session.har: log.entries[0]: GET https://open.cme.qcloud.com"}
	if diff := cmp.Diff(want, srv.Unused()); diff != "" || len(srv.Findings()) > 0 {
		t.Errorf("unused (-want +got):\n%s%v", diff, srv.Findings())
	}
	response, err := http.Get(srv.URL + "/_fakecme/recordings/unused")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var listed struct{ Unused []string }
	if err := json.NewDecoder(response.Body).Decode(&listed); err != nil || !cmp.Equal(want, listed.Unused) {
		t.Errorf("the admin API lists %q, %v", listed.Unused, err)
	}
	if unused := fake.Start(t, fake.Config{}).Unused(); unused != nil {
		t.Errorf("unused without recordings: %q", unused)
	}
	for _, replay := range []fake.Replay{{Mixed: true}, {MustUse: true}} {
		if _, err := fake.New(fake.Config{Replay: replay}); err == nil || !strings.Contains(err.Error(), "Replay has no Library") {
			t.Errorf("%+v: %v", replay, err)
		}
	}
}

// A response that breaks the contract is as it was recorded, and no bug in the fake; a request that does is a
// finding, whatever was answered.
func TestReplayAndContract(t *testing.T) {
	t.Parallel()
	const odd, page = `{"Code":7,"surprise":true}`, `{"MaterialId":38}`
	archive := written(t, "Material/DeleteMaterial", deleteOne, odd, "Material/DeleteMaterial", page, success, "Material/DeleteMaterial", deleteTwo, "")
	archive.Log.Entries[1].Response.Status = 500
	archive.Log.Entries[1].Response.Headers = []har.NameValue{{Name: "Vary", Value: "Origin"}, {Name: "X-Request-Id", Value: "r-1"}}
	srv, a := replaying(t, fake.Replay{Library: libraryOf(t, recordings.Once, archive)})
	ticket := a.exchange(a.tenant.SecretKey, "user_01")
	if got := a.paas("Material/DeleteMaterial", ticket, deleteOne); got.Status != 500 || got.Body != odd || len(got.Header["Vary"]) != 1 || got.Header.Get("X-Request-Id") != "r-1" {
		t.Errorf("got %d %s %v", got.Status, got.Body, got.Header)
	}
	if len(srv.Findings())+len(srv.Bugs()) > 0 {
		t.Errorf("findings %v, bugs %v", srv.Findings(), srv.Bugs())
	}
	got := a.paas("Material/DeleteMaterial", ticket, page)
	if got.Body != success || got.Header.Get("X-Fakecme-Why") != "" {
		t.Errorf("got %s %s", got.Body, got.Header)
	}
	if found := srv.Findings(); len(found) != 1 || found[0].Diagnosis.Code != "contract.body" {
		t.Errorf("findings: %v", found)
	}
	r, err := http.NewRequestWithContext(t.Context(), "POST", "https://web-paas-api.cme.qcloud.com/PaaS/Material/DeleteMaterial?auth="+ticket, strings.NewReader(deleteTwo))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if response, err := a.client.Do(r); err == nil {
		response.Body.Close()
		t.Errorf("a call without a recorded response is answered with %d", response.StatusCode)
	}
	calls := srv.Calls("Material.DeleteMaterial")
	if failure := calls[0].Error; failure != "7" {
		t.Errorf("error %q, want 7", failure)
	}
	if last := calls[2]; last.Status != 0 || last.Diagnosis == nil || last.Diagnosis.Code != "replay.no-response" {
		t.Errorf("call without a response: %+v", last)
	}
	srv.Forgive("Material.DeleteMaterial")
}

// A recorded login of h5ds hands out a token of today.
func TestReplayToken(t *testing.T) {
	t.Parallel()
	archive, live := record(t, func(a *actor) { a.third("user_01") })
	srv, a := replaying(t, fake.Replay{Library: libraryOf(t, recordings.Once, archive)})
	started := srv.Clock.Now()
	token := a.third("user_01")
	if diff := cmp.Diff(live, a.heard); diff != "" || token == "" {
		t.Errorf("responses (-live +replayed):\n%s", diff)
	}
	// The token is over by today's clock, not by that of the recording.
	body := string(srv.Calls("Third.Login")[0].ResponseBody)
	_, expires, _ := strings.Cut(body, `"expires_at":`)
	var millis int64
	if _, err := fmt.Sscan(strings.Trim(expires, "}"), &millis); err != nil || !time.UnixMilli(millis).After(started) {
		t.Errorf("expires_at %d (%v) is not after %d", millis, err, started.UnixMilli())
	}
}

// A signature in a body is verified as any other: a wrong one gets the fake's error, and never the recorded
// response, and a good one never a recorded error.
func TestReplayVerifySign(t *testing.T) {
	t.Parallel()
	apply := func(a *actor, ticket, sign string) string {
		return a.paas("Material/CreateUploadMaterial", ticket, `{"Owner":{"Type":"PERSON","Id":"user_01"},"ClassId":9,"MaterialType":"VIDEO","Name":"a.mp4","VerifySign":"`+sign+`"}`).Body
	}
	uploads := func(a *actor) []string {
		ticket := a.exchange(a.tenant.SecretKey, "user_01")
		wrong := apply(a, ticket, "d3Jvbmc=")
		return []string{wrong, steady(apply(a, ticket, uploadSignature(a.tenant, "user_01")))}
	}
	var live []string
	archive, _ := record(t, func(a *actor) { live = uploads(a) })
	if !strings.Contains(live[0], "SignatureVerifyFail") || !strings.Contains(live[1], "Success") {
		t.Fatalf("live: %q", live)
	}
	srv, a := replaying(t, fake.Replay{Library: libraryOf(t, recordings.Once, archive), MustUse: true})
	got := uploads(a)
	if got[0] != live[0] || !strings.Contains(got[1], `"UploadContext":"<context-1>"`) {
		t.Errorf("replayed: %q, live: %q", got, live)
	}
	if calls := srv.Calls("Material.CreateUploadMaterial"); calls[0].Source != "fake" || calls[1].Source != "recording" {
		t.Errorf("answered by %q and %q", calls[0].Source, calls[1].Source)
	}
}

// A fault spoils the response that it fires, and not the recording.
func TestReplayGarbage(t *testing.T) {
	t.Parallel()
	archive, _ := record(t, func(a *actor) { do(t, a.client, "GET", "https://video.h5ds.com/api/v1/open/templates", "") })
	srv, a := replaying(t, fake.Replay{Library: libraryOf(t, recordings.Loop, archive)})
	srv.Inject("Open.Templates", fault.Garbage().Skip(1))
	var bodies []string
	for range 3 {
		bodies = append(bodies, do(t, a.client, "GET", "https://video.h5ds.com/api/v1/open/templates", "").Body)
	}
	if bodies[0] == bodies[1] || bodies[0] != bodies[2] {
		t.Errorf("right, spoilt and right again: %q", bodies)
	}
}

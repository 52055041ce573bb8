package fake_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/internal/golden"
)

// rejectedCall is a call that is rejected.
type rejectedCall struct {
	name, call, body string // of the call, method and address
	header           []string
}

// rejectedCalls are calls that go wrong in every way that is not an operation's own: addresses, methods, bodies, credentials.
func rejectedCalls(t *testing.T, srv, other *fake.Tenant, base, ticket, token, otherTicket string) []rejectedCall {
	t.Helper()
	const api, h5ds, open = "https://web-paas-api.cme.qcloud.com", "https://video.h5ds.com/api/v1/", "https://open.cme.qcloud.com/"
	const list, describe, remove = api + "/PaaS/Material/ListMedia", api + "/PaaS/Material/DescribeMaterials", api + "/PaaS/Material/DeleteMaterial"
	auth := "?auth=" + ticket
	contentType := func(value string) []string { return []string{"Content-Type", value} }
	isJSON, isForm, isUser := contentType("application/json"), contentType("application/x-www-form-urlencoded"), []string{"Authorization", token}
	login := func(change func(*cmesign.Params)) string {
		p := loginParams(srv, "user_01")
		change(&p)
		return "GET " + open + "?signature=" + url.QueryEscape(cmesign.Sign(srv.SecretKey, p))
	}
	plus := ""
	for p := loginParams(srv, "user_01"); !strings.Contains(plus, "+"); p.Random++ {
		plus = cmesign.Sign(srv.SecretKey, p)
	}
	wrong := fake.Tenant{Credentials: srv.Credentials, Clock: srv.Clock}
	wrong.Secret = "another secret"
	upload := func(name, contentType, body string) rejectedCall {
		return rejectedCall{"upload: " + name, "POST " + h5ds + "common/upload/form", body, append([]string{"Content-Type", contentType}, isUser...)}
	}
	whole, fileType := multipartBody(t, part{"file", "a.png", "image/png", binary})
	two, twoType := multipartBody(t, part{"a", "a.png", "image/png", binary}, part{"b", "b.png", "image/png", binary})
	exe, exeType := multipartBody(t, part{"file", "a.exe", "application/x-msdownload", "MZ"})
	none, noneType := multipartBody(t, part{name: "file", content: "no filename"})
	large, largeType := multipartBody(t, part{"file", "a.png", "image/png", strings.Repeat("x", maxBody)})
	multi, multiType := multipartBody(t, part{"Platform", "", "", "fake-platform"})
	var many []part
	for i := range 101 {
		many = append(many, part{name: fmt.Sprint(i), content: "x"})
	}
	crowd, crowdType := multipartBody(t, many...)
	return []rejectedCall{
		{"unknown operation", "POST " + list + "s", "{}", isJSON},
		{"nothing like it", "POST " + api + "/PaaS/Nothing/AtAllLikeAnything", "{}", isJSON},
		{"unknown operation of h5ds", "GET " + h5ds + "user/inf", "", isUser},
		{"wrong method", "GET " + list + auth, "", nil},
		{"wrong method of h5ds", "POST " + h5ds + "user/info", "{}", append(isJSON[:2:2], isUser...)},
		{"wrong method of opencme", "POST " + open + "?signature=x", "{}", isJSON},
		{"another service's path", "POST " + open + "PaaS/Material/ListMedia", "{}", isJSON},
		{"no service's path", "GET " + base + "/favicon.ico", "", nil},
		{"wrong case", "POST " + api + "/paas/material/listmedia", "{}", isJSON},
		{"/PaaS missing", "POST " + api + "/Material/ListMedia", "{}", isJSON},
		{"/PaaS twice", "POST " + api + "/PaaS/PaaS/Material/ListMedia", "{}", isJSON},
		{"doubled slash", "POST " + api + "//PaaS/Material/ListMedia", "{}", isJSON},
		{"slash at the end", "POST " + list + "/", "{}", isJSON},

		{"a form", "POST " + list + auth, "Platform=fake-platform&ClassId=9", isForm},
		{"a multipart form", "POST " + list + auth, multi, contentType(multiType)},
		{"a form that says it is JSON", "POST " + list + auth, "Platform=fake-platform&ClassId=9", isJSON},
		{"JSON that says it is a form", "POST " + list + auth, listMine, contentType(isForm[1] + "; charset=utf-8")},
		{"text", "POST " + list + auth, listMine, contentType("text/plain")},
		{"empty body", "POST " + describe + auth, "", isJSON},
		{"no JSON", "POST " + list + auth, `{"Platform"=1}`, isJSON},
		{"a byte order mark", "POST " + describe + auth, "\ufeff{\"MaterialIds\":[\"1\"]}", isJSON},
		{"an array", "POST " + describe + auth, `["1"]`, isJSON},
		{"more behind the JSON", "POST " + describe + auth, `{"MaterialIds":["1"]} x`, isJSON},
		{"deep nesting", "POST " + describe + auth, strings.Repeat(`{"a":`, 10_000), isJSON},
		{"a number where a text belongs", "POST " + remove + auth, `{"MaterialId":38192156030633420589}`, isJSON},
		{"required field missing", "POST " + remove + auth, `{}`, isJSON},
		{"body over the limit", "POST " + describe + auth, `{"MaterialIds":["` + strings.Repeat("1", maxBody) + `"]}`, isJSON},

		upload("cut off", fileType, whole[:len(whole)/2]),
		upload("another boundary", "multipart/form-data; boundary=other", whole),
		upload("broken header", "multipart/form-data; boundary=x", "--x\r\nno colon\r\n\r\n--x--\r\n"),
		upload("too many parts", crowdType, crowd),
		upload("no boundary", "multipart/form-data", whole),
		upload("JSON", "application/json", `{"file":{}}`),
		upload("nothing", fileType, ""),
		upload("two files", twoType, two),
		upload("no file", noneType, none),
		upload("a type that is not accepted", exeType, exe),
		upload("larger than a body may be", largeType, large),

		{"doubled slashes, which h5ds takes, and another mistake", "POST https://video.h5ds.com/api//v1/third/login/", "{}", isJSON},
		{"no signature", "GET " + open, "", nil},
		{"signature: empty", "GET " + open + "?signature=", "", nil},
		{"signature in another case", "GET " + open + "?Signature=x", "", nil},
		{"signature in a header", "GET " + open, "", []string{"Signature", "x"}},
		{"signature: not base64", "GET " + open + "?signature=!!!", "", nil},
		{"signature: too short", "GET " + open + "?signature=YWJj", "", nil},
		{"signature: a mebibyte", "GET " + open + "?signature=" + strings.Repeat("A", 1<<20), "", nil},
		{"signature: + not escaped", "GET " + open + "?signature=" + plus, "", nil},
		{"signature: expires before it begins", login(func(p *cmesign.Params) { p.ExpireTime = p.CurrentTimeStamp.Add(-time.Second) }), "", nil},
		{"signature: from the future", login(func(p *cmesign.Params) {
			p.CurrentTimeStamp = p.CurrentTimeStamp.Add(6 * time.Minute)
			p.ExpireTime = p.CurrentTimeStamp.Add(5 * time.Minute)
		}), "", nil},
		{"signature: expired", login(func(p *cmesign.Params) {
			p.CurrentTimeStamp = p.CurrentTimeStamp.Add(-time.Hour)
			p.ExpireTime = p.CurrentTimeStamp.Add(5 * time.Minute)
		}), "", nil},
		{"signature: wrong action", login(func(p *cmesign.Params) { p.Action = "Upload" }), "", nil},
		{"signature: unknown platform", login(func(p *cmesign.Params) { p.Platform = "nobody's" }), "", nil},
		{"signature: unknown secretId", login(func(p *cmesign.Params) { p.SecretID = "nobody's" }), "", nil},
		{"signature: another tenant's key", "GET " + open + "?signature=" + url.QueryEscape(cmesign.Sign(other.SecretKey, loginParams(srv, "user_01"))), "", nil},

		{"no ticket", "POST " + list, "{}", isJSON},
		{"ticket: empty", "POST " + list + "?auth=", "{}", isJSON},
		{"ticket: malformed", "POST " + list + "?auth=tf_1", "{}", isJSON},
		{"ticket in another case", "POST " + list + "?Auth=x", "{}", isJSON},
		{"ticket in a header of its own", "POST " + list, "{}", []string{"Auth", "x"}},
		{"ticket in the header of h5ds", "POST " + list, "{}", []string{"Authorization", ticket}},
		{"ticket: a token of h5ds", "POST " + list + "?auth=Bearer%20x", "{}", isJSON},
		{"ticket: of another tenant", "POST " + list + "?auth=" + ticket[:len(ticket)-8] + otherTicket[len(otherTicket)-8:], "{}", isJSON},
		{"ticket: of no tenant", "POST " + list + "?auth=" + ticket[:len(ticket)-8] + "0000ffff", "{}", isJSON},

		{"no token", "GET " + h5ds + "user/info?page=1", "", nil},
		{"token: Bearer twice", "GET " + h5ds + "user/info", "", []string{"Authorization", "Bearer " + token}},
		{"token in the query", "GET " + h5ds + "user/info?token=x", "", nil},
		{"token in the query, as the header is called", "GET " + h5ds + "user/info?authorization=x", "", nil},
		{"token in another header", "GET " + h5ds + "user/info", "", []string{"Token", "x"}},
		{"no sign", "POST " + h5ds + "third/login", `{"userId":"u"}`, isJSON},
		{"sign in the query", "POST " + h5ds + "third/login?appid=a&sign=b&timestamp=1", `{"userId":"u"}`, isJSON},
		{"sign: wrong secret", "POST " + h5ds + "third/login", `{"userId":"u"}`, append(signedHeader(&wrong), isJSON...)},
	}
}

const maxBody = 64 << 10

// Each bad call is rejected in the documented manner or with a plain 4xx, says what is wrong and what to do, the same in
// the header, the journal and the findings; it changes nothing, and leaves the next call unharmed.
func TestRejectedCalls(t *testing.T) {
	t.Parallel()
	srv := unjudged(t, fake.Config{MaxBody: maxBody})
	other := newTenant(t, srv, fake.Credentials{ID: "other"})
	for _, tenant := range []*fake.Tenant{srv.Tenant, other} {
		tenant.Clock.Freeze(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	}
	ticket, token, otherTicket := login(t, srv, srv.Tenant, "user_01"), thirdLogin(t, srv, srv.Tenant, "user_01"), login(t, srv, other, "user_01")
	var table strings.Builder
	for _, tt := range rejectedCalls(t, srv.Tenant, other, srv.URL, ticket, token, otherTicket) {
		before, calls := snapshot(t, srv), len(srv.Calls())+len(other.Calls())
		method, address, _ := strings.Cut(tt.call, " ")
		response := do(t, srv.Client(), method, address, tt.body, tt.header...)
		sent := last(srv)
		if tt.name == "ticket: of another tenant" {
			sent = other.Calls()[1] // after the login
		}
		if sent.Diagnosis == nil || sent.Diagnosis.Fix == "" || sent.Diagnosis.Header() != response.Header.Get("X-Fakecme-Why") || sent.Status != response.Status {
			t.Errorf("%s: the journal has %d %v, the header %q", tt.name, sent.Status, sent.Diagnosis, response.Header.Get("X-Fakecme-Why"))
			continue
		}
		if calls = len(srv.Calls()) + len(other.Calls()) - calls; calls != 1 {
			t.Errorf("%s: %d calls in the journals, want one", tt.name, calls)
		}
		kind := "documented error"
		if found := sent.Findings; len(found) > 0 {
			kind = "finding"
			if diff := cmp.Diff(*sent.Diagnosis, found[0].Diagnosis); diff != "" || len(found) > 1 {
				t.Errorf("%s: findings %v (-diagnosis +finding):\n%s", tt.name, found, diff)
			}
		}
		fmt.Fprintf(&table, "%s\n\t%d %s\n\t%s: %s\n\t%s\n\t%s\n", tt.name, response.Status, strings.TrimSpace(strings.ReplaceAll(response.Body, srv.URL, "URL")),
			kind, sent.Diagnosis.Code, sent.Diagnosis.Sentence, sent.Diagnosis.Fix)
		if next := paas(t, srv, "Material/ListMedia", ticket, listMine); next.why() != "" {
			t.Errorf("%s: the next call is rejected: %s", tt.name, next.Header.Get("X-Fakecme-Why"))
		}
		if snapshot(t, srv) != before {
			t.Errorf("%s: rejected, and changed the state", tt.name)
		}
	}
	golden.Compare(t, "diagnoses.txt", table.String())
	codesOf(t, srv) // the same over HTTP
}

package fake_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
	"github.com/google/go-cmp/cmp"
)

// httpResponse is the response that a client has.
type httpResponse struct {
	Status int
	Header http.Header
	Body   string
}

// do sends a request as any client would.
func do(t testing.TB, client *http.Client, method, address, body string, header ...string) httpResponse {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return httpResponse{Status: response.StatusCode, Header: response.Header, Body: string(text)}
}

// why is the diagnosis code of an error, as the client sees it.
func (g httpResponse) why() string {
	code, _, _ := strings.Cut(g.Header.Get("X-Fakecme-Why"), ":")
	return code
}

// loginParams are those of a signature that is good now, by the tenant's clock.
func loginParams(tenant *fake.Tenant, user string) cmesign.Params {
	now := tenant.Clock.Now()
	return cmesign.Params{
		SecretID: tenant.SecretID, CurrentTimeStamp: now, ExpireTime: now.Add(5 * time.Minute),
		Random: 220625, Platform: tenant.Platform, Action: "Login", UserID: user,
	}
}

func loginSignature(tenant *fake.Tenant, user string) string {
	return cmesign.Sign(tenant.SecretKey, loginParams(tenant, user))
}

// exchange sends a signature to the real host name.
func exchange(t testing.TB, srv *fake.Server, signature string) httpResponse {
	t.Helper()
	return do(t, srv.Client(), "GET", "https://open.cme.qcloud.com?signature="+url.QueryEscape(signature), "")
}

// login returns the ticket of the user.
func login(t testing.TB, srv *fake.Server, tenant *fake.Tenant, user string) string {
	t.Helper()
	response := exchange(t, srv, loginSignature(tenant, user))
	ticket := ticketForm.FindString(response.Body)
	if ticket == "" {
		t.Fatalf("login: no ticket: %s (%s)", response.Body, response.Header.Get("X-Fakecme-Why"))
	}
	return ticket
}

var ticketForm = regexp.MustCompile(`tf_[0-9a-f]{25}`)

// paas calls an operation of webpaas at its real host name.
func paas(t testing.TB, srv *fake.Server, path, ticket, body string) httpResponse {
	t.Helper()
	return do(t, srv.Client(), "POST", "https://web-paas-api.cme.qcloud.com/PaaS/"+path+"?auth="+url.QueryEscape(ticket),
		body, "Content-Type", "application/json")
}

// thirdLogin signs in a user of the application and returns the token.
func thirdLogin(t testing.TB, srv *fake.Server, tenant *fake.Tenant, user string) string {
	t.Helper()
	return field(t, h5dsLogin(t, srv, tenant, `{"userId":"`+user+`"}`, "Content-Type", "application/json"), "token")
}

func h5dsLogin(t testing.TB, srv *fake.Server, tenant *fake.Tenant, body string, header ...string) httpResponse {
	t.Helper()
	return do(t, srv.Client(), "POST", "https://video.h5ds.com/api/v1/third/login", body, append(signedHeader(tenant), header...)...)
}

// signedHeader is the header by which an application of h5ds signs, as names and values.
func signedHeader(tenant *fake.Tenant) (header []string) {
	signed := http.Header{}
	h5dssign.New(h5dssign.Key{AppID: tenant.AppID, Secret: tenant.Secret}, tenant.Clock.Now()).Set(signed)
	for name := range signed {
		header = append(header, name, signed.Get(name))
	}
	return header
}

// ask calls an operation of h5ds, such as "GET /user/info", with a token. A body that is no JSON is a form.
func ask(t testing.TB, srv *fake.Server, token, call, body string) httpResponse {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	header := []string{"Authorization", token}
	switch {
	case strings.HasPrefix(body, "{"):
		header = append(header, "Content-Type", "application/json;charset=utf-8")
	case body != "":
		header = append(header, "Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	}
	return do(t, srv.Client(), method, "https://video.h5ds.com/api/v1"+path, body, header...)
}

// field is a field of the data of a response that must be a success.
func field(t testing.TB, response httpResponse, name string) string {
	t.Helper()
	var a struct {
		Code int
		Data map[string]any
	}
	if err := json.Unmarshal([]byte(response.Body), &a); err != nil || a.Code != 0 || response.Status != 200 {
		t.Fatalf("%v: %d %s (%s)", err, response.Status, response.Body, response.Header.Get("X-Fakecme-Why"))
	}
	return fmt.Sprint(a.Data[name])
}

// saas makes a call for the whole application, signed by headers.
func saas(t *testing.T, srv *fake.Server, tenant *fake.Tenant, path string) httpResponse {
	t.Helper()
	return do(t, srv.Client(), "GET", "https://video.h5ds.com/api/v1/fakecme/saas/"+path, "", signedHeader(tenant)...)
}

// admin calls the admin API and reads the response.
func admin(t *testing.T, srv *fake.Server, method, path, body string, into any) httpResponse {
	t.Helper()
	response := do(t, http.DefaultClient, method, srv.URL+"/_fakecme/"+path, body)
	if into != nil {
		if err := json.Unmarshal([]byte(response.Body), into); err != nil {
			t.Fatalf("%s %s: %v: %s", method, path, err, response.Body)
		}
	}
	return response
}

// unjudged makes a fake whose findings do not fail the test; its bugs do.
func unjudged(t testing.TB, config fake.Config) *fake.Server {
	t.Helper()
	config.SelfCheck = true
	srv := started(t, config)
	t.Cleanup(func() {
		srv.Close()
		for _, bug := range srv.Bugs() {
			t.Errorf("bug in the fake: %s", bug)
		}
	})
	return srv
}

// newServer makes a fake that does not listen.
func newServer(tb testing.TB, config fake.Config) *fake.Server {
	tb.Helper()
	srv, err := fake.New(config)
	if err != nil {
		tb.Fatal(err)
	}
	return srv
}

// started makes a fake that listens; the test closes it.
func started(tb testing.TB, config fake.Config) *fake.Server {
	tb.Helper()
	srv := newServer(tb, config)
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		tb.Fatal(err)
	}
	return srv
}

// last is the newest call of the default tenant.
func last(srv *fake.Server) fake.Call {
	calls := srv.Calls()
	return calls[len(calls)-1]
}

// uploadSignature is a VerifySign of a user that is good now.
func uploadSignature(tenant *fake.Tenant, user string) string {
	p := loginParams(tenant, user)
	p.Action = "Upload"
	return cmesign.Sign(tenant.SecretKey, p)
}

// applyUpload asks to upload a video into the root of user_01.
func applyUpload(t *testing.T, srv *fake.Server, ticket, rest string) (response httpResponse, context string) {
	t.Helper()
	response = paas(t, srv, "Material/CreateUploadMaterial", ticket,
		`{"ClassId":9,"MaterialType":"VIDEO","Name":"上传测试","Owner":{"Id":"user_01","Type":"PERSON"}`+rest+`}`)
	return response, strings.TrimSuffix(strings.TrimPrefix(uploadContext.FindString(response.Body), `"UploadContext":"`), `"`)
}

var uploadContext = regexp.MustCompile(`"UploadContext":"[^"]+"`)

func finishUpload(t *testing.T, srv *fake.Server, ticket, context, file string) httpResponse {
	t.Helper()
	return paas(t, srv, "Material/FinishUploadMaterial", ticket, `{"UploadContext":"`+context+`","VodFileId":"`+file+`"}`)
}

func signWith(tenant *fake.Tenant, p cmesign.Params) string { return cmesign.Sign(tenant.SecretKey, p) }

// part is one part of a multipart body.
type part struct{ name, file, contentType, content string }

func multipartBody(t *testing.T, parts ...part) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{}
		disposition := fmt.Sprintf("form-data; name=%q", p.name)
		if p.file != "" {
			disposition += fmt.Sprintf("; filename=%q", p.file)
			h.Set("Content-Type", p.contentType)
		}
		h.Set("Content-Disposition", disposition)
		content, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := content.Write([]byte(p.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

// Bytes that anything but a byte-for-byte copy would change.
var binary = "\x89PNG\r\n\x1a\n\x00\xff&token=x&{\"token\":\"x\"}\r\n--\r\n"

const videoID = "38192156030633420589"

// page is the host of the files of h5ds.
const page = "https://cdn.h5ds.com"

const listMine = `{"Platform":"fake-platform","ClassId":9,"Owner":{"Id":"user_01","Type":"PERSON"}}`

// codesOf are the codes of the findings so far, the same in Go and over HTTP.
func codesOf(t *testing.T, srv *fake.Server) []string {
	t.Helper()
	var reported struct{ Findings []fake.Finding }
	admin(t, srv, "GET", "findings", "", &reported)
	if diff := cmp.Diff(srv.Findings(), reported.Findings); diff != "" && len(reported.Findings)+len(srv.Findings()) > 0 {
		t.Errorf("findings (-Go +HTTP):\n%s", diff)
	}
	var codes []string
	for _, f := range srv.Findings() {
		codes = append(codes, f.Operation+" "+f.Diagnosis.Code)
	}
	return codes
}

// testTB is a test whose reports can be read after it ended.
type testTB struct {
	failed   bool
	lines    []string
	cleanups []func()
}

type fatal struct{}

func (f *testTB) Helper()          {}
func (f *testTB) Failed() bool     { return f.failed }
func (f *testTB) Cleanup(c func()) { f.cleanups = append(f.cleanups, c) }
func (f *testTB) Logf(format string, args ...any) {
	f.lines = append(f.lines, "log: "+fmt.Sprintf(format, args...))
}
func (f *testTB) Errorf(format string, args ...any) {
	f.failed = true
	f.lines = append(f.lines, fmt.Sprintf(format, args...))
}
func (f *testTB) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	panic(fatal{})
}

// runTest runs a test to its end, cleanups included, and returns what it reported.
func runTest(body func(tb *testTB)) []string {
	tb := &testTB{}
	func() {
		defer func() {
			if r := recover(); r != nil && r != any(fatal{}) {
				panic(r)
			}
		}()
		body(tb)
	}()
	for i := len(tb.cleanups) - 1; i >= 0; i-- {
		tb.cleanups[i]()
	}
	return tb.lines
}

// newTenant makes a tenant.
func newTenant(t testing.TB, srv *fake.Server, c fake.Credentials) *fake.Tenant {
	t.Helper()
	tenant, err := srv.NewTenant(c)
	if err != nil {
		t.Fatal(err)
	}
	return tenant
}

package fake_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// got is what a client has in hand.
type got struct {
	Status int
	Header http.Header
	Body   string
}

// do sends a request as any client would.
func do(t testing.TB, client *http.Client, method, address, body string, header ...string) got {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got{Status: answer.StatusCode, Header: answer.Header, Body: string(text)}
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
func exchange(t testing.TB, srv *fake.Server, signature string) got {
	t.Helper()
	return do(t, srv.Client(), "GET", "https://open.cme.qcloud.com?signature="+url.QueryEscape(signature), "")
}

// login returns the ticket of the user.
func login(t testing.TB, srv *fake.Server, tenant *fake.Tenant, user string) string {
	t.Helper()
	answer := exchange(t, srv, loginSignature(tenant, user))
	var ticket struct {
		Data, Response struct{ Authorization string }
	}
	if err := json.Unmarshal([]byte(answer.Body), &ticket); err != nil {
		t.Fatalf("login: %v: %s", err, answer.Body)
	}
	text := ticket.Data.Authorization + ticket.Response.Authorization
	if text == "" {
		t.Fatalf("login: no ticket: %s (%s)", answer.Body, answer.Header.Get("X-Fakecme-Why"))
	}
	return text
}

// paas calls an operation of webpaas at its real host name.
func paas(t testing.TB, srv *fake.Server, path, ticket, body string) got {
	t.Helper()
	return do(t, srv.Client(), "POST", "https://web-paas-api.cme.qcloud.com/PaaS/"+path+"?auth="+url.QueryEscape(ticket),
		body, "Content-Type", "application/json")
}

// thirdLogin signs in a user of the application and returns the token.
func thirdLogin(t testing.TB, srv *fake.Server, tenant *fake.Tenant, user string) string {
	t.Helper()
	answer := h5dsLogin(t, srv, tenant, `{"userId":"`+user+`"}`, "Content-Type", "application/json")
	var a struct {
		Data struct{ Token string }
	}
	if err := json.Unmarshal([]byte(answer.Body), &a); err != nil || a.Data.Token == "" {
		t.Fatalf("third login: %v: %s", err, answer.Body)
	}
	return a.Data.Token
}

func h5dsLogin(t testing.TB, srv *fake.Server, tenant *fake.Tenant, body string, header ...string) got {
	t.Helper()
	signed := http.Header{}
	h5dssign.New(h5dssign.Key{AppID: tenant.AppID, Secret: tenant.Secret}, tenant.Clock.Now()).Set(signed)
	for name := range signed {
		header = append(header, name, signed.Get(name))
	}
	return do(t, srv.Client(), "POST", "https://video.h5ds.com/api/v1/third/login", body, header...)
}

// why is the diagnosis code of an error, as the client sees it.
func (g got) why() string {
	code, _, _ := strings.Cut(g.Header.Get("X-Fakecme-Why"), ":")
	return code
}

// decode reads a JSON response.
func decode(answer *http.Response, err error, into any) error {
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return json.NewDecoder(answer.Body).Decode(into)
}

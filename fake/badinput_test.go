package fake_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
)

// Each bad call is rejected in the documented manner or with a plain 4xx, says what to do, is in
// the journal, and leaves the next call unharmed.
func TestBadInput(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{MaxBody: 1 << 20})
	srv.Forgive("", "Material.ListMedia", "Material.DescribeMaterials", "Material.DeleteMaterial", "Third.Login")
	ticket := login(t, srv, srv.Tenant, "user_01")
	const api = "https://web-paas-api.cme.qcloud.com"
	const describe, remove = "/PaaS/Material/DescribeMaterials", "/PaaS/Material/DeleteMaterial"
	const isJSON = "application/json"
	badParameter := `{"Code":"InvalidParameterValue","Message":"参数值错误",`
	notFound := `{"Code":"ResourceNotFound","Message":"资源不存在",`
	tests := []struct {
		name, method, url, contentType, body string
		status                               int
		want                                 string // the beginning of the response
		why                                  string
		says                                 string // in the explanation
	}{
		{"signature missing", "GET", "https://open.cme.qcloud.com/", "", "", 200, `{"Code":"SignatureVerifyFail"`, "cme.empty", ""},
		{"POST to opencme", "POST", "https://open.cme.qcloud.com/?signature=x", isJSON, "{}", 405, `{"Code":"SignatureVerifyFail"`, "call.wrong-method", "did you mean GET /?"},
		{"GET to an operation", "GET", api + describe + "?auth=" + ticket, "", "", 405, notFound, "call.wrong-method", "did you mean POST " + describe + "?"},
		{"not JSON", "POST", api + describe, isJSON, "MaterialIds=1", 200, badParameter, "call.body-as-form", ""},
		{"empty body", "POST", api + describe, isJSON, "", 200, badParameter, "contract.body", ""},
		{"a byte order mark", "POST", api + describe, isJSON, "\ufeff{\"MaterialIds\":[\"1\"]}", 200, badParameter, "contract.body", "byte order mark"},
		{"an array", "POST", api + describe, isJSON, `["1"]`, 200, badParameter, "contract.body", "object"},
		{"garbage after the JSON", "POST", api + describe, isJSON, `{"MaterialIds":["1"]} x`, 200, badParameter, "contract.body", ""},
		{"deep nesting", "POST", api + describe, isJSON, strings.Repeat(`{"a":`, 50_000), 200, badParameter, "contract.body", ""},
		{"a number where a text belongs", "POST", api + remove, isJSON, `{"MaterialId":38192156030633420589}`, 200, badParameter, "contract.body", "38192156030633420589"},
		{"required field missing", "POST", api + remove, isJSON, `{}`, 200, badParameter, "contract.body", "MaterialId"},
		{"wrong content type", "POST", api + describe, "text/plain", `{"MaterialIds":["1"]}`, 200, badParameter, "contract.content-type", isJSON},
		{"a form", "POST", api + describe, "application/x-www-form-urlencoded", `MaterialIds=1`, 200, badParameter, "call.body-as-form", isJSON},
		{"no content type", "POST", api + describe, "", `{"MaterialIds":["1"]}`, 200, badParameter, "contract.content-type", isJSON},
		{"body over the limit", "POST", api + describe, isJSON, `{"MaterialIds":["` + strings.Repeat("1", 1<<20) + `"]}`, 413, badParameter, "call.body-too-large", "1048576 bytes"},
		{"unknown operation", "POST", api + "/PaaS/Material/DescribeMaterial", isJSON, "{}", 404, notFound, "call.unknown-operation", "did you mean POST " + describe + "?"},
		{"wrong case", "POST", api + "/PaaS/material/describematerials", isJSON, "{}", 404, notFound, "call.unknown-operation", "Upper and lower case matter"},
		{"doubled slashes", "POST", api + "//PaaS//Material/ListMedia", isJSON, "{}", 404, notFound, "call.unknown-operation", "doubled slash"},
		{"/PaaS missing", "POST", api + "/Material/ListMedia", isJSON, "{}", 404, notFound, "call.unknown-operation", "lacks /PaaS"},
		{"/PaaS twice", "POST", api + "/PaaS/PaaS/Material/ListMedia", isJSON, "{}", 404, notFound, "call.unknown-operation", "/PaaS twice"},
		{"trailing slash", "POST", api + describe + "/", isJSON, "{}", 404, notFound, "call.unknown-operation", "ends in a slash"},
		{"another service's path", "POST", "https://open.cme.qcloud.com" + describe, isJSON, "{}", 404, `{"Code":"SignatureVerifyFail"`, "call.wrong-host", "web-paas-api.cme.qcloud.com"},
		{"no service's path", "GET", srv.URL + "/favicon.ico", "", "", 404, "fakecme: ", "call.unknown-path", ""},
		{"odd escapes", "GET", srv.URL + "/%zz", "", "", 0, "", "", ""},
	}
	for _, tt := range tests {
		if tt.status == 0 {
			continue // the client itself rejects to send it; see TestRawBadInput
		}
		address := tt.url
		if strings.Contains(address, "/PaaS/") && tt.status == 200 {
			address += "?auth=" + ticket
		}
		before := len(srv.Calls())
		answer := do(t, srv.Client(), tt.method, address, tt.body, "Content-Type", tt.contentType)
		if answer.Status != tt.status || !strings.HasPrefix(answer.Body, tt.want) {
			t.Errorf("%s: %d %s", tt.name, answer.Status, answer.Body)
		}
		calls := srv.Calls()
		if len(calls) != before+1 {
			t.Errorf("%s: %d calls in the journal, want %d", tt.name, len(calls), before+1)
			continue
		}
		d := calls[before].Diagnosis
		if d == nil || d.Code != tt.why || d.Fix == "" || !strings.Contains(d.String(), tt.says) || answer.why() != tt.why {
			t.Errorf("%s: diagnosis %v, header %q; want %s … %s", tt.name, d, answer.Header.Get("X-Fakecme-Why"), tt.why, tt.says)
		}
		if next := paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["1"]}`); next.why() != "" {
			t.Errorf("%s: the next call is rejected: %s", tt.name, next.Header.Get("X-Fakecme-Why"))
		}
	}
}

// raw sends bytes that no HTTP library would, and returns the first line of the response.
func raw(t *testing.T, srv *fake.Server, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil && len(answer) == 0 {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(answer), "\r\n")
	return line
}

func TestRawBadInput(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("")
	tests := []struct{ name, text, want string }{
		{"odd escapes in the path", "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		{"odd escapes in the query", "GET /?signature=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK"},
		{"not HTTP", "hello\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		{"a host of the vendors' that is not played", "GET /?signature=x HTTP/1.1\r\nHost: api.vs.tencent.com\r\nConnection: close\r\n\r\n", "HTTP/1.1 421 Misdirected Request"},
		{"any other host: the path decides", "GET /?signature=x HTTP/1.1\r\nHost: fake.test:80\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK"},
		{"the real host with a port and in capitals", "GET /?signature=x HTTP/1.1\r\nHost: OPEN.cme.qcloud.com:443\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK"},
	}
	for _, tt := range tests {
		if line := raw(t, srv, tt.text); line != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, line, tt.want)
		}
	}
	if answer := exchange(t, srv, loginSignature(srv.Tenant, "user_01")); answer.why() != "" {
		t.Errorf("the next call is rejected: %s", answer.Header.Get("X-Fakecme-Why"))
	}
}

// A client that leaves in the middle of its request is in the journal, and changes nothing.
func TestClientGone(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	ticket := login(t, srv, srv.Tenant, "user_01")
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST /PaaS/Material/DeleteMaterial?auth=%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", ticket)
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := srv.Await(t.Context(), "Material.DeleteMaterial", 1); err != nil {
		t.Fatal(err)
	}
	last := srv.Calls("Material.DeleteMaterial")[0]
	if last.Status != 0 || last.Diagnosis == nil || last.Diagnosis.Code != "call.cut-off" {
		t.Errorf("the journal says %s", last)
	}
	if answer := paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["1"]}`); answer.why() != "" {
		t.Errorf("the next call is rejected: %s", answer.Header.Get("X-Fakecme-Why"))
	}
}

// Slow clients do not hold a connection for ever, and large headers reach the fake.
func TestListenerLimits(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	server := srv.HTTPServer()
	if server.ReadHeaderTimeout <= 0 || server.ReadTimeout <= 0 || server.IdleTimeout <= 0 || server.ReadTimeout > 2*time.Minute {
		t.Errorf("time-outs: %v %v %v", server.ReadHeaderTimeout, server.ReadTimeout, server.IdleTimeout)
	}
	if server.MaxHeaderBytes < 2<<20 {
		t.Errorf("at most %d bytes of headers: a signature of 1 MiB would not be explained", server.MaxHeaderBytes)
	}
}

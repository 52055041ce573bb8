package fake_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
)

// ownClient is a client with a transport of its own, which was told of the proxy and the
// certificate as a user of the library would.
func ownClient(t *testing.T, srv *fake.Server, h2 bool, user string) *http.Client {
	t.Helper()
	through := srv.ProxyURL()
	if user != "" {
		through.User = url.User(user)
	}
	transport := &http.Transport{
		Proxy: http.ProxyURL(through), TLSClientConfig: &tls.Config{RootCAs: srv.CertPool()}, ForceAttemptHTTP2: h2,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

const loginAddress = "https://open.cme.qcloud.com/?signature="

func TestProxyURL(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %t", h2), func(t *testing.T) {
			t.Parallel()
			srv := fake.Start(t, fake.Config{})
			client := ownClient(t, srv, h2, "")
			response := do(t, client, "GET", loginAddress+url.QueryEscape(loginSignature(srv.Tenant, "user_01")), "")
			if !strings.Contains(response.Body, `"Code":"Success"`) {
				t.Errorf("login: %s", response.Body)
			}
			calls := srv.Calls("OpenCME.Login")
			if len(calls) != 1 || calls[0].Host != "open.cme.qcloud.com" {
				t.Errorf("got calls %v", calls)
			}
		})
	}
}

// Faults break what is inside the proxy as they break a connection of a client's own.
func TestFaultsThroughTheProxy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		h2    bool
		fault fault.Fault
		want  func(error) bool
	}{
		{"reset", false, fault.Reset(), func(err error) bool { return errors.Is(err, syscall.ECONNRESET) }},
		{"reset of a stream", true, fault.Reset(), func(err error) bool { return strings.Contains(err.Error(), "stream error") }},
		{"drop", false, fault.Drop(), func(err error) bool { return strings.HasSuffix(err.Error(), "EOF") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := fake.Start(t, fake.Config{})
			srv.Inject("Third.Login", tt.fault.Times(1))
			client := ownClient(t, srv, tt.h2, "")
			_, err := client.Post("https://video.h5ds.com/api/v1/third/login", "application/json", strings.NewReader("{}"))
			if err == nil || !tt.want(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// The user name for the proxy is a tenant: the home of calls that name none.
func TestProxyUser(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other := newTenant(t, srv, fake.Credentials{ID: "other"})
	for _, h2 := range []bool{false, true} {
		client := ownClient(t, srv, h2, "other")
		do(t, client, "GET", "https://video.h5ds.com/no/such/call", "")
		do(t, client, "GET", loginAddress, "") // it names nobody
		do(t, client, "GET", loginAddress+url.QueryEscape(loginSignature(srv.Tenant, "user_01")), "")
		do(t, ownClient(t, srv, h2, ""), "GET", loginAddress, "")
	}
	if got := len(other.Calls()); got != 4 {
		t.Errorf("the chosen tenant has %d calls, want 4: %v", got, other.Calls())
	}
	if got := srv.Calls(); len(got) != 4 || got[0].Error != "" || got[1].Error == "" {
		t.Errorf("the default tenant has calls %v; want those that name it and those through no user", got)
	}
	for _, f := range srv.Findings() {
		if f.Tenant != "other" {
			t.Errorf("finding of tenant %q: %s", f.Tenant, f)
		}
	}
	client := ownClient(t, srv, false, "other")
	do(t, client, "GET", loginAddress, "")
	srv.RemoveTenant(other) // its connection stays open
	do(t, client, "GET", loginAddress, "")
	if got := len(srv.Calls()); got != 5 {
		t.Errorf("after the chosen tenant was removed the default tenant has %d calls, want 5", got)
	}
	stranger := ownClient(t, srv, false, "stranger")
	if _, err := stranger.Get(loginAddress); err == nil || !strings.Contains(err.Error(), `fakecme: there is no tenant "stranger": the user name for the proxy is the id of a tenant`) {
		t.Errorf("an unknown tenant: got %v", err)
	}
	srv.Forgive("")
}

// Calls that the proxy does not let out are in the journal; one to a host of the vendors is a finding too.
func TestProxyRejects(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	client := ownClient(t, srv, false, "")
	for _, host := range []string{"example.com", "cme.qcloud.com"} {
		if _, err := client.Get("https://" + host); err == nil || !strings.Contains(err.Error(), "fakecme: the proxy lets no call out to "+host+":443") {
			t.Errorf("%s: got %v", host, err)
		}
	}
	var got []string
	for _, c := range srv.Calls() {
		got = append(got, fmt.Sprint(c.Method, " ", c.Host, " ", c.Status, " ", c.Diagnosis.Code, " ", len(c.Findings)))
	}
	if diff := cmp.Diff([]string{"CONNECT example.com:443 403 proxy.rejected 0", "CONNECT cme.qcloud.com:443 403 proxy.rejected 1"}, got); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
	if _, err := srv.Tenant.HAR(); err != nil {
		t.Errorf("the journal as HAR: %v", err)
	}
	srv.Forgive("")
}

func TestTLSURL(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	address := strings.TrimPrefix(srv.TLSURL(), "https://")
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: srv.CertPool()},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) { // a name lookup that leads to the fake
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}}
	t.Cleanup(client.CloseIdleConnections)
	for _, host := range append(fake.Hosts(), address, "localhost") {
		if response := do(t, client, "GET", "https://"+host+"/_fakecme/health", ""); response.Status != http.StatusOK {
			t.Errorf("%s: %d %s", host, response.Status, response.Body)
		}
	}
	if _, err := client.Get("https://example.com/"); err == nil || !strings.Contains(err.Error(), "unrecognized name") {
		t.Errorf("example.com: got %v", err)
	}
	if _, err := client.Get("https://odd%5Bname/"); err == nil {
		t.Error("an odd name: no error")
	}
	calls := srv.Calls()
	if len(calls) == 0 || calls[0].Method != "TLS" || calls[0].Host != "example.com" || calls[0].Diagnosis.Code != "tls.other-name" {
		t.Errorf("got calls %v", calls)
	}
	if _, err := srv.Tenant.HAR(); err != nil {
		t.Errorf("the journal as HAR: %v", err)
	}
}

func TestCAPem(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	address := srv.URL + "/_fakecme/ca.pem"
	if response := do(t, srv.Client(), "GET", address, ""); response.Status != 404 || !strings.Contains(response.Body, "--https or --proxy") {
		t.Errorf("without a listener that needs it: got %d %s", response.Status, response.Body)
	}
	srv.ProxyURL()
	response := do(t, srv.Client(), "GET", address, "")
	if response.Status != 200 || !strings.HasPrefix(response.Body, "-----BEGIN CERTIFICATE-----\n") || strings.Contains(response.Body, "KEY") {
		t.Errorf("got %d %s", response.Status, response.Body)
	}
}

// The listeners start when they are first asked for; there is one of each, with one authority.
func TestListenersAreLazy(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	addresses := make([]string, 8)
	var all sync.WaitGroup
	for i := range addresses {
		all.Go(func() { addresses[i] = srv.ProxyURL().String() + srv.TLSURL() })
	}
	all.Wait()
	if slices.Sort(addresses); addresses[0] != addresses[7] {
		t.Errorf("got %v", addresses)
	}
	if _, err := srv.ListenTLS("127.0.0.1:0", nil); err == nil {
		t.Error("listened for HTTPS twice")
	}
	if _, err := srv.ListenProxy("127.0.0.1:0", nil); err == nil {
		t.Error("listened as a proxy twice")
	}
	srv.Close()
	if _, err := srv.ListenTLS("127.0.0.1:0", nil); err == nil {
		t.Error("listened for HTTPS after Close")
	}
	for _, address := range []string{srv.URL, srv.TLSURL(), srv.ProxyURL().String()} {
		u, _ := url.Parse(address)
		if conn, err := net.Dial("tcp", u.Host); err == nil {
			_ = conn.Close()
			t.Errorf("%s is open after Close", address)
		}
	}
}

func TestProxyURLInMemory(t *testing.T) {
	t.Parallel()
	srv := newServer(t, fake.Config{})
	if err := srv.ListenInMemory(); err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	defer func() {
		if cause := fmt.Sprint(recover()); !strings.Contains(cause, "in memory only") {
			t.Errorf("got %s", cause)
		}
	}()
	srv.ProxyURL()
}

// A file that nobody has stored belongs to the tenant chosen at the proxy, as any other call that names none.
func TestUnknownFileThroughTheProxy(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	other := newTenant(t, srv, fake.Credentials{ID: "other"})
	do(t, ownClient(t, srv, false, "other"), "GET", "https://cdn.h5ds.com/no/such/file.png", "")
	if got, calls := len(other.Calls()), srv.Calls(); got != 1 || len(calls) != 0 {
		t.Errorf("the chosen tenant has %d calls, want 1; the default tenant has %v", got, calls)
	}
}

package main

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/authority"
)

// A fake is no live service, even where its authority is trusted.
func TestRejectFake(t *testing.T) {
	t.Parallel()
	a, err := authority.New(fake.Hosts(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	played := httptest.NewUnstartedServer(http.NotFoundHandler())
	played.TLS = a.TLSConfig(nil)
	played.StartTLS()
	defer played.Close()
	other := httptest.NewTLSServer(http.NotFoundHandler())
	defer other.Close()
	for _, tt := range []struct {
		name, url string
		roots     *x509.CertPool
		want      string
	}{
		{"a fake", played.URL, a.Pool(), "this is a fake, and not the live service"},
		{"another server", other.URL, other.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs, ""},
	} {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: tt.roots, VerifyConnection: rejectFake, ServerName: map[bool]string{true: "video.h5ds.com"}[tt.want != ""]}}
		response, err := (&http.Client{Transport: transport}).Get(tt.url)
		if err == nil {
			_ = response.Body.Close()
		}
		if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
		transport.CloseIdleConnections()
	}
}

// Package testcontainers shows a test that runs the image of fakecme with testcontainers-go, and leads a client to it that
// has the real host names compiled in. It needs nothing of fakecme but the image.
package testcontainers

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// startFake runs the image until the test ends, and returns a client whose calls to the real host names go to it.
func startFake(t *testing.T) (client *http.Client, admin string) {
	t.Helper()
	image := os.Getenv("FAKECME_IMAGE") // such as registry.example/fakecme
	if image == "" {
		image = "fakecme"
	}
	const http11560, proxy11562 = "11560/tcp", "11562/tcp"
	container, err := testcontainers.Run(t.Context(), image,
		testcontainers.WithExposedPorts(http11560, proxy11562),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/_fakecme/health").WithPort(http11560)),
	)
	testcontainers.CleanupContainer(t, container)
	if err != nil {
		t.Fatal(err)
	}
	admin, err = container.PortEndpoint(t.Context(), http11560, "http")
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := container.PortEndpoint(t.Context(), proxy11562, "http")
	if err != nil {
		t.Fatal(err)
	}
	through, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if certificate := get(t, http.DefaultClient, admin+"/_fakecme/ca.pem"); !roots.AppendCertsFromPEM([]byte(certificate)) {
		t.Fatalf("no certificate: %s", certificate)
	}
	return &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyURL(through), TLSClientConfig: &tls.Config{RootCAs: roots},
	}}, admin
}

func get(t *testing.T, client *http.Client, address string) string {
	t.Helper()
	response, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWrongSignature(t *testing.T) {
	client, admin := startFake(t)
	if got := get(t, client, "https://open.cme.qcloud.com/?signature=wrong"); !strings.Contains(got, "SignatureVerifyFail") {
		t.Errorf("got %s", got)
	}
	if got := get(t, http.DefaultClient, admin+"/_fakecme/findings"); !strings.HasPrefix(got, `{"findings":[],"bugs":[],`) {
		t.Errorf("the fake has found: %s", got)
	}
}

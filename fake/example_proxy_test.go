package fake_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"

	"github.com/fakecme/fakecme/fake"
)

// A client that makes its own transport, with the real host names compiled in, reaches the fake
// through its proxy. In a test, fake.Start takes the place of New and Close.
func ExampleServer_ProxyURL() {
	srv, err := fake.New(fake.Config{})
	if err != nil {
		panic(err)
	}
	defer srv.Close()

	client := &http.Client{Transport: &http.Transport{
		Proxy:           http.ProxyURL(srv.ProxyURL()),
		TLSClientConfig: &tls.Config{RootCAs: srv.CertPool()},
	}}
	defer client.CloseIdleConnections()
	answer, err := client.Get("https://open.cme.qcloud.com/?signature=wrong")
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	fmt.Println(string(text))

	_, err = client.Get("https://example.com/")
	fmt.Println(err)
	// Output:
	// {"Code":"SignatureVerifyFail","Message":"签名校验失败","EnglishMessage":"Signature Verify Fail"}
	// Get "https://example.com/": fakecme: the proxy lets no call out to example.com:443
}

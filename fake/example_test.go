package fake_test

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/webpaas"
)

func TestDeletedMaterialIsGone(t *testing.T) {
	srv := fake.Start(t, fake.Config{}) // closed and judged when the test ends; t.Parallel is fine
	video := fake.Put(srv, webpaas.Material{
		Type: "VIDEO", Name: "脱口秀", Owner: webpaas.Entity{Type: "PERSON", ID: "user_01"},
	})

	// The code under test: the real host names are compiled in, only the *http.Client is given.
	library := newLibrary(srv.Client(), srv.Tenant.SecretID, srv.Tenant.SecretKey, srv.Tenant.Platform)
	if err := library.Delete("user_01", video.ID); err != nil {
		t.Fatal(err)
	}

	if err := library.Delete("user_01", video.ID); err == nil { // the fake keeps state
		t.Error("deleted twice without an error")
	}
	srv.Clock.Advance(24 * time.Hour) // tickets expire …
	srv.Clock.Real()                  // … and a client that signs with its own clock can log in again
	if got := srv.Calls("Material.DeleteMaterial"); len(got) != 2 {
		t.Errorf("%d calls, want 2: %v", len(got), got)
	}
}

// library is a small client of the two CME services, as a user would write it.
type library struct {
	client                        *http.Client
	secretID, secretKey, platform string
}

func newLibrary(client *http.Client, secretID, secretKey, platform string) *library {
	return &library{client, secretID, secretKey, platform}
}

// Delete deletes a material in the name of the user.
func (l *library) Delete(user, material string) error {
	now := time.Now()
	signature := cmesign.Sign(l.secretKey, cmesign.Params{
		SecretID: l.secretID, CurrentTimeStamp: now, ExpireTime: now.Add(5 * time.Minute),
		Random: 220625, Platform: l.platform, Action: "Login", UserID: user,
	})
	var login struct {
		Code string
		Data struct{ Authorization string }
	}
	response, err := l.client.Get("https://open.cme.qcloud.com?signature=" + url.QueryEscape(signature))
	if err := decode(response, err, &login); err != nil {
		return err
	}
	var deleted struct{ Code string }
	response, err = l.client.Post(
		"https://web-paas-api.cme.qcloud.com/PaaS/Material/DeleteMaterial?auth="+url.QueryEscape(login.Data.Authorization),
		"application/json", strings.NewReader(`{"MaterialId":"`+material+`"}`))
	if err := decode(response, err, &deleted); err != nil {
		return err
	}
	if deleted.Code != "Success" {
		return fmt.Errorf("delete material: %s", deleted.Code)
	}
	return nil
}

// A fake without a test is an http.Handler.
func ExampleNew() {
	srv, err := fake.New(fake.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()

	response, err := srv.Client().Get("https://open.cme.qcloud.com?signature=not-a-signature")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(body))
	// Output: {"Code":"SignatureVerifyFail","Message":"签名校验失败","EnglishMessage":"Signature Verify Fail"}
}

// decode reads a JSON response.
func decode(response *http.Response, err error, into any) error {
	if err != nil {
		return err
	}
	defer response.Body.Close()
	return json.NewDecoder(response.Body).Decode(into)
}

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
	response, err := client.Get("https://open.cme.qcloud.com/?signature=wrong")
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	fmt.Println(string(text))

	_, err = client.Get("https://example.com/")
	fmt.Println(err)
	// Output:
	// {"Code":"SignatureVerifyFail","Message":"签名校验失败","EnglishMessage":"Signature Verify Fail"}
	// Get "https://example.com/": fakecme: the proxy lets no call out to example.com:443
}

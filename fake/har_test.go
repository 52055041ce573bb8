package fake_test

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/recordings/har"
)

// The journal as HAR reads back as the calls that were made, with diagnoses as comments and without a secret.
func TestHAR(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	ticket := login(t, srv, srv.Tenant, "user_01")
	paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["1"]}`)
	exchange(t, srv, "bad")
	srv.Inject("OpenCME.Login", fault.Status(503, 0))
	exchange(t, srv, "bad")
	text := admin(t, srv, "GET", "journal.har", "", nil)
	if text.Status != 200 || strings.Contains(text.Body, ticket) || strings.Contains(text.Body, srv.Tenant.SecretKey) {
		t.Errorf("%d, or a secret stands in it", text.Status)
	}
	archive, err := har.Read("journal.har", strings.NewReader(text.Body))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range archive.Log.Entries {
		c, err := e.Call()
		if err != nil {
			t.Fatal(err)
		}
		operation, _, rejected := strings.Cut(c.Comment, ": ")
		got = append(got, c.Method+" "+c.URL.Scheme+"://"+c.URL.Host+c.URL.Path+" "+operation)
		if want := srv.Calls()[len(got)-1]; c.Status != want.Status || string(c.ResponseBody) != string(want.ResponseBody) || string(c.Body) != string(want.RequestBody) || rejected != (want.Diagnosis != nil) {
			t.Errorf("entry %d is %+v", len(got), c)
		}
	}
	want := []string{
		"GET https://open.cme.qcloud.com/ OpenCME.Login",
		"POST https://web-paas-api.cme.qcloud.com/PaaS/Material/DescribeMaterials Material.DescribeMaterials",
		"GET https://open.cme.qcloud.com/ OpenCME.Login",
		"GET https://open.cme.qcloud.com/ OpenCME.Login",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

// A call whose Host fits in no address is in the file too.
func TestHARWithOddCalls(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("")
	for _, host := range []string{"a%zz", "a b", "", "127.0.0.1:x"} {
		r := httptest.NewRequest("GET", "/no/such/path?a=b", nil)
		r.Host = host
		srv.ServeHTTP(httptest.NewRecorder(), r)
	}
	star := httptest.NewRequest("GET", "/", nil)
	star.Host, star.URL.Path = "127.0.0.1:1", "*"
	srv.ServeHTTP(httptest.NewRecorder(), star)
	text, err := srv.Tenant.HAR()
	if err != nil {
		t.Fatal(err)
	}
	archive, err := har.Read("journal.har", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(archive.Log.Entries); got != 5 {
		t.Errorf("%d entries, want 5: %s", got, text)
	}
	for _, e := range archive.Log.Entries {
		if c, err := e.Call(); err != nil || c.Status != 404 {
			t.Errorf("entry %+v: %v", c, err)
		}
	}
}

package fake_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
)

func TestMultipartRefused(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{MaxBody: 64 << 10})
	srv.Forgive("Common.Upload.Form", "User.Info")
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	whole, contentType := multipartBody(t, part{"file", "a.png", "image/png", binary})
	two, twoType := multipartBody(t, part{"a", "a.png", "image/png", binary}, part{"b", "b.png", "image/png", binary})
	var many []part
	for i := range 101 {
		many = append(many, part{name: fmt.Sprint(i), content: "x"})
	}
	crowd, crowdType := multipartBody(t, many...)
	exe, exeType := multipartBody(t, part{"file", "a.exe", "application/x-msdownload", "MZ"})
	none, noneType := multipartBody(t, part{name: "file", content: "no filename"})
	large, largeType := multipartBody(t, part{"file", "a.png", "image/png", strings.Repeat("x", 64<<10)})
	for _, tt := range []struct {
		name, contentType, body string
		status                  int
		want, why               string
	}{
		{"cut off", contentType, whole[:len(whole)/2], 200, "参数错误", "call.multipart"},
		{"another boundary", "multipart/form-data; boundary=other", whole, 200, "参数错误", "call.multipart"},
		{"broken header", "multipart/form-data; boundary=x", "--x\r\nno colon\r\n\r\n--x--\r\n", 200, "参数错误", "call.multipart"},
		{"too many parts", crowdType, crowd, 200, "参数错误", "call.multipart"},
		{"no boundary", "multipart/form-data", whole, 200, "参数错误", "contract.content-type"},
		{"JSON", "application/json", `{"file":{}}`, 200, "参数错误", "contract.content-type"},
		{"nothing", contentType, "", 200, "参数错误", "contract.body"},
		{"two files", twoType, two, 200, "参数错误: file", "upload.files"},
		{"no file", noneType, none, 200, "参数错误: file", "upload.files"},
		{"a type that is not accepted", exeType, exe, 200, "参数错误: file", "upload.type"},
		{"larger than a body may be", largeType, large, 413, "参数错误", "call.body-too-large"},
	} {
		answer := do(t, srv.Client(), "POST", "https://video.h5ds.com/api/v1/common/upload/form", tt.body, "Authorization", token, "Content-Type", tt.contentType)
		if answer.Status != tt.status || answer.Body != `{"code":400,"message":"`+tt.want+`","data":null}` || answer.why() != tt.why {
			t.Errorf("%s: %d %s (%s)", tt.name, answer.Status, answer.Body, answer.Header.Get("X-Fakecme-Why"))
		}
	}
	found := map[string]int{}
	for _, c := range srv.Calls("Common.Upload.Form") {
		for _, f := range c.Findings {
			found[f.Diagnosis.Code]++
		}
	}
	want := map[string]int{"call.multipart": 4, "contract.content-type": 2, "contract.body": 1, "call.body-too-large": 1}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if answer := do(t, srv.Client(), "POST", "https://video.h5ds.com/api/v1/common/upload/form", whole, "Authorization", token, "Content-Type", contentType); answer.why() != "" {
		t.Errorf("the next upload is rejected: %s", answer.Header.Get("X-Fakecme-Why"))
	}
}

// A secret among the fields of a multipart body is not in the journal.
func TestMultipartSecrets(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	token := thirdLogin(t, srv, srv.Tenant, "user_01")
	body, contentType := multipartBody(t, part{name: "token", content: token}, part{"file", "a.png", "image/png", binary})
	do(t, srv.Client(), "POST", "https://video.h5ds.com/api/v1/common/upload/form", body, "Authorization", token, "Content-Type", contentType)
	kept := string(srv.Calls("Common.Upload.Form")[0].RequestBody)
	if strings.Contains(kept, "eyJ") || !strings.Contains(kept, "<token:") || !strings.Contains(kept, binary) {
		t.Errorf("the journal has %q", kept)
	}
}

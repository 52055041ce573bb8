package webpaas

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var taskIDForm = regexp.MustCompile(`^\{"TaskId":"\d+-procedurev2-[0-9a-f]{32}t0"\}$`)

const exampleFile = "5285890811566343555"

func uploadRequest(class, rest string) string {
	return `{"ClassId":` + class + `,"MaterialType":"VIDEO","Name":"上传测试","Owner":` + aliceJSON + rest + `}`
}

// apply begins an upload and returns its context.
func (w *world) apply(user, request string) string {
	w.t.Helper()
	var resp createUploadResponse
	if err := json.Unmarshal([]byte(w.must(user, "Material.CreateUploadMaterial", request)), &resp); err != nil {
		w.t.Fatal(err)
	}
	return resp.UploadContext
}

func finishRequest(context, file string) string {
	return `{"UploadContext":"` + context + `","VodFileId":"` + file + `"}`
}

// In the documented example the context is opaque and the signature has the form of VOD.
func TestCreateUploadExample(t *testing.T) {
	t.Parallel()
	w := newWorld(t).load(Fixtures{Classes: []Class{{ID: 1423, Owner: Person(exampleOwner), Name: "a"}}})
	w.verify = verifyFor(exampleOwner)
	request := `{"ClassId":1423,"MaterialType":"VIDEO","Name":"上传测试","Owner":` + ownerJSON + `,"VerifySign":"good"}`
	got := w.must(exampleOwner, "Material.CreateUploadMaterial", request)
	form := regexp.MustCompile(`^\{"UploadContext":"([0-9a-f]{64})","VodUploadSign":"([A-Za-z0-9+/=]+)"\}$`)
	parts := form.FindStringSubmatch(got)
	if parts == nil {
		t.Fatalf("Data = %s, want %s", got, form)
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) < sha1.Size {
		t.Fatalf("VodUploadSign %q: %v", raw, err)
	}
	mac := hmac.New(sha1.New, []byte("fake-vod-secret-key"))
	mac.Write(raw[sha1.Size:])
	text := regexp.MustCompile(`^secretId=fake-vod-secret-id&currentTimeStamp=1767323045&expireTime=1767330245&random=\d{1,10}$`)
	if !hmac.Equal(mac.Sum(nil), raw[:sha1.Size]) || !text.Match(raw[sha1.Size:]) {
		t.Errorf("VodUploadSign is not HMAC-SHA1 and its text: %q", raw)
	}
	want := Upload{
		Context: parts[1], User: exampleOwner, Owner: Person(exampleOwner), ClassID: 1423,
		Type: "VIDEO", Name: "上传测试", CreateTime: testTime,
	}
	if diff := cmp.Diff(map[string]Upload{want.Context: want}, w.st.Uploads); diff != "" {
		t.Errorf("uploads (-want +got):\n%s", diff)
	}
	if again := w.must(exampleOwner, "Material.CreateUploadMaterial", request); again == got {
		t.Error("the same upload twice")
	}
}

// Uploads and the files that they used are part of a snapshot.
func TestUploadsSurviveASnapshot(t *testing.T) {
	t.Parallel()
	w := classWorld(t)
	open := w.apply("alice", uploadRequest("9", `,"TagSet":["综艺"]`))
	w.must("alice", "Material.FinishUploadMaterial", finishRequest(w.apply("alice", uploadRequest("9", "")), exampleFile))
	w.must("alice", "Material.DeleteMaterial", `{"MaterialId":"38192156030600000001"}`)
	before := encode(t, w.st)
	restored := &State{}
	if err := json.Unmarshal([]byte(before), restored); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, encode(t, restored)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	w.st = restored
	checkOutcome(t, outcome{Error: "InvalidVodFileId", Why: "webpaas.vod-file-used"},
		w.run("alice", "Material.FinishUploadMaterial", finishRequest(open, exampleFile)))
	w.must("alice", "Material.FinishUploadMaterial", finishRequest(open, "2"))
}

// An upload that is stored twice counts its file once.
func TestPutUploadTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, file := range []string{"", "1", "1", "2"} {
		w.st.putUpload(Upload{Context: "u", VodFileID: file})
		w.checkIndex()
	}
	if diff := cmp.Diff(map[string]int{"2": 1}, w.st.index.files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// A diagnosis goes to logs, so it never shows an UploadContext.
func TestUploadReasonsKeepTheSecret(t *testing.T) {
	t.Parallel()
	w := classWorld(t)
	context := w.apply("alice", uploadRequest("9", ""))
	for _, user := range []string{"bob", "alice"} {
		_, err := openUpload(w.as(user), w.st, context+map[string]string{"alice": "x"}[user])
		if text := encode(t, err); err == nil || strings.Contains(text, context[:16]) {
			t.Errorf("%s: %s", user, text)
		}
	}
}

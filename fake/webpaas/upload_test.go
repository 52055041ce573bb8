package webpaas

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/fakecme/fakecme/fake/dialect"
)

// Errors of uploads as outcome.Error has them.
const (
	uploadContext = "InvalidParameterValue.UploadContext|非法上传上下文|invalid upload context"
	vodFileID     = "InvalidParameterValue.VodFileId|非法媒体文件|invalid vod file id"
)

const exampleFile = "5285890811566343555"

func uploadRequest(class, rest string) string {
	return `{"ClassId":` + class + `,"MaterialType":"VIDEO","Name":"上传测试","Owner":` + aliceJSON + rest + `}`
}

// apply begins an upload and returns its context.
func (w *world) apply(user, request string) string {
	w.t.Helper()
	var answer createUploadResponse
	if err := json.Unmarshal([]byte(w.must(user, "Material.CreateUploadMaterial", request)), &answer); err != nil {
		w.t.Fatal(err)
	}
	return answer.UploadContext
}

func finishRequest(context, file string) string {
	return `{"UploadContext":"` + context + `","VodFileId":"` + file + `"}`
}

func TestCreateUpload(t *testing.T) {
	t.Parallel()
	optional, required := dialect.UploadSignOptional, dialect.UploadSignRequired
	runes := func(n int) string { return strings.Repeat("名", n) }
	typed := func(kind string) string { return strings.Replace(uploadRequest("500", ""), "VIDEO", kind, 1) }
	named := func(name string) string { return strings.Replace(uploadRequest("500", ""), "上传测试", name, 1) }
	ofTeam := strings.Replace(uploadRequest("700", ""), aliceJSON, teamJSON, 1)
	badSign := func(why string) outcome { return outcome{Refusal: verifyFail, Why: why} }
	tests := []struct {
		name, user, request string
		sign                dialect.UploadSign
		want                outcome
	}{
		{"VIDEO", "alice", typed("VIDEO"), optional, outcome{}},
		{"AUDIO", "alice", typed("AUDIO"), optional, outcome{}},
		{"IMAGE", "alice", typed("IMAGE"), optional, outcome{}},
		{"STICKER", "alice", typed("STICKER"), optional, outcome{}},
		{"EFFECT_VIDEO", "alice", typed("EFFECT_VIDEO"), optional, outcome{}},
		{"LINK", "alice", typed("LINK"), optional, badParameter("MaterialType")},
		{"no type", "alice", typed(""), optional, badParameter("MaterialType")},
		{"into the root", "alice", uploadRequest("9", ""), optional, outcome{}},
		{"into a preset", "alice", uploadRequest("12", ""), optional, outcome{}},
		{"into a full class", "alice", uploadRequest("510", ""), optional, outcome{}},
		{"into an unknown class", "alice", uploadRequest("1423", ""), optional, classUnknown()},
		{"into a class of another", "alice", uploadRequest("600", ""), optional, classUnknown()},
		{"above the root", "alice", uploadRequest("-1", ""), optional, classUnknown()},
		{"a stranger", "carol", uploadRequest("500", ""), optional, classForeign()},
		{"granted to write", "dora", uploadRequest("501", ""), optional, outcome{}},
		{"granted to read", "erin", uploadRequest("501", ""), optional, classForeign()},
		{"an admin", "adam", ofTeam, optional, outcome{}},
		{"a member", "mia", ofTeam, optional, classForeign()},
		{"name of 90", "alice", named(runes(90)), optional, outcome{}},
		{"name of 91", "alice", named(runes(91)), optional, badParameter("Name")},
		{"no name", "alice", named(""), optional, badParameter("Name")},
		{"tag of 15", "alice", uploadRequest("500", `,"TagSet":["`+runes(15)+`"]`), optional, outcome{}},
		{"tag of 16", "alice", uploadRequest("500", `,"TagSet":["`+runes(16)+`"]`), optional, badParameter("TagSet")},
		{"fields of a sister host", "alice", uploadRequest("500", `,"UploadSummaryKey":"x","Attribute":"x","PreProcessDefinitionSet":[40]`), optional, outcome{}},
		{"right before values", "carol", strings.Replace(typed(""), "上传测试", "", 1), optional, classForeign()},
		{"good sign", "alice", uploadRequest("500", `,"VerifySign":"good"`), optional, outcome{}},
		{"bad sign", "alice", uploadRequest("500", `,"VerifySign":"xxxxxxxx"`), optional, badSign("cme.hmac")},
		{"sign of another user", "dora", uploadRequest("500", `,"VerifySign":"good"`), optional, badSign("webpaas.verify-sign-user")},
		{"right before sign", "carol", uploadRequest("500", `,"VerifySign":"xxxxxxxx"`), required, classForeign()},
		{"required and good", "alice", uploadRequest("500", `,"VerifySign":"good"`), required, outcome{}},
		{"required and bad", "alice", uploadRequest("500", `,"VerifySign":"xxxxxxxx"`), required, badSign("cme.hmac")},
		{"required and missing", "alice", uploadRequest("500", ``), required, badSign("webpaas.verify-sign-missing")},
		{"required and empty", "alice", uploadRequest("500", `,"VerifySign":""`), required, badSign("webpaas.verify-sign-missing")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := classWorld(t)
			w.dialect.UploadSign = tt.sign
			checkOutcome(t, tt.want, withoutBody(w.run(tt.user, "Material.CreateUploadMaterial", tt.request)))
			if n := len(w.st.Uploads); (n == 1) != (tt.want.Refusal == "") {
				t.Errorf("%d uploads", n)
			}
		})
	}
}

// The documented example: the context is opaque, the signature has the form of VOD's.
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

// The documented responses of FinishUploadMaterial, with MaterialId and without.
func TestFinishUploadExample(t *testing.T) {
	t.Parallel()
	for presence, want := range map[dialect.Presence]string{
		dialect.Present: data(`{"MaterialId":"38192156030600000001"}`), dialect.Absent: success,
	} {
		t.Run("data "+string(presence), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.dialect.FinishUploadData = presence
			context := w.apply("alice", uploadRequest("9", ""))
			if diff := cmp.Diff(want, w.run("alice", "Material.FinishUploadMaterial", finishRequest(context, exampleFile)).Body); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			const illegal = `{"Code":"InvalidParameterValue.UploadContext","Message":"非法上传上下文","EnglishMessage":"invalid upload context"}`
			if diff := cmp.Diff(illegal, w.run("alice", "Material.FinishUploadMaterial", finishRequest("xxxxxxxx", exampleFile)).Body); diff != "" {
				t.Errorf("illegal context (-want +got):\n%s", diff)
			}
		})
	}
}

// What was uploaded is a material like any other.
func TestFinishUploadMakesAMaterial(t *testing.T) {
	t.Parallel()
	for _, kind := range uploadTypes {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := classWorld(t)
			request := strings.Replace(uploadRequest("501", `,"TagSet":["综艺"]`), "VIDEO", kind, 1)
			context := w.apply("dora", request)
			w.now = w.now.Add(time.Minute)
			w.must("dora", "Material.FinishUploadMaterial", finishRequest(context, exampleFile))
			id, now := "38192156030600000001", testTime.Add(time.Minute).Truncate(time.Second)
			want := Material{
				ID: id, Type: kind, Name: "上传测试", Owner: Person("alice"), ClassID: 501, Tags: []string{"综艺"},
				CreateTime: now, UpdateTime: now, TranscodeStatus: "NORMAL", VodFileID: exampleFile,
			}
			got := w.st.Materials[id]
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Material{}, "Media")); diff != "" {
				t.Errorf("material (-want +got):\n%s", diff)
			}
			if got.Media.Size == 0 {
				t.Error("nothing was measured")
			}
			upload := w.st.Uploads[context]
			if upload.MaterialID != id || upload.VodFileID != exampleFile {
				t.Errorf("upload %+v", upload)
			}
			if list := w.must("alice", "Material.ListMedia", listRequest(aliceJSON, 501, 0, 20)); !strings.Contains(list, exampleFile) {
				t.Errorf("no address with the file's id: %s", list)
			}
		})
	}
}

func TestFinishUploadRefuses(t *testing.T) {
	t.Parallel()
	context := func(why string) outcome { return outcome{Refusal: uploadContext, Why: "webpaas.upload-" + why} }
	file := func(why string) outcome { return outcome{Refusal: vodFileID, Why: "webpaas.vod-file-" + why} }
	nothing := func(*world, string) {}
	after := func(d time.Duration) func(*world, string) { return func(w *world, _ string) { w.now = w.now.Add(d) } }
	finish := func(file string) func(*world, string) {
		return func(w *world, context string) {
			w.must("dora", "Material.FinishUploadMaterial", finishRequest(context, file))
		}
	}
	tests := []struct {
		name   string
		before func(w *world, context string)
		user   string
		change func(context string) string // of the context; none when nil
		file   string
		want   outcome
	}{
		{"good", nothing, "dora", nil, exampleFile, outcome{}},
		{"invented context", nothing, "dora", func(string) string { return "xxxxxxxx" }, exampleFile, context("unknown")},
		{"no context", nothing, "dora", func(string) string { return "" }, exampleFile, context("unknown")},
		{"cut context", nothing, "dora", func(c string) string { return c[:63] }, exampleFile, context("unknown")},
		{"of another user", nothing, "alice", nil, exampleFile, context("foreign")},
		{"used", finish("1"), "dora", nil, exampleFile, context("used")},
		{"used with the same file", finish(exampleFile), "dora", nil, exampleFile, context("used")},
		{"just before it expires", after(24*time.Hour - 1), "dora", nil, exampleFile, outcome{}},
		{"when it expires", after(24 * time.Hour), "dora", nil, exampleFile, context("expired")},
		{"the clock was set back", after(-time.Hour), "dora", nil, exampleFile, outcome{}},
		{"right lost", func(w *world, _ string) { w.st.Grants = nil }, "dora", nil, exampleFile, classForeign()},
		{"class gone", func(w *world, _ string) { w.must("alice", "Material.DeleteClass", `{"ClassId":501}`) }, "dora", nil, exampleFile, classUnknown()},
		{"class moved", func(w *world, _ string) {
			w.must("alice", "Material.ModifyClass", `{"ClassId":500,"Owner":`+aliceJSON+`,"ParentClassId":502}`)
		}, "dora", nil, exampleFile, outcome{}},
		{"context before file", nothing, "alice", nil, "x", context("foreign")},
		{"no file", nothing, "dora", nil, "", file("form")},
		{"a name as a file", nothing, "dora", nil, "holiday.mp4", file("form")},
		{"a sign", nothing, "dora", nil, "-1", file("form")},
		{"digits of another script", nothing, "dora", nil, "٥٢٨٥", file("form")},
		{"20 digits", nothing, "dora", nil, strings.Repeat("9", 20), outcome{}},
		{"21 digits", nothing, "dora", nil, strings.Repeat("9", 21), file("form")},
		{"file of an upload", func(w *world, _ string) {
			w.must("alice", "Material.FinishUploadMaterial", finishRequest(w.apply("alice", uploadRequest("9", "")), exampleFile))
		}, "dora", nil, exampleFile, file("used")},
		{"file of an upload that is gone", func(w *world, _ string) {
			w.must("alice", "Material.FinishUploadMaterial", finishRequest(w.apply("alice", uploadRequest("9", "")), exampleFile))
			w.must("alice", "Material.DeleteMaterial", `{"MaterialId":"38192156030600000001"}`)
		}, "dora", nil, exampleFile, file("used")},
		{"file of a seeded material", func(w *world, _ string) {
			w.load(Fixtures{Materials: []Material{{Owner: Person("bob"), VodFileID: exampleFile}}})
		}, "dora", nil, exampleFile, file("used")},
		{"after an error", func(w *world, context string) {
			w.run("alice", "Material.FinishUploadMaterial", finishRequest(context, exampleFile))
			w.run("dora", "Material.FinishUploadMaterial", finishRequest(context, "x"))
		}, "dora", nil, exampleFile, outcome{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := classWorld(t)
			context := w.apply("dora", uploadRequest("501", ""))
			tt.before(w, context)
			if tt.change != nil {
				context = tt.change(context)
			}
			checkOutcome(t, tt.want, withoutBody(w.run(tt.user, "Material.FinishUploadMaterial", finishRequest(context, tt.file))))
		})
	}
}

// Uploads, and which files they used, come back from a snapshot.
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
	checkOutcome(t, outcome{Refusal: vodFileID, Why: "webpaas.vod-file-used"},
		withoutBody(w.run("alice", "Material.FinishUploadMaterial", finishRequest(open, exampleFile))))
	w.must("alice", "Material.FinishUploadMaterial", finishRequest(open, "2"))
}

// An upload that is put again counts its file once.
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

// A reason never shows an UploadContext: it goes to logs.
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

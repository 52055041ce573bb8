package storage_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/storage"
	"github.com/fakecme/fakecme/fake/internal/sample"
	"go.yaml.in/yaml/v3"
)

func TestFile(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	for _, f := range []storage.File{
		{Path: "/video/materials/images/x.jpg", Content: storage.Content("picture")},
		{Path: "/video/uploads/20250912/1.bin", Owner: "user_02", Content: storage.Content("bytes")},
		{Path: "/video/uploads/20250912/2.txt", Owner: h5dstest.OtherID, Content: storage.Content("text"), ContentType: "text/html"},
		{Path: "/video/a.mp4", Sample: "mp4"}, {Path: "/video/a.png", Sample: "png"},
		{Path: "/video/a.mp3", Sample: "mp3"}, {Path: "/video/a.wav", Sample: "wav", Rate: 8000},
	} {
		h5dstest.Put(t, st, f)
	}
	const project = `{"title":"<mine>"}`
	for _, test := range []struct{ name, path, want, contentType string }{
		{"of the vendor's", "/video/materials/images/x.jpg", "picture", "image/jpeg"},
		{"of a type nobody knows", "/video/uploads/20250912/1.bin", "bytes", "application/octet-stream"},
		{"of a type that is given", "/video/uploads/20250912/2.txt", "text", "text/html"},
		{"doubled slashes", "//video//materials/images///x.jpg", "picture", "image/jpeg"},
		{"no slash", "video/materials/images/x.jpg", "picture", "image/jpeg"},
		{"up and down", "/video/materials/../materials/images/x.jpg", "picture", "image/jpeg"},
		{"video", "/video/a.mp4", string(sample.Video()), "video/mp4"},
		{"image", "/video/a.png", string(sample.Image()), "image/png"},
		{"MP3", "/video/a.mp3", string(sample.MP3(24000)), "audio/mpeg"},
		{"WAV", "/video/a.wav", string(sample.WAV(8000)), "audio/wav"},
		{"project", "/video/u/" + h5dstest.WtoneID + "/apps/" + h5dstest.WtoneWork + ".json", project, "application/json"},
		{"project, as S2 has it", "/video/" + h5dstest.WtoneID + "/apps/" + h5dstest.WtoneWork + ".json", project, "application/json"},
		{"project, below video-mix", "/video-mix/u/" + h5dstest.WtoneID + "/apps/" + h5dstest.WtoneWork + ".json", project, "application/json"},
		{"project of another user", "/video/u/" + h5dstest.OtherID + "/apps/" + h5dstest.WtoneWork + ".json", "", ""},
		{"no project", "/video/u/" + h5dstest.WtoneID + "/apps/1.json", "", ""},
		{"project of another kind", "/video/u/" + h5dstest.WtoneID + "/apps/" + h5dstest.WtoneWork + ".mp4", "", ""},
		{"project elsewhere", "/audio/u/" + h5dstest.WtoneID + "/apps/" + h5dstest.WtoneWork + ".json", "", ""},
		{"nothing", "/video/uploads/1.png", "", ""},
		{"no path", "", "", ""},
	} {
		content, contentType, ok := st.File(test.path, h5dstest.Now)
		h5dstest.Diff(t, test.name+": content", test.want, string(content))
		h5dstest.Diff(t, test.name+": content type", test.contentType, contentType)
		h5dstest.Diff(t, test.name+": is there", test.contentType != "", ok)
	}
}

func TestPutFile(t *testing.T) {
	t.Parallel()
	st := h5dstest.Seeded(t)
	content := storage.Content("one")
	put := h5dstest.Put(t, st, storage.File{Path: "/video/a.png", Owner: "user_01", Content: content})
	h5dstest.Diff(t, "defaults", storage.File{Path: "/video/a.png", Owner: h5dstest.WtoneID, ContentType: "image/png", Content: storage.Content("one")}, put)
	copy(content, "two")
	copy(put.Content, "two")
	kept, _, _ := st.File("/video/a.png", h5dstest.Now)
	h5dstest.Diff(t, "kept", "one", string(kept))
	h5dstest.Put(t, st, storage.File{Path: "/video/a.png", Owner: "user_01", Content: storage.Content("three")})
	kept, _, _ = st.File("/video/a.png", h5dstest.Now)
	h5dstest.Diff(t, "replaced", "three", string(kept))

	before := h5dstest.JSON(t, st)
	for _, test := range []struct {
		name, want string
		file       storage.File
	}{
		{"owner", `put file "/video/b.png": there is no such owner; put the user first, or leave it out for a file of the vendor's`, storage.File{Path: "/video/b.png", Owner: "nobody"}},
		{"another owner", `put file "/video/a.png": the path is that of a project, or of another owner's file`, storage.File{Path: "/video/a.png", Owner: "user_02"}},
		{"a project", `put file "/video/u/9715/apps/960593364739022848.json": the path is that of a project, or of another owner's file`,
			storage.File{Path: "/video/u/" + h5dstest.OtherID + "/apps/" + h5dstest.OtherWork + ".json", Owner: h5dstest.OtherID}},
		{"not in the storage", `put file "/a.png": the path is none of the storage's; write it like "/video/materials/images/a.jpg"`, storage.File{Path: "/a.png"}},
		{"not clean", `put file "/video//a.png": the path is none of the storage's; write it like "/video/materials/images/a.jpg"`, storage.File{Path: "/video//a.png"}},
		{"unprintable", `put file "/video/a\n.png": the path is none of the storage's; write it like "/video/materials/images/a.jpg"`, storage.File{Path: "/video/a\n.png"}},
		{"content and sample", `put file "/video/b.png": it has content and a sample; give one of them`, storage.File{Path: "/video/b.png", Sample: "png", Content: storage.Content("x")}},
		{"a job's", `put file "/video/b.png": only a call makes the result of a job`, storage.File{Path: "/video/b.png", Kind: settings.RenderJobs}},
		{"no such sample", `put file "/video/b.png": there is no sample "gif" of 0 Hz; there are mp4, png, and mp3 and wav of [8000 16000 22050 24000 32000 44100 48000]`, storage.File{Path: "/video/b.png", Sample: "gif"}},
		{"no such rate", `put file "/video/b.mp3": there is no sample "mp3" of 7 Hz; there are mp4, png, and mp3 and wav of [8000 16000 22050 24000 32000 44100 48000]`, storage.File{Path: "/video/b.mp3", Sample: "mp3", Rate: 7}},
	} {
		_, err := h5ds.Put(st, h5dstest.Call(""), test.file)
		if err == nil {
			t.Errorf("%s: it was put", test.name)
			continue
		}
		h5dstest.Diff(t, test.name, test.want, err.Error())
	}
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
}

func TestFilesRead(t *testing.T) {
	t.Parallel()
	const text = `
files:
  - {path: /video/a.txt, content: words}
  - {path: /video/b.png, content: !!binary iVBORw0KGgo=, owner: user_01}
  - {path: /video/c.mp3, sample: mp3, rate: 16000}
`
	var f h5ds.Fixtures
	if err := yaml.Unmarshal([]byte(text), &f); err != nil {
		t.Fatal(err)
	}
	h5dstest.Diff(t, "YAML", []storage.File{
		{Path: "/video/a.txt", Content: storage.Content("words")},
		{Path: "/video/b.png", Owner: "user_01", Content: storage.Content("\x89PNG\r\n\x1a\n")},
		{Path: "/video/c.mp3", Sample: "mp3", Rate: 16000},
	}, f.Files)
	var again h5ds.Fixtures
	if err := json.Unmarshal([]byte(h5dstest.JSON(t, f)), &again); err != nil {
		t.Fatal(err)
	}
	h5dstest.Diff(t, "JSON", f, again)
	if err := yaml.Unmarshal([]byte("files: [{path: /video/a, content: [1]}]"), &f); err == nil {
		t.Error("a list was taken for content")
	}
}

func TestInStorage(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]bool{
		"/video/a": true, "/video-mix/a": true, "/videos/a": true, "/video": false, "/videox/a": false, "/api/v1/video/": false, "": false,
	} {
		if got := storage.InStorage(at); got != want {
			t.Errorf("%q: %t", at, got)
		}
	}
	if storage.IsPath("/video/" + strings.Repeat("a", 1000)) {
		t.Error("a path of any length is a path")
	}
}

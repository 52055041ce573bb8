package storage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/storage"
	"github.com/fakecme/fakecme/fake/internal/golden"
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
	stored, _, _ := st.File("/video/a.png", h5dstest.Now)
	h5dstest.Diff(t, "stored", "one", string(stored))
	h5dstest.Put(t, st, storage.File{Path: "/video/a.png", Owner: "user_01", Content: storage.Content("three")})
	stored, _, _ = st.File("/video/a.png", h5dstest.Now)
	h5dstest.Diff(t, "replaced", "three", string(stored))

	before := h5dstest.JSON(t, st)
	_, err := h5ds.Put(st, h5dstest.Call(""), storage.File{Path: "/video/b.png", Kind: settings.RenderJobs})
	h5dstest.Diff(t, "error", `put file "/video/b.png": only a call makes the result of a job`, fmt.Sprint(err))
	h5dstest.Diff(t, "state", before, h5dstest.JSON(t, st))
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

func TestContentIsText(t *testing.T) {
	t.Parallel()
	var f h5ds.Fixtures
	if err := yaml.Unmarshal([]byte("files: [{path: /video/a, content: [1]}]"), &f); err == nil {
		t.Error("a list was taken for content")
	}
}

func TestRejected(t *testing.T) {
	t.Parallel()
	h5dstest.AllRejected(t)
}

func TestBadFixtures(t *testing.T) {
	t.Parallel()
	h5dstest.BadFixtures(t)
}

func TestScripts(t *testing.T) {
	t.Parallel()
	for name, text := range h5dstest.Scripts(t) {
		golden.Compare(t, name, text)
	}
}

package storage_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// uploaded makes an upload of user_01, and checks that the response has the path of the content.
func uploaded(t *testing.T, c *op.Call, st *h5ds.State, operation, request, wantPath, wantType, wantContent string) {
	t.Helper()
	var got struct {
		StoragePath string `json:"storage_path"`
		URL         string
	}
	h5dstest.On(t, st, c).Read(operation, request, &got)
	if !regexp.MustCompile("^" + wantPath + "$").MatchString(got.StoragePath) {
		t.Errorf("storage_path %s does not match %s", got.StoragePath, wantPath)
	}
	if !strings.HasPrefix(got.URL, "https://cdn.h5ds.com/video/") {
		t.Errorf("url %s", got.URL)
	}
	content, contentType, ok := st.File(got.StoragePath, h5dstest.Now)
	if !ok {
		t.Fatalf("there is no file at %s", got.StoragePath)
	}
	h5dstest.Diff(t, "content", wantContent, string(content))
	h5dstest.Diff(t, "content type", wantType, contentType)
	if f, _ := st.Storage.Files.Get(got.StoragePath); f.Owner != h5dstest.WtoneID {
		t.Errorf("it belongs to %s", f.Owner)
	}
}

func TestUploadForm(t *testing.T) {
	t.Parallel()
	const own = `/video/uploads/871668385574199296/20250912/\d{18}`
	for _, test := range []struct {
		name           string
		file           op.File
		path, mimeType string
	}{
		{"file", op.File{Field: "file", Name: "a.mp3", ContentType: "audio/mp3"}, own + `\.mp3`, "audio/mpeg"},
		{"files[0]", op.File{Field: "files[0]", Name: "a.PNG", ContentType: "image/png"}, own + `\.png`, "image/png"},
		{"avatar", op.File{Field: "avatar", Name: "a.jpeg", ContentType: "image/jpeg"}, own + `\.jpeg`, "image/jpeg"},
		{"its own name as the field", op.File{Field: "旅行.mp4", Name: "旅行.mp4", ContentType: "video/mp4"}, own + `\.mp4`, "video/mp4"},
		{"a blob", op.File{Field: "file", Name: "blob", ContentType: "image/jpeg"}, own + `\.jpg`, "image/jpeg"},
		{"no name", op.File{Field: "file", ContentType: "audio/wav; codecs=1"}, own + `\.wav`, "audio/wav"},
		{"the name decides", op.File{Field: "file", Name: "a.svg", ContentType: "application/octet-stream"}, own + `\.svg`, "image/svg+xml"},
		{"a path of another system", op.File{Field: "file", Name: `C:\a.b\c.mov`}, own + `\.mov`, "video/quicktime"},
		{"lottie", op.File{Field: "file", Name: "a.lottie"}, own + `\.lottie`, "application/zip"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := h5dstest.Call(h5dstest.WtoneID)
			test.file.Content = []byte("content")
			c.Files = []op.File{test.file}
			uploaded(t, c, h5dstest.Seeded(t), "Common.Upload.Form", `{"app_id":"1"}`, test.path, test.mimeType, "content")
		})
	}
}

// The file is a copy: the request may be overwritten after the call.
func TestUploadIsACopy(t *testing.T) {
	t.Parallel()
	st, c := h5dstest.Seeded(t), h5dstest.Call(h5dstest.WtoneID)
	sent := []byte("content")
	c.Files = []op.File{{Name: "a.txt", Content: sent}}
	var got struct {
		StoragePath string `json:"storage_path"`
	}
	h5dstest.On(t, st, c).Read("Common.Upload.Form", ``, &got)
	copy(sent, "XXXXXXX")
	content, _, _ := st.File(got.StoragePath, h5dstest.Now)
	h5dstest.Diff(t, "content", "content", string(content))
}

func TestUploadLimit(t *testing.T) {
	t.Parallel()
	for size, fits := range map[int]bool{5: true, 6: false} {
		st := h5dstest.Seeded(t)
		h5dstest.Load(t, st, h5ds.Fixtures{Settings: settings.Settings{MaxUpload: 5}})
		c := h5dstest.Call(h5dstest.WtoneID)
		c.Files = []op.File{{Name: "a.txt", Content: make([]byte, size)}}
		if !fits {
			h5dstest.On(t, st, c).Rejected("Common.Upload.Form", `{}`, "400 参数错误: file", "upload.too-large")
			continue
		}
		h5dstest.On(t, st, c).Data("Common.Upload.Form", `{}`)
	}
	h5dstest.Diff(t, "by default", int64(100<<20), settings.Settings{}.UploadLimit())
}

func TestUploadFormRejected(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		files []op.File
		why   string
	}{
		{"no file", nil, "upload.files"},
		{"two files", []op.File{{Name: "a.png", Content: []byte("1")}, {Name: "b.png", Content: []byte("2")}}, "upload.files"},
		{"empty", []op.File{{Name: "a.png"}}, "upload.empty"},
		{"of no type", []op.File{{Name: "a", Content: []byte("1")}}, "upload.type"},
		{"of another type", []op.File{{Name: "a.exe", ContentType: "image/png", Content: []byte("1")}}, "upload.type"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := h5dstest.Call(h5dstest.WtoneID)
			c.Files = test.files
			h5dstest.On(t, h5dstest.Seeded(t), c).Rejected("Common.Upload.Form", `{}`, "400 参数错误: file", test.why)
		})
	}
}

package storage_test

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/internal/op"
)

const pngBytes = "\x89PNG\r\n\x1a\n"

func dataURL(mediaType, content string) string {
	return "data:" + mediaType + ";base64," + base64.StdEncoding.EncodeToString([]byte(content))
}

// uploaded runs an upload of wtone, and proves that the response leads to the content.
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

func TestUploadBase64(t *testing.T) {
	t.Parallel()
	const public = `/video/uploads/20250912/\d{18}`
	for _, test := range []struct{ name, request, path, mimeType, content string }{
		{"every field", `{"content":"` + dataURL("image/png", pngBytes) + `","name":"t_thumb.png","file_type":"image","is_original_name":0,
			"prefix_path":"/uploads","disk":"oss","client":"public"}`, public + `\.png`, "image/png", pngBytes},
		{"content and name", `{"content":"` + dataURL("image/png", pngBytes) + `","name":"x.jpg"}`, public + `\.jpg`, "image/jpeg", pngBytes},
		{"content alone", `{"content":"` + dataURL("image/png", pngBytes) + `"}`, public + `\.png`, "image/png", pngBytes},
		{"JSON by its name", `{"content":"` + dataURL("text/text", "[0.5,1]") + `","name":"abc.json"}`, public + `\.json`, "application/json", "[0.5,1]"},
		{"text", `{"content":"` + dataURL("text/text", "words") + `"}`, public + `\.txt`, "text/plain; charset=utf-8", "words"},
		{"a font", `{"content":"` + dataURL("application/octet-stream", "f") + `","name":"a.woff2","file_type":"font"}`, public + `\.woff2`, "font/woff2", "f"},
		{"its own name", `{"content":"` + dataURL("image/png", pngBytes) + `","name":"我 的.png","is_original_name":1}`, public + `/我 的\.png`, "image/png", pngBytes},
		{"its own name without its folders", `{"content":"` + dataURL("image/png", pngBytes) + `","name":"../a\\b.png","is_original_name":1}`, public + `/b\.png`, "image/png", pngBytes},
		{"another prefix", `{"content":"` + dataURL("image/png", pngBytes) + `","prefix_path":"/ai/images"}`, `/video/ai/images/20250912/\d{18}\.png`, "image/png", pngBytes},
		{"a type with parameters", `{"content":"` + dataURL("audio/mp3;rate=1", "s") + `"}`, public + `\.mp3`, "audio/mpeg", "s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			uploaded(t, h5dstest.Call(h5dstest.WtoneID), h5dstest.Seeded(t), "Common.Upload.Base64", test.request, test.path, test.mimeType, test.content)
		})
	}
}

func TestUploadContent(t *testing.T) {
	t.Parallel()
	const path = `/video/uploads/20250912/\d{18}\.json`
	for _, test := range []struct{ name, request, content string }{
		{"text", `{"content":"{\"a\": 1}","prefix_path":"/uploads","disk":"oss"}`, `{"a": 1}`},
		{"object", `{"content":{"id": 871668385574199296}}`, `{"id": 871668385574199296}`},
		{"list", `{"content":[1.50]}`, `[1.50]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			uploaded(t, h5dstest.Call(h5dstest.WtoneID), h5dstest.Seeded(t), "Common.Upload.Content", test.request, path, "application/json", test.content)
		})
	}
}

// What is kept is a copy: the request may be overwritten after the call.
func TestUploadIsKeptApart(t *testing.T) {
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

func TestUploadFormRefused(t *testing.T) {
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

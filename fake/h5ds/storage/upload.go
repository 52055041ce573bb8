package storage

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var Ops = []op.Op[Scope]{
	op.Write("Common.Upload.Form", uploadForm),
	op.Write("Common.Upload.Base64", uploadBase64),
	op.Write("Common.Upload.Content", uploadContent),
}

var (
	errFile       = api.BadRequest("file")
	errContent    = api.BadRequest("content")
	errFileType   = api.BadRequest("file_type")
	errPrefixPath = api.BadRequest("prefix_path")
)

// fileType is the type of files with an extension.
type fileType struct {
	contentType string
	kind        string // a file_type of base64 uploads; empty fits all
}

// fileTypes are the types of files that may be uploaded: the extensions that the vendor's clients accept or send, and
// fonts, which are a file_type. It is assumed that others are rejected.
var fileTypes = map[string]fileType{
	".gif": {"image/gif", "image"}, ".png": {"image/png", "image"}, ".svg": {"image/svg+xml", "image"},
	".jpeg": {"image/jpeg", "image"}, ".jpg": {"image/jpeg", "image"},
	".aac": {"audio/aac", "audio"}, ".wav": {"audio/wav", "audio"}, ".mp3": {"audio/mpeg", "audio"},
	".mp4": {"video/mp4", "video"}, ".mov": {"video/quicktime", "video"}, ".avi": {"video/x-msvideo", "video"},
	".json": {"application/json", "json"}, ".txt": {"text/plain; charset=utf-8", "txt"}, ".lottie": {"application/zip", ""},
	".ttf": {"font/ttf", "font"}, ".otf": {"font/otf", "font"}, ".woff": {"font/woff", "font"}, ".woff2": {"font/woff2", "font"},
}

// extensionOf returns the extension for a media type, for files without a usable name: browsers name a blob "blob" and
// send its type.
func extensionOf(mediaType string) string {
	mediaType, _, _ = strings.Cut(strings.ToLower(mediaType), ";")
	switch mediaType = strings.TrimSpace(mediaType); mediaType {
	case "text/text": // as a vendor client writes it
		return ".txt"
	case "image/jpeg":
		return ".jpg"
	case "audio/mp3":
		return ".mp3"
	}
	for _, extension := range slices.Sorted(maps.Keys(fileTypes)) {
		known, _, _ := strings.Cut(fileTypes[extension].contentType, ";")
		if known == mediaType {
			return extension
		}
	}
	return ""
}

// upload is one file on its way into the storage.
type upload struct {
	name      string // the client's; may be empty
	mediaType string // what the client says it is; may be empty
	fileType  string // what the client wants it to be; may be empty
	content   []byte
	root      string // of the path
	user      string // in the path; empty for none
	keepName  bool
	failure   *op.Error // of the parameter that holds the content
}

// uploadResponse has the fields that clients read. All read storage_path, one reads the url of a form's file.
type uploadResponse struct {
	StoragePath string `json:"storage_path"`
	URL         string `json:"url"`
}

// store puts an uploaded file into the storage, or rejects it.
func (st *Scope) store(c *op.Call, u upload) (uploadResponse, error) {
	name := path.Base(strings.ReplaceAll(u.name, `\`, "/"))
	extension := strings.ToLower(path.Ext(name))
	if extension == "" || extension == "." {
		extension = extensionOf(u.mediaType)
	}
	known, accepted := fileTypes[extension]
	switch limit := st.Settings.UploadLimit(); {
	case len(u.content) == 0:
		return uploadResponse{}, u.failure.Because("upload.empty", "send a file with something in it", "the file %.60q is empty", u.name)
	case int64(len(u.content)) > limit:
		return uploadResponse{}, u.failure.Because("upload.too-large", "send less, or raise h5ds.settings.maxUpload in the fixtures",
			"the file %.60q has %d bytes; %d are allowed", u.name, len(u.content), limit)
	case !accepted:
		return uploadResponse{}, u.failure.Because("upload.type",
			"send a file with one of the extensions "+strings.Join(slices.Sorted(maps.Keys(fileTypes)), " "),
			"the name %.60q and the type %.60q tell no extension that is accepted", u.name, u.mediaType)
	case u.fileType != "" && known.kind != "" && known.kind != u.fileType:
		return uploadResponse{}, errFileType.Because("upload.file-type", "send the file_type that goes with the name, or none",
			"a file %s is of the file_type %s, not %.20q", extension, known.kind, u.fileType)
	case u.keepName && (len(name) > 200 || !IsPath(UploadRoot+"/"+name)):
		return uploadResponse{}, api.ErrName.Because("upload.name", "send a shorter name, of characters that print",
			"the name %.60q makes no path", u.name)
	}
	size := int64(len(u.content)) + op.FileOverhead
	if err := c.RoomForFile(st.Files.size(), size, api.ErrBroken); err != nil {
		return uploadResponse{}, err
	}
	if !u.keepName {
		name = ""
	}
	f := File{
		Path: st.Files.NewPath(c, u.root, u.user, name, extension), Owner: c.User,
		ContentType: known.contentType, Content: slices.Clone(u.content),
	}
	st.Files.Put(f)
	return uploadResponse{StoragePath: f.Path, URL: (&url.URL{Scheme: "https", Host: FileHost, Path: f.Path}).String()}, nil
}

// uploadForm stores the file of a form. Its field may have any name, because clients disagree. The path has the user,
// as that of a video in the vendor's clients (assumed).
func uploadForm(c *op.Call, st *Scope, _ op.None) (uploadResponse, error) {
	if len(c.Files) != 1 {
		// Assumed: no source has a response with several files.
		return uploadResponse{}, errFile.Because("upload.files", "send one file in each call, with a filename; its field may have any name",
			"there are %d files in the form", len(c.Files))
	}
	sent := c.Files[0]
	return st.store(c, upload{
		name: sent.Name, mediaType: sent.ContentType, content: sent.Content,
		root: UploadRoot, user: c.User, failure: errFile,
	})
}

// UploadRoot is the default folder of uploads.
const UploadRoot = "/video/uploads"

// uploadBase64Request has the fields that the vendor's clients send. Some send only content and name, or only content.
// Disk and client are accepted and change nothing (assumed).
type uploadBase64Request struct {
	Content        api.Text   `json:"content"`
	Name           api.Text   `json:"name"`
	FileType       api.Text   `json:"file_type"`
	IsOriginalName api.Number `json:"is_original_name"` // 1 keeps the name (assumed)
	PrefixPath     api.Text   `json:"prefix_path"`
}

func uploadBase64(c *op.Call, st *Scope, req uploadBase64Request) (uploadResponse, error) {
	root, err := rootOf(string(req.PrefixPath))
	if err != nil {
		return uploadResponse{}, err
	}
	mediaType, content, err := readDataURL(string(req.Content))
	if err != nil {
		return uploadResponse{}, errContent.Because("upload.data-url", "send a data URL such as data:image/png;base64,iVBORw0KGgo=",
			"the content is no data URL: %s", err)
	}
	return st.store(c, upload{
		name: string(req.Name), mediaType: mediaType, fileType: string(req.FileType), content: content,
		root: root, keepName: req.IsOriginalName == 1 && req.Name != "", failure: errContent,
	})
}

// readDataURL reads a data URL in base64. Its errors never show the content.
func readDataURL(s string) (mediaType string, content []byte, err error) {
	rest, found := strings.CutPrefix(s, "data:")
	if !found {
		return "", nil, fmt.Errorf(`it does not begin with "data:"`)
	}
	head, data, found := strings.Cut(rest, ",")
	if !found {
		return "", nil, fmt.Errorf("it has no comma")
	}
	mediaType, found = strings.CutSuffix(head, ";base64")
	if !found {
		return "", nil, fmt.Errorf(`";base64" does not stand before the comma`)
	}
	content, err = base64.StdEncoding.DecodeString(data)
	if err != nil {
		return "", nil, fmt.Errorf("it is not base64: %w", err)
	}
	return mediaType, content, nil
}

var prefixForm = regexp.MustCompile(`^(/[A-Za-z0-9_-]+){1,8}$`)

// rootOf returns the folder for a prefix_path. It is unknown what the real server accepts besides /uploads.
func rootOf(prefix string) (string, error) {
	if prefix == "" {
		return UploadRoot, nil
	}
	if !prefixForm.MatchString(prefix) || len(prefix) > 100 {
		return "", errPrefixPath.Because("upload.prefix-path", `send "/uploads", or another path of letters and digits`,
			"the prefix_path %.60q is none", prefix)
	}
	return "/video" + prefix, nil
}

// uploadContentRequest has the fields of one vendor client. The content is JSON, or a text that holds JSON.
type uploadContentRequest struct {
	Content    json.RawMessage `json:"content"`
	PrefixPath api.Text        `json:"prefix_path"`
}

func uploadContent(c *op.Call, st *Scope, req uploadContentRequest) (uploadResponse, error) {
	root, err := rootOf(string(req.PrefixPath))
	if err != nil {
		return uploadResponse{}, err
	}
	content := bytes.TrimSpace(req.Content)
	if len(content) > 0 && content[0] == '"' {
		var quoted string
		if err := json.Unmarshal(content, &quoted); err != nil {
			return uploadResponse{}, fmt.Errorf("read content: %w", err)
		}
		content = []byte(quoted)
	}
	if string(content) == "null" {
		content = nil
	}
	if len(content) > 0 && !json.Valid(content) {
		// Assumed: the file becomes a .json, which the clients read.
		return uploadResponse{}, errContent.Because("upload.json", "send JSON as content, or a text that holds it",
			"the content is a text that is no JSON")
	}
	return st.store(c, upload{mediaType: "application/json", content: content, root: root, failure: errContent})
}

package storage

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/h5ds/library"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/sample"
	"go.yaml.in/yaml/v3"
)

// FileHost is the host of the files. Responses have their paths.
const FileHost = "cdn.h5ds.com"

// VendorFiles is the owner of the vendor's files.
const VendorFiles = table.System

// File is a file of the storage.
type File struct {
	// Path is the storage path of responses: "/video/uploads/20250919/871668385574199296.png".
	Path string `json:"path" yaml:"path"`
	// Owner is the platform id of a user; VendorFiles when it is left out. Everybody may fetch the file, as from the
	// real host.
	Owner string `json:"owner" yaml:"owner,omitempty"`
	// ContentType follows from the extension when it is left out.
	ContentType string `json:"contentType" yaml:"contentType,omitempty"`
	// Content is text or !!binary in YAML, and base64 in JSON.
	Content Content `json:"content,omitempty" yaml:"content,omitempty"`
	// Sample replaces Content by a file that the fake makes: "mp4", "png", "mp3" or "wav".
	Sample string `json:"sample,omitempty" yaml:"sample,omitempty"`
	// Rate is the sample rate of an mp3 or wav in hertz; 24000 when it is zero.
	Rate int `json:"rate,omitempty" yaml:"rate,omitempty"`
	// Kind and Job are the kind and the id of the job whose result the file is. The file exists when the job has
	// succeeded, and while the job exists.
	Kind string `json:"kind,omitempty" yaml:"-"`
	Job  string `json:"job,omitempty" yaml:"-"`
}

func (f File) RowKey() (id, owner string) { return f.Path, f.Owner }

// Content is the content of a file.
type Content []byte

// UnmarshalYAML reads a text, or base64 behind !!binary.
func (b *Content) UnmarshalYAML(node *yaml.Node) error {
	var text string
	if err := node.Decode(&text); err != nil {
		return err
	}
	*b = Content(text)
	return nil
}

const DefaultRate = 24000

// bytes returns the content of the file, and false for an unknown sample.
func (f File) bytes() ([]byte, bool) {
	rate := f.Rate
	if rate == 0 {
		rate = DefaultRate
	}
	known := slices.Contains(sample.Rates, rate)
	switch f.Sample {
	case "":
		return f.Content, true
	case "mp4":
		return sample.Video(), true
	case "png":
		return sample.Image(), true
	case "mp3":
		return sample.MP3(rate), known
	case "wav":
		return sample.WAV(rate), known
	}
	return nil, false
}

// Files are the files of the storage by path.
type Files struct{ table.Table[File] }

// size is what the files take in memory.
func (f *Files) size() int64 {
	total := int64(f.Len()) * op.FileOverhead
	for file := range f.All() {
		total += int64(len(file.Content))
	}
	return total
}

// Read returns the content of the file, which must not be changed, and its media type. ok is false for an unknown
// sample.
func (f File) Read() (content []byte, contentType string, ok bool) {
	content, ok = f.bytes()
	return content, f.ContentType, ok
}

// PutSample adds a sample such as "mp4" as a file of the owner. With a kind and an id of a job it is the result of that
// job.
func (f *Files) PutSample(at, owner, sample string, rate int, kind, job string) {
	f.Put(File{
		Path: at, Owner: owner, ContentType: fileTypes["."+sample].contentType,
		Sample: sample, Rate: rate, Kind: kind, Job: job,
	})
}

// State is the content of the storage.
type State struct {
	// Files belong to the platform id of a user, or to [VendorFiles].
	Files Files `json:"files,omitzero"`
}

// Scope is the state with the parts that its operations use.
type Scope struct {
	*State
	Accounts *account.State
	Library  *library.State
	Settings *settings.Settings
}

// FreeFor reports whether the owner may put a file at the path: nothing is there, or a file of the owner.
func (st *Scope) FreeFor(owner, at string) bool {
	if _, taken := st.Library.ProjectAt(at); taken {
		return false
	}
	old, taken := st.Files.Get(at)
	return !taken || old.Owner == owner
}

// RemoveResult removes the result of a job, unless another file has replaced it.
func (f *Files) RemoveResult(at, kind, id string) {
	if old, there := f.Get(at); there && old.Kind == kind && old.Job == id {
		f.Remove(at)
	}
}

// NewPath returns an unused storage path in one of the two forms of the vendor's clients: <root>/20250919/<id>.png, and
// <root>/<user>/20250919/<id>.png. The day is that of UTC (assumed). With an original name the id becomes a folder, as
// in .../649887060480684032/convert.mp4.
func (f *Files) NewPath(c *op.Call, root, user, name, extension string) string {
	for {
		id := c.NewID(op.Snowflake)
		last := id + extension
		if name != "" {
			last = id + "/" + name
		}
		at := path.Join(root, user, c.Now.UTC().Format("20060102"), last)
		if _, taken := f.Get(at); !taken {
			return at
		}
	}
}

// PutFile adds a file, or replaces the one with the same path and owner. It returns the file with all defaults. A path
// that does not begin with /video or is not clean, an unknown owner, another owner's file and an unknown sample are
// errors.
func (st *Scope) PutFile(_ *op.Call, f File) (File, error) {
	full, err := st.completeFile(f)
	if err != nil {
		return File{}, fmt.Errorf("put file %q: %w", f.Path, err)
	}
	full.Content = slices.Clone(full.Content)
	st.Files.Put(full)
	full.Content = slices.Clone(full.Content) // the state shares no memory with the caller
	return full, nil
}

func (st *Scope) completeFile(f File) (File, error) {
	if f.Owner == "" {
		f.Owner = VendorFiles
	} else if f.Owner != VendorFiles {
		owner, there := st.Accounts.Who(f.Owner)
		if !there {
			return File{}, errors.New("there is no such owner; put the user first, or leave it out for a file of the vendor's")
		}
		f.Owner = owner.ID
	}
	switch {
	case !IsPath(f.Path):
		return File{}, errors.New(`the path is none of the storage's; write it like "/video/materials/images/a.jpg"`)
	case !st.FreeFor(f.Owner, f.Path):
		return File{}, ErrTaken
	case f.Sample != "" && len(f.Content) > 0:
		return File{}, errors.New("it has content and a sample; give one of them")
	case f.Kind != "" || f.Job != "":
		return File{}, errors.New("only a call makes the result of a job")
	}
	if _, made := f.bytes(); !made {
		return File{}, fmt.Errorf("there is no sample %q of %d Hz; there are mp4, png, and mp3 and wav of %v", f.Sample, f.Rate, sample.Rates)
	}
	if f.ContentType == "" {
		f.ContentType = "application/octet-stream"
		if known, ok := fileTypes[strings.ToLower(path.Ext(f.Path))]; ok {
			f.ContentType = known.contentType
		}
	}
	return f, nil
}

var ErrTaken = errors.New("the path is that of a project, or of another owner's file")

// storageRoots are the beginnings of storage paths. The second is in one client, the third in a commented example of a
// render's result.
var storageRoots = []string{"/video/", "/video-mix/", "/videos/"}

// InStorage reports whether a path begins like one of the storage.
func InStorage(at string) bool {
	return slices.ContainsFunc(storageRoots, func(root string) bool { return strings.HasPrefix(at, root) })
}

// IsPath reports whether a file may have the path. It must not have characters that do not print.
func IsPath(at string) bool {
	unprintable := strings.ContainsFunc(at, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' || r == 0xfffd })
	return InStorage(at) && path.Clean(at) == at && !unprintable && len(at) <= 1000
}

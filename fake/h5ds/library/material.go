package library

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var materialOps = []op.Op[Scope]{
	op.Read("User.Materials.Page", materialPage),
	op.Write("User.Materials.Create", createMaterial),
	op.Write("User.Materials.Update", updateMaterial),
	op.Write("User.Materials.Delete", deleteMaterials),
	op.Write("User.Materials.Move", moveMaterials),
	op.Write("User.Materials.Status", materialStatus), // a poll may count
	op.Write("Common.MaterialJobs.Reverse", reverseMaterial),
}

// Material is a picture, sound, video or text for works. It belongs to a user, or to the system for all users. The keys
// are those of the API.
type Material struct {
	// ID is decimal digits; a new one when it is left out.
	ID string `json:"id" yaml:"id"`
	// Owner is the platform id of a user, and empty for a material of the system. A test may give another name of the
	// user, such as the userId.
	Owner string `json:"owner,omitempty" yaml:"owner,omitempty"`
	// AppID is the work that the material was uploaded for.
	AppID string `json:"app_id,omitempty" yaml:"app_id,omitempty"`
	// CategoryID is a category of the user, or a type item for a material of the system; "0" is the root.
	CategoryID string `json:"category_id,omitempty" yaml:"category_id,omitempty"`
	Name       string `json:"name,omitempty" yaml:"name,omitempty"`
	// Type is image, audio, video, text or another word; guessed when it is left out.
	Type string `json:"type,omitempty" yaml:"type,omitempty"`
	// From is user, system or ai. No response has it.
	From  string  `json:"from,omitempty" yaml:"from,omitempty"`
	URLs  URLs    `json:"urls" yaml:"urls"`
	Attrs Attrs   `json:"attrs" yaml:"attrs,omitempty"`
	Size  float64 `json:"size,omitempty" yaml:"size,omitempty"` // bytes
	// ConvertStatus is -1 no conversion, 0 waiting, 1 running, 2 converted or 3 failed. Nil is 2 for a video and -1 for
	// other types. The status of a running conversion replaces it.
	ConvertStatus *int `json:"convert_status,omitempty" yaml:"convert_status,omitempty"`
	// Tags are a filter of the materials of the system.
	Tags      []string  `json:"tags,omitempty" yaml:"tags,omitempty"`
	CreatedAt time.Time `json:"createdAt,omitzero" yaml:"createdAt,omitempty"`
	UpdatedAt time.Time `json:"updatedAt,omitzero" yaml:"updatedAt,omitempty"`
}

// URLs are the storage paths or the addresses of a material's files.
type URLs struct {
	URL      string `json:"url" yaml:"url"`
	Thumb    string `json:"thumb" yaml:"thumb,omitempty"`
	Filename string `json:"filename" yaml:"filename,omitempty"` // the last part of URL, when it is left out
}

func (m Material) RowKey() (id, owner string) { return m.ID, cmp.Or(m.Owner, table.System) }

// materialRow has the fields of the vendor's type declarations.
type materialRow struct {
	ID            string    `json:"id"`
	Name          string    `json:"name"`
	Type          string    `json:"type"`
	Size          float64   `json:"size"`
	URLs          URLs      `json:"urls"`
	Attrs         Attrs     `json:"attrs"`
	ConvertStatus int       `json:"convert_status"`
	CreatedAt     api.Stamp `json:"createdAt"`
	UpdatedAt     api.Stamp `json:"updatedAt"`
	// IsCollected is only in rows of materials of the system.
	IsCollected *bool `json:"is_collected,omitempty"`
}

func (st *State) materialRow(c *op.Call, m Material) materialRow {
	if m.Attrs == nil {
		m.Attrs = Attrs{}
	}
	return materialRow{
		ID: m.ID, Name: m.Name, Type: m.Type, Size: m.Size, URLs: m.URLs, Attrs: m.Attrs,
		ConvertStatus: st.convertStatus(c, m), CreatedAt: api.Stamp(m.CreatedAt), UpdatedAt: api.Stamp(m.UpdatedAt),
	}
}

type materialPageRequest struct {
	api.PageRequest
	Keyword    api.Text `json:"keyword"`
	AppID      api.Text `json:"app_id"`
	CategoryID api.Text `json:"category_id"`
	Type       api.Text `json:"type"`
	PID        api.Text `json:"pid"`
}

// materialPage lists the materials of the caller, the newest first. It is assumed that an app_id filters by the work,
// as in the newest client, and a pid by a category and those below it.
func materialPage(c *op.Call, st *Scope, req materialPageRequest) (api.Page[materialRow], error) {
	materials := api.Filter(st.Materials.Of(c.User), func(m Material) bool {
		return api.Matches(req.AppID, m.AppID) && api.Matches(req.CategoryID, m.CategoryID) && api.Matches(req.Type, m.Type) &&
			(req.PID == "" || st.Categories.isWithin(m.CategoryID, string(req.PID))) && api.HasKeyword(m.Name, req.Keyword)
	})
	return api.PageOf(req.PageRequest, materials, func(m Material) materialRow { return st.materialRow(c, m) })
}

// materialRequest has the fields of a new material, or the fields to change.
type materialRequest struct {
	ID         api.Text  `json:"id"`
	AppID      *api.Text `json:"app_id"`
	CategoryID *api.Text `json:"category_id"`
	Name       *api.Text `json:"name"`
	Type       *api.Text `json:"type"`
	From       *api.Text `json:"from"`
	URLs       struct {
		URL      *api.Text `json:"url"`
		Thumb    *api.Text `json:"thumb"`
		Filename *api.Text `json:"filename"`
	} `json:"urls"`
	Attrs         Attrs       `json:"attrs"`
	Size          *api.Number `json:"size"`
	ConvertStatus *api.Number `json:"convert_status"`
}

// over returns the material with the fields of the request. It is assumed that urls and attrs change field by field, as
// in the newest client where it stores materials itself.
func (req materialRequest) over(c *op.Call, st *Scope, m Material) (Material, error) {
	var err error
	if req.CategoryID != nil {
		m.CategoryID, err = st.Categories.forUse(c, string(*req.CategoryID), api.ErrCategoryID, MaterialCategory, UserMaterialCategory)
		if err != nil {
			return m, err
		}
	}
	if m.Size, err = size(req.Size, m.Size, api.ErrSize, "size"); err != nil {
		return m, err
	}
	if req.ConvertStatus != nil && *req.ConvertStatus != noConversion {
		return m, api.ErrConvertStatus.Because("material.convert-status", "send -1, or leave it out",
			"the convert_status is %v; clients send only -1, for no conversion", *req.ConvertStatus)
	}
	m.URLs.Filename = req.URLs.Filename.Or(m.URLs.Filename)
	if url := req.URLs.URL.Or(m.URLs.URL); url != m.URLs.URL {
		m.URLs.URL = url
		m.URLs.Filename = req.URLs.Filename.Or(path.Base(url))
	}
	if m.URLs.URL == "" {
		return m, api.ErrURLs.Because("material.url", "upload the file first and send its storage_path as urls.url",
			"the material has no urls.url")
	}
	m.URLs.Thumb = req.URLs.Thumb.Or(m.URLs.Thumb)
	attrs := Attrs{}
	maps.Copy(attrs, m.Attrs)
	maps.Copy(attrs, req.Attrs)
	m.Attrs = attrs
	if m.Name = req.Name.Or(m.Name); strings.TrimSpace(m.Name) == "" {
		return m, api.ErrName.Because("material.name", "send a name that is not empty", "the name of the material is missing or empty")
	}
	m.AppID, m.From = req.AppID.Or(m.AppID), req.From.Or(m.From)
	if req.ConvertStatus != nil {
		m.ConvertStatus = new(int)
		*m.ConvertStatus = noConversion
	}
	m.Type = cmp.Or(typeWord(req.Type.Or(m.Type)), guessType(m))
	m.UpdatedAt = c.Now
	return m, nil
}

// createMaterial makes a material of the caller. It starts the conversion of a video, unless the client sends that none
// is needed (assumed from such a client).
func createMaterial(c *op.Call, st *Scope, req materialRequest) (materialRow, error) {
	m, err := req.over(c, st, Material{Owner: c.User, CategoryID: rootCategory, CreatedAt: c.Now})
	if err != nil {
		return materialRow{}, err
	}
	m.ID = st.Materials.NewID(c)
	if m.Type == videoType && m.ConvertStatus == nil {
		st.MaterialJobs.start(c, st.Plans.Of(settings.MaterialJobs), userMaterialSource, m.ID)
	}
	st.Materials.Put(m)
	return st.materialRow(c, m), nil
}

// updateMaterial returns the changed material, as the types of the vendor's SDK do.
func updateMaterial(c *op.Call, st *Scope, req materialRequest) (materialRow, error) {
	m, err := table.Own(c, &st.Materials, "material", string(req.ID))
	if err != nil {
		return materialRow{}, err
	}
	if m, err = req.over(c, st, m); err != nil {
		return materialRow{}, err
	}
	if req.ConvertStatus != nil {
		st.MaterialJobs.end(c.User, userMaterialSource, m.ID)
	}
	st.Materials.Put(m)
	return st.materialRow(c, m), nil
}

type deleteMaterialsRequest struct {
	ID api.Texts `json:"id"`
}

// deleteMaterials deletes all of the materials, or none.
func deleteMaterials(c *op.Call, st *Scope, req deleteMaterialsRequest) (api.Done, error) {
	gone, err := table.AllOwn(c, &st.Materials, "material", req.ID, api.ErrID)
	if err != nil {
		return false, err
	}
	for _, m := range gone {
		st.Materials.Remove(m.ID)
		st.MaterialJobs.end(c.User, userMaterialSource, m.ID)
	}
	return true, nil
}

// moveMaterials moves all of the materials, or none.
func moveMaterials(c *op.Call, st *Scope, req moveRequest) (api.Done, error) {
	materials, err := table.AllOwn(c, &st.Materials, "material", req.IDs, api.ErrIDs)
	if err != nil {
		return false, err
	}
	category, err := st.Categories.forUse(c, string(req.CategoryID), api.ErrCategoryID, MaterialCategory, UserMaterialCategory)
	if err != nil {
		return false, err
	}
	for _, m := range materials {
		m.CategoryID, m.UpdatedAt = category, c.Now
		st.Materials.Put(m)
	}
	return true, nil
}

// typeWord returns the first part of a media type, "image" of "image/png", or the word itself.
func typeWord(s string) string {
	word, _, _ := strings.Cut(s, "/")
	return word
}

// videoType is the type of materials that are converted.
const videoType = "video"

// extensions are the extensions that the upload dialogs of the vendor's clients accept.
var extensions = map[string][]string{
	"image":   {".gif", ".png", ".jpeg", ".jpg", ".svg"},
	"audio":   {".aac", ".wav", ".mp3"},
	videoType: {".mp4", ".mov", ".avi"},
}

// guessType returns the type of a material that was sent without one, as the editors do. It is that of the media type
// in the attrs, or of the extension of the file (assumed).
func guessType(m Material) string {
	if media, ok := m.Attrs["type"].(string); ok && extensions[typeWord(media)] != nil {
		return typeWord(media)
	}
	extension := strings.ToLower(path.Ext(m.URLs.URL))
	for _, word := range slices.Sorted(maps.Keys(extensions)) {
		if slices.Contains(extensions[word], extension) {
			return word
		}
	}
	return ""
}

// Attrs are the attributes of a material that clients choose, such as duration, width and frames. Only "type" has a
// meaning for the fake.
type Attrs map[string]any

// UnmarshalJSON reads an object. Its numbers keep all digits. Null leaves a as it is.
func (a *Attrs) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if b[0] != '{' {
		return api.ErrAttrs.Because("material.attrs", "send an object as attrs", "the attrs begin with %q", b[0])
	}
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.UseNumber()
	read := map[string]any{}
	if err := decoder.Decode(&read); err != nil {
		return err
	}
	*a = read
	return nil
}

// clone returns a deep copy. It is never nil, because clients read its fields without a check. A value that JSON does
// not have is an error.
func (a Attrs) clone() (Attrs, error) {
	if len(a) == 0 {
		return Attrs{}, nil
	}
	b, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("the attrs: %w", err)
	}
	var read Attrs
	return read, read.UnmarshalJSON(b)
}

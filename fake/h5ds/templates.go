package h5ds

import (
	"cmp"
	"encoding/json"
	"path"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var templateOps = []op.Op[State]{
	op.Read("Templates.Page", templatePage),
	op.Read("Template.Categories.Tree", templateCategories),
	op.Read("Admin.Templates.Info", adminTemplateInfo),
	op.Write("Admin.Templates.Update", updateTemplate),
}

// Template is a work to begin with, that all users see. The keys are those of the API.
type Template struct {
	// ID is decimal digits; a new one when a seed leaves it out.
	ID   string `json:"id" yaml:"id"`
	Name string `json:"name,omitempty" yaml:"name,omitempty"`
	// Description is read by the older product only. For type 2, a picture, it is JSON with width
	// and height; so it is when a seed leaves it out.
	Description string `json:"description,omitempty" yaml:"description,omitempty"`
	Thumb       string `json:"thumb,omitempty" yaml:"thumb,omitempty"` // URL
	// Width and Height are in pixels.
	Width      float64 `json:"width,omitempty" yaml:"width,omitempty"`
	Height     float64 `json:"height,omitempty" yaml:"height,omitempty"`
	Duration   float64 `json:"duration,omitempty" yaml:"duration,omitempty"`
	CategoryID string  `json:"category_id,omitempty" yaml:"category_id,omitempty"` // of a TemplateCategory
	Data       Project `json:"data,omitempty" yaml:"data,omitempty"`
	// Type, PriceType, IndustryID, ColorID and IsTop are what the older product finds and orders
	// templates by. What their values mean is not known.
	Type       string    `json:"type,omitempty" yaml:"type,omitempty"`
	PriceType  string    `json:"price_type,omitempty" yaml:"price_type,omitempty"`
	IndustryID string    `json:"industry_id,omitempty" yaml:"industry_id,omitempty"`
	ColorID    string    `json:"color_id,omitempty" yaml:"color_id,omitempty"`
	IsTop      bool      `json:"is_top,omitempty" yaml:"is_top,omitempty"`
	CreatedAt  time.Time `json:"createdAt,omitzero" yaml:"createdAt,omitempty"`
	UpdatedAt  time.Time `json:"updatedAt,omitzero" yaml:"updatedAt,omitempty"`
}

func (t Template) RowKey() (id, owner string) { return t.ID, table.System }

// url is the storage path of the project. Its form is assumed: none was seen.
func (t Template) url() string { return "/video/templates/" + t.ID + ".json" }

// templateAt finds the template whose project stands at the path.
func (st *State) templateAt(at string) (Template, bool) {
	t, there := st.Templates.Get(strings.TrimSuffix(path.Base(at), ".json"))
	return t, there && t.url() == at
}

// TemplateCategory is a category of templates.
type TemplateCategory struct {
	// ID is decimal digits; a new one when a seed leaves it out.
	ID   string `json:"id" yaml:"id"`
	Name string `json:"name" yaml:"name"`
}

func (t TemplateCategory) RowKey() (id, owner string) { return t.ID, table.System }

type templatePageRequest struct {
	api.PageRequest
	Keyword    api.Text `json:"keyword"`
	CategoryID api.Text `json:"category_id"`
}

// templateRow holds the fields that the vendor's clients read.
type templateRow struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Thumb       string  `json:"thumb"`
	Width       float64 `json:"width"`
	Height      float64 `json:"height"`
	URL         string  `json:"url"`
	IsCollected bool    `json:"is_collected"`
}

func (st *State) templateRow(c *op.Call, t Template) templateRow {
	return templateRow{
		ID: t.ID, Name: t.Name, Thumb: t.Thumb, Width: t.Width, Height: t.Height, URL: t.url(),
		IsCollected: st.hasCollected(c, t.ID),
	}
}

// templatePage lists the templates, the newest first; category 0 is all of them (assumed).
func templatePage(c *op.Call, st *State, req templatePageRequest) (api.Page[templateRow], error) {
	templates := api.Filter(st.Templates.Of(table.System), func(t Template) bool {
		return api.Matches(notRoot(req.CategoryID), t.CategoryID) && api.HasKeyword(t.Name, req.Keyword)
	})
	return api.PageOf(req.PageRequest, templates, func(t Template) templateRow { return st.templateRow(c, t) })
}

type templateCategoryRow struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (t TemplateCategory) row() templateCategoryRow { return templateCategoryRow(t) }

// templateCategories answers the rows of a page without the page around them, in the order of the
// seeds. No client reads a second level of the tree.
func templateCategories(_ *op.Call, st *State, req api.PageRequest) ([]templateCategoryRow, error) {
	rows, err := api.PageOf(req, st.TemplateCategories.OldestFirst(table.System), TemplateCategory.row)
	return rows.Data, err
}

type adminTemplateRequest struct {
	ID api.Text `json:"id"`
}

// adminTemplateResponse is all that the newest client reads.
type adminTemplateResponse struct {
	URL string `json:"url"`
}

func adminTemplateInfo(c *op.Call, st *State, req adminTemplateRequest) (adminTemplateResponse, error) {
	t, err := st.adminTemplate(c, string(req.ID))
	if err != nil {
		return adminTemplateResponse{}, err
	}
	return adminTemplateResponse{URL: t.url()}, nil
}

// adminTemplate finds a template for an administrator. That the token of one is the token of a
// user with that right, and how others are rejected, is assumed.
func (st *State) adminTemplate(c *op.Call, id string) (Template, error) {
	if user, _ := st.Users.Get(c.User); !user.Admin {
		return Template{}, api.ErrNotAdmin.Because("admin.not", "seed the user with admin: true",
			"user %s may not administer templates", c.User)
	}
	if id == "" {
		return Template{}, api.ErrID.Because("template.no-id", "send the id of the template", "the id of the template is missing or empty")
	}
	t, there := st.Templates.Get(id)
	if !there {
		return Template{}, api.ErrNotFound.Because("template.unknown", "seed the template", "there is no template %q", id)
	}
	return t, nil
}

// updateTemplateRequest changes what is sent.
type updateTemplateRequest struct {
	ID       api.Text        `json:"id"`
	Data     json.RawMessage `json:"data"`
	Thumb    *api.Text       `json:"thumb"`
	Name     *api.Text       `json:"name"`
	Width    *api.Number     `json:"width"`
	Height   *api.Number     `json:"height"`
	Duration *api.Number     `json:"duration"`
}

func updateTemplate(c *op.Call, st *State, req updateTemplateRequest) (adminTemplateResponse, error) {
	t, err := st.adminTemplate(c, string(req.ID))
	if err != nil {
		return adminTemplateResponse{}, err
	}
	if t.Width, err = size(req.Width, t.Width, api.ErrWidth, "width"); err != nil {
		return adminTemplateResponse{}, err
	}
	if t.Height, err = size(req.Height, t.Height, api.ErrHeight, "height"); err != nil {
		return adminTemplateResponse{}, err
	}
	if t.Duration, err = size(req.Duration, t.Duration, api.ErrDuration, "duration"); err != nil {
		return adminTemplateResponse{}, err
	}
	if len(req.Data) > 0 && string(req.Data) != "null" {
		if t.Data, err = readProject(req.Data); err != nil {
			return adminTemplateResponse{}, badProject(err)
		}
	}
	t.Name = cmp.Or(req.Name.Or(t.Name), unnamed)
	t.Thumb = req.Thumb.Or(t.Thumb)
	t.UpdatedAt = c.Now
	st.Templates.Put(t)
	return adminTemplateResponse{URL: t.url()}, nil
}

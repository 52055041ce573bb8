package library

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var templateOps = []op.Op[Scope]{
	op.Read("Templates.Page", templatePage),
	op.Read("Template.Categories.Tree", templateCategories),
	op.Read("Admin.Templates.Info", adminTemplateInfo),
	op.Write("Admin.Templates.Update", updateTemplate),
}

// Template is the beginning of a work, for all users. The keys are those of the API.
type Template struct {
	// ID is decimal digits; a new one when it is left out.
	ID   string `json:"id" yaml:"id"`
	Name string `json:"name,omitempty" yaml:"name,omitempty"`
	// Description is read by the older product only. For type 2, a picture, it is JSON with width and height, also by
	// default.
	Description string `json:"description,omitempty" yaml:"description,omitempty"`
	Thumb       string `json:"thumb,omitempty" yaml:"thumb,omitempty"` // URL
	// Width and Height are in pixels.
	Width      float64 `json:"width,omitempty" yaml:"width,omitempty"`
	Height     float64 `json:"height,omitempty" yaml:"height,omitempty"`
	Duration   float64 `json:"duration,omitempty" yaml:"duration,omitempty"`
	CategoryID string  `json:"category_id,omitempty" yaml:"category_id,omitempty"` // of a TemplateCategory
	Data       Project `json:"data,omitempty" yaml:"data,omitempty"`
	// Type, PriceType, IndustryID, ColorID and IsTop are filters and an order of the older product. The meaning of
	// their values is unknown.
	Type       string    `json:"type,omitempty" yaml:"type,omitempty"`
	PriceType  string    `json:"price_type,omitempty" yaml:"price_type,omitempty"`
	IndustryID string    `json:"industry_id,omitempty" yaml:"industry_id,omitempty"`
	ColorID    string    `json:"color_id,omitempty" yaml:"color_id,omitempty"`
	IsTop      bool      `json:"is_top,omitempty" yaml:"is_top,omitempty"`
	CreatedAt  time.Time `json:"createdAt,omitzero" yaml:"createdAt,omitempty"`
	UpdatedAt  time.Time `json:"updatedAt,omitzero" yaml:"updatedAt,omitempty"`
}

func (t Template) RowKey() (id, owner string) { return t.ID, table.System }

// url is the storage path of the project. Its form is assumed, because no source shows one.
func (t Template) url() string { return "/video/templates/" + t.ID + ".json" }

// templateAt returns the template whose project has the path.
func (st *State) templateAt(at string) (Template, bool) {
	t, there := st.Templates.Get(strings.TrimSuffix(path.Base(at), ".json"))
	return t, there && t.url() == at
}

// TemplateCategory is a category of templates.
type TemplateCategory struct {
	// ID is decimal digits; a new one when it is left out.
	ID   string `json:"id" yaml:"id"`
	Name string `json:"name" yaml:"name"`
}

func (t TemplateCategory) RowKey() (id, owner string) { return t.ID, table.System }

type templatePageRequest struct {
	api.PageRequest
	Keyword    api.Text `json:"keyword"`
	CategoryID api.Text `json:"category_id"`
}

// templateRow has the fields that the vendor's clients read.
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
func templatePage(c *op.Call, st *Scope, req templatePageRequest) (api.Page[templateRow], error) {
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

// templateCategories returns the rows of a page without the page, in the order in which they were put. No client reads
// a second level of the tree.
func templateCategories(_ *op.Call, st *Scope, req api.PageRequest) ([]templateCategoryRow, error) {
	rows, err := api.PageOf(req, st.TemplateCategories.OldestFirst(table.System), TemplateCategory.row)
	return rows.Data, err
}

type adminTemplateRequest struct {
	ID api.Text `json:"id"`
}

// adminTemplateResponse has the field that the newest client reads.
type adminTemplateResponse struct {
	URL string `json:"url"`
}

func adminTemplateInfo(c *op.Call, st *Scope, req adminTemplateRequest) (adminTemplateResponse, error) {
	t, err := st.adminTemplate(c, string(req.ID))
	if err != nil {
		return adminTemplateResponse{}, err
	}
	return adminTemplateResponse{URL: t.url()}, nil
}

// adminTemplate returns a template for an administrator. It is assumed that administrators are users with that right,
// and how others are rejected.
func (st *Scope) adminTemplate(c *op.Call, id string) (Template, error) {
	if user, _ := st.Accounts.Users.Get(c.User); !user.Admin {
		return Template{}, api.ErrNotAdmin.Because("admin.not", "give the user admin: true in the fixtures",
			"user %s may not administer templates", c.User)
	}
	if id == "" {
		return Template{}, api.ErrID.Because("template.no-id", "send the id of the template", "the id of the template is missing or empty")
	}
	t, there := st.Templates.Get(id)
	if !there {
		return Template{}, api.ErrNotFound.Because("template.unknown", "put the template into the fixtures", "there is no template %q", id)
	}
	return t, nil
}

// updateTemplateRequest has the fields to change.
type updateTemplateRequest struct {
	ID       api.Text        `json:"id"`
	Data     json.RawMessage `json:"data"`
	Thumb    *api.Text       `json:"thumb"`
	Name     *api.Text       `json:"name"`
	Width    *api.Number     `json:"width"`
	Height   *api.Number     `json:"height"`
	Duration *api.Number     `json:"duration"`
}

func updateTemplate(c *op.Call, st *Scope, req updateTemplateRequest) (adminTemplateResponse, error) {
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
		if t.Data, err = ReadProject(req.Data); err != nil {
			return adminTemplateResponse{}, badProject(err)
		}
	}
	t.Name = cmp.Or(req.Name.Or(t.Name), unnamed)
	t.Thumb = req.Thumb.Or(t.Thumb)
	t.UpdatedAt = c.Now
	st.Templates.Put(t)
	return adminTemplateResponse{URL: t.url()}, nil
}

// openOps are the templates for the older product: without a token, with keys in camel case.
var openOps = []op.Op[Scope]{
	op.Read("Open.Templates", openTemplatePage),
	op.Read("Open.Templates.TemplateId", openTemplate),
}

type openTemplatePageRequest struct {
	api.PageRequest
	Keyword     api.Text `json:"keyword"`
	CategoryID  api.Text `json:"categoryId"`
	PriceType   api.Text `json:"price_type"`
	OrderColumn api.Text `json:"order_column"`
	IndustryID  api.Text `json:"industry_id"`
	ColorID     api.Text `json:"color_id"`
	Type        api.Text `json:"type"`
}

// openTemplateRow has the fields that clients read.
type openTemplateRow struct {
	TemplateID    string `json:"templateId"`
	CoverImageURL string `json:"coverImageUrl"`
	Name          string `json:"name"`
	Description   string `json:"description"`
}

func (t Template) openRow() openTemplateRow {
	return openTemplateRow{TemplateID: t.ID, CoverImageURL: t.Thumb, Name: t.Name, Description: t.description()}
}

// PictureType is the type of templates whose description a client reads as JSON.
const PictureType = "2"

func (t Template) description() string {
	if t.Description == "" && t.Type == PictureType {
		return fmt.Sprintf(`{"width":%v,"height":%v}`, t.Width, t.Height)
	}
	return t.Description
}

// openTemplatePage lists templates, the newest first or those on top first. The directions of the two orders are
// assumed.
func openTemplatePage(_ *op.Call, st *Scope, req openTemplatePageRequest) (api.Page[openTemplateRow], error) {
	switch req.OrderColumn {
	case "", "id", "is_top":
	default:
		return api.Page[openTemplateRow]{}, api.ErrOrderColumn.Because("template.order", "send id or is_top",
			"the order_column %q is neither id nor is_top", req.OrderColumn)
	}
	templates := slices.Collect(api.Filter(st.Templates.Of(table.System), func(t Template) bool {
		return api.Matches(req.CategoryID, t.CategoryID) && api.Matches(req.PriceType, t.PriceType) && api.Matches(req.IndustryID, t.IndustryID) &&
			api.Matches(req.ColorID, t.ColorID) && api.Matches(req.Type, t.Type) && api.HasKeyword(t.Name, req.Keyword)
	}))
	if req.OrderColumn == "is_top" {
		slices.SortStableFunc(templates, func(a, b Template) int { return order(b.IsTop) - order(a.IsTop) })
	}
	return api.PageOf(req.PageRequest, slices.Values(templates), Template.openRow)
}

func order(top bool) int {
	if top {
		return 1
	}
	return 0
}

type openTemplateRequest struct {
	TemplateID api.Text `json:"templateId"`
}

// openTemplateResponse has the project as a text, which its client parses.
type openTemplateResponse struct {
	openTemplateRow
	AppData string `json:"appData"`
}

func openTemplate(_ *op.Call, st *Scope, req openTemplateRequest) (openTemplateResponse, error) {
	t, there := st.Templates.Get(string(req.TemplateID))
	if !there {
		return openTemplateResponse{}, api.ErrNotFound.Because("template.unknown", "put the template into the fixtures", "there is no template %q", req.TemplateID)
	}
	return openTemplateResponse{openTemplateRow: t.openRow(), AppData: string(t.Data)}, nil
}

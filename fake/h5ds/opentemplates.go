package h5ds

import (
	"fmt"
	"slices"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// The templates as the older product sees them: without a token, with keys in camel case.
var openOps = []op.Op[State]{
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

// openTemplateRow holds the fields that clients read.
type openTemplateRow struct {
	TemplateID    string `json:"templateId"`
	CoverImageURL string `json:"coverImageUrl"`
	Name          string `json:"name"`
	Description   string `json:"description"`
}

func (t Template) openRow() openTemplateRow {
	return openTemplateRow{TemplateID: t.ID, CoverImageURL: t.Thumb, Name: t.Name, Description: t.description()}
}

// pictureType is the type of the templates whose description a client reads as JSON.
const pictureType = "2"

func (t Template) description() string {
	if t.Description == "" && t.Type == pictureType {
		return fmt.Sprintf(`{"width":%v,"height":%v}`, t.Width, t.Height)
	}
	return t.Description
}

// openTemplatePage lists templates, the newest first, or those on top first: which way round the
// two orders go is assumed.
func openTemplatePage(_ *op.Call, st *State, req openTemplatePageRequest) (api.Page[openTemplateRow], error) {
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

// openTemplateResponse has the project as a text: its client parses one.
type openTemplateResponse struct {
	openTemplateRow
	AppData string `json:"appData"`
}

func openTemplate(_ *op.Call, st *State, req openTemplateRequest) (openTemplateResponse, error) {
	t, there := st.Templates.Get(string(req.TemplateID))
	if !there {
		return openTemplateResponse{}, api.ErrNotFound.Because("template.unknown", "seed the template", "there is no template %q", req.TemplateID)
	}
	return openTemplateResponse{openTemplateRow: t.openRow(), AppData: string(t.Data)}, nil
}

package h5ds

import (
	"fmt"
	"slices"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// The templates as the older product sees them: without a token, with keys in camel case.
var openOps = []op.Op[State]{
	op.Read("Open.Templates", openTemplatePage),
	op.Read("Open.Templates.TemplateId", openTemplate),
}

type openTemplatePageRequest struct {
	pageRequest
	Keyword     text `json:"keyword"`
	CategoryID  text `json:"categoryId"`
	PriceType   text `json:"price_type"`
	OrderColumn text `json:"order_column"`
	IndustryID  text `json:"industry_id"`
	ColorID     text `json:"color_id"`
	Type        text `json:"type"`
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
func openTemplatePage(_ *op.Call, st *State, req openTemplatePageRequest) (page[openTemplateRow], error) {
	switch req.OrderColumn {
	case "", "id", "is_top":
	default:
		return page[openTemplateRow]{}, errOrderColumn.Because("template.order", "send id or is_top",
			"the order_column %q is neither id nor is_top", req.OrderColumn)
	}
	templates := slices.Collect(only(st.Templates.of(system), func(t Template) bool {
		return isAsked(req.CategoryID, t.CategoryID) && isAsked(req.PriceType, t.PriceType) && isAsked(req.IndustryID, t.IndustryID) &&
			isAsked(req.ColorID, t.ColorID) && isAsked(req.Type, t.Type) && named(t.Name, req.Keyword)
	}))
	if req.OrderColumn == "is_top" {
		slices.SortStableFunc(templates, func(a, b Template) int { return order(b.IsTop) - order(a.IsTop) })
	}
	return pageOf(req.pageRequest, slices.Values(templates), Template.openRow)
}

func order(top bool) int {
	if top {
		return 1
	}
	return 0
}

type openTemplateRequest struct {
	TemplateID text `json:"templateId"`
}

// openTemplateResponse has the project as a text: its client parses one.
type openTemplateResponse struct {
	openTemplateRow
	AppData string `json:"appData"`
}

func openTemplate(_ *op.Call, st *State, req openTemplateRequest) (openTemplateResponse, error) {
	t, there := st.Templates.get(string(req.TemplateID))
	if !there {
		return openTemplateResponse{}, errNotFound.Because("template.unknown", "seed the template", "there is no template %q", req.TemplateID)
	}
	return openTemplateResponse{openTemplateRow: t.openRow(), AppData: string(t.Data)}, nil
}

package library

import (
	"slices"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var systemOps = []op.Op[Scope]{
	op.Read("Materials.Page", systemMaterialPage),
	op.Read("Common.TypeItems.Page", typeItemPage),
	op.Read("Common.Types.Tree", typeTree),
}

type systemMaterialPageRequest struct {
	api.PageRequest
	Keyword       api.Text    `json:"keyword"`
	CategoryID    api.Text    `json:"category_id"`
	Type          api.Text    `json:"type"`
	PID           api.Text    `json:"pid"`
	Tag           api.Text    `json:"tag"`
	ConvertStatus *api.Number `json:"convert_status"`
}

// systemMaterialPage lists the materials that all users see, the newest first. It is assumed that category 0 is no
// filter, because no type item has the id 0, and that a pid is a type or a type item.
func systemMaterialPage(c *op.Call, st *Scope, req systemMaterialPageRequest) (api.Page[materialRow], error) {
	materials := api.Filter(st.Materials.Of(table.System), func(m Material) bool {
		return api.Matches(notRoot(req.CategoryID), m.CategoryID) && api.Matches(req.Type, m.Type) &&
			(req.Tag == "" || slices.Contains(m.Tags, string(req.Tag))) &&
			(req.ConvertStatus == nil || float64(*req.ConvertStatus) == float64(st.convertStatus(c, m))) &&
			st.isOfType(m.CategoryID, notRoot(req.PID)) && api.HasKeyword(m.Name, req.Keyword)
	})
	return api.PageOf(req.PageRequest, materials, func(m Material) materialRow { return st.systemRow(c, m) })
}

// systemRow is the row of a material of the system, which says whether the caller has collected it.
func (st *State) systemRow(c *op.Call, m Material) materialRow {
	row := st.materialRow(c, m)
	collected := st.hasCollected(c, m.ID)
	row.IsCollected = &collected
	return row
}

// notRoot returns a filter by category for lists that have no root: the root is no filter.
func notRoot(asked api.Text) api.Text {
	if asked == rootCategory {
		return ""
	}
	return asked
}

// isOfType reports whether a type item passes a filter by its id or by its type.
func (st *State) isOfType(item string, asked api.Text) bool {
	if api.Matches(asked, item) {
		return true
	}
	found, there := st.TypeItems.Get(item)
	return there && found.TypeID == typeOf(string(asked))
}

// TypeItem is a category of materials of the system.
type TypeItem struct {
	// ID is decimal digits; a new one when it is left out.
	ID string `json:"id" yaml:"id"`
	// TypeID is the type of its materials: 311 text (211 in the oldest client), 312 image, 313 audio, 314 video, 315
	// sticker, 316 effect, 317 filter, 318 transition.
	TypeID string `json:"type_id" yaml:"type_id"`
	Name   string `json:"name" yaml:"name"`
}

// RowKey makes the type the owner, because items are listed by type.
func (i TypeItem) RowKey() (id, owner string) { return i.ID, i.TypeID }

// typeOf returns the same type for the two ids of texts that clients send (assumed).
func typeOf(typeID string) string {
	if typeID == "211" {
		return "311"
	}
	return typeID
}

type typeItemPageRequest struct {
	api.PageRequest
	TypeID api.Text `json:"type_id"`
}

type typeItemRow struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (i TypeItem) row() typeItemRow { return typeItemRow{ID: i.ID, Name: i.Name} }

// typeItemPage lists the items of a type in the order in which they were put. Without a type, as clients send it for an
// unknown type, the list is empty (assumed).
func typeItemPage(_ *op.Call, st *Scope, req typeItemPageRequest) (api.Page[typeItemRow], error) {
	return api.PageOf(req.PageRequest, st.TypeItems.OldestFirst(typeOf(string(req.TypeID))), TypeItem.row)
}

// typeNode is a row of the tree of types.
type typeNode struct {
	ID  int    `json:"id"`
	Key string `json:"key"`
}

// typeTree returns the two types of an example in a client.
func typeTree(*op.Call, *Scope, op.None) ([]typeNode, error) {
	return []typeNode{{1, "material"}, {2, "template"}}, nil
}

package library

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var categoryOps = []op.Op[Scope]{
	op.Read("User.Categories.Page", categoryPage),
	op.Read("User.Categories.Info", categoryInfo),
	op.Write("User.Categories.Create", createCategory),
	op.Write("User.Categories.Update", updateCategory),
	op.Write("User.Categories.Delete", deleteCategories),
}

// Types of categories: the values that the vendor's clients send.
const (
	ProjectCategory      = "project"       // of works
	MaterialCategory     = "material"      // of materials
	UserMaterialCategory = "user_material" // of materials, in the oldest client
)

func isCategoryType(s string) bool {
	return s == ProjectCategory || s == MaterialCategory || s == UserMaterialCategory
}

// Category is a folder of a user. The keys are those of the API.
type Category struct {
	// ID is decimal digits; a new one when it is left out.
	ID string `json:"id" yaml:"id"`
	// Owner is the platform id of a user. A test may give another name of the user, such as the userId.
	Owner string `json:"owner" yaml:"owner"`
	Type  string `json:"type" yaml:"type"` // ProjectCategory, MaterialCategory or UserMaterialCategory
	Name  string `json:"name" yaml:"name"`
	// PID is the id of the parent, which has the same type; "0" is the root.
	PID string `json:"pid,omitempty" yaml:"pid,omitempty"`
	// CreatedAt and UpdatedAt are in no response.
	CreatedAt time.Time `json:"createdAt,omitzero" yaml:"createdAt,omitempty"`
	UpdatedAt time.Time `json:"updatedAt,omitzero" yaml:"updatedAt,omitempty"`
}

func (g Category) RowKey() (id, owner string) { return g.ID, g.Owner }

type categoryPageRequest struct {
	api.PageRequest
	Type api.Text `json:"type"`
}

type categoryRow struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (g Category) row() categoryRow { return categoryRow{ID: g.ID, Name: g.Name} }

// categoryPage lists the categories of a type, including those within others. It is assumed that it lists all types
// when no type is sent, and the newest category first.
func categoryPage(c *op.Call, st *Scope, req categoryPageRequest) (api.Page[categoryRow], error) {
	if req.Type != "" && !isCategoryType(string(req.Type)) {
		return api.Page[categoryRow]{}, unknownCategoryType(req.Type)
	}
	categories := api.Filter(st.Categories.Of(c.User), func(g Category) bool { return api.Matches(req.Type, g.Type) })
	return api.PageOf(req.PageRequest, categories, Category.row)
}

func unknownCategoryType(sent api.Text) error {
	return api.ErrType.Because("category.type", "send project, material or user_material",
		"the type %q is none of project, material and user_material", sent)
}

type categoryInfoRequest struct {
	ID api.Text `json:"id"`
}

// categoryInfoResponse has the fields of the category's creation (assumed): its client reads no field.
type categoryInfoResponse struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`
	PID  string `json:"pid"`
}

func categoryInfo(c *op.Call, st *Scope, req categoryInfoRequest) (categoryInfoResponse, error) {
	category, err := table.Own(c, &st.Categories.Table, "category", string(req.ID))
	if err != nil {
		return categoryInfoResponse{}, err
	}
	return categoryInfoResponse{ID: category.ID, Name: category.Name, Type: category.Type, PID: category.PID}, nil
}

type createCategoryRequest struct {
	Type api.Text `json:"type"`
	Name api.Text `json:"name"`
	PID  api.Text `json:"pid"`
}

func createCategory(c *op.Call, st *Scope, req createCategoryRequest) (api.Done, error) {
	if !isCategoryType(string(req.Type)) {
		return false, unknownCategoryType(req.Type)
	}
	name, err := categoryName(string(req.Name))
	if err != nil {
		return false, err
	}
	pid, err := st.Categories.forUse(c, string(req.PID), api.ErrPID, string(req.Type))
	if err != nil {
		return false, err
	}
	st.Categories.Put(Category{
		ID: st.Categories.NewID(c), Owner: c.User, Type: string(req.Type), Name: name, PID: pid,
		CreatedAt: c.Now, UpdatedAt: c.Now,
	})
	return true, nil
}

// categoryName rejects an empty name (assumed).
func categoryName(name string) (string, error) {
	if strings.TrimSpace(name) == "" {
		return "", api.ErrName.Because("category.name", "send a name that is not empty", "the name of the category is missing or empty")
	}
	return name, nil
}

// updateCategoryRequest has the fields to change. The type of a category does not change (assumed).
type updateCategoryRequest struct {
	ID   api.Text  `json:"id"`
	Name *api.Text `json:"name"`
	PID  *api.Text `json:"pid"`
}

func updateCategory(c *op.Call, st *Scope, req updateCategoryRequest) (api.Done, error) {
	category, err := table.Own(c, &st.Categories.Table, "category", string(req.ID))
	if err != nil {
		return false, err
	}
	if category.Name, err = categoryName(req.Name.Or(category.Name)); err != nil {
		return false, err
	}
	if category.PID, err = st.Categories.forUse(c, req.PID.Or(category.PID), api.ErrPID, category.Type); err != nil {
		return false, err
	}
	if st.Categories.isWithin(category.PID, category.ID) {
		return false, api.ErrPID.Because("category.circle", "send the id of a category that is not within this one",
			"the category %s cannot be within %s, which is within it", category.ID, category.PID)
	}
	category.UpdatedAt = c.Now
	st.Categories.Put(category)
	return true, nil
}

type deleteCategoriesRequest struct {
	ID api.Texts `json:"id"`
}

// deleteCategories deletes all of the categories, or none. Their content goes to the root (assumed): a careful vendor
// deletes only the categories.
func deleteCategories(c *op.Call, st *Scope, req deleteCategoriesRequest) (api.Done, error) {
	gone, err := table.AllOwn(c, &st.Categories.Table, "category", req.ID, api.ErrID)
	if err != nil {
		return false, err
	}
	for _, category := range gone {
		st.Categories.Remove(category.ID)
	}
	isGone := func(id string) bool { return slices.Contains(req.ID, id) }
	for _, g := range slices.Collect(st.Categories.Of(c.User)) {
		if isGone(g.PID) {
			g.PID = rootCategory
			st.Categories.Put(g)
		}
	}
	for _, w := range slices.Collect(st.Works.Of(c.User)) {
		if isGone(w.CategoryID) {
			w.CategoryID = rootCategory
			st.Works.Put(w)
		}
	}
	for _, m := range slices.Collect(st.Materials.Of(c.User)) {
		if isGone(m.CategoryID) {
			m.CategoryID = rootCategory
			st.Materials.Put(m)
		}
	}
	return true, nil
}

// Categories are the categories of all users.
type Categories struct{ table.Table[Category] }

// forUse returns the category of an id: the root for an empty id, or a category of the caller of one of the types. It
// is assumed that others are rejected. The failure is that of the parameter with the id.
func (g *Categories) forUse(c *op.Call, id string, failure *op.Error, types ...string) (string, error) {
	id = cmp.Or(id, rootCategory)
	if id == rootCategory {
		return id, nil
	}
	category, there := g.Get(id)
	if !there || category.Owner != c.User || !slices.Contains(types, category.Type) {
		return "", failure.Because("category.unknown", "create the category first with User.Categories.Create, put it into the fixtures, or send 0 for the root",
			"user %s has no category %q of type %s", c.User, id, strings.Join(types, " or "))
	}
	return id, nil
}

// isWithin reports whether a category is the other one, or below it. Every category is within the root.
func (g *Categories) isWithin(id, other string) bool {
	// A state that was written by hand may have a circle. No way to the root is longer than this.
	for range g.Len() + 1 {
		if id == other {
			return true
		}
		category, there := g.Get(id)
		if !there {
			break
		}
		id = cmp.Or(category.PID, rootCategory)
	}
	return other == rootCategory
}

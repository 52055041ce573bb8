package library

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// checkOwned rejects a category that an owner does not have.
func (g *Categories) checkOwned(owner, id string, types ...string) error {
	if id == rootCategory {
		return nil
	}
	if found, there := g.Get(id); !there || found.Owner != owner || !slices.Contains(types, found.Type) {
		return fmt.Errorf("the owner has no category %q for it; put the category first", id)
	}
	return nil
}

// PutCategory adds a category, or replaces the one with the same id and owner. It returns the category with all
// defaults. An unknown owner, an id that is another owner's or not decimal digits, an unknown type, an empty name, and
// a parent that is unknown, of another type, or within the category are errors.
func (st *Scope) PutCategory(c *op.Call, g Category) (Category, error) {
	full, err := st.completeCategory(c, g)
	if err != nil {
		return Category{}, fmt.Errorf("put category %q of %q: %w", cmp.Or(g.ID, g.Name), g.Owner, err)
	}
	if full.ID == "" {
		full.ID = st.Categories.NewID(c)
	}
	st.Categories.Put(full)
	return full, nil
}

func (st *Scope) completeCategory(c *op.Call, g Category) (Category, error) {
	owner, there := st.Accounts.Who(g.Owner)
	if !there {
		return g, account.ErrNoOwner
	}
	g.Owner, g.PID = owner.ID, cmp.Or(g.PID, rootCategory)
	if err := table.CheckID(&st.Categories.Table, g); err != nil {
		return g, err
	}
	if !isCategoryType(g.Type) {
		return g, fmt.Errorf("the type %q is none of project, material, user_material", g.Type)
	}
	if _, err := categoryName(g.Name); err != nil {
		return g, errors.New("the name is empty")
	}
	if err := st.Categories.checkOwned(owner.ID, g.PID, g.Type); err != nil {
		return g, err
	}
	if g.ID != "" && st.Categories.isWithin(g.PID, g.ID) {
		return g, fmt.Errorf("the category cannot be within %s, which is within it", g.PID)
	}
	g.CreatedAt, g.UpdatedAt = table.Times(c, g.CreatedAt, g.UpdatedAt)
	return g, nil
}

// PutMaterial adds a material, or replaces the one with the same id and owner. It returns the material with all
// defaults. An unknown owner, an id that is another owner's or not decimal digits, a missing URL, a negative size, an
// unknown convert_status and an unknown category are errors.
func (st *Scope) PutMaterial(c *op.Call, m Material) (Material, error) {
	full, err := st.completeMaterial(c, m)
	if err != nil {
		return Material{}, fmt.Errorf("put material %q: %w", cmp.Or(m.ID, m.Name), err)
	}
	if full.ID == "" {
		full.ID = st.Materials.NewID(c)
	}
	st.MaterialJobs.end(full.Owner, userMaterialSource, full.ID)
	st.Materials.Put(full)
	return full.clone()
}

func (st *Scope) completeMaterial(c *op.Call, m Material) (Material, error) {
	m, err := m.clone()
	if err != nil {
		return m, err
	}
	m.CategoryID = cmp.Or(m.CategoryID, rootCategory)
	if m.Owner != "" {
		owner, there := st.Accounts.Who(m.Owner)
		if !there {
			return m, account.ErrNoOwner
		}
		m.Owner = owner.ID
		if err := st.Categories.checkOwned(owner.ID, m.CategoryID, MaterialCategory, UserMaterialCategory); err != nil {
			return m, err
		}
	} else if _, there := st.TypeItems.Get(m.CategoryID); !there && m.CategoryID != rootCategory {
		return m, fmt.Errorf("there is no type item %q; put it first", m.CategoryID)
	}
	if err := table.CheckID(&st.Materials, m); err != nil {
		return m, err
	}
	switch s := m.ConvertStatus; {
	case m.URLs.URL == "":
		return m, errors.New("there is no urls.url")
	case !table.IsAmount(m.Size):
		return m, fmt.Errorf("the size %v is negative or no number", m.Size)
	case s != nil && (*s < -1 || *s > 3):
		return m, fmt.Errorf("the convert_status %d is none of -1 (none), 0 (waiting), 1 (running), 2 (done), 3 (failed)", *s)
	}
	m.URLs.Filename = cmp.Or(m.URLs.Filename, path.Base(m.URLs.URL))
	m.Name = cmp.Or(m.Name, m.URLs.Filename)
	m.Type = cmp.Or(typeWord(m.Type), guessType(m))
	m.CreatedAt, m.UpdatedAt = table.Times(c, m.CreatedAt, m.UpdatedAt)
	return m, nil
}

// clone returns a copy that shares no memory with m.
func (m Material) clone() (Material, error) {
	var err error
	m.Attrs, err = m.Attrs.clone()
	m.Tags = slices.Clone(m.Tags)
	if m.ConvertStatus != nil {
		status := *m.ConvertStatus
		m.ConvertStatus = &status
	}
	return m, err
}

// PutTypeItem adds a type item, or replaces the one with the same id and type. An id that is another type's or not
// decimal digits, and an empty type or name, are errors.
func (st *Scope) PutTypeItem(c *op.Call, i TypeItem) (TypeItem, error) {
	i.TypeID = typeOf(i.TypeID)
	err := table.CheckID(&st.TypeItems, i)
	switch {
	case err != nil:
	case i.TypeID == "" || !table.IsID(i.TypeID):
		err = fmt.Errorf("the type_id %q is not a number such as 311", i.TypeID)
	case i.Name == "":
		err = errors.New("the name is empty")
	}
	if err != nil {
		return TypeItem{}, fmt.Errorf("put type item %q: %w", cmp.Or(i.ID, i.Name), err)
	}
	if i.ID == "" {
		i.ID = st.TypeItems.NewID(c)
	}
	st.TypeItems.Put(i)
	return i, nil
}

// PutTemplateCategory adds a category of templates, or replaces the one with the same id. An id that is not decimal
// digits, and an empty name, are errors.
func (st *Scope) PutTemplateCategory(c *op.Call, t TemplateCategory) (TemplateCategory, error) {
	err := table.CheckID(&st.TemplateCategories, t)
	if err == nil && t.Name == "" {
		err = errors.New("the name is empty")
	}
	if err != nil {
		return TemplateCategory{}, fmt.Errorf("put template category %q: %w", cmp.Or(t.ID, t.Name), err)
	}
	if t.ID == "" {
		t.ID = st.TemplateCategories.NewID(c)
	}
	st.TemplateCategories.Put(t)
	return t, nil
}

// PutTemplate adds a template, or replaces the one with the same id. It returns the template with all defaults; without
// data it has an empty project. An id that is not decimal digits, negative sizes, data that is not a JSON object, and
// an unknown category are errors.
func (st *Scope) PutTemplate(c *op.Call, t Template) (Template, error) {
	full, err := st.completeTemplate(c, t)
	if err != nil {
		return Template{}, fmt.Errorf("put template %q: %w", cmp.Or(t.ID, t.Name), err)
	}
	if full.ID == "" {
		full.ID = st.Templates.NewID(c)
	}
	st.Templates.Put(full)
	full.Data = slices.Clone(full.Data) // the state shares no memory with the caller
	return full, nil
}

func (st *Scope) completeTemplate(c *op.Call, t Template) (Template, error) {
	err := table.CheckID(&st.Templates, t)
	_, there := st.TemplateCategories.Get(t.CategoryID)
	switch {
	case err != nil:
		return t, err
	case t.CategoryID != "" && !there:
		return t, fmt.Errorf("there is no template category %q; put it first", t.CategoryID)
	case !table.IsAmount(t.Width) || !table.IsAmount(t.Height) || !table.IsAmount(t.Duration):
		return t, fmt.Errorf("the size %v x %v or the duration %v is negative or no number", t.Width, t.Height, t.Duration)
	}
	t.Name = cmp.Or(t.Name, unnamed)
	t.Width, t.Height = cmp.Or(t.Width, defaultWidth), cmp.Or(t.Height, defaultHeight)
	t.CreatedAt, t.UpdatedAt = table.Times(c, t.CreatedAt, t.UpdatedAt)
	t.Data, err = projectOr(t.Data, Work{
		Name: t.Name, Width: t.Width, Height: t.Height, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt,
	})
	return t, err
}

// projectOr reads a project. Without one it returns an empty project for the work.
func projectOr(data Project, w Work) (Project, error) {
	if len(data) == 0 {
		return emptyProject(w)
	}
	return ReadProject(data)
}

// PutWork adds a work, or replaces the one with the same id and owner. It returns the work with all defaults; without
// data it has an empty project. An unknown owner, an id that is another owner's or not decimal digits, negative sizes,
// and data that is not a JSON object are errors.
func (st *Scope) PutWork(c *op.Call, w Work) (Work, error) {
	full, err := st.completeWork(c, w)
	if err != nil {
		return Work{}, fmt.Errorf("put work %q of %q: %w", cmp.Or(w.ID, w.Name), w.Owner, err)
	}
	if full.ID == "" {
		full.ID = st.Works.NewID(c)
	}
	st.Works.Put(full)
	full.Data = slices.Clone(full.Data) // the state shares no memory with the caller
	return full, nil
}

func (st *Scope) completeWork(c *op.Call, w Work) (Work, error) {
	owner, there := st.Accounts.Who(w.Owner)
	if !there {
		return w, account.ErrNoOwner
	}
	w.Owner, w.CategoryID = owner.ID, cmp.Or(w.CategoryID, rootCategory)
	if err := table.CheckID(&st.Works, w); err != nil {
		return w, err
	}
	if !table.IsAmount(w.Width) || !table.IsAmount(w.Height) || !table.IsAmount(w.Duration) {
		return w, fmt.Errorf("the size %v x %v or the duration %v is negative or no number", w.Width, w.Height, w.Duration)
	}
	if err := st.Categories.checkOwned(owner.ID, w.CategoryID, ProjectCategory); err != nil {
		return w, err
	}
	w.Name = cmp.Or(w.Name, unnamed)
	w.Width, w.Height = cmp.Or(w.Width, defaultWidth), cmp.Or(w.Height, defaultHeight)
	w.CreatedAt, w.UpdatedAt = table.Times(c, w.CreatedAt, w.UpdatedAt)
	var err error
	w.Data, err = projectOr(w.Data, w)
	return w, err
}

package library

import (
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// projectMaterialOps are calls of the newest client. It reads the rows of the first one. Of the requests it only shows
// that they are objects: their fields are assumed.
var projectMaterialOps = []op.Op[Scope]{
	op.Read("User.Project.Materials.Page", projectMaterialPage),
	op.Write("User.Project.Materials.Batch", addProjectMaterials),
	op.Write("User.Project.Materials.Delete", deleteProjectMaterials),
}

// ProjectMaterial is the use of a material in a work of the same user.
type ProjectMaterial struct {
	ID         string    `json:"id"`
	Owner      string    `json:"owner"`
	ProjectID  string    `json:"project_id"` // a work
	MaterialID string    `json:"material_id"`
	CreatedAt  time.Time `json:"createdAt"`
}

func (p ProjectMaterial) RowKey() (id, owner string) { return p.ID, p.Owner }

type projectMaterialPageRequest struct {
	api.PageRequest
	Keyword    api.Text `json:"keyword"`
	CategoryID api.Text `json:"category_id"`
	ProjectID  api.Text `json:"project_id"`
}

type projectMaterialRow struct {
	ID         string      `json:"id"`
	MaterialID string      `json:"material_id"`
	Detail     materialRow `json:"detail"`
}

// projectMaterialPage returns the rows of a page without the page, as the client reads it.
func projectMaterialPage(c *op.Call, st *Scope, req projectMaterialPageRequest) ([]projectMaterialRow, error) {
	used := api.Filter(st.ProjectMaterials.Of(c.User), func(p ProjectMaterial) bool {
		m, there := st.Materials.Get(p.MaterialID)
		return there && api.Matches(req.ProjectID, p.ProjectID) && api.Matches(req.CategoryID, m.CategoryID) && api.HasKeyword(m.Name, req.Keyword)
	})
	rows, err := api.PageOf(req.PageRequest, used, func(p ProjectMaterial) projectMaterialRow {
		m, _ := st.Materials.Get(p.MaterialID)
		return projectMaterialRow{ID: p.ID, MaterialID: m.ID, Detail: st.materialRow(c, m)}
	})
	return rows.Data, err
}

type projectMaterialsRequest struct {
	ProjectID api.Text  `json:"project_id"`
	IDs       api.Texts `json:"ids"`
}

// addProjectMaterials adds materials of the caller to a work: all, or none. A material is in a work at most once.
func addProjectMaterials(c *op.Call, st *Scope, req projectMaterialsRequest) (api.Done, error) {
	if req.ProjectID == "" {
		return false, api.ErrProjectID.Because("project-material.project", "send the id of the work as project_id", "the project_id is missing or empty")
	}
	work, err := st.WorkOf(c, string(req.ProjectID))
	if err != nil {
		return false, err
	}
	materials, err := table.AllOwn(c, &st.Materials, "material", req.IDs, api.ErrIDs)
	if err != nil {
		return false, err
	}
	there := map[string]bool{}
	for p := range st.ProjectMaterials.Of(c.User) {
		there[p.MaterialID] = there[p.MaterialID] || p.ProjectID == work.ID
	}
	for _, m := range materials {
		if there[m.ID] {
			continue
		}
		there[m.ID] = true
		st.ProjectMaterials.Put(ProjectMaterial{
			ID: st.ProjectMaterials.NewID(c), Owner: c.User, ProjectID: work.ID, MaterialID: m.ID, CreatedAt: c.Now,
		})
	}
	return true, nil
}

// deleteProjectMaterials removes materials from works: all, or none. An id is that of a row or of its material, because
// the client sends both. With a project_id they are only removed from that work.
func deleteProjectMaterials(c *op.Call, st *Scope, req projectMaterialsRequest) (api.Done, error) {
	if len(req.IDs) == 0 {
		return false, api.ErrIDs.Because("project-material.no-ids", "send a list of at least one id as ids", "there is no id of a material")
	}
	var gone []string
	for _, id := range req.IDs {
		before := len(gone)
		for p := range st.ProjectMaterials.Of(c.User) {
			if (p.ID == id || p.MaterialID == id) && api.Matches(req.ProjectID, p.ProjectID) {
				gone = append(gone, p.ID)
			}
		}
		if len(gone) == before {
			return false, api.ErrNotFound.Because("project-material.unknown", "add it first with User.Project.Materials.Batch",
				"user %s has no material %q in a work", c.User, id)
		}
	}
	for _, id := range gone {
		st.ProjectMaterials.Remove(id)
	}
	return true, nil
}

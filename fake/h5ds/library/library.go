package library

import (
	"slices"

	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
)

// State is the works and materials of the users, and the materials and templates of the system.
type State struct {
	// Works, Categories, MaterialJobs, ProjectMaterials and Collects belong to the platform id of a user.
	Works            table.Table[Work]            `json:"works,omitzero"`
	Categories       Categories                   `json:"categories,omitzero"`
	MaterialJobs     Conversions                  `json:"materialJobs,omitzero"`
	ProjectMaterials table.Table[ProjectMaterial] `json:"projectMaterials,omitzero"`
	Collects         table.Table[Collect]         `json:"collects,omitzero"`
	// Materials without an owner are those of the system.
	Materials          table.Table[Material]         `json:"materials,omitzero"`
	TypeItems          table.Table[TypeItem]         `json:"typeItems,omitzero"`
	Templates          table.Table[Template]         `json:"templates,omitzero"`
	TemplateCategories table.Table[TemplateCategory] `json:"templateCategories,omitzero"`
}

// Scope is the state with the parts that its operations use.
type Scope struct {
	*State
	Accounts *account.State
	Settings *settings.Settings
	Plans    settings.Plans
}

// Ops are the operations of works, materials and templates.
var Ops = slices.Concat(workOps, categoryOps, materialOps, projectMaterialOps, systemOps, collectOps, templateOps, openOps)

// ProjectAt returns the project of a work or a template at a path of the storage.
func (st *State) ProjectAt(at string) (Project, bool) {
	if work, there := st.WorkAt(at); there {
		return work.Data, true
	}
	template, there := st.templateAt(at)
	return template.Data, there
}

package library

import (
	"slices"

	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
)

// State is what the users make, and what the system offers them.
type State struct {
	// Works, Categories, MaterialJobs, ProjectMaterials and Collects belong to the platform id of a user.
	Works            table.Table[Work]            `json:"works,omitzero"`
	Categories       Categories                   `json:"categories,omitzero"`
	MaterialJobs     Conversions                  `json:"materialJobs,omitzero"`
	ProjectMaterials table.Table[ProjectMaterial] `json:"projectMaterials,omitzero"`
	Collects         table.Table[Collect]         `json:"collects,omitzero"`
	// Materials are those of the users and, without an owner, those of the system.
	Materials          table.Table[Material]         `json:"materials,omitzero"`
	TypeItems          table.Table[TypeItem]         `json:"typeItems,omitzero"`
	Templates          table.Table[Template]         `json:"templates,omitzero"`
	TemplateCategories table.Table[TemplateCategory] `json:"templateCategories,omitzero"`
}

// Scope is the state with what its operations need of others.
type Scope struct {
	*State
	Accounts *account.State
	Settings *settings.Settings
	Plans    settings.Plans
}

// allLibraryOps are the operations of works, materials and templates.
var Ops = slices.Concat(workOps, categoryOps, materialOps, projectMaterialOps, systemOps, collectOps, templateOps, openOps)

// projectAt finds the project that stands at a path of the storage: that of a work or of a template.
func (st *State) ProjectAt(at string) (Project, bool) {
	if work, there := st.WorkAt(at); there {
		return work.Data, true
	}
	template, there := st.templateAt(at)
	return template.Data, there
}

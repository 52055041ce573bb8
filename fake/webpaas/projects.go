package webpaas

import (
	"slices"

	"github.com/fakecme/fakecme/fake/internal/op"
)

var projectOps = []op.Op[State]{
	op.Write("Project.AddMaterialToProject", addMaterialToProject),
	op.Write("Project.DeleteMaterialFromProject", deleteMaterialFromProject),
	op.Read("Project.DescribeProjectMaterials", describeProjectMaterials),
	op.Write("Project.DeleteProject", deleteProject),
	op.Write("Project.ModifyProject", modifyProject),
	op.Read("Project.DescribeProjects", describeProjects),
	op.Read("Project.SearchProject", searchProject),
}

// maxProjectMaterials is how many ids one request may attach or detach (documented).
const maxProjectMaterials = 10

// projectRights are a user's rights on a project. That only the user opens a project of a person is
// documented; that a team's roles have the rights on its projects that they have on its media is assumed.
func (s *State) projectRights(user string, p Project) Rights { return s.defaultRights(user, p.Owner) }

// openProject returns a project on which the caller has the rights.
func (s *State) openProject(c *op.Call, id string, rights Rights) (Project, error) {
	p, ok := s.Projects[id]
	if !ok {
		return Project{}, errProjectNotExist.Because("webpaas.project-unknown",
			"take a ProjectId from Project.DescribeProjects or Project.SearchProject, or seed the project",
			"there is no project %q", id)
	}
	if has := s.projectRights(c.User, p); !has.has(rights) {
		return Project{}, errPermissionDeny.Because("webpaas.project-foreign",
			"use a ticket of the owner, or seed a team role that gives the right",
			"user %q needs the right %s on project %s of %s and has %s", c.User, rights, id, p.Owner, has)
	}
	return p, nil
}

type projectMaterialsRequest struct {
	ProjectID   string   `json:"ProjectId"`
	MaterialIDs []string `json:"MaterialIds"`
}

func (r projectMaterialsRequest) validate() error {
	if n := len(r.MaterialIDs); n == 0 || n > maxProjectMaterials {
		return badValue("MaterialIds", "send 1 to 10 ids", "there are %d", n)
	}
	return nil
}

// addMaterialToProject attaches media that the caller may use. All of them or none; one that is attached
// already stays where it is. What an unknown media gets is not documented: all of this is assumed.
func addMaterialToProject(c *op.Call, st *State, req projectMaterialsRequest) (op.None, error) {
	p, err := st.openProject(c, req.ProjectID, toWrite)
	if err != nil {
		return op.None{}, err
	}
	if err := req.validate(); err != nil {
		return op.None{}, err
	}
	attached := slices.Clone(p.MaterialIDs)
	for _, id := range req.MaterialIDs {
		if _, err := st.openMaterial(c, id, toUse); err != nil {
			return op.None{}, err
		}
		if !slices.Contains(attached, id) {
			attached = append(attached, id)
		}
	}
	st.attach(c, p, attached)
	return op.None{}, nil
}

// deleteMaterialFromProject detaches media. An id that is not attached is no reason to reject: nothing is
// left to do for it (assumed).
func deleteMaterialFromProject(c *op.Call, st *State, req projectMaterialsRequest) (op.None, error) {
	p, err := st.openProject(c, req.ProjectID, toWrite)
	if err != nil {
		return op.None{}, err
	}
	if err := req.validate(); err != nil {
		return op.None{}, err
	}
	attached := slices.DeleteFunc(slices.Clone(p.MaterialIDs), func(id string) bool {
		return slices.Contains(req.MaterialIDs, id)
	})
	st.attach(c, p, attached)
	return op.None{}, nil
}

// attach changes what is attached to a project. Changing nothing leaves its UpdateTime alone (assumed).
func (s *State) attach(c *op.Call, p Project, attached []string) {
	if slices.Equal(p.MaterialIDs, attached) {
		return
	}
	p.MaterialIDs, p.UpdateTime = attached, wholeSecond(c.Now)
	s.putProject(p)
}

type projectRequest struct {
	ProjectID string `json:"ProjectId"`
}

type describeProjectMaterialsResponse struct {
	MaterialIDSet []string `json:"MaterialIdSet"`
}

// describeProjectMaterials lists media in the order they were attached (assumed). An unknown project is
// rejected like one that is not accessible: here, and only here, the documents do so.
func describeProjectMaterials(c *op.Call, st *State, req projectRequest) (describeProjectMaterialsResponse, error) {
	p, err := st.openProject(c, req.ProjectID, toRead)
	if failure, ok := op.AsFailure(err); ok {
		return describeProjectMaterialsResponse{}, errPermissionDeny.With(failure.Diagnosis)
	}
	ans := describeProjectMaterialsResponse{MaterialIDSet: []string{}}
	for _, id := range p.MaterialIDs {
		if _, ok := st.Materials[id]; ok {
			ans.MaterialIDSet = append(ans.MaterialIDSet, id)
		}
	}
	return ans, nil
}

// deleteProject leaves the media and the tasks of the project (assumed).
func deleteProject(c *op.Call, st *State, req projectRequest) (op.None, error) {
	p, err := st.openProject(c, req.ProjectID, toWrite)
	if err != nil {
		return op.None{}, err
	}
	delete(st.Projects, p.ID)
	return op.None{}, nil
}

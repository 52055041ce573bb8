package webpaas

import (
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

var processOps = []op.Op[State]{
	op.Write("Material.ProcessMaterial", processMaterial),
}

type processMaterialRequest struct {
	MaterialID string `json:"MaterialId"`
	Definition *int64
	VerifySign string
}

type processMaterialResponse struct {
	TaskID string `json:"TaskId"`
}

// processMaterial starts the recognition of a video. It writes to what is known of the material, so it needs
// the right to write (assumed). How the task comes to its end is the plan for its type in State.Plans.
func processMaterial(c *op.Call, st *State, req processMaterialRequest) (processMaterialResponse, error) {
	m, err := st.openMaterial(c, req.MaterialID, toWrite)
	if err != nil {
		return processMaterialResponse{}, err
	}
	// Required by the table, but half of the documented examples succeed without it.
	definition := int64(definitionAll)
	if req.Definition != nil {
		definition = *req.Definition
	}
	if definition != definitionAll && definition != definitionSubtitle {
		return processMaterialResponse{}, badValue("Definition", "send 20 or 30", "it is %d", definition)
	}
	if m.Type != typeVideo {
		return processMaterialResponse{}, errNotVideo.Because("webpaas.not-video",
			"process a material of type VIDEO", "material %s is of type %s", m.ID, m.Type)
	}
	if err := checkVerifySign(c, req.VerifySign); err != nil {
		return processMaterialResponse{}, err
	}
	task := Task{
		ID: unusedID(c, op.TaskID, st.Tasks), Type: TaskProcess, Owner: m.Owner, User: c.User,
		MaterialID: m.ID, Definition: definition,
		CreateTime: c.Now.UTC().Truncate(time.Millisecond), Plan: st.Plans[TaskProcess],
	}
	st.putTask(task)
	return processMaterialResponse{TaskID: task.ID}, nil
}

// unusedID counts past ids that fixtures have taken.
func unusedID[V any](c *op.Call, kind op.Kind, taken map[string]V) string {
	for {
		id := c.NewID(kind)
		if _, ok := taken[id]; !ok {
			return id
		}
	}
}

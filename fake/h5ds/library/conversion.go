package library

import (
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/internal/job"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Values of source: the owner of the material.
const (
	userMaterialSource   = "user_material"
	systemMaterialSource = "material"
)

// Values of convert_status, on the vendor's scale. 0, 1 and 3 are those of a job.
const (
	noConversion = -1
	converted    = int(job.Done)
)

// MaterialJob is the last conversion or reversal of a material for a user.
type MaterialJob struct {
	User     string        `json:"user"`   // platform id
	Source   string        `json:"source"` // user_material or material
	SourceID string        `json:"source_id"`
	Plan     settings.Plan `json:"plan,omitzero"`
	Run      settings.Run  `json:"run"`
}

func (j MaterialJob) RowKey() (id, owner string) { return jobID(j.User, j.Source, j.SourceID), j.User }

func jobID(user, source, sourceID string) string { return user + "/" + source + "/" + sourceID }

// status is the convert_status of the job, 0 to 3.
func (j MaterialJob) status(now time.Time) int {
	state, _ := j.Plan.Progress(j.Run, now)
	return int(state)
}

// Conversions are the conversions and reversals of all users.
type Conversions struct{ table.Table[MaterialJob] }

func (j *Conversions) start(c *op.Call, plan settings.Plan, source, sourceID string) {
	j.Put(MaterialJob{
		User: c.User, Source: source, SourceID: sourceID, Plan: plan, Run: settings.Run{Started: c.Now},
	})
}

func (j *Conversions) end(user, source, sourceID string) {
	j.Remove(jobID(user, source, sourceID))
}

// source is the source of the material.
func (m Material) source() string {
	if m.Owner == "" {
		return systemMaterialSource
	}
	return userMaterialSource
}

// convertStatus is the convert_status of a material for its owner, at the time of the call.
func (st *State) convertStatus(c *op.Call, m Material) int {
	if j, there := st.MaterialJobs.Get(jobID(m.Owner, userMaterialSource, m.ID)); there {
		return j.status(c.Now)
	}
	return m.settledStatus()
}

// settledStatus is the status of a material without a job.
func (m Material) settledStatus() int {
	switch {
	case m.ConvertStatus != nil:
		return *m.ConvertStatus
	case m.Type == videoType:
		return converted
	default:
		return noConversion
	}
}

// About returns the jobs of a material: at most one, or one of each user for a material of the system.
func (j *Conversions) About(id string) []MaterialJob {
	var jobs []MaterialJob
	for _, user := range j.Owners() {
		jobs = slices.AppendSeq(jobs, api.Filter(j.Of(user), func(one MaterialJob) bool { return one.SourceID == id }))
	}
	return jobs
}

type statusRequest struct {
	IDs api.Texts `json:"ids"`
}

// materialStatusRow is the status of a material, with or without a job: clients poll all materials of their list.
type materialStatusRow struct {
	SourceID string `json:"source_id"`
	Status   int    `json:"status"`
	Material struct {
		URLs struct {
			URL   string `json:"url"`
			Thumb string `json:"thumb"`
		} `json:"urls"`
	} `json:"material"`
}

// materialStatus returns the status of conversions and reversals. It leaves out unknown materials, and those of the
// system that the caller has not reversed (assumed, because a poll may come after a deletion). The urls do not change:
// the fake converts nothing.
func materialStatus(c *op.Call, st *Scope, req statusRequest) ([]materialStatusRow, error) {
	rows := []materialStatusRow{}
	for _, id := range req.IDs {
		m, there := st.Materials.Get(id)
		j, isJob := st.MaterialJobs.Get(jobID(c.User, m.source(), id))
		if !there || m.Owner != c.User && !isJob {
			continue
		}
		row := materialStatusRow{SourceID: id, Status: m.settledStatus()}
		if isJob {
			row.Status = j.status(c.Now)
			if j.Plan.Poll(&j.Run, c.Now) {
				st.MaterialJobs.Put(j)
			}
		}
		row.Material.URLs.URL, row.Material.URLs.Thumb = m.URLs.URL, m.URLs.Thumb
		rows = append(rows, row)
	}
	return rows, nil
}

type reverseRequest struct {
	Source   api.Text `json:"source"`
	SourceID api.Text `json:"source_id"`
}

// reverseMaterial starts the reversal of a video. Its response is unknown; clients poll User.Materials.Status with the
// id of the material.
func reverseMaterial(c *op.Call, st *Scope, req reverseRequest) (api.Done, error) {
	id := string(req.SourceID)
	if id == "" {
		return false, api.ErrSourceID.Because("material.no-id", "send the id of the material as source_id", "the source_id is missing or empty")
	}
	switch req.Source {
	case userMaterialSource:
		if _, err := table.Own(c, &st.Materials, "material", id); err != nil {
			return false, err
		}
	case systemMaterialSource:
		if m, there := st.Materials.Get(id); !there || m.Owner != "" {
			return false, api.ErrNotFound.Because("material.unknown", "put a material without an owner into the fixtures", "the system has no material %q", id)
		}
	default:
		return false, api.ErrSource.Because("material.source", "send user_material or material", "the source %q is neither user_material nor material", req.Source)
	}
	st.MaterialJobs.start(c, st.Plans.Of(settings.MaterialJobs), string(req.Source), id)
	return true, nil
}

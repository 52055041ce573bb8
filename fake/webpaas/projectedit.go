package webpaas

import (
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// maxProjectName is how many characters Project.ModifyProject takes. DescribeProjects looks for a name of
// up to 30, SearchProject for one of up to 15 (all documented).
const maxProjectName = 20

// Values of parts of a project (documented).
func projectRatios() []string       { return []string{"16:9", "9:16"} }
func projectCoverSources() []string { return []string{"USER", "DEFAULT"} }

// A part that is absent stays as it is.
type modifyProjectRequest struct {
	ProjectID         string `json:"ProjectId"`
	Name              *string
	Description       *string
	CoverURL          *string `json:"CoverUrl"`
	CoverSource       *string
	WHRatio           *string
	SwitcherInfo      *switcherInfoForUpdate
	StreamConnectInfo *streamConnectInfoForUpdate
}

type switcherInfoForUpdate struct {
	StopTime        *string
	PgmOutputConfig *struct {
		TemplateID *int64 `json:"TemplateId"`
		Width      *int64
		Height     *int64
		Fps        *int64
		BitRate    *int64
	}
}

type streamConnectInfoForUpdate struct{ StopTime *string }

// modifyProject changes what is given. Version stays: it is that of the tracks. To change nothing succeeds
// and leaves UpdateTime alone (both assumed).
func modifyProject(c *op.Call, st *State, req modifyProjectRequest) (op.None, error) {
	p, err := st.openProject(c, req.ProjectID, toWrite)
	if err != nil {
		return op.None{}, err
	}
	if err := req.validate(); err != nil {
		return op.None{}, err
	}
	if p.Switcher, err = req.SwitcherInfo.change(p); err != nil {
		return op.None{}, err
	}
	if p.StreamConnect, err = req.StreamConnectInfo.change(p); err != nil {
		return op.None{}, err
	}
	if req == (modifyProjectRequest{ProjectID: req.ProjectID}) {
		return op.None{}, nil
	}
	change(&p.Name, req.Name)
	change(&p.Description, req.Description)
	change(&p.CoverURL, req.CoverURL)
	change(&p.CoverSource, req.CoverSource)
	change(&p.WHRatio, req.WHRatio)
	p.UpdateTime = wholeSecond(c.Now)
	st.putProject(p)
	return op.None{}, nil
}

// change gives a field the value that a request has for it, if it has one.
func change[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// validate: that a name cannot be empty is assumed.
func (r modifyProjectRequest) validate() error {
	if r.Name != nil {
		if n := characters(*r.Name); n == 0 || n > maxProjectName {
			return badValue("Name", "send 1 to 20 characters, or no Name", "it has %d characters", n)
		}
	}
	if r.CoverSource != nil && !slices.Contains(projectCoverSources(), *r.CoverSource) {
		return badValue("CoverSource", "send USER or DEFAULT", "it is %q", *r.CoverSource)
	}
	if r.WHRatio != nil && !slices.Contains(projectRatios(), *r.WHRatio) {
		return badValue("WHRatio", "send 16:9 or 9:16", "it is %q", *r.WHRatio)
	}
	return nil
}

// change returns the settings as the request leaves them. Only a project of the category has such
// settings (assumed: the page calls them changes to a switcher project).
func (i *switcherInfoForUpdate) change(p Project) (*SwitcherSettings, error) {
	if i == nil {
		return p.Switcher, nil
	}
	if p.Category != categorySwitcher {
		return nil, badValue("SwitcherInfo", "send it for a project of category Switcher", "project %s is of category %s", p.ID, p.Category)
	}
	var settings SwitcherSettings
	if p.Switcher != nil {
		settings = *p.Switcher
	}
	if err := changeStop(&settings.StopTime, i.StopTime, "SwitcherInfo"); err != nil {
		return nil, err
	}
	if out := i.PgmOutputConfig; out != nil {
		change(&settings.TemplateID, out.TemplateID)
		change(&settings.Width, out.Width)
		change(&settings.Height, out.Height)
		change(&settings.Fps, out.Fps)
		change(&settings.BitRate, out.BitRate)
	}
	return &settings, nil
}

func (i *streamConnectInfoForUpdate) change(p Project) (*StreamSettings, error) {
	if i == nil {
		return p.StreamConnect, nil
	}
	if p.Category != categoryStreamConnect {
		return nil, badValue("StreamConnectInfo", "send it for a project of category StreamConnect", "project %s is of category %s", p.ID, p.Category)
	}
	var settings StreamSettings
	if p.StreamConnect != nil {
		settings = *p.StreamConnect
	}
	if err := changeStop(&settings.StopTime, i.StopTime, "StreamConnectInfo"); err != nil {
		return nil, err
	}
	return &settings, nil
}

func changeStop(stop *time.Time, text *string, parameter string) error {
	if text == nil {
		return nil
	}
	t, err := time.Parse(time.RFC3339, *text)
	if err != nil {
		return badValue(parameter, "send a StopTime like 2020-12-14T09:05:08Z", "StopTime %q is not an ISO time", *text)
	}
	*stop = wholeSecond(t)
	return nil
}

package h5ds

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var workOps = []op.Op[State]{
	op.Write("User.Apps.Create", createWork),
	op.Read("User.Apps.Info", workInfo),
	op.Read("User.Apps.Page", workPage),
	op.Read("User.Apps.CountInfo", workCountInfo),
	op.Write("User.Apps.Update", updateWork),
	op.Write("User.Apps.Delete", deleteWork),
	op.Write("User.Apps.Publish", publishWork),
	op.Write("User.Apps.Move", moveWorks),
	op.Write("User.Apps.Copy", copyWork),
}

// Work is a work of a user: what the API calls an app. The keys are those of the API, where it
// has one for the field.
type Work struct {
	// ID is decimal digits; a new one when a seed leaves it out.
	ID string `json:"id" yaml:"id"`
	// Owner is the platform id of a user. A seed may give the user's userId instead.
	Owner       string `json:"owner" yaml:"owner"`
	Name        string `json:"name,omitempty" yaml:"name,omitempty"`
	Description string `json:"description,omitempty" yaml:"description,omitempty"`
	Thumb       string `json:"thumb,omitempty" yaml:"thumb,omitempty"` // URL
	// Width and Height are in pixels.
	Width  float64 `json:"width,omitempty" yaml:"width,omitempty"`
	Height float64 `json:"height,omitempty" yaml:"height,omitempty"`
	// Duration is in milliseconds as documented. Clients send the length of the timeline,
	// which elsewhere counts in seconds; it is kept as it came.
	Duration   float64   `json:"duration,omitempty" yaml:"duration,omitempty"`
	CategoryID string    `json:"category_id,omitempty" yaml:"category_id,omitempty"` // "0" is the root
	SourceID   string    `json:"source_id,omitempty" yaml:"source_id,omitempty"`
	Published  bool      `json:"published,omitempty" yaml:"published,omitempty"`
	Data       Project   `json:"data,omitempty" yaml:"data,omitempty"`
	CreatedAt  time.Time `json:"createdAt,omitzero" yaml:"createdAt,omitempty"`
	UpdatedAt  time.Time `json:"updatedAt,omitzero" yaml:"updatedAt,omitempty"`
}

func (w Work) RowKey() (id, owner string) { return w.ID, w.Owner }

// url is the storage path of the project. Three forms are seen; this is the one with /u/, as
// the vendor's newest client has it.
func (w Work) url() string { return "/video/u/" + w.Owner + "/apps/" + w.ID + ".json" }

// Defaults of a work: the values of the documented example. That they stand in for what a
// request leaves out is assumed.
const (
	unnamed       = "未命名"
	defaultWidth  = 1920
	defaultHeight = 1080
	rootCategory  = "0"
)

// createWorkRequest is documented by example, which sends every field.
type createWorkRequest struct {
	SourceID    api.Text        `json:"source_id"`
	CategoryID  api.Text        `json:"category_id"`
	Name        api.Text        `json:"name"`
	Description api.Text        `json:"description"`
	Duration    api.Number      `json:"duration"`
	Width       *api.Number     `json:"width"`
	Height      *api.Number     `json:"height"`
	Thumb       api.Text        `json:"thumb"`
	Data        json.RawMessage `json:"data"`
}

// createWorkResponse is what the vendor's clients read.
type createWorkResponse struct {
	ID  string `json:"id"`
	URL string `json:"url"`
}

func createWork(c *op.Call, st *State, req createWorkRequest) (createWorkResponse, error) {
	width, err := size(req.Width, defaultWidth, api.ErrWidth, "width")
	if err != nil {
		return createWorkResponse{}, err
	}
	height, err := size(req.Height, defaultHeight, api.ErrHeight, "height")
	if err != nil {
		return createWorkResponse{}, err
	}
	duration, err := size(&req.Duration, 0, api.ErrDuration, "duration")
	if err != nil {
		return createWorkResponse{}, err
	}
	project, err := readProject(req.Data)
	if err != nil {
		// Assumed: a work without a project cannot be opened, and every known client sends one.
		return createWorkResponse{}, badProject(err)
	}
	category, err := st.categoryFor(c, string(req.CategoryID), api.ErrCategoryID, ProjectCategory)
	if err != nil {
		return createWorkResponse{}, err
	}
	if err := st.roomForWork(c); err != nil {
		return createWorkResponse{}, err
	}
	work := Work{
		ID: st.Works.NewID(c), Owner: c.User,
		Name: cmp.Or(string(req.Name), unnamed), Description: string(req.Description), Thumb: string(req.Thumb),
		Width: width, Height: height, Duration: duration,
		CategoryID: category, SourceID: string(req.SourceID),
		Data: project, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
	st.Works.Put(work)
	return createWorkResponse{ID: work.ID, URL: work.url()}, nil
}

func badProject(err error) error {
	return api.ErrData.Because("work.data", "send the project, a JSON object, as data", "the data of the work does not fit: %s", err)
}

// size returns a size, the default when it was not sent. That negative ones are rejected is assumed.
func size(sent *api.Number, byDefault float64, failure *op.Error, name string) (float64, error) {
	if sent == nil {
		return byDefault, nil
	}
	if *sent < 0 {
		return 0, failure.Because("work.size", "send zero or more", "the %s %v is negative", name, *sent)
	}
	return float64(*sent), nil
}

type workInfoRequest struct {
	ID api.Text `json:"id"`
}

// workInfoResponse tells where the project is in one of three ways: the vendor's clients read
// url, draft_url, or the project itself, and nothing else but the id.
type workInfoResponse struct {
	ID       string  `json:"id"`
	URL      string  `json:"url,omitempty"`
	DraftURL string  `json:"draft_url,omitempty"`
	Data     Project `json:"data,omitempty"`
}

func workInfo(c *op.Call, st *State, req workInfoRequest) (workInfoResponse, error) {
	work, err := st.workOf(c, string(req.ID))
	if err != nil {
		return workInfoResponse{}, err
	}
	ans := workInfoResponse{ID: work.ID}
	switch c.Dialect.WorkLocation {
	case dialect.WorkInline:
		ans.Data = work.Data
	case dialect.WorkDraftURL:
		ans.DraftURL = work.url()
	default:
		ans.URL = work.url()
	}
	return ans, nil
}

// workOf finds a work of the caller.
func (st *State) workOf(c *op.Call, id string) (Work, error) {
	return table.Own(c, &st.Works, "work", id)
}

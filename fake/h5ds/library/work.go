package library

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var workOps = []op.Op[Scope]{
	op.Write("User.Apps.Create", createWork),
	op.Read("User.Apps.Info", workInfo),
	op.Read("User.Apps.Page", workPage),
	op.Read("User.Apps.CountInfo", workCountInfo),
	op.Write("User.Apps.Update", updateWork),
	op.Write("User.Apps.Delete", deleteWork),
	op.Write("User.Apps.Publish", publishWork),
	op.Write("User.Apps.Move", moveWorks),
	op.Write("User.Apps.Copy", copyWork),
	op.Read("Fakecme.Saas.Works", worksOfAll), // assumed from end to end, as Fakecme.Saas.Users
}

// Work is a work of a user, which the API calls an app. The keys are those of the API, if it has the field.
type Work struct {
	// ID is decimal digits; a new one when it is left out.
	ID string `json:"id" yaml:"id"`
	// Owner is the platform id of a user. A test may give another name of the user, such as the userId.
	Owner       string `json:"owner" yaml:"owner"`
	Name        string `json:"name,omitempty" yaml:"name,omitempty"`
	Description string `json:"description,omitempty" yaml:"description,omitempty"`
	Thumb       string `json:"thumb,omitempty" yaml:"thumb,omitempty"` // URL
	// Width and Height are in pixels.
	Width  float64 `json:"width,omitempty" yaml:"width,omitempty"`
	Height float64 `json:"height,omitempty" yaml:"height,omitempty"`
	// Duration is in milliseconds as documented. Clients send the length of the timeline, which elsewhere is in
	// seconds. The value is stored as it is sent.
	Duration   float64   `json:"duration,omitempty" yaml:"duration,omitempty"`
	CategoryID string    `json:"category_id,omitempty" yaml:"category_id,omitempty"` // "0" is the root
	SourceID   string    `json:"source_id,omitempty" yaml:"source_id,omitempty"`
	Published  bool      `json:"published,omitempty" yaml:"published,omitempty"`
	Data       Project   `json:"data,omitempty" yaml:"data,omitempty"`
	CreatedAt  time.Time `json:"createdAt,omitzero" yaml:"createdAt,omitempty"`
	UpdatedAt  time.Time `json:"updatedAt,omitzero" yaml:"updatedAt,omitempty"`
}

func (w Work) RowKey() (id, owner string) { return w.ID, w.Owner }

// ProjectPath is the storage path of the project, in the form of the vendor's newest client. Clients have two other
// forms; see [State.WorkAt].
func (w Work) ProjectPath() string { return "/video/u/" + w.Owner + "/apps/" + w.ID + ".json" }

// Defaults of a work: the values of the documented example. It is assumed that they are the defaults of a request.
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

// createWorkResponse has the fields that the vendor's clients read.
type createWorkResponse struct {
	ID  string `json:"id"`
	URL string `json:"url"`
}

func createWork(c *op.Call, st *Scope, req createWorkRequest) (createWorkResponse, error) {
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
	project, err := ReadProject(req.Data)
	if err != nil {
		// Assumed: a work without a project cannot be opened, and every known client sends one.
		return createWorkResponse{}, badProject(err)
	}
	category, err := st.Categories.forUse(c, string(req.CategoryID), api.ErrCategoryID, ProjectCategory)
	if err != nil {
		return createWorkResponse{}, err
	}
	if err := st.checkRoom(c); err != nil {
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
	return createWorkResponse{ID: work.ID, URL: work.ProjectPath()}, nil
}

func badProject(err error) error {
	return api.ErrData.Because("work.data", "send the project, a JSON object, as data", "the data of the work does not fit: %s", err)
}

// size returns a size, or the default when it was not sent. It is assumed that negative ones are rejected.
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

// workInfoResponse has the place of the project in one of three forms. The vendor's clients read url, draft_url or the
// project itself, and otherwise only the id.
type workInfoResponse struct {
	ID       string  `json:"id"`
	URL      string  `json:"url,omitempty"`
	DraftURL string  `json:"draft_url,omitempty"`
	Data     Project `json:"data,omitempty"`
}

func workInfo(c *op.Call, st *Scope, req workInfoRequest) (workInfoResponse, error) {
	work, err := st.WorkOf(c, string(req.ID))
	if err != nil {
		return workInfoResponse{}, err
	}
	response := workInfoResponse{ID: work.ID}
	switch c.Dialect.WorkLocation {
	case dialect.WorkInline:
		response.Data = work.Data
	case dialect.WorkDraftURL:
		response.DraftURL = work.ProjectPath()
	default:
		response.URL = work.ProjectPath()
	}
	return response, nil
}

// WorkOf returns a work of the caller.
func (st *State) WorkOf(c *op.Call, id string) (Work, error) {
	return table.Own(c, &st.Works, "work", id)
}

// worksOfAllRequest has a keyword for a part of a name.
type worksOfAllRequest struct {
	api.PageRequest
	Keyword api.Text `json:"keyword"`
}

// workOfAllRow is a work with its owner.
type workOfAllRow struct {
	workRow
	User   string `json:"user_id"`
	UserID string `json:"userId"`
}

func worksOfAll(_ *op.Call, st *Scope, req worksOfAllRequest) (api.Page[workOfAllRow], error) {
	wanted := func(w Work) bool { return api.HasKeyword(w.Name, req.Keyword) }
	return api.PageOf(req.PageRequest, api.Filter(st.Works.NewestFirst(), wanted), func(w Work) workOfAllRow {
		owner, _ := st.Accounts.Users.Get(w.Owner)
		return workOfAllRow{w.row(), w.Owner, owner.UserID}
	})
}

// WorkAt returns the work whose project has the path. Clients have three forms of it: /video/u/<owner>/apps/<id>.json,
// the same without /u, and the same below /video-mix.
func (st *State) WorkAt(at string) (Work, bool) {
	for _, root := range []string{"/video/u/", "/video-mix/u/", "/video/"} {
		rest, below := strings.CutPrefix(at, root)
		owner, rest, inApps := strings.Cut(rest, "/apps/")
		id, isJSON := strings.CutSuffix(rest, ".json")
		if !below || !inApps || !isJSON {
			continue
		}
		if work, there := st.Works.Get(id); there && work.Owner == owner {
			return work, true
		}
	}
	return Work{}, false
}

type workPageRequest struct {
	api.PageRequest
	Keyword    api.Text `json:"keyword"`
	CategoryID api.Text `json:"category_id"`
}

// workRow has the fields that the vendor's clients read.
type workRow struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Thumb      string    `json:"thumb"`
	Width      float64   `json:"width"`
	Height     float64   `json:"height"`
	CategoryID string    `json:"category_id"`
	CreatedAt  api.Stamp `json:"createdAt"`
	UpdatedAt  api.Stamp `json:"updatedAt"`
}

func (w Work) row() workRow {
	return workRow{
		ID: w.ID, Name: w.Name, Thumb: w.Thumb, Width: w.Width, Height: w.Height, CategoryID: w.CategoryID,
		CreatedAt: api.Stamp(w.CreatedAt), UpdatedAt: api.Stamp(w.UpdatedAt),
	}
}

// workPage lists the works of a category, or of all categories. The work that was changed last is first (assumed), as
// in the newest client where it stores works itself.
func workPage(c *op.Call, st *Scope, req workPageRequest) (api.Page[workRow], error) {
	works := slices.SortedStableFunc(api.Filter(st.Works.Of(c.User), func(w Work) bool {
		return api.Matches(req.CategoryID, w.CategoryID) && api.HasKeyword(w.Name, req.Keyword)
	}), func(a, b Work) int { return b.UpdatedAt.Compare(a.UpdatedAt) })
	return api.PageOf(req.PageRequest, slices.Values(works), Work.row)
}

// defaultMaxWorks is the largest number of works of a user, unless the settings have one. It is assumed: the newest
// client shows it when it does not ask the server.
const defaultMaxWorks = 999

func (st *Scope) maxWorks() int { return cmp.Or(st.Settings.MaxWorks, defaultMaxWorks) }

// checkRoom rejects a work above the maximum. It is assumed that the server rejects it.
func (st *Scope) checkRoom(c *op.Call) error {
	if st.Works.Count(c.User) < st.maxWorks() {
		return nil
	}
	return api.ErrTooManyWorks.Because("work.too-many", "delete works, or raise maxWorks in the settings of the fixtures",
		"user %s has %d works already, and may have %d", c.User, st.Works.Count(c.User), st.maxWorks())
}

type countInfoResponse struct {
	Max int `json:"max"`
}

func workCountInfo(_ *op.Call, st *Scope, _ op.None) (countInfoResponse, error) {
	return countInfoResponse{Max: st.maxWorks()}, nil
}

// updateWorkRequest has the fields to change.
type updateWorkRequest struct {
	ID          api.Text        `json:"id"`
	SourceID    *api.Text       `json:"source_id"`
	CategoryID  *api.Text       `json:"category_id"`
	Name        *api.Text       `json:"name"`
	Description *api.Text       `json:"description"`
	Duration    *api.Number     `json:"duration"`
	Width       *api.Number     `json:"width"`
	Height      *api.Number     `json:"height"`
	Thumb       *api.Text       `json:"thumb"`
	Data        json.RawMessage `json:"data"`
}

func updateWork(c *op.Call, st *Scope, req updateWorkRequest) (createWorkResponse, error) {
	work, err := st.WorkOf(c, string(req.ID))
	if err != nil {
		return createWorkResponse{}, err
	}
	if work.Width, err = size(req.Width, work.Width, api.ErrWidth, "width"); err != nil {
		return createWorkResponse{}, err
	}
	if work.Height, err = size(req.Height, work.Height, api.ErrHeight, "height"); err != nil {
		return createWorkResponse{}, err
	}
	if work.Duration, err = size(req.Duration, work.Duration, api.ErrDuration, "duration"); err != nil {
		return createWorkResponse{}, err
	}
	if req.CategoryID != nil {
		if work.CategoryID, err = st.Categories.forUse(c, string(*req.CategoryID), api.ErrCategoryID, ProjectCategory); err != nil {
			return createWorkResponse{}, err
		}
	}
	if len(req.Data) > 0 && string(req.Data) != "null" {
		if work.Data, err = ReadProject(req.Data); err != nil {
			return createWorkResponse{}, badProject(err)
		}
	}
	work.Name = cmp.Or(req.Name.Or(work.Name), unnamed)
	work.Description = req.Description.Or(work.Description)
	work.Thumb = req.Thumb.Or(work.Thumb)
	work.SourceID = req.SourceID.Or(work.SourceID)
	work.UpdatedAt = c.Now
	st.Works.Put(work)
	return createWorkResponse{ID: work.ID, URL: work.ProjectPath()}, nil
}

// deleteWorkRequest has the id in one of two places: the clients of 2025-12 wrap it in params, like a query.
type deleteWorkRequest struct {
	ID     api.Text `json:"id"`
	Params struct {
		ID api.Text `json:"id"`
	} `json:"params"`
}

func deleteWork(c *op.Call, st *Scope, req deleteWorkRequest) (api.Done, error) {
	work, err := st.WorkOf(c, string(cmp.Or(req.ID, req.Params.ID)))
	if err != nil {
		return false, err
	}
	st.Works.Remove(work.ID)
	return true, nil
}

// publishWorkRequest is assumed: no source shows the fields, but clients must send the work.
type publishWorkRequest struct {
	ID api.Text `json:"id"`
}

func publishWork(c *op.Call, st *Scope, req publishWorkRequest) (api.Done, error) {
	work, err := st.WorkOf(c, string(req.ID))
	if err != nil {
		return false, err
	}
	work.Published = true
	st.Works.Put(work)
	return true, nil
}

type moveRequest struct {
	IDs        api.Texts `json:"ids"`
	CategoryID api.Text  `json:"category_id"`
}

// moveWorks moves all of the works, or none.
func moveWorks(c *op.Call, st *Scope, req moveRequest) (api.Done, error) {
	works, err := table.AllOwn(c, &st.Works, "work", req.IDs, api.ErrIDs)
	if err != nil {
		return false, err
	}
	category, err := st.Categories.forUse(c, string(req.CategoryID), api.ErrCategoryID, ProjectCategory)
	if err != nil {
		return false, err
	}
	for _, work := range works {
		work.CategoryID, work.UpdatedAt = category, c.Now
		st.Works.Put(work)
	}
	return true, nil
}

type copyWorkRequest struct {
	ID api.Text `json:"id"`
}

// copySuffix is the suffix that the newest client adds to the name where it copies works itself.
const copySuffix = " - 副本"

// copyWork makes a copy of a work. The response, the name, and that the copy is not published are assumed.
func copyWork(c *op.Call, st *Scope, req copyWorkRequest) (createWorkResponse, error) {
	work, err := st.WorkOf(c, string(req.ID))
	if err != nil {
		return createWorkResponse{}, err
	}
	if err := st.checkRoom(c); err != nil {
		return createWorkResponse{}, err
	}
	work.SourceID, work.ID = work.ID, st.Works.NewID(c)
	work.Name += copySuffix
	work.Published = false
	work.CreatedAt, work.UpdatedAt = c.Now, c.Now
	st.Works.Put(work)
	return createWorkResponse{ID: work.ID, URL: work.ProjectPath()}, nil
}

package h5ds

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

type workPageRequest struct {
	api.PageRequest
	Keyword    api.Text `json:"keyword"`
	CategoryID api.Text `json:"category_id"`
}

// workRow holds the fields that the vendor's clients read.
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

// workPage lists the works of a category, of all without one. The newest client, where it keeps
// its works itself, lists those first that were changed last; so does this (assumed).
func workPage(c *op.Call, st *State, req workPageRequest) (api.Page[workRow], error) {
	works := slices.SortedStableFunc(api.Filter(st.Works.Of(c.User), func(w Work) bool {
		return api.Matches(req.CategoryID, w.CategoryID) && api.HasKeyword(w.Name, req.Keyword)
	}), func(a, b Work) int { return b.UpdatedAt.Compare(a.UpdatedAt) })
	return api.PageOf(req.PageRequest, slices.Values(works), Work.row)
}

// mostWorks is how many works a user may have, where the fixtures say nothing. Assumed: it is
// what the newest client says itself when it does not ask.
const mostWorks = 999

func (st *State) maxWorks() int { return cmp.Or(st.Settings.MaxWorks, mostWorks) }

// roomForWork rejects one work too many. That the maximum is kept to is assumed.
func (st *State) roomForWork(c *op.Call) error {
	if st.Works.Count(c.User) < st.maxWorks() {
		return nil
	}
	return api.ErrTooManyWorks.Because("work.too-many", "delete works, or raise maxWorks in the settings of the fixtures",
		"user %s has %d works already, and may have %d", c.User, st.Works.Count(c.User), st.maxWorks())
}

type countInfoResponse struct {
	Max int `json:"max"`
}

func workCountInfo(_ *op.Call, st *State, _ op.None) (countInfoResponse, error) {
	return countInfoResponse{Max: st.maxWorks()}, nil
}

// updateWorkRequest changes what is sent.
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

func updateWork(c *op.Call, st *State, req updateWorkRequest) (createWorkResponse, error) {
	work, err := st.workOf(c, string(req.ID))
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
		if work.CategoryID, err = st.categoryFor(c, string(*req.CategoryID), api.ErrCategoryID, ProjectCategory); err != nil {
			return createWorkResponse{}, err
		}
	}
	if len(req.Data) > 0 && string(req.Data) != "null" {
		if work.Data, err = readProject(req.Data); err != nil {
			return createWorkResponse{}, badProject(err)
		}
	}
	work.Name = cmp.Or(req.Name.Or(work.Name), unnamed)
	work.Description = req.Description.Or(work.Description)
	work.Thumb = req.Thumb.Or(work.Thumb)
	work.SourceID = req.SourceID.Or(work.SourceID)
	work.UpdatedAt = c.Now
	st.Works.Put(work)
	return createWorkResponse{ID: work.ID, URL: work.url()}, nil
}

// deleteWorkRequest has the id in one of two places: the clients of 2025-12 wrap it, as if it
// were a query.
type deleteWorkRequest struct {
	ID     api.Text `json:"id"`
	Params struct {
		ID api.Text `json:"id"`
	} `json:"params"`
}

func deleteWork(c *op.Call, st *State, req deleteWorkRequest) (api.Done, error) {
	work, err := st.workOf(c, string(cmp.Or(req.ID, req.Params.ID)))
	if err != nil {
		return false, err
	}
	st.Works.Remove(work.ID)
	return true, nil
}

// publishWorkRequest is assumed: which fields clients send was not seen, but they must say which
// work.
type publishWorkRequest struct {
	ID api.Text `json:"id"`
}

func publishWork(c *op.Call, st *State, req publishWorkRequest) (api.Done, error) {
	work, err := st.workOf(c, string(req.ID))
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
func moveWorks(c *op.Call, st *State, req moveRequest) (api.Done, error) {
	works, err := table.AllOwn(c, &st.Works, "work", req.IDs, api.ErrIDs)
	if err != nil {
		return false, err
	}
	category, err := st.categoryFor(c, string(req.CategoryID), api.ErrCategoryID, ProjectCategory)
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

// copySuffix is what the newest client adds to the name, where it copies works itself.
const copySuffix = " - 副本"

// copyWork makes a work of its own from a work. Its response, its name and that it is not
// published are assumed.
func copyWork(c *op.Call, st *State, req copyWorkRequest) (createWorkResponse, error) {
	work, err := st.workOf(c, string(req.ID))
	if err != nil {
		return createWorkResponse{}, err
	}
	if err := st.roomForWork(c); err != nil {
		return createWorkResponse{}, err
	}
	work.SourceID, work.ID = work.ID, st.Works.NewID(c)
	work.Name += copySuffix
	work.Published = false
	work.CreatedAt, work.UpdatedAt = c.Now, c.Now
	st.Works.Put(work)
	return createWorkResponse{ID: work.ID, URL: work.url()}, nil
}

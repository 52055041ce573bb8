package h5ds

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Fixtures is what a tenant begins with.
type Fixtures struct {
	Users []User `json:"users,omitempty" yaml:"users,omitempty"`
	Works []Work `json:"works,omitempty" yaml:"works,omitempty"`

	Messages       []Message       `json:"messages,omitempty" yaml:"messages,omitempty"`
	Credits        []Credit        `json:"credits,omitempty" yaml:"credits,omitempty"`
	CreditLogs     []CreditLog     `json:"creditLogs,omitempty" yaml:"creditLogs,omitempty"`
	CreditPackages []CreditPackage `json:"creditPackages,omitempty" yaml:"creditPackages,omitempty"`
	VIPPackages    []VIPPackage    `json:"vipPackages,omitempty" yaml:"vipPackages,omitempty"`
	// PayPlan is for orders that a call will make.
	PayPlan PayPlan `json:"payPlan,omitzero" yaml:"payPlan,omitempty"`

	Files          []File          `json:"files,omitempty" yaml:"files,omitempty"`
	Renders        []RenderTask    `json:"renders,omitempty" yaml:"renders,omitempty"`
	Transcriptions []Transcription `json:"transcriptions,omitempty" yaml:"transcriptions,omitempty"`
	BizTasks       []BizTask       `json:"bizTasks,omitempty" yaml:"bizTasks,omitempty"`
	// Plans are for jobs that a call will start, by kind: [RenderJobs], [TranscriptionJobs], [BizJobs], [MaterialJobs].
	Plans    map[string]Plan `json:"plans,omitempty" yaml:"plans,omitempty"`
	Settings Settings        `json:"settings,omitzero" yaml:"settings,omitempty"`

	Categories         []Category         `json:"categories,omitempty" yaml:"categories,omitempty"`
	Materials          []Material         `json:"materials,omitempty" yaml:"materials,omitempty"`
	TypeItems          []TypeItem         `json:"typeItems,omitempty" yaml:"typeItems,omitempty"`
	TemplateCategories []TemplateCategory `json:"templateCategories,omitempty" yaml:"templateCategories,omitempty"`
	Templates          []Template         `json:"templates,omitempty" yaml:"templates,omitempty"`
	// Demo adds a few made-up type items, materials of the system and templates.
	Demo bool `json:"demo,omitempty" yaml:"demo,omitempty"`
}

// Load puts the fixtures into the state. Nothing may be listed twice. An error begins with the
// entry (users[0]); after one the state is half filled, and of no more use.
func (st *State) Load(c *op.Call, f Fixtures) error {
	users := map[string]int{}
	for i, u := range f.Users {
		if first, twice := users[u.title()]; twice {
			return fmt.Errorf("users[%d]: %s stands at users[%d] already", i, u.title(), first)
		}
		users[u.title()] = i
		if _, err := st.PutUser(c, u); err != nil {
			return fmt.Errorf("users[%d]: %w", i, err)
		}
	}
	// What names another thing comes after it.
	for _, load := range []func() error{
		func() error { return loadAll(c, "categories", f.Categories, st.PutCategory) },
		func() error { return loadAll(c, "works", f.Works, st.PutWork) },
		func() error { return loadAll(c, "messages", f.Messages, st.PutMessage) },
		func() error { return loadAll(c, "credits", f.Credits, st.PutCredit) },
		func() error { return loadAll(c, "creditLogs", f.CreditLogs, st.PutCreditLog) },
		func() error { return loadAll(c, "creditPackages", f.CreditPackages, st.PutCreditPackage) },
		func() error { return loadAll(c, "vipPackages", f.VIPPackages, st.PutVIPPackage) },
		func() error {
			if err := st.PlanOrders(f.PayPlan); err != nil {
				return fmt.Errorf("payPlan: %w", err)
			}
			return nil
		},
		func() error { return loadAll(c, "files", f.Files, st.PutFile) },
		func() error { return loadAll(c, "renders", f.Renders, st.PutRenderTask) },
		func() error { return loadAll(c, "transcriptions", f.Transcriptions, st.PutTranscription) },
		func() error { return loadAll(c, "bizTasks", f.BizTasks, st.PutBizTask) },
		func() error { return st.loadPlans(f.Plans) },
		func() error { return st.loadSettings(f.Settings) },
		func() error { return loadAll(c, "typeItems", f.TypeItems, st.PutTypeItem) },
		func() error { return loadAll(c, "materials", f.Materials, st.PutMaterial) },
		func() error { return loadAll(c, "templateCategories", f.TemplateCategories, st.PutTemplateCategory) },
		func() error { return loadAll(c, "templates", f.Templates, st.PutTemplate) },
		func() error { return st.loadDemo(c, f.Demo) },
	} {
		if err := load(); err != nil {
			return err
		}
	}
	return nil
}

// loadAll puts the seeds of one list of the fixtures. No id may stand in it twice.
func loadAll[T table.Row](c *op.Call, list string, seeds []T, put func(*op.Call, T) (T, error)) error {
	places := map[string]int{}
	for i, seed := range seeds {
		id, _ := seed.RowKey()
		if first, twice := places[id]; twice && id != "" {
			return fmt.Errorf("%s[%d]: id %q stands at %s[%d] already", list, i, id, list, first)
		}
		places[id] = i
		if _, err := put(c, seed); err != nil {
			return fmt.Errorf("%s[%d]: %w", list, i, err)
		}
	}
	return nil
}

// PutWork adds a work, or replaces the one of the same id and owner. It returns the work with
// all defaults filled, and Owner as a platform id. It rejects an owner who is not there, an
// id that is another owner's or not decimal digits, negative sizes, and data that is not a
// JSON object. Data left out becomes an empty project.
func (st *State) PutWork(c *op.Call, w Work) (Work, error) {
	full, err := st.completeWork(c, w)
	if err != nil {
		return Work{}, fmt.Errorf("put work %q of %q: %w", cmp.Or(w.ID, w.Name), w.Owner, err)
	}
	if full.ID == "" {
		full.ID = st.Works.NewID(c)
	}
	st.Works.Put(full)
	full.Data = slices.Clone(full.Data) // what the caller does to it stays outside the state
	return full, nil
}

func (st *State) completeWork(c *op.Call, w Work) (Work, error) {
	owner, there := st.seedOwner(w.Owner)
	if !there {
		return w, errNoOwner
	}
	w.Owner, w.CategoryID = owner.ID, cmp.Or(w.CategoryID, rootCategory)
	if err := table.CheckID(&st.Works, w); err != nil {
		return w, err
	}
	if !table.IsAmount(w.Width) || !table.IsAmount(w.Height) || !table.IsAmount(w.Duration) {
		return w, fmt.Errorf("the size %v x %v or the duration %v is negative or no number", w.Width, w.Height, w.Duration)
	}
	if err := st.checkCategory(owner.ID, w.CategoryID, ProjectCategory); err != nil {
		return w, err
	}
	w.Name = cmp.Or(w.Name, unnamed)
	w.Width, w.Height = cmp.Or(w.Width, defaultWidth), cmp.Or(w.Height, defaultHeight)
	w.CreatedAt, w.UpdatedAt = table.Times(c, w.CreatedAt, w.UpdatedAt)
	var err error
	w.Data, err = projectOr(w.Data, w)
	return w, err
}

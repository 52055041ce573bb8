package h5ds

import (
	"fmt"

	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/h5ds/library"
	"github.com/fakecme/fakecme/fake/h5ds/order"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"github.com/fakecme/fakecme/fake/h5ds/storage"
	"github.com/fakecme/fakecme/fake/h5ds/task"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Fixtures is the state that a tenant begins with.
type Fixtures struct {
	Users []account.User `json:"users,omitempty" yaml:"users,omitempty"`
	Works []library.Work `json:"works,omitempty" yaml:"works,omitempty"`

	Messages       []account.Message     `json:"messages,omitempty" yaml:"messages,omitempty"`
	Credits        []order.Credit        `json:"credits,omitempty" yaml:"credits,omitempty"`
	CreditLogs     []order.CreditLog     `json:"creditLogs,omitempty" yaml:"creditLogs,omitempty"`
	CreditPackages []order.CreditPackage `json:"creditPackages,omitempty" yaml:"creditPackages,omitempty"`
	VIPPackages    []order.VIPPackage    `json:"vipPackages,omitempty" yaml:"vipPackages,omitempty"`
	// PayPlan is for orders that calls make.
	PayPlan order.PayPlan `json:"payPlan,omitzero" yaml:"payPlan,omitempty"`

	Files          []storage.File       `json:"files,omitempty" yaml:"files,omitempty"`
	Renders        []task.RenderTask    `json:"renders,omitempty" yaml:"renders,omitempty"`
	Transcriptions []task.Transcription `json:"transcriptions,omitempty" yaml:"transcriptions,omitempty"`
	BizTasks       []task.BizTask       `json:"bizTasks,omitempty" yaml:"bizTasks,omitempty"`
	// Plans are for jobs that calls start, by kind: [RenderJobs], [TranscriptionJobs], [BizJobs], [MaterialJobs].
	Plans    settings.Plans    `json:"plans,omitempty" yaml:"plans,omitempty"`
	Settings settings.Settings `json:"settings,omitzero" yaml:"settings,omitempty"`

	Categories         []library.Category         `json:"categories,omitempty" yaml:"categories,omitempty"`
	Materials          []library.Material         `json:"materials,omitempty" yaml:"materials,omitempty"`
	TypeItems          []library.TypeItem         `json:"typeItems,omitempty" yaml:"typeItems,omitempty"`
	TemplateCategories []library.TemplateCategory `json:"templateCategories,omitempty" yaml:"templateCategories,omitempty"`
	Templates          []library.Template         `json:"templates,omitempty" yaml:"templates,omitempty"`
	// Demo adds a few made-up type items, materials of the system and templates.
	Demo bool `json:"demo,omitempty" yaml:"demo,omitempty"`
}

// Load puts the fixtures into the state. Nothing may be listed twice. An error begins with the entry (users[0]); it
// leaves a state that is filled in part and must not be used.
func (st *State) Load(c *op.Call, f Fixtures) error {
	users := map[string]int{}
	for i, u := range f.Users {
		if first, twice := users[u.Title()]; twice {
			return fmt.Errorf("users[%d]: %s stands at users[%d] already", i, u.Title(), first)
		}
		users[u.Title()] = i
		if _, err := st.account().PutUser(c, u); err != nil {
			return fmt.Errorf("users[%d]: %w", i, err)
		}
	}
	// An entry that names another one is loaded after it.
	for _, load := range []func() error{
		func() error { return loadAll(c, "categories", f.Categories, st.library().PutCategory) },
		func() error { return loadAll(c, "works", f.Works, st.library().PutWork) },
		func() error { return loadAll(c, "messages", f.Messages, st.account().PutMessage) },
		func() error { return loadAll(c, "credits", f.Credits, st.order().PutCredit) },
		func() error { return loadAll(c, "creditLogs", f.CreditLogs, st.order().PutCreditLog) },
		func() error { return loadAll(c, "creditPackages", f.CreditPackages, st.order().PutCreditPackage) },
		func() error { return loadAll(c, "vipPackages", f.VIPPackages, st.order().PutVIPPackage) },
		func() error {
			if err := st.order().PlanOrders(f.PayPlan); err != nil {
				return fmt.Errorf("payPlan: %w", err)
			}
			return nil
		},
		func() error { return loadAll(c, "files", f.Files, st.storage().PutFile) },
		func() error { return loadAll(c, "renders", f.Renders, st.task().PutRenderTask) },
		func() error { return loadAll(c, "transcriptions", f.Transcriptions, st.task().PutTranscription) },
		func() error { return loadAll(c, "bizTasks", f.BizTasks, st.task().PutBizTask) },
		func() error { return st.Plans.Load(f.Plans) },
		func() error { return st.Settings.Load(f.Settings) },
		func() error { return loadAll(c, "typeItems", f.TypeItems, st.library().PutTypeItem) },
		func() error { return loadAll(c, "materials", f.Materials, st.library().PutMaterial) },
		func() error {
			return loadAll(c, "templateCategories", f.TemplateCategories, st.library().PutTemplateCategory)
		},
		func() error { return loadAll(c, "templates", f.Templates, st.library().PutTemplate) },
		func() error { return st.loadDemo(c, f.Demo) },
	} {
		if err := load(); err != nil {
			return err
		}
	}
	return nil
}

// loadAll puts the entries of one list. An id that is listed twice is an error.
func loadAll[T table.Row](c *op.Call, list string, entries []T, put func(*op.Call, T) (T, error)) error {
	places := map[string]int{}
	for i, entry := range entries {
		id, _ := entry.RowKey()
		if first, twice := places[id]; twice && id != "" {
			return fmt.Errorf("%s[%d]: id %q stands at %s[%d] already", list, i, id, list, first)
		}
		places[id] = i
		if _, err := put(c, entry); err != nil {
			return fmt.Errorf("%s[%d]: %w", list, i, err)
		}
	}
	return nil
}

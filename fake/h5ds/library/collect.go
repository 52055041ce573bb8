package library

import (
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var collectOps = []op.Op[Scope]{
	op.Write("User.Collects.Create", collect),
	op.Write("User.Collects.Cancel", cancelCollects),
	op.Read("User.Collects.Page", collectPage),
}

// Collect is a material of the system, or a template, that a user has collected.
type Collect struct {
	User      string    `json:"user"` // platform id
	SourceID  string    `json:"source_id"`
	Type      string    `json:"type"` // that of a material, or "template"
	CreatedAt time.Time `json:"createdAt"`
}

func (l Collect) RowKey() (id, owner string) { return collectID(l.User, l.SourceID), l.User }

func collectID(user, source string) string { return user + "/" + source }

func (st *State) hasCollected(c *op.Call, source string) bool {
	_, there := st.Collects.Get(collectID(c.User, source))
	return there
}

// templateType is the type that clients send to collect a template.
const templateType = "template"

type collectRequest struct {
	SourceID api.Text `json:"source_id"`
	Type     api.Text `json:"type"`
}

// collect collects a material or a template. It changes nothing the second time (assumed).
func collect(c *op.Call, st *Scope, req collectRequest) (api.Done, error) {
	like := Collect{User: c.User, SourceID: string(req.SourceID), Type: string(req.Type), CreatedAt: c.Now}
	if like.Type == "" {
		return false, api.ErrType.Because("collect.type", "send the type of the material, or template", "the type is missing or empty")
	}
	if like.SourceID == "" {
		return false, api.ErrSourceID.Because("collect.no-id", "send the id of the material or template as source_id",
			"the source_id is missing or empty")
	}
	if _, there := st.collected(c, like); !there {
		return false, api.ErrNotFound.Because("collect.unknown", "collect what Materials.Page or Templates.Page lists, or put it into the fixtures",
			"there is no %s %q to collect", like.Type, like.SourceID)
	}
	st.Collects.Put(like)
	return true, nil
}

type cancelCollectsRequest struct {
	SourceID api.Texts `json:"source_id"`
	Type     api.Text  `json:"type"`
}

// cancelCollects removes things from those that are collected: only those of the type, if one is sent. A thing that is
// not collected is no error (assumed).
func cancelCollects(c *op.Call, st *Scope, req cancelCollectsRequest) (api.Done, error) {
	if len(req.SourceID) == 0 {
		return false, api.ErrSourceID.Because("collect.no-ids", "send a list of at least one id as source_id", "there is no id to cancel")
	}
	for _, id := range req.SourceID {
		if l, there := st.Collects.Get(collectID(c.User, id)); there && api.Matches(req.Type, l.Type) {
			st.Collects.Remove(collectID(c.User, id))
		}
	}
	return true, nil
}

type collectPageRequest struct {
	api.PageRequest
	Keyword    api.Text `json:"keyword"`
	CategoryID api.Text `json:"category_id"`
	Type       api.Text `json:"type"`
}

// collectRow has the thing as material, because clients read it there. It may be a template.
type collectRow struct {
	Material any `json:"material"`
}

// collectPage lists the collected things that still exist, the newest first.
func collectPage(c *op.Call, st *Scope, req collectPageRequest) (api.Page[collectRow], error) {
	likes := api.Filter(st.Collects.Of(c.User), func(l Collect) bool {
		thing, there := st.collected(c, l)
		return there && api.Matches(req.Type, l.Type) && api.Matches(notRoot(req.CategoryID), thing.category) && api.HasKeyword(thing.name, req.Keyword)
	})
	return api.PageOf(req.PageRequest, likes, func(l Collect) collectRow {
		thing, _ := st.collected(c, l)
		return collectRow{Material: thing.row()}
	})
}

// collectedThing is a material or a template that can be collected.
type collectedThing struct {
	name, category string
	row            func() any
}

func (st *State) collected(c *op.Call, l Collect) (collectedThing, bool) {
	if l.Type == templateType {
		t, there := st.Templates.Get(l.SourceID)
		return collectedThing{t.Name, t.CategoryID, func() any { return st.templateRow(c, t) }}, there
	}
	m, there := st.Materials.Get(l.SourceID)
	return collectedThing{m.Name, m.CategoryID, func() any { return st.systemRow(c, m) }}, there && m.Owner == ""
}

package webpaas

import (
	"strconv"

	"github.com/fakecme/fakecme/fake/internal/op"
)

var searchOps = []op.Op[State]{
	op.Read("Material.SearchMaterial", searchMaterial),
	op.Read("Material.SearchSharedMaterial", searchSharedMaterial),
}

// Documented limits of the searches.
const (
	searchLimit = 50 // by default; there is no maximum
	maxScopes   = 5
)

type searchMaterialRequest struct {
	SearchScopes []searchScope
	Tags         []string
	mediaFilter
}

type searchScope struct {
	Platform       string
	Owner          wireEntity
	ClassID        *classRef `json:"ClassId"`
	SearchOneDepth bool
}

type searchResponse struct {
	TotalCount      int
	MaterialInfoSet []materialInfo
}

// searchMaterial searches all scopes together: a material in two of them is found once (assumed). A scope without a
// right fails the whole call (documented example of one scope).
func searchMaterial(c *op.Call, st *State, req searchMaterialRequest) (searchResponse, error) {
	if n := len(req.SearchScopes); n == 0 || n > maxScopes {
		return searchResponse{}, badValue("SearchScopes", "send 1 to 5 scopes", "there are %d", n)
	}
	q, err := req.query(req.Tags)
	if err != nil {
		return searchResponse{}, err
	}
	var lists [][]*entry
	for _, scope := range req.SearchScopes {
		list, err := entriesIn(c, st, scope)
		if err != nil {
			return searchResponse{}, err
		}
		lists = append(lists, list)
	}
	return searchPage(c, st, q, mergeEntries(lists), req.paging)
}

// entriesIn returns the entries of a scope, oldest first. Without a ClassId, or with the -1 that Material.DescribeClass
// documents for the root, the scope is the whole tree of the owner.
func entriesIn(c *op.Call, st *State, scope searchScope) ([]*entry, error) {
	if err := ownPlatform(c, scope.Platform); err != nil {
		return nil, err
	}
	id := int64(RootClassID)
	if ref := scope.ClassID; ref != nil && *ref == noClassRef {
		return nil, badValue("SearchScopes", "send the ClassId as a number, or as text of digits", "a ClassId is not a number")
	} else if ref != nil && *ref != aboveRoot {
		id = int64(*ref)
	}
	class, err := st.openClass(c, scope.Owner.entity(), id, toRead)
	if err != nil {
		return nil, err
	}
	if scope.SearchOneDepth {
		return st.index.byPlace[place{class.Owner, class.ID}], nil
	}
	return entriesBelow(st, class.Owner, class.ID), nil
}

// entriesBelow returns the entries in a class and in all classes below it, oldest first.
func entriesBelow(st *State, owner Entity, class int64) []*entry {
	all := st.index.byOwner[owner]
	if class == RootClassID {
		return all
	}
	in := map[int64]bool{}
	for _, id := range st.tree(owner).subtree(class) {
		in[id] = true
	}
	var list []*entry
	for _, e := range all {
		if in[e.place.Class] {
			list = append(list, e)
		}
	}
	return list
}

// mergeEntries merges lists that are oldest first into one that has each entry once. It merges halves, so that many
// lists cost little more than two, and changes none of the lists.
func mergeEntries(lists [][]*entry) []*entry {
	switch n := len(lists); n {
	case 0:
		return nil
	case 1:
		return lists[0]
	default:
		return mergeTwo(mergeEntries(lists[:n/2]), mergeEntries(lists[n/2:]))
	}
}

func mergeTwo(a, b []*entry) []*entry {
	merged := make([]*entry, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch order := byAge(a[0], b[0]); {
		case order < 0:
			merged, a = append(merged, a[0]), a[1:]
		case order > 0:
			merged, b = append(merged, b[0]), b[1:]
		default:
			merged, a, b = append(merged, a[0]), a[1:], b[1:]
		}
	}
	return append(append(merged, a...), b...)
}

type searchSharedRequest struct {
	Authorizer wireEntity
	Authorizee wireEntity
	mediaFilter
}

// searchSharedMaterial searches the media that the authorizer allows the authorizee to read. The caller must be one of
// the two, or a member of one of the two teams (assumed). It is an error if nothing is granted (documented).
func searchSharedMaterial(c *op.Call, st *State, req searchSharedRequest) (searchResponse, error) {
	from, to := req.Authorizer.entity(), req.Authorizee.entity()
	if !st.isOrIn(c.User, to) && !st.isOrIn(c.User, from) {
		return searchResponse{}, errPermissionDeny.Because("webpaas.share-foreign",
			"call as the authorizee, a member of its team, or the authorizer",
			"user %q belongs to neither %s nor %s", c.User, from, to)
	}
	q, err := req.query(nil)
	if err != nil {
		return searchResponse{}, err
	}
	lists := sharedWith(st, from, to)
	if len(lists) == 0 {
		return searchResponse{}, errPermissionDeny.Because("webpaas.share-none",
			"put a grant with the right R",
			"there is no grant from %s to %s with the right R", from, to)
	}
	return searchPage(c, st, q, mergeEntries(lists), req.paging)
}

// sharedWith returns a list of entries for each grant to read. A list may be empty.
func sharedWith(st *State, from, to Entity) [][]*entry {
	var lists [][]*entry
	for _, g := range st.Grants {
		if g.Authorizer != from || g.Authorizee != to || !g.Rights.has(toRead) {
			continue
		}
		if g.Resource.Type == ResourceMaterial {
			if e, ok := st.index.entries[g.Resource.ID]; ok && e.place.Owner == from {
				lists = append(lists, []*entry{e})
			}
			continue
		}
		id, _ := strconv.ParseInt(g.Resource.ID, 10, 64)
		lists = append(lists, entriesBelow(st, from, id))
	}
	return lists
}

// searchPage returns a page of the candidates that match a query. Candidates are oldest first.
func searchPage(c *op.Call, st *State, q query, candidates []*entry, p paging) (searchResponse, error) {
	found := q.matches(candidates)
	total := len(found.entries)
	from, to, err := p.page(total, searchLimit, 0)
	if err != nil {
		return searchResponse{}, err
	}
	resp := searchResponse{TotalCount: total, MaterialInfoSet: []materialInfo{}}
	for i := from; i < to; i++ {
		resp.MaterialInfoSet = append(resp.MaterialInfoSet, listedMaterial(c, st, st.Materials[found.at(i).id]))
	}
	return resp, nil
}

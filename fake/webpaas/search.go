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
	searchLimit = 50 // no maximum is stated
	maxScopes   = 5
	maxText     = 15 // characters
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

// searchMaterial searches its scopes as one: a material in two of them is found once (assumed). A
// scope without a right fails the whole call (documented example of one scope).
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
		list, err := st.inScope(c, scope)
		if err != nil {
			return searchResponse{}, err
		}
		lists = append(lists, list)
	}
	return st.search(c, q, mergeEntries(lists), req.paging)
}

// inScope returns what a scope holds, oldest first. Without a ClassId, or with the -1 that
// Material.DescribeClass documents for the root, it is the owner's whole tree.
func (s *State) inScope(c *op.Call, scope searchScope) ([]*entry, error) {
	if err := ownPlatform(c, scope.Platform); err != nil {
		return nil, err
	}
	id := int64(RootClassID)
	if ref := scope.ClassID; ref != nil && *ref == noClassRef {
		return nil, badValue("SearchScopes", "send the ClassId as a number, or as text of digits", "a ClassId is no number")
	} else if ref != nil && *ref != aboveRoot {
		id = int64(*ref)
	}
	class, err := s.openClass(c, scope.Owner.entity(), id, toRead)
	if err != nil {
		return nil, err
	}
	if scope.SearchOneDepth {
		return s.index.byPlace[place{class.Owner, class.ID}], nil
	}
	return s.below(class.Owner, class.ID), nil
}

// below returns what is in a class and all below it, oldest first.
func (s *State) below(owner Entity, class int64) []*entry {
	all := s.index.byOwner[owner]
	if class == RootClassID {
		return all
	}
	in := map[int64]bool{}
	for _, id := range s.subtree(owner, class) {
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

// mergeEntries makes one list, oldest first and each once, of lists that are so. Halves are merged, so
// that many lists cost little more than two. It changes none of the lists.
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

// searchSharedMaterial searches what the authorizer granted to the authorizee to read. The caller must be
// one of the two, or in one of the two teams (assumed). Nothing granted is rejected (documented).
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
	lists := st.shared(from, to)
	if len(lists) == 0 {
		return searchResponse{}, errPermissionDeny.Because("webpaas.share-none",
			"seed a grant with the right R",
			"%s granted %s nothing to read", from, to)
	}
	return st.search(c, q, mergeEntries(lists), req.paging)
}

// shared returns a list for each grant to read, some of them empty.
func (s *State) shared(from, to Entity) [][]*entry {
	var lists [][]*entry
	for _, g := range s.Grants {
		if g.Authorizer != from || g.Authorizee != to || !g.Rights.has(toRead) {
			continue
		}
		if g.Resource.Type == ResourceMaterial {
			if e, ok := s.index.entries[g.Resource.ID]; ok && e.place.Owner == from {
				lists = append(lists, []*entry{e})
			}
			continue
		}
		id, _ := strconv.ParseInt(g.Resource.ID, 10, 64)
		lists = append(lists, s.below(from, id))
	}
	return lists
}

// search answers with a page of what a query admits of candidates, which are oldest first.
func (s *State) search(c *op.Call, q query, candidates []*entry, p paging) (searchResponse, error) {
	found := q.matches(candidates)
	total := len(found.entries)
	from, to, err := p.page(total, searchLimit, 0)
	if err != nil {
		return searchResponse{}, err
	}
	ans := searchResponse{TotalCount: total, MaterialInfoSet: []materialInfo{}}
	for i := from; i < to; i++ {
		ans.MaterialInfoSet = append(ans.MaterialInfoSet, s.listed(c, s.Materials[found.at(i).id]))
	}
	return ans, nil
}

package webpaas

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Resource is what can be granted: a material or a class.
type Resource struct {
	// Type is MATERIAL or CLASS.
	Type string `json:"type" yaml:"type"`
	// ID is the id of the material, or the id of the class as text.
	ID string `json:"id" yaml:"id"`
}

// Types of a [Resource].
const (
	ResourceMaterial = "MATERIAL"
	ResourceClass    = "CLASS"
)

// Grant gives rights on a material, or on a class and everything in it, to a user or a team. Grants
// are made by the server API only (documented), here by fixtures.
type Grant struct {
	// Authorizer owns the resource: grants are not transitive (documented).
	Authorizer Entity `json:"authorizer" yaml:"authorizer"`
	// Authorizee is the user, or the team for as long as a user is in it.
	Authorizee Entity   `json:"authorizee" yaml:"authorizee"`
	Resource   Resource `json:"resource" yaml:"resource"`
	// Rights are letters of R, X, C, W; R when empty.
	Rights Rights `json:"rights" yaml:"rights"`
}

// same says whether a grant would take the place of another.
func (g Grant) same(other Grant) bool {
	return g.Authorizer == other.Authorizer && g.Authorizee == other.Authorizee && g.Resource == other.Resource
}

// putGrant replaces the grant between the same two on the same resource.
func (s *State) putGrant(g Grant) {
	if i := slices.IndexFunc(s.Grants, g.same); i >= 0 {
		s.Grants[i] = g
		return
	}
	s.Grants = append(s.Grants, g)
}

// revoke takes back all grants on a resource that is gone. Ids of classes that can go are unique
// in the tenant, as those of materials are.
func (s *State) revoke(gone Resource) {
	s.Grants = slices.DeleteFunc(s.Grants, func(g Grant) bool { return g.Resource == gone })
}

func (s *State) completeGrant(_ *op.Call, g Grant) (Grant, error) {
	fill(&g.Rights, toRead)
	if !allRights.has(g.Rights) {
		return g, fmt.Errorf("rights: %q; allowed are letters of R, X, C, W", string(g.Rights))
	}
	g.Rights = g.Rights.and("")
	if err := s.exists("authorizee", g.Authorizee); err != nil {
		return g, err
	}
	owner, err := s.ownerOf(g)
	if err != nil {
		return g, err
	}
	fill(&g.Authorizer, owner)
	switch {
	case g.Authorizer != owner:
		return g, fmt.Errorf("authorizer: %s; the resource is of %s, and grants are not transitive", g.Authorizer, owner)
	case g.Authorizer == g.Authorizee:
		return g, fmt.Errorf("authorizee: %s is the authorizer; name somebody else", g.Authorizee)
	}
	return g, nil
}

// ownerOf returns who owns what is granted. Of a root or preset it is whoever grants it.
func (s *State) ownerOf(g Grant) (Entity, error) {
	if err := oneOf("resource.type", g.Resource.Type, ResourceMaterial, ResourceClass); err != nil {
		return Entity{}, err
	}
	if g.Resource.Type == ResourceMaterial {
		m, ok := s.Materials[g.Resource.ID]
		if !ok {
			return Entity{}, fmt.Errorf("resource.id: there is no material %q; put it first", g.Resource.ID)
		}
		return m.Owner, nil
	}
	id, err := strconv.ParseInt(g.Resource.ID, 10, 64)
	if err != nil || classText(id) != g.Resource.ID {
		return Entity{}, fmt.Errorf("resource.id: %q; write the id of a class as plain digits", g.Resource.ID)
	}
	if isPreset(id) {
		if err := s.exists("authorizer", g.Authorizer); err != nil {
			return Entity{}, fmt.Errorf("%w (every owner has a class %d)", err, id)
		}
	}
	owner := g.Authorizer
	if c, made := s.Classes[id]; made {
		owner = c.Owner
	}
	if _, ok := s.class(owner, id); !ok {
		return Entity{}, fmt.Errorf("resource.id: there is no class %d; put it first", id)
	}
	return owner, nil
}

package webpaas

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Grant gives a user or a team rights on a material, or on a class and everything in it. Only the server API makes
// grants (documented); in the fake, fixtures do.
//
// Put fills in Rights (R) and Authorizer (the owner of the resource).
type Grant struct {
	// Authorizer owns the resource, because grants are not transitive (documented).
	Authorizer Entity `json:"authorizer" yaml:"authorizer"`
	// Authorizee is a user, or a team: each member has the rights of the team.
	Authorizee Entity   `json:"authorizee" yaml:"authorizee"`
	Resource   Resource `json:"resource" yaml:"resource"`
	// Rights is a set of the letters R, X, C and W.
	Rights Rights `json:"rights" yaml:"rights"`
}

// same reports whether a grant replaces another.
func (g Grant) same(other Grant) bool {
	return g.Authorizer == other.Authorizer && g.Authorizee == other.Authorizee && g.Resource == other.Resource
}

func (g Grant) keep(st *State) {
	if i := slices.IndexFunc(st.Grants, g.same); i >= 0 {
		st.Grants[i] = g
		return
	}
	st.Grants = append(st.Grants, g)
}

func (g Grant) key() string {
	return fmt.Sprintf("%s to %s on %s %s", g.Authorizer, g.Authorizee, g.Resource.Type, g.Resource.ID)
}

func (g Grant) complete(_ *op.Call, st *State) (Grant, error) {
	fill(&g.Rights, toRead)
	if !allRights.has(g.Rights) {
		return g, fmt.Errorf("rights: %q; allowed are letters of R, X, C, W", string(g.Rights))
	}
	g.Rights = g.Rights.and("")
	if err := st.exists("authorizee", g.Authorizee); err != nil {
		return g, err
	}
	owner, err := grantedOwner(st, g)
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

// grantedOwner returns the owner of the granted resource. A root or a preset is the one of the authorizer.
func grantedOwner(st *State, g Grant) (Entity, error) {
	if err := oneOf("resource.type", g.Resource.Type, ResourceMaterial, ResourceClass); err != nil {
		return Entity{}, err
	}
	if g.Resource.Type == ResourceMaterial {
		m, ok := st.Materials[g.Resource.ID]
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
		if err := st.exists("authorizer", g.Authorizer); err != nil {
			return Entity{}, fmt.Errorf("%w (every owner has a class %d)", err, id)
		}
	}
	owner := g.Authorizer
	if c, made := st.Classes[id]; made {
		owner = c.Owner
	}
	if _, ok := st.tree(owner).class(id); !ok {
		return Entity{}, fmt.Errorf("resource.id: there is no class %d; put it first", id)
	}
	return owner, nil
}

// defaultRights returns the rights that a user has on everything of an owner without any grant. A person has all
// rights on its own media; the rights on those of a team depend on the role (documented, "基础媒资管理").
func (st *State) defaultRights(user string, owner Entity) Rights {
	if owner.Type == OwnerPerson {
		if user != "" && owner.ID == user {
			return allRights
		}
		return ""
	}
	switch st.Teams[owner.ID].role(user) {
	case RoleOwner, RoleAdmin:
		return allRights
	case RoleMember:
		return toRead + toUse
	default:
		return ""
	}
}

// classRights returns the rights of a user on a class and everything in it.
func (st *State) classRights(user string, owner Entity, class int64) Rights {
	rights := st.defaultRights(user, owner)
	if rights == allRights {
		return rights
	}
	return rights.and(st.granted(user, owner, st.classResources(owner, class)))
}

// materialRights returns the rights of a user on a material: those on its class and those on the material itself.
func (st *State) materialRights(user string, m Material) Rights {
	rights := st.defaultRights(user, m.Owner)
	if rights == allRights {
		return rights
	}
	resources := append(st.classResources(m.Owner, m.ClassID), Resource{ResourceMaterial, m.ID})
	return rights.and(st.granted(user, m.Owner, resources))
}

// classResources returns a class and the classes above it, because a grant on a class includes those below (assumed).
func (st *State) classResources(owner Entity, class int64) []Resource {
	var resources []Resource
	for _, c := range st.tree(owner).lineage(class) {
		resources = append(resources, Resource{ResourceClass, classText(c.ID)})
	}
	return resources
}

// granted returns the rights that grants on any of the resources give to a user.
func (st *State) granted(user string, owner Entity, resources []Resource) Rights {
	var rights Rights
	for _, g := range st.Grants {
		if g.Authorizer == owner && slices.Contains(resources, g.Resource) && st.isOrIn(user, g.Authorizee) {
			rights = rights.and(g.Rights)
		}
	}
	return rights
}

const fixGrant = "use a ticket of somebody who has the right, or put a grant or a team role that gives it"

// openClass returns a class on which the caller has the rights. An unknown class gets the same error as one that is not
// accessible, because the documents have no other error for it.
func (st *State) openClass(c *op.Call, owner Entity, id int64, rights Rights) (Class, error) {
	class, ok := st.tree(owner).class(id)
	if !ok {
		return Class{}, errPermissionDeny.Because("webpaas.class-unknown",
			"take a ClassId from Material.DescribeClass or Material.ListMedia of this owner, or put the class first",
			"%s has no class %d", owner, id)
	}
	if has := st.classRights(c.User, owner, id); !has.has(rights) {
		return Class{}, errPermissionDeny.Because("webpaas.class-foreign", fixGrant,
			"user %q needs the right %s on class %d of %s and has %s", c.User, rights, id, owner, has)
	}
	return class, nil
}

// openMaterial returns a material on which the caller has the rights.
func (st *State) openMaterial(c *op.Call, id string, rights Rights) (Material, error) {
	m, ok := st.Materials[id]
	if !ok {
		return Material{}, unknownMaterial(id)
	}
	if has := st.materialRights(c.User, m); !has.has(rights) {
		return Material{}, errPermissionDeny.Because("webpaas.material-foreign", fixGrant,
			"user %q needs the right %s on material %s of %s and has %s", c.User, rights, id, m.Owner, has)
	}
	return m, nil
}

func unknownMaterial(id string) error {
	return errMaterialNotExist.Because("webpaas.material-unknown",
		"take a MaterialId from a response of this fake, or put the material first",
		"there is no material %q", id)
}

// ownPlatform rejects a platform other than that of the ticket. This is assumed: the documents only say that platforms
// are completely isolated.
func ownPlatform(c *op.Call, platform string) error {
	if platform == c.Tenant.Platform {
		return nil
	}
	return errPermissionDeny.Because("webpaas.platform-foreign",
		"send the platform that the signature of the ticket names",
		"the request is for platform %q, the ticket for %q", platform, c.Tenant.Platform)
}

// owner completes an owner; the default is the user of the call.
func (st *State) owner(c *op.Call, e Entity) (Entity, error) {
	fill(&e.ID, c.User)
	fill(&e.Type, OwnerPerson)
	return e, st.exists("owner", e)
}

// exists returns an error for an entity that cannot be named. Every userId names a person; a team must exist.
func (st *State) exists(field string, e Entity) error {
	if err := oneOf(field+".type", e.Type, OwnerPerson, OwnerTeam); err != nil {
		return err
	}
	if e.ID == "" {
		return fmt.Errorf("%s.id: it is empty; name a user or a team", field)
	}
	if _, ok := st.Teams[e.ID]; e.Type == OwnerTeam && !ok {
		return fmt.Errorf("%s.id: there is no team %q; put it first", field, e.ID)
	}
	return nil
}

// isOrIn reports whether a user is the person, or a member of the team, that the entity names.
func (st *State) isOrIn(user string, e Entity) bool {
	if e.Type == OwnerTeam {
		return st.Teams[e.ID].role(user) != ""
	}
	return user != "" && e == Person(user)
}

// VerifySignAction is the action that a VerifySign must be signed with. It is assumed: the pages that list VerifySign
// name no action, and the overview of signatures mentions only upload as a sensitive operation.
const VerifySignAction = "Upload"

// CheckVerifySign checks the VerifySign of a call whose response does not come from an operation.
func CheckVerifySign(c *op.Call, sign string) error { return checkVerifySign(c, sign) }

// checkVerifySign verifies the VerifySign of a request. The newest pages list it and older ones do not, so the dialect
// decides whether it is required. A VerifySign that is present is always verified, although one documented example
// succeeds with the placeholder "xxxxxxxx": a fake that accepts anything finds no mistake.
//
// Operations check rights first, because a documented example rejects a request with that placeholder for a missing
// right.
func checkVerifySign(c *op.Call, sign string) error {
	if sign == "" {
		if c.Dialect.UploadSign != dialect.UploadSignRequired {
			return nil
		}
		return errSignatureVerifyFail.Because("webpaas.verify-sign-missing",
			"send VerifySign, a signature with action="+VerifySignAction,
			"the request has no VerifySign, and this dialect requires it")
	}
	user, fault := c.VerifySign(sign, VerifySignAction)
	if fault != nil {
		return errSignatureVerifyFail.With(*fault)
	}
	if user != c.User {
		return errSignatureVerifyFail.Because("webpaas.verify-sign-user",
			"sign VerifySign for the user of the ticket",
			"VerifySign is of user %q, the ticket of user %q", user, c.User)
	}
	return nil
}

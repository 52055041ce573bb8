package webpaas

import (
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Rights is a set of letters of the documented grants: R browse, X use in projects without
// copying, C copy, W modify and delete.
type Rights string

// The rights one at a time, and all of them.
const (
	toRead  Rights = "R"
	toUse   Rights = "X"
	toCopy  Rights = "C"
	toWrite Rights = "W"

	allRights = toRead + toUse + toCopy + toWrite
)

// has says whether all of want are in the set.
func (r Rights) has(want Rights) bool {
	for _, letter := range want {
		if !strings.ContainsRune(string(r), letter) {
			return false
		}
	}
	return true
}

// and returns the rights of both sets, in the order R X C W.
func (r Rights) and(more Rights) Rights {
	var both Rights
	for _, letter := range allRights {
		if one := Rights(letter); r.has(one) || more.has(one) {
			both += one
		}
	}
	return both
}

func (r Rights) String() string {
	if r == "" {
		return "none"
	}
	return string(r)
}

// defaultRights are what a user has on everything of an owner without any grant: of a person that
// person alone, of a team by role (documented, "基础媒资管理").
func (s *State) defaultRights(user string, owner Entity) Rights {
	if owner.Type == OwnerPerson {
		if user != "" && owner.ID == user {
			return allRights
		}
		return ""
	}
	switch s.role(user, owner.ID) {
	case RoleOwner, RoleAdmin:
		return allRights
	case RoleMember:
		return toRead + toUse
	default:
		return ""
	}
}

// classRights are a user's rights on a class and everything in it.
func (s *State) classRights(user string, owner Entity, class int64) Rights {
	rights := s.defaultRights(user, owner)
	if rights == allRights {
		return rights
	}
	return rights.and(s.granted(user, owner, s.classResources(owner, class)))
}

// materialRights are a user's rights on a material: those on its class and those on itself.
func (s *State) materialRights(user string, m Material) Rights {
	rights := s.defaultRights(user, m.Owner)
	if rights == allRights {
		return rights
	}
	resources := append(s.classResources(m.Owner, m.ClassID), Resource{ResourceMaterial, m.ID})
	return rights.and(s.granted(user, m.Owner, resources))
}

// classResources are a class and those it stands in: a grant on a class holds below it (assumed).
func (s *State) classResources(owner Entity, class int64) []Resource {
	var resources []Resource
	for _, c := range s.lineage(owner, class) {
		resources = append(resources, Resource{ResourceClass, classText(c.ID)})
	}
	return resources
}

func (s *State) granted(user string, owner Entity, resources []Resource) Rights {
	var rights Rights
	for _, g := range s.Grants {
		if g.Authorizer == owner && slices.Contains(resources, g.Resource) && s.isOrIn(user, g.Authorizee) {
			rights = rights.and(g.Rights)
		}
	}
	return rights
}

const fixGrant = "use a ticket of somebody who has the right, or seed a grant or a team role that gives it"

// openClass returns a class on which the caller has the rights. An unknown class is rejected like
// one that is not accessible: the documents have no other error for it.
func (s *State) openClass(c *op.Call, owner Entity, id int64, rights Rights) (Class, error) {
	class, ok := s.class(owner, id)
	if !ok {
		return Class{}, errPermissionDeny.Because("webpaas.class-unknown",
			"take a ClassId from Material.DescribeClass or Material.ListMedia of this owner, or seed the class",
			"%s has no class %d", owner, id)
	}
	if has := s.classRights(c.User, owner, id); !has.has(rights) {
		return Class{}, errPermissionDeny.Because("webpaas.class-foreign", fixGrant,
			"user %q needs the right %s on class %d of %s and has %s", c.User, rights, id, owner, has)
	}
	return class, nil
}

// openMaterial returns a material on which the caller has the rights.
func (s *State) openMaterial(c *op.Call, id string, rights Rights) (Material, error) {
	m, ok := s.Materials[id]
	if !ok {
		return Material{}, unknownMaterial(id)
	}
	if has := s.materialRights(c.User, m); !has.has(rights) {
		return Material{}, errPermissionDeny.Because("webpaas.material-foreign", fixGrant,
			"user %q needs the right %s on material %s of %s and has %s", c.User, rights, id, m.Owner, has)
	}
	return m, nil
}

func unknownMaterial(id string) error {
	return errMaterialNotExist.Because("webpaas.material-unknown",
		"take a MaterialId from a response of this fake, or seed the material",
		"there is no material %q", id)
}

// ownPlatform rejects a platform other than the ticket's; assumed: the documents say only that
// platforms are completely isolated.
func ownPlatform(c *op.Call, platform string) error {
	if platform == c.Tenant.Platform {
		return nil
	}
	return errPermissionDeny.Because("webpaas.platform-foreign",
		"send the platform that the signature of the ticket names",
		"the request is for platform %q, the ticket for %q", platform, c.Tenant.Platform)
}

package webpaas

import (
	"fmt"
	"strings"
)

// Entity is a person or a team that owns media, grants rights or receives them.
type Entity struct {
	// Type is PERSON or TEAM.
	Type string `json:"type" yaml:"type"`
	// ID is the userId of a person, the team id of a team.
	ID string `json:"id" yaml:"id"`
}

// Types of an [Entity].
const (
	OwnerPerson = "PERSON"
	OwnerTeam   = "TEAM"
)

// Person returns the entity of a user. Users need no registration.
func Person(userID string) Entity { return Entity{Type: OwnerPerson, ID: userID} }

func (e Entity) String() string { return fmt.Sprintf("%s %q", e.Type, e.ID) }

// wireEntity is the JSON of an Entity, with its keys in the order of the examples.
type wireEntity struct {
	ID   string `json:"Id"`
	Type string
}

func (e wireEntity) entity() Entity { return Entity{Type: e.Type, ID: e.ID} }

func (e Entity) wire() wireEntity { return wireEntity{ID: e.ID, Type: e.Type} }

// Resource is a material or a class to which rights can be granted.
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

// Rights is a set of the letters of documented rights: R to browse, X to use in projects without copying, C to copy,
// W to modify and delete.
type Rights string

// The single rights and all of them.
const (
	toRead  Rights = "R"
	toUse   Rights = "X"
	toCopy  Rights = "C"
	toWrite Rights = "W"

	allRights = toRead + toUse + toCopy + toWrite
)

// has reports whether the set contains all rights of want.
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

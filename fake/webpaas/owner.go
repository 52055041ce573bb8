package webpaas

import "fmt"

// Entity is who owns something, grants something or is granted something: the wire's Entity.
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

// Person returns the entity of a user. No registration is needed.
func Person(userID string) Entity { return Entity{Type: OwnerPerson, ID: userID} }

func (e Entity) String() string { return fmt.Sprintf("%s %q", e.Type, e.ID) }

// wireEntity is an Entity on the wire, its keys in the order of the examples.
type wireEntity struct {
	ID   string `json:"Id"`
	Type string
}

func (e wireEntity) entity() Entity { return Entity{Type: e.Type, ID: e.ID} }

func (e Entity) wire() wireEntity { return wireEntity{ID: e.ID, Type: e.Type} }

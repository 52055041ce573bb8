package webpaas

import (
	"fmt"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Team owns media and projects together with its members. Teams are made by the server API only
// (documented), here by fixtures.
type Team struct {
	// ID is "cmetid_" and 33 hex digits when the fake makes it.
	ID   string `json:"id" yaml:"id"`
	Name string `json:"name" yaml:"name"`
	// Members with their roles; exactly one is the Owner (documented).
	Members []Member `json:"members" yaml:"members"`
	// MemberCount, when larger than the list, is given out instead of its length.
	MemberCount int64 `json:"memberCount,omitempty" yaml:"memberCount"`
	// CreateTime and UpdateTime are kept in whole seconds of UTC, as the wire has them.
	CreateTime time.Time `json:"createTime" yaml:"createTime"`
	UpdateTime time.Time `json:"updateTime" yaml:"updateTime"`
}

// Member is a user's place in a team.
type Member struct {
	User string `json:"user" yaml:"user"`
	// Role is [RoleOwner], [RoleAdmin] or [RoleMember].
	Role string `json:"role" yaml:"role"`
}

// Roles in a [Team]. Owner and Admin have all rights to its media; Member reads and uses (documented).
const (
	RoleOwner  = "Owner"
	RoleAdmin  = "Admin"
	RoleMember = "Member"
)

// role is empty for a user who is not in the team, and for a team that there is not.
func (s *State) role(user, team string) string {
	members := s.Teams[team].Members
	i := slices.IndexFunc(members, func(m Member) bool { return m.User == user })
	if i < 0 {
		return ""
	}
	return members[i].Role
}

// isOrIn says whether a user is the person, or in the team, that the entity names.
func (s *State) isOrIn(user string, e Entity) bool {
	if e.Type == OwnerTeam {
		return s.role(user, e.ID) != ""
	}
	return user != "" && e == Person(user)
}

func (s *State) completeTeam(c *op.Call, t Team) (Team, error) {
	if t.ID == "" {
		t.ID = unusedID(c, op.TeamID, s.Teams)
	}
	fill(&t.Name, "team "+t.ID)
	t.CreateTime, t.UpdateTime = times(c, t.CreateTime, t.UpdateTime)
	owners, seen := 0, map[string]bool{}
	for i, m := range t.Members {
		field := fmt.Sprintf("members[%d]", i)
		if m.User == "" || seen[m.User] {
			return t, fmt.Errorf("%s.user: %q; every member needs a userId of its own", field, m.User)
		}
		seen[m.User] = true
		if err := oneOf(field+".role", m.Role, RoleOwner, RoleAdmin, RoleMember); err != nil {
			return t, err
		}
		if m.Role == RoleOwner {
			owners++
		}
	}
	if owners != 1 {
		return t, fmt.Errorf("members: %d have the role %s; exactly one must", owners, RoleOwner)
	}
	return t, nil
}

package webpaas

import (
	"fmt"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var teamOps = []op.Op[State]{
	op.Read("Team.DescribeTeams", describeTeams).Fails("/Limit", "maximum", errLimit),
	op.Read("Team.DescribeJoinTeams", describeJoinTeams).Fails("/Limit", "maximum", errLimit),
}

// Team is a group of users that owns media and projects. Only the server API makes teams (documented); in the fake,
// fixtures do.
//
// Put fills in ID, Name and the times.
type Team struct {
	// ID is "cmetid_" and 33 hex digits when the fake makes it.
	ID   string `json:"id" yaml:"id"`
	Name string `json:"name" yaml:"name"`
	// Members have roles; exactly one is the Owner (documented).
	Members []Member `json:"members" yaml:"members"`
	// MemberCount replaces the number of Members in responses if it is larger.
	MemberCount int64 `json:"memberCount,omitempty" yaml:"memberCount"`
	// CreateTime and UpdateTime are kept in whole seconds of UTC, as responses show them.
	CreateTime time.Time `json:"createTime" yaml:"createTime"`
	UpdateTime time.Time `json:"updateTime" yaml:"updateTime"`
}

// Member is a user in a team.
type Member struct {
	User string `json:"user" yaml:"user"`
	// Role is [RoleOwner], [RoleAdmin] or [RoleMember].
	Role string `json:"role" yaml:"role"`
}

// Roles in a [Team]. An Owner or Admin has all rights on its media, a Member may read and use them (documented).
const (
	RoleOwner  = "Owner"
	RoleAdmin  = "Admin"
	RoleMember = "Member"
)

// role returns the role of a user, or "" if the user is not in the team.
func (t Team) role(user string) string {
	for _, m := range t.Members {
		if m.User == user {
			return m.Role
		}
	}
	return ""
}

func (t Team) key() string { return t.ID }

func (t Team) keep(st *State) { set(&st.Teams, t.ID, t) }

func (t Team) complete(c *op.Call, st *State) (Team, error) {
	if t.ID == "" {
		t.ID = unusedID(c, op.TeamID, st.Teams)
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

// Limits that are documented for Team.DescribeJoinTeams, and for Team.DescribeTeams by its newer page.
const (
	teamsLimit    = 20
	teamsMaxLimit = 30
)

type describeTeamsRequest struct {
	TeamIDs []string `json:"TeamIds"`
	paging
}

// describeTeamsResponse has a TotalCount only in the dialect with paging.
type describeTeamsResponse struct {
	TotalCount *int `json:",omitempty"`
	TeamSet    []teamInfo
}

type teamInfo struct {
	TeamID      string `json:"TeamId"`
	Name        string
	MemberCount int64
	CreateTime  string
	UpdateTime  string
}

// describeTeams returns each team of the request once, in the order of the request, and leaves out unknown ids. Every
// user may call it. In the dialect with paging, TeamIds may be left out (documented); the response then has the teams of
// the user, newest first. All the rest is assumed: the page shows two teams that exist. It also shows errInternal, which
// no request can provoke.
func describeTeams(c *op.Call, st *State, req describeTeamsRequest) (describeTeamsResponse, error) {
	paged := c.Dialect.TeamPaging == dialect.TeamsPaged
	if len(req.TeamIDs) == 0 && !paged {
		return describeTeamsResponse{}, badValue("TeamIds", "send at least one id", "the list is empty")
	}
	var found []Team
	for i, id := range req.TeamIDs {
		if t, ok := st.Teams[id]; ok && !slices.Contains(req.TeamIDs[:i], id) {
			found = append(found, t)
		}
	}
	if len(req.TeamIDs) == 0 {
		found = joinedTeams(st, c.User)
	}
	resp := describeTeamsResponse{TeamSet: []teamInfo{}}
	if paged {
		total := len(found)
		from, to, err := req.page(total, teamsLimit, teamsMaxLimit)
		if err != nil {
			return describeTeamsResponse{}, err
		}
		resp.TotalCount, found = &total, found[from:to]
	}
	for _, t := range found {
		resp.TeamSet = append(resp.TeamSet, teamInfo{
			TeamID: t.ID, Name: t.Name, MemberCount: t.memberCount(),
			CreateTime: wireTime(t.CreateTime), UpdateTime: wireTime(t.UpdateTime),
		})
	}
	return resp, nil
}

// memberCount returns the number of members, or MemberCount if it is larger.
func (t Team) memberCount() int64 { return max(t.MemberCount, int64(len(t.Members))) }

type describeJoinTeamsRequest struct {
	Limit  *int64
	Offset int64
}

type describeJoinTeamsResponse struct {
	TotalCount int
	TeamSet    []joinTeamInfo
}

type joinTeamInfo struct {
	TeamID      string `json:"TeamId"`
	Name        string
	MemberCount int64
	Role        string
}

// describeJoinTeams lists the teams of the user, newest first (assumed).
func describeJoinTeams(c *op.Call, st *State, req describeJoinTeamsRequest) (describeJoinTeamsResponse, error) {
	joined := joinedTeams(st, c.User)
	from, to, err := req.paging(c.Dialect).page(len(joined), teamsLimit, teamsMaxLimit)
	if err != nil {
		return describeJoinTeamsResponse{}, err
	}
	resp := describeJoinTeamsResponse{TotalCount: len(joined), TeamSet: []joinTeamInfo{}}
	for _, t := range joined[from:to] {
		resp.TeamSet = append(resp.TeamSet, joinTeamInfo{
			TeamID: t.ID, Name: t.Name, MemberCount: t.memberCount(), Role: t.role(c.User),
		})
	}
	return resp, nil
}

// paging treats a Limit of 0 as the first page in the dialect of the documented example, which sends it with an Offset
// of 20 and gets the only team.
func (r describeJoinTeamsRequest) paging(d dialect.Dialect) paging {
	switch {
	case r.Limit == nil:
		return paging{Offset: r.Offset}
	case *r.Limit == 0 && r.Offset > 0 && d.JoinTeamsZero == dialect.ZeroIsFirstPage:
		return paging{}
	default:
		return paging{Offset: r.Offset, Limit: *r.Limit}
	}
}

func joinedTeams(st *State, user string) []Team {
	var teams []Team
	for _, t := range st.Teams {
		if t.role(user) != "" {
			teams = append(teams, t)
		}
	}
	slices.SortFunc(teams, func(a, b Team) int { return newerFirst(a.CreateTime, b.CreateTime, a.ID, b.ID) })
	return teams
}

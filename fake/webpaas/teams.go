package webpaas

import (
	"cmp"
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var teamOps = []op.Op[State]{
	op.Read("Team.DescribeTeams", describeTeams).Fails("/Limit", "maximum", errLimit),
	op.Read("Team.DescribeJoinTeams", describeJoinTeams).Fails("/Limit", "maximum", errLimit),
}

// Documented for Team.DescribeJoinTeams, and for Team.DescribeTeams by its published page.
const (
	teamsLimit    = 20
	teamsMaxLimit = 30
)

type describeTeamsRequest struct {
	TeamIDs []string `json:"TeamIds"`
	paging
}

// describeTeamsResponse counts only in the dialect that pages.
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

// describeTeams answers for each id of a team once, in the order of the request, and leaves out ids
// of none. Anybody may ask. All of that is assumed: the page shows two teams that are there. It also shows
// errInternal, which no request can provoke.
func describeTeams(c *op.Call, st *State, req describeTeamsRequest) (describeTeamsResponse, error) {
	if len(req.TeamIDs) == 0 {
		return describeTeamsResponse{}, badValue("TeamIds", "send at least one id", "the list is empty")
	}
	var found []Team
	for i, id := range req.TeamIDs {
		if t, ok := st.Teams[id]; ok && !slices.Contains(req.TeamIDs[:i], id) {
			found = append(found, t)
		}
	}
	ans := describeTeamsResponse{TeamSet: []teamInfo{}}
	if c.Dialect.TeamPaging == dialect.TeamsPaged {
		total := len(found)
		from, to, err := req.page(total, teamsLimit, teamsMaxLimit)
		if err != nil {
			return describeTeamsResponse{}, err
		}
		ans.TotalCount, found = &total, found[from:to]
	}
	for _, t := range found {
		ans.TeamSet = append(ans.TeamSet, teamInfo{
			TeamID: t.ID, Name: t.Name, MemberCount: t.memberCount(),
			CreateTime: wireTime(t.CreateTime), UpdateTime: wireTime(t.UpdateTime),
		})
	}
	return ans, nil
}

// memberCount is of the list of members, or larger if the team says so.
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

// describeJoinTeams lists the teams that the user is in, newest first (assumed), none for most users.
func describeJoinTeams(c *op.Call, st *State, req describeJoinTeamsRequest) (describeJoinTeamsResponse, error) {
	joined := st.joined(c.User)
	from, to, err := req.paging(c.Dialect).page(len(joined), teamsLimit, teamsMaxLimit)
	if err != nil {
		return describeJoinTeamsResponse{}, err
	}
	ans := describeJoinTeamsResponse{TotalCount: len(joined), TeamSet: []joinTeamInfo{}}
	for _, t := range joined[from:to] {
		ans.TeamSet = append(ans.TeamSet, joinTeamInfo{
			TeamID: t.ID, Name: t.Name, MemberCount: t.memberCount(), Role: st.role(c.User, t.ID),
		})
	}
	return ans, nil
}

// paging takes a Limit of 0 for the first page in the dialect of the example, which sends it with an
// Offset of 20, and gets the one team there is.
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

func (s *State) joined(user string) []Team {
	var teams []Team
	for id, t := range s.Teams {
		if s.role(user, id) != "" {
			teams = append(teams, t)
		}
	}
	slices.SortFunc(teams, func(a, b Team) int { return newerFirst(a.CreateTime, b.CreateTime, a.ID, b.ID) })
	return teams
}

// newerFirst orders by the time, and what is of one time by id, so that every response has the same order.
func newerFirst(a, b time.Time, idA, idB string) int {
	return cmp.Or(b.Compare(a), cmp.Compare(idA, idB))
}

package webpaas

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
)

const (
	exampleTeam  = "cmetid_f8ef4790731232e298821a765bc73f840"
	exampleTeam2 = "cmetid_f8ef4790731232e298821a765bc73f290"
)

// exampleTeams has the teams of the documented examples; user is Admin of the first. The two pages do not
// agree on how many members that has.
func exampleTeams(t *testing.T, members int64) *world {
	day := func(d, h, m, s int) time.Time { return time.Date(2020, 12, d, h, m, s, 0, time.UTC) }
	return newWorld(t).load(Fixtures{Teams: []Team{
		{
			ID: exampleTeam, Name: "腾讯云团队", MemberCount: members, CreateTime: day(23, 8, 18, 12), UpdateTime: day(23, 10, 20, 12),
			Members: []Member{{"boss", RoleOwner}, {"user", RoleAdmin}},
		},
		{
			ID: exampleTeam2, Name: "视频云团队", MemberCount: 500, CreateTime: day(25, 9, 9, 12), UpdateTime: day(25, 11, 15, 12),
			Members: []Member{{"boss", RoleOwner}},
		},
	}})
}

const (
	exampleTeamInfo = `{"TeamId":"` + exampleTeam + `","Name":"腾讯云团队","MemberCount":1000,` +
		`"CreateTime":"2020-12-23T08:18:12Z","UpdateTime":"2020-12-23T10:20:12Z"}`
	exampleTeamInfo2 = `{"TeamId":"` + exampleTeam2 + `","Name":"视频云团队","MemberCount":500,` +
		`"CreateTime":"2020-12-25T09:09:12Z","UpdateTime":"2020-12-25T11:15:12Z"}`
	exampleTeamIDs = `"TeamIds":["` + exampleTeam + `","` + exampleTeam2 + `"]`
)

func TestTeamExamples(t *testing.T) {
	t.Parallel()
	whole, paged := dialect.Dialect{}, dialect.Dialect{TeamPaging: dialect.TeamsPaged}
	table := dialect.Dialect{JoinTeamsZero: dialect.ZeroIsDefault}
	joined := data(`{"TotalCount":1,"TeamSet":[{"TeamId":"` + exampleTeam + `","Name":"腾讯云团队","MemberCount":100,"Role":"Admin"}]}`)
	tests := []struct {
		name, operation, request string
		dialect                  dialect.Dialect
		want                     string
	}{
		{"describe, repository", "Team.DescribeTeams", `{` + exampleTeamIDs + `}`, whole, data(`{"TeamSet":[` + exampleTeamInfo + `,` + exampleTeamInfo2 + `]}`)},
		{"describe, published page", "Team.DescribeTeams", `{` + exampleTeamIDs + `}`, paged, data(`{"TotalCount":2,"TeamSet":[` + exampleTeamInfo + `,` + exampleTeamInfo2 + `]}`)},
		{"joined, example", "Team.DescribeJoinTeams", `{"Limit":0,"Offset":20}`, whole, joined},
		{"joined, table", "Team.DescribeJoinTeams", `{"Limit":0,"Offset":20}`, table, data(`{"TotalCount":1,"TeamSet":[]}`)},
		{"joined, as it was meant", "Team.DescribeJoinTeams", `{"Limit":20,"Offset":0}`, table, joined},
		{"joined, Limit too large", "Team.DescribeJoinTeams", `{"Limit":50,"Offset":0}`, whole,
			`{"Code":"InvalidParameterValue.Limit","Message":"参数错误，Limit 参数值超过限制","EnglishMessage":"Limit greate than max"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			members := int64(1000)
			if tt.operation == "Team.DescribeJoinTeams" {
				members = 100
			}
			w := exampleTeams(t, members)
			w.dialect = tt.dialect
			if diff := cmp.Diff(tt.want, w.run("user", tt.operation, tt.request).Body); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// manyTeams has 31 teams, t00 the oldest; all but t30 with mia.
func manyTeams(t *testing.T) *world {
	var f Fixtures
	for i := range 31 {
		team := Team{ID: fmt.Sprintf("t%02d", i), CreateTime: at(i / 2), Members: []Member{{"olga", RoleOwner}, {"mia", RoleMember}}}
		if i == 30 {
			team.Members = team.Members[:1]
		}
		f.Teams = append(f.Teams, team)
	}
	return newWorld(t).load(f)
}

// teamIDs returns the ids in a response, and TotalCount where there is one.
func teamIDs(t *testing.T, body string) string {
	t.Helper()
	var found []string
	for _, part := range strings.Split(body, `"TeamId":"`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		found = append(found, id)
	}
	total := "-"
	if _, after, ok := strings.Cut(body, `"TotalCount":`); ok {
		total, _, _ = strings.Cut(after, ",")
	}
	return total + " " + strings.Join(found, " ")
}

func TestDescribeTeams(t *testing.T) {
	t.Parallel()
	list := func(n int) string {
		var ids []string
		for i := range n {
			ids = append(ids, fmt.Sprintf(`"t%02d"`, i))
		}
		return strings.Join(ids, ",")
	}
	ids := func(from, to int) string {
		text := ""
		for i := from; i < to; i++ {
			text += fmt.Sprintf(" t%02d", i)
		}
		return text
	}
	refused := func(parameter string) outcome { return outcome{Refusal: invalid(parameter), Why: "webpaas.parameter"} }
	tests := []struct {
		name, request string
		paging        dialect.TeamPaging
		want          string
		refused       outcome
	}{
		{"in the order of the request", `{"TeamIds":["t02","t01"]}`, dialect.TeamsWhole, "- t02 t01", outcome{}},
		{"each once", `{"TeamIds":["t02","t01","t02"]}`, dialect.TeamsWhole, "- t02 t01", outcome{}},
		{"unknown ones left out", `{"TeamIds":["x","t01"]}`, dialect.TeamsWhole, "- t01", outcome{}},
		{"unknown alone", `{"TeamIds":["x"]}`, dialect.TeamsWhole, "- ", outcome{}},
		{"none", `{"TeamIds":[]}`, dialect.TeamsWhole, "", refused("TeamIds")},
		{"all", `{"TeamIds":[` + list(31) + `]}`, dialect.TeamsWhole, "-" + ids(0, 31), outcome{}},
		{"paging is not known", `{"TeamIds":[` + list(31) + `],"Limit":1,"Offset":1}`, dialect.TeamsWhole, "-" + ids(0, 31), outcome{}},
		{"first page", `{"TeamIds":[` + list(31) + `]}`, dialect.TeamsPaged, "31" + ids(0, 20), outcome{}},
		{"second page", `{"TeamIds":[` + list(31) + `],"Offset":20}`, dialect.TeamsPaged, "31" + ids(20, 31), outcome{}},
		{"largest page", `{"TeamIds":[` + list(31) + `],"Limit":30}`, dialect.TeamsPaged, "31" + ids(0, 30), outcome{}},
		{"page too large", `{"TeamIds":["t01"],"Limit":31}`, dialect.TeamsPaged, "", outcome{Refusal: limitTooLarge, Why: "webpaas.limit"}},
		{"negative page", `{"TeamIds":["t01"],"Limit":-1}`, dialect.TeamsPaged, "", refused("Limit")},
		{"negative offset", `{"TeamIds":["t01"],"Offset":-1}`, dialect.TeamsPaged, "", refused("Offset")},
		{"beyond the end", `{"TeamIds":["t01","x"],"Offset":1}`, dialect.TeamsPaged, "1 ", outcome{}},
		{"no team on a page", `{"TeamIds":["x"]}`, dialect.TeamsPaged, "0 ", outcome{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := manyTeams(t)
			w.dialect.TeamPaging = tt.paging
			got := w.run("carol", "Team.DescribeTeams", tt.request)
			checkOutcome(t, tt.refused, outcome{Refusal: got.Refusal, Why: got.Why})
			if diff := cmp.Diff(tt.want, teamIDs(t, got.Body)); tt.refused == (outcome{}) && diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDescribeJoinTeams(t *testing.T) {
	t.Parallel()
	// mia's teams, newest first, of one time by id.
	var order []string
	for i := 28; i >= 0; i -= 2 {
		order = append(order, fmt.Sprintf("t%02d", i), fmt.Sprintf("t%02d", i+1))
	}
	page := func(from, to int) string { return "30 " + strings.Join(order[from:to], " ") }
	refused := func(parameter string) outcome { return outcome{Refusal: invalid(parameter), Why: "webpaas.parameter"} }
	tests := []struct {
		name, user, request string
		zero                dialect.JoinTeamsZero
		want                string
		refused             outcome
	}{
		{"default page", "mia", `{}`, "", page(0, 20), outcome{}},
		{"next page", "mia", `{"Offset":20}`, "", page(20, 30), outcome{}},
		{"largest page", "mia", `{"Limit":30}`, "", page(0, 30), outcome{}},
		{"page too large", "mia", `{"Limit":31}`, "", "", outcome{Refusal: limitTooLarge, Why: "webpaas.limit"}},
		{"negative page", "mia", `{"Limit":-1}`, "", "", refused("Limit")},
		{"negative offset", "mia", `{"Offset":-1}`, "", "", refused("Offset")},
		{"negative offset, zero limit", "mia", `{"Offset":-1,"Limit":0}`, "", "", refused("Offset")},
		{"beyond the end", "mia", `{"Offset":30}`, "", "30 ", outcome{}},
		{"zero limit", "mia", `{"Limit":0}`, "", page(0, 20), outcome{}},
		{"zero limit and an offset, example", "mia", `{"Limit":0,"Offset":5}`, dialect.ZeroIsFirstPage, page(0, 20), outcome{}},
		{"zero limit and an offset, table", "mia", `{"Limit":0,"Offset":5}`, dialect.ZeroIsDefault, page(5, 25), outcome{}},
		{"in no team", "carol", `{}`, "", "0 ", outcome{}},
		{"in no team, example", "carol", `{"Limit":0,"Offset":20}`, "", "0 ", outcome{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := manyTeams(t)
			w.dialect.JoinTeamsZero = tt.zero
			got := w.run(tt.user, "Team.DescribeJoinTeams", tt.request)
			checkOutcome(t, tt.refused, outcome{Refusal: got.Refusal, Why: got.Why})
			if diff := cmp.Diff(tt.want, teamIDs(t, got.Body)); tt.refused == (outcome{}) && diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Every role sees its teams, and anybody may look a team up.
func TestTeamRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t).load(people())
	for user, role := range map[string]string{"olga": RoleOwner, "adam": RoleAdmin, "mia": RoleMember} {
		want := `{"TotalCount":1,"TeamSet":[{"TeamId":"t","Name":"team t","MemberCount":3,"Role":"` + role + `"}]}`
		if got := w.must(user, "Team.DescribeJoinTeams", `{}`); got != want {
			t.Errorf("%s: got %s, want %s", user, got, want)
		}
	}
	if got := w.must("carol", "Team.DescribeJoinTeams", `{}`); got != `{"TotalCount":0,"TeamSet":[]}` {
		t.Errorf("carol: got %s", got)
	}
	for _, user := range []string{"olga", "adam", "mia", "carol"} {
		if got := teamIDs(t, w.must(user, "Team.DescribeTeams", `{"TeamIds":["t"]}`)); got != "- t" {
			t.Errorf("%s: got %s", user, got)
		}
	}
}

func TestMemberCount(t *testing.T) {
	t.Parallel()
	two := []Member{{"a", RoleOwner}, {"b", RoleMember}}
	for _, tt := range []struct {
		name string
		team Team
		want int64
	}{
		{"of the list", Team{Members: two}, 2},
		{"said to be larger", Team{Members: two, MemberCount: 3}, 3},
		{"said to be smaller", Team{Members: two, MemberCount: 1}, 2},
	} {
		if got := tt.team.memberCount(); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}

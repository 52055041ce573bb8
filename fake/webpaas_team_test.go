package fake_test

import (
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// The two readings of paging, through the door, where the responses are checked too.
func TestTeamsThroughTheDoor(t *testing.T) {
	t.Parallel()
	swapped := fake.Dialect{JoinTeamsZero: dialect.ZeroIsDefault}
	const team = `"TeamId":"cmetid_1","Name":"team","MemberCount":2,`
	describe := func(total string) string {
		return `"Data":{` + total + `"TeamSet":[{` + team + `"CreateTime":"2026-01-02T03:04:05Z","UpdateTime":"2026-01-02T03:04:05Z"}]}}`
	}
	joined := `"Data":{"TotalCount":1,"TeamSet":[{` + team + `"Role":"Admin"}]}}`
	tests := []struct {
		name, path, request string
		dialect             fake.Dialect
		want                string
	}{
		{"whole", "Team/DescribeTeams", `{"TeamIds":["cmetid_1","x"]}`, dialect.Original, describe("")},
		{"whole, with a page", "Team/DescribeTeams", `{"TeamIds":["cmetid_1"],"Limit":1,"Offset":1}`, dialect.Original, describe("")},
		{"paged", "Team/DescribeTeams", `{"TeamIds":["cmetid_1","x"],"Limit":1}`, dialect.Current, describe(`"TotalCount":1,`)},
		{"paged, beyond the end", "Team/DescribeTeams", `{"TeamIds":["cmetid_1","x"],"Offset":1}`, dialect.Current, `"Data":{"TotalCount":1,"TeamSet":[]}}`},
		{"joined", "Team/DescribeJoinTeams", `{}`, dialect.Original, joined},
		{"joined, newest pages", "Team/DescribeJoinTeams", `{"Limit":30}`, dialect.Current, joined},
		{"joined, the example", "Team/DescribeJoinTeams", `{"Limit":0,"Offset":20}`, dialect.Original, joined},
		{"joined, the table", "Team/DescribeJoinTeams", `{"Limit":0,"Offset":20}`, swapped, `"Data":{"TotalCount":1,"TeamSet":[]}}`},
		{"joined, too many", "Team/DescribeJoinTeams", `{"Limit":50,"Offset":0}`, dialect.Original,
			`{"Code":"InvalidParameterValue.Limit","Message":"参数错误，Limit 参数值超过限制","EnglishMessage":"Limit greate than max"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := fake.Start(t, fake.Config{Dialect: tt.dialect})
			made := webpaas.Team{
				ID: "cmetid_1", Name: "team", Members: []webpaas.Member{{User: "boss", Role: "Owner"}, {User: "user_01", Role: "Admin"}},
				CreateTime: day, UpdateTime: day,
			}
			srv.WebPaaS().PutTeam(made)
			answer := paas(t, srv, tt.path, login(t, srv, srv.Tenant, "user_01"), tt.request)
			if !strings.HasSuffix(strings.TrimSpace(answer.Body), tt.want) {
				t.Errorf("got %s (%s)\nwant … %s", answer.Body, answer.Header.Get("X-Fakecme-Why"), tt.want)
			}
			if findings := srv.Findings(); len(findings) != 0 {
				t.Errorf("findings: %v", findings)
			}
		})
	}
}

// What breaks the contract is rejected and found.
func TestTeamFindings(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	srv.Forgive("Team.DescribeTeams", "Team.DescribeJoinTeams")
	ticket := login(t, srv, srv.Tenant, "user_01")
	tests := []struct{ path, request, want string }{
		{"Team/DescribeTeams", `{}`, "param TeamIds invalid"},
		{"Team/DescribeTeams", `{"TeamIds":"cmetid_1"}`, "param TeamIds invalid"},
		{"Team/DescribeTeams", `{"TeamIds":["x"],"Offset":"1"}`, "param Offset invalid"},
		{"Team/DescribeJoinTeams", `{"Offset":-1}`, "param Offset invalid"},
	}
	for _, tt := range tests {
		answer := paas(t, srv, tt.path, ticket, tt.request)
		calls := srv.Calls(strings.Replace(tt.path, "/", ".", 1))
		if found := calls[len(calls)-1].Findings; len(found) != 1 || !strings.Contains(answer.Body, `"`+tt.want+`"`) {
			t.Errorf("%s %s: got %s, findings %v", tt.path, tt.request, answer.Body, found)
		}
	}
}

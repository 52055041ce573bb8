package webpaas

import "testing"

const (
	exampleTeam  = "cmetid_f8ef4790731232e298821a765bc73f840"
	exampleTeam2 = "cmetid_f8ef4790731232e298821a765bc73f290"
)

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

package webpaas

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
)

// classIDs lists the ids of a response of DescribeClass: those of the path, nil without one, and those found.
func classIDs(t *testing.T, text string) (path, found []int64) {
	t.Helper()
	type class struct {
		ClassID int64 `json:"ClassId"`
	}
	var answer struct{ PathInfoSet, ClassInfoSet []class }
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatal(err)
	}
	for _, c := range answer.PathInfoSet {
		path = append(path, c.ClassID)
	}
	for _, c := range answer.ClassInfoSet {
		found = append(found, c.ClassID)
	}
	return path, found
}

func TestDescribeClass(t *testing.T) {
	t.Parallel()
	deep := []int64{520, 521, 522, 523, 524, 525, 526, 527, 528}
	first := []int64{10, 11, 15, 16, 17, 18, 19, 500, 502, 510, 520}
	all := append(append([]int64{}, first...), 12, 13, 14, 501)
	all = append(all, deep[1:]...)
	tests := []struct {
		name, rest string // of the request, after Platform and Owner
		path       []int64
		found      []int64
	}{
		{"the whole tree", ``, nil, append([]int64{9}, all...)},
		{"the whole tree, said", `,"FirstLevel":false`, nil, append([]int64{9}, all...)},
		{"first level", `,"FirstLevel":true`, nil, []int64{9}},
		{"-1", `,"BaseClassId":-1`, nil, append([]int64{9}, all...)},
		{"-1, first level", `,"BaseClassId":-1,"FirstLevel":true`, nil, []int64{9}},
		{"below the root", `,"BaseClassId":9`, []int64{9}, all},
		{"below the root, first level", `,"BaseClassId":9,"FirstLevel":true`, []int64{9}, first},
		{"below a preset", `,"BaseClassId":11`, []int64{9, 11}, []int64{12, 13, 14}},
		{"below a class", `,"BaseClassId":500,"FirstLevel":true`, []int64{9, 500}, []int64{501}},
		{"below a class with nothing in it", `,"BaseClassId":501`, []int64{9, 500, 501}, nil},
		{"on level 10", `,"BaseClassId":528`, append([]int64{9}, deep...), nil},
		{"on level 9", `,"BaseClassId":527`, append([]int64{9}, deep[:8]...), []int64{528}},
		{"on level 8, first level", `,"BaseClassId":526,"FirstLevel":true`, append([]int64{9}, deep[:7]...), []int64{527}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := classWorld(t).must("alice", "Material.DescribeClass", `{"Platform":"fake-platform","Owner":`+aliceJSON+tt.rest+`}`)
			path, found := classIDs(t, got)
			if diff := cmp.Diff([][]int64{tt.path, tt.found}, [][]int64{path, found}); diff != "" {
				t.Errorf("path and classes (-want +got):\n%s", diff)
			}
			if has := strings.Contains(got, "PathInfoSet"); has != (tt.path != nil) {
				t.Errorf("PathInfoSet is there: %t", has)
			}
			if len(tt.found) == 0 && !strings.Contains(got, `"ClassInfoSet":[]`) {
				t.Errorf("nothing found is not an empty list: %s", got)
			}
		})
	}
}

func TestDescribeClassRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, user, request string
		want                outcome
	}{
		{"granted to read", "erin", `{"Platform":"fake-platform","Owner":` + aliceJSON + `,"BaseClassId":501}`, outcome{}},
		{"granted to read, root", "erin", `{"Platform":"fake-platform","Owner":` + aliceJSON + `}`, classForeign()},
		{"granted to write", "dora", `{"Platform":"fake-platform","Owner":` + aliceJSON + `,"BaseClassId":500}`, classForeign()},
		{"member", "mia", `{"Platform":"fake-platform","Owner":` + teamJSON + `}`, outcome{}},
		{"stranger", "carol", `{"Platform":"fake-platform","Owner":` + aliceJSON + `}`, classForeign()},
		{"stranger, root said", "carol", `{"Platform":"fake-platform","Owner":` + aliceJSON + `,"BaseClassId":-1}`, classForeign()},
		{"unknown team", "alice", `{"Platform":"fake-platform","Owner":{"Type":"TEAM","Id":"no"}}`, classForeign()},
		{"no preset", "alice", `{"Platform":"fake-platform","Owner":` + aliceJSON + `,"BaseClassId":6}`, classUnknown()},
		{"of another owner", "alice", `{"Platform":"fake-platform","Owner":` + aliceJSON + `,"BaseClassId":600}`, classUnknown()},
		{"platform", "alice", `{"Platform":"other","Owner":` + aliceJSON + `}`, outcome{Refusal: permissionDeny, Why: "webpaas.platform-foreign"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			checkOutcome(t, tt.want, withoutBody(classWorld(t).run(tt.user, "Material.DescribeClass", tt.request)))
		})
	}
}

func TestDescribeClassKeys(t *testing.T) {
	t.Parallel()
	request := `{"Platform":"fake-platform","Owner":` + teamJSON + `,"BaseClassId":700}`
	for keys, want := range map[dialect.MaterialKeys]string{
		dialect.KeysExample: `{"PathInfoSet":[{"ClassId":9,"Name":"团队","ParentClassId":-1,"ClassPath":"/团队"},` +
			`{"ClassId":700,"Name":"a","ParentClassId":9,"ClassPath":"/团队/a"}],"ClassInfoSet":[]}`,
		dialect.KeysTable: `{"PathInfoSet":[{"Platform":"fake-platform","Owner":{"Id":"t","Type":"TEAM"},"ClassId":9,"Name":"团队","ParentClassId":-1,"ClassPath":"/团队"},` +
			`{"Platform":"fake-platform","Owner":{"Id":"t","Type":"TEAM"},"ClassId":700,"Name":"a","ParentClassId":9,"ClassPath":"/团队/a"}],"ClassInfoSet":[]}`,
	} {
		t.Run("keys "+string(keys), func(t *testing.T) {
			t.Parallel()
			w := classWorld(t)
			w.dialect.MaterialKeys = keys
			if diff := cmp.Diff(want, w.must("mia", "Material.DescribeClass", request)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

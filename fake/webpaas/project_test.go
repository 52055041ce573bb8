package webpaas

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/internal/op"
)

func TestEdit(t *testing.T) {
	t.Parallel()
	w := editorWorld(t)
	ids := func(first ...string) (list []string) {
		t.Helper()
		e, err := w.st.Edit(w.as("alice"), "p", first)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range e.Materials {
			name := m.ID
			if !m.Attached {
				name += " loose"
			}
			list = append(list, name)
		}
		return list
	}
	plain := ids()
	if len(plain) != 20 || plain[0] != "m00" || plain[1] != "m02" {
		t.Errorf("the first page: %v", plain)
	}
	top := ids("loose", "m05", "foreign", "m01", "nobody", "m05")
	if diff := cmp.Diff([]string{"loose loose", "m05", "m00", "m02"}, top[:4]); diff != "" || len(top) != 20 {
		t.Errorf("%d with some on top (-want +got):\n%s", len(top), diff)
	}
	for _, tt := range []struct {
		name, user, project string
		want                *op.Error
	}{
		{"unknown project", "alice", "q", errProjectNotExist},
		{"another's project", "bob", "p", errPermissionDeny},
	} {
		if _, err := w.st.Edit(w.as(tt.user), tt.project, nil); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestSaveTracks(t *testing.T) {
	t.Parallel()
	w := editorWorld(t)
	for _, tt := range []struct {
		name, user, tracks string
		saved              bool
	}{
		{"by a stranger", "bob", "[1]", false},
		{"no JSON", "alice", "[1", false},
		{"tracks", "alice", "[1]", true},
	} {
		before := w.st.Projects["p"]
		err := w.st.SaveTracks(w.as(tt.user), "p", tt.tracks)
		want := before
		if tt.saved {
			want.FusionData, want.Version, want.UpdateTime = tt.tracks, testTime.Unix(), wholeSecond(testTime)
		}
		if diff := cmp.Diff(want, w.st.Projects["p"]); diff != "" || (err == nil) != tt.saved {
			t.Errorf("%s: %v (-want +got):\n%s", tt.name, err, diff)
		}
	}
}

const (
	exampleProject  = "cmepid_5fcf2205b868170001de21eb"
	exampleProject2 = "cmepid_5fbb72524e70c2000192d4ed"
	exampleEditor   = "ce4cdaf6-6039-486b-8f09-a5df23dbe6c9"
	exampleTracks   = `[{"id":"adaaada6-efb6-428c-ae6f-b857aaf0f138","type":"video","order":0,"items":[{"id":"90c8f037-4826-467e-ab52-884f4728b3de",` +
		`"start_time":0,"duration":95120,"type":"video","section":{"from":0,"to":95120},"asset_id":"5eb62431580361000131369c","filter_asset_id":"",` +
		`"width":954,"height":540,"position":{"x":480,"y":270},"operations":[{"type":"image_rotate","params":{"angle":0}}]}]}]`
	exampleProjectCover = "https://cme.vod2.myqcloud.com/1810000003/8d388657vodtranscq1810000003/5fdf8be75285890810291911580/coverBySnapshot/coverBySnapshot_10_0.jpg"
)

// Two copies of a state share their values, and a change of one never reaches the other.
func TestAttachToCopies(t *testing.T) {
	t.Parallel()
	w := projectWorld(t)
	w.must("alice", "Project.DeleteMaterialFromProject", `{"ProjectId":"p","MaterialIds":["m2"]}`)
	w.must("alice", "Project.AddMaterialToProject", `{"ProjectId":"p","MaterialIds":["m2"]}`)
	other := *w
	other.st = w.st.clone()
	w.must("alice", "Project.AddMaterialToProject", `{"ProjectId":"p","MaterialIds":["m3"]}`)
	other.must("alice", "Project.AddMaterialToProject", `{"ProjectId":"p","MaterialIds":["b"]}`)
	want := map[string]string{"one": `{"MaterialIdSet":["m1","m2","m3"]}`, "other": `{"MaterialIdSet":["m1","m2","b"]}`}
	got := map[string]string{
		"one":   w.must("alice", "Project.DescribeProjectMaterials", `{"ProjectId":"p"}`),
		"other": other.must("alice", "Project.DescribeProjectMaterials", `{"ProjectId":"p"}`),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("attached (-want +got):\n%s", diff)
	}
}

// projectIDs returns the TotalCount and the ids of a response.
func projectIDs(t *testing.T, body string) string {
	t.Helper()
	var resp struct {
		Data struct {
			TotalCount                          int
			ProjectInfoSet, ProjectBasicInfoSet []struct {
				ProjectID string `json:"ProjectId"`
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &resp); err != nil {
		t.Fatal(err)
	}
	ids := fmt.Sprint(resp.Data.TotalCount, ":")
	for _, p := range append(resp.Data.ProjectInfoSet, resp.Data.ProjectBasicInfoSet...) {
		ids += " " + p.ProjectID
	}
	return ids
}

func TestProjectPages(t *testing.T) {
	t.Parallel()
	var f Fixtures
	for i := range 51 {
		f.Projects = append(f.Projects, Project{ID: fmt.Sprintf("p%02d", i), Owner: Person("alice")})
	}
	w := newWorld(t).load(f)
	for operation, request := range map[string]string{"Project.DescribeProjects": `{}`, "Project.SearchProject": `{"CategorySet":["Default"]}`} {
		got := projectIDs(t, w.run("alice", operation, request).Body)
		if want := "51: p00 p01"; !strings.HasPrefix(got, want) || !strings.HasSuffix(got, " p49") {
			t.Errorf("%s: got %s, want %s … p49", operation, got, want)
		}
	}
}

package webpaas

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// editorWorld has a project of alice's with 25 media, of which one is gone, and two of which only one is readable.
func editorWorld(t *testing.T) *world {
	t.Helper()
	f := Fixtures{Projects: []Project{{ID: "p", Name: "one", Owner: Person("alice")}}}
	for i := range 25 {
		id := fmt.Sprintf("m%02d", i)
		f.Materials = append(f.Materials, Material{ID: id, Type: "VIDEO", Name: id, Owner: Person("alice"), Media: Media{Duration: 1.5}})
		f.Projects[0].MaterialIDs = append(f.Projects[0].MaterialIDs, id)
	}
	f.Materials = append(f.Materials, Material{ID: "loose", Type: "AUDIO", Name: "loose", Owner: Person("alice")}, Material{ID: "foreign", Type: "VIDEO", Name: "foreign", Owner: Person("bob")})
	w := newWorld(t).load(f)
	delete(w.st.Materials, "m01")
	return w
}

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

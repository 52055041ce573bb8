package webpaas

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestStateRoundTrip(t *testing.T) {
	t.Parallel()
	w := wholeWorld(t)
	before := encode(t, w.st)
	restored := &State{Teams: map[string]Team{"old": {}}}
	if err := json.Unmarshal([]byte(before), restored); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, encode(t, restored)); diff != "" {
		t.Errorf("bytes (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(w.st, restored, cmpopts.IgnoreUnexported(State{})); diff != "" {
		t.Errorf("values (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(indexText(&w.st.index), indexText(&restored.index)); diff != "" {
		t.Errorf("index (-before +after):\n%s", diff)
	}
	// The restored state is usable.
	w.st = restored
	w.must("alice", "Material.DeleteMaterial", `{"MaterialId":"VIDEO"}`)
}

func TestStateUnmarshalRefuses(t *testing.T) {
	t.Parallel()
	st := &State{Teams: map[string]Team{"t": {}}}
	if err := json.Unmarshal([]byte(`{"materials":[]}`), st); err == nil {
		t.Error("a list is no map of materials")
	}
	if len(st.Teams) != 1 {
		t.Error("a failed read changed the state")
	}
}

func TestEmptyState(t *testing.T) {
	t.Parallel()
	if got := encode(t, &State{}); got != "{}" {
		t.Errorf("got %s", got)
	}
}

// Concurrent reads share the state.
func TestReadersAtOnce(t *testing.T) {
	t.Parallel()
	w := wholeWorld(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			c := w.as("user " + strconv.Itoa(i%3))
			c.User = []string{"alice", "mia", "new"}[i%3]
			for _, operation := range Service.Ops {
				if !operation.Writes {
					_, _ = operation.Run(c, w.st, []byte(`{"Platform":"fake-platform","ClassId":9,"Owner":`+aliceJSON+
						`,"MaterialId":"VIDEO","StartTimeOffset":0,"EndTimeOffset":100,"MaterialIds":["LINK","VIDEO"],"SearchScopes":[`+scopeJSON("alice", `,"ClassId":500`)+`],"Text":"v",
						"Authorizer":`+aliceJSON+`,"Authorizee":{"Type":"TEAM","Id":"t"},
						"TeamIds":["t"],"ProjectId":"p","Name":"project p"}`))
				}
			}
		})
	}
	all.Wait()
}

// An index that grew call by call equals a new one.
func TestIndexGrows(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	w := newWorld(t)
	for _, id := range []int64{500, 501, 502} {
		if _, err := Put(w.st, w.as("alice"), Class{ID: id, Name: classText(id)}); err != nil {
			t.Fatal(err)
		}
	}
	for range 400 {
		id := strconv.Itoa(random.IntN(30))
		if random.IntN(3) == 0 {
			w.st.deleteMaterial(id)
		} else {
			m := Material{ID: id, Type: []string{"AUDIO", "IMAGE"}[random.IntN(2)], Name: "n" + id, CreateTime: at(random.IntN(10)), ClassID: 500 + random.Int64N(3)}
			if random.IntN(4) == 0 {
				m.Owner = Person("bob")
				m.ClassID = 0
			}
			if _, err := Put(w.st, w.as("alice"), m); err != nil {
				t.Fatal(err)
			}
		}
		w.checkIndex()
	}
	if _, err := Put(w.st, w.as("alice"), Class{ID: 502, Name: "moved", ParentID: 501}); err != nil {
		t.Fatal(err)
	}
	w.checkIndex()
	w.st.deleteClass(502)
	w.checkIndex()
}

// Of one second, the id that was counted later is newer, even if it is longer.
func TestOrderWithinASecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, id := range []string{"10", "9", "11", "8"} {
		if _, err := Put(w.st, w.as("alice"), Material{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	got := w.must("alice", "Material.SearchMaterial", `{"SearchScopes":[`+scopeJSON("alice", "")+`]}`)
	if diff := cmp.Diff([]string{"11", "10", "9", "8"}, ids(t, got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

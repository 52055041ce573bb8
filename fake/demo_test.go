package fake_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// demoState is the whole state of a fake that began with the demo.
func demoState(t *testing.T, config fake.Config) string {
	t.Helper()
	config.Fixtures = fixtures.Demo()
	srv, err := fake.New(config)
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	srv.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/_fakecme/state", nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("GET state: %d %s", answer.Code, answer.Body)
	}
	return answer.Body.String()
}

// The demo leaves nothing to the clock or the seed: two fakes have the same state.
func TestDemoIsFixed(t *testing.T) {
	t.Parallel()
	first, second := demoState(t, fake.Config{}), demoState(t, fake.Config{Seed: 7})
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("state of two demos (-one +other):\n%s", diff)
	}
	if today := time.Now().UTC().Format("2006-01-02T"); strings.Contains(first, today) {
		t.Errorf("a time of the demo is today: an entry leaves it out")
	}
}

func TestDemoHolds(t *testing.T) {
	t.Parallel()
	f := fixtures.Demo()
	types := map[string]bool{}
	for _, m := range f.WebPaaS.Materials {
		types[m.Type] = true
	}
	statuses := map[string]int{}
	for _, task := range f.WebPaaS.Tasks {
		status, _ := task.Progress(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
		statuses[status]++
	}
	got := map[string]int{
		"teams": len(f.WebPaaS.Teams), "classes": len(f.WebPaaS.Classes), "materials": len(f.WebPaaS.Materials),
		"types": len(types), "recognitions": len(f.WebPaaS.Recognitions), "grants": len(f.WebPaaS.Grants),
		"projects": len(f.WebPaaS.Projects), "finished": statuses[webpaas.TaskSuccess], "running": statuses[webpaas.TaskProcessing],
		"users": len(f.H5DS.Users), "works": len(f.H5DS.Works), "h5ds materials": len(f.H5DS.Materials),
		"categories": len(f.H5DS.Categories), "templates": len(f.H5DS.Templates), "messages": len(f.H5DS.Messages),
	}
	want := map[string]int{
		"teams": 1, "classes": 5, "materials": 21, "types": 9, "recognitions": 1, "grants": 2,
		"projects": 2, "finished": 1, "running": 1,
		"users": 3, "works": 3, "h5ds materials": 4, "categories": 3, "templates": 1, "messages": 3,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the demo holds (-want +got):\n%s", diff)
	}
}

// Every caller gets a copy of its own.
func TestDemoApart(t *testing.T) {
	t.Parallel()
	f := fixtures.Demo()
	f.WebPaaS.Materials[0].Name = "changed"
	if fixtures.Demo().WebPaaS.Materials[0].Name == "changed" {
		t.Error("two callers share the demo")
	}
}

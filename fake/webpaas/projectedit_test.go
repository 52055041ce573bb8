package webpaas

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestModifyProject(t *testing.T) {
	t.Parallel()
	stop := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	whole := SwitcherSettings{StopTime: stop, TemplateID: 10001, Width: 1920, Height: 1080, Fps: 25, BitRate: 4000000}
	original := func() Project {
		return Project{
			ID: "p", Name: "before", Description: "old", Owner: Person("alice"), Category: "Default", WHRatio: "16:9", CoverURL: "https://a.example/1.jpg",
			FusionData: "[]", Version: 7, CreateTime: at(0), UpdateTime: at(1), MaterialIDs: []string{"m"},
		}
	}
	of := func(change func(*Project)) Project {
		p := original()
		change(&p)
		return p
	}
	switcher := of(func(p *Project) { p.Category, p.Switcher = "Switcher", &whole })
	relay := of(func(p *Project) { p.Category = "StreamConnect" })
	// changed says what a request changes, besides UpdateTime.
	changed := func(p Project, change func(*Project)) Project {
		p.UpdateTime = wholeSecond(testTime)
		change(&p)
		return p
	}
	plain := original()
	refused := func(parameter string) outcome { return outcome{Refusal: invalid(parameter), Why: "webpaas.parameter"} }
	tests := []struct {
		name    string
		project Project
		request string
		want    Project
		refused outcome
	}{
		{"nothing", plain, ``, plain, outcome{}},
		{"name", plain, `"Name":"after"`, changed(plain, func(p *Project) { p.Name = "after" }), outcome{}},
		{"name of one", plain, `"Name":"名"`, changed(plain, func(p *Project) { p.Name = "名" }), outcome{}},
		{"name of twenty", plain, `"Name":"` + strings.Repeat("名", 20) + `"`, changed(plain, func(p *Project) { p.Name = strings.Repeat("名", 20) }), outcome{}},
		{"name of twenty-one", plain, `"Name":"` + strings.Repeat("名", 21) + `"`, plain, refused("Name")},
		{"empty name", plain, `"Name":""`, plain, refused("Name")},
		{"the same name", plain, `"Name":"before"`, changed(plain, func(*Project) {}), outcome{}},
		{"description", plain, `"Description":"new"`, changed(plain, func(p *Project) { p.Description = "new" }), outcome{}},
		{"no description", plain, `"Description":""`, changed(plain, func(p *Project) { p.Description = "" }), outcome{}},
		{"cover", plain, `"CoverUrl":"https://a.example/2.jpg","CoverSource":"USER"`,
			changed(plain, func(p *Project) { p.CoverURL, p.CoverSource = "https://a.example/2.jpg", "USER" }), outcome{}},
		{"cover of the system", plain, `"CoverSource":"DEFAULT"`, changed(plain, func(p *Project) { p.CoverSource = "DEFAULT" }), outcome{}},
		{"cover of nobody", plain, `"CoverSource":"user"`, plain, refused("CoverSource")},
		{"ratio", plain, `"WHRatio":"9:16"`, changed(plain, func(p *Project) { p.WHRatio = "9:16" }), outcome{}},
		{"other ratio", plain, `"WHRatio":"4:3"`, plain, refused("WHRatio")},

		{"switcher", switcher, `"SwitcherInfo":{"StopTime":"2026-01-01T08:00:00.9+08:00","PgmOutputConfig":{"TemplateId":10002,"Width":1280,"Height":720,"Fps":30,"BitRate":1}}`,
			changed(switcher, func(p *Project) {
				p.Switcher = &SwitcherSettings{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 10002, 1280, 720, 30, 1}
			}), outcome{}},
		{"a part of the switcher", switcher, `"SwitcherInfo":{"PgmOutputConfig":{"Fps":30}}`,
			changed(switcher, func(p *Project) {
				s := whole
				s.Fps = 30
				p.Switcher = &s
			}), outcome{}},
		{"an empty part of the switcher", switcher, `"SwitcherInfo":{}`, changed(switcher, func(*Project) {}), outcome{}},
		{"switcher without settings", of(func(p *Project) { p.Category = "Switcher" }), `"SwitcherInfo":{"StopTime":"2026-03-04T05:06:07Z"}`,
			changed(plain, func(p *Project) { p.Category, p.Switcher = "Switcher", &SwitcherSettings{StopTime: stop} }), outcome{}},
		{"time of the switcher", switcher, `"SwitcherInfo":{"StopTime":"tomorrow"}`, switcher, refused("SwitcherInfo")},
		{"switcher of another project", plain, `"Name":"after","SwitcherInfo":{}`, plain, refused("SwitcherInfo")},
		{"switcher of a relay", relay, `"SwitcherInfo":{}`, relay, refused("SwitcherInfo")},

		{"relay", relay, `"StreamConnectInfo":{"StopTime":"2026-03-04T05:06:07Z"}`,
			changed(relay, func(p *Project) { p.StreamConnect = &StreamSettings{stop} }), outcome{}},
		{"nothing of a relay", of(func(p *Project) { p.Category, p.StreamConnect = "StreamConnect", &StreamSettings{stop} }), `"StreamConnectInfo":{}`,
			changed(relay, func(p *Project) { p.StreamConnect = &StreamSettings{stop} }), outcome{}},
		{"time of the relay", relay, `"StreamConnectInfo":{"StopTime":""}`, relay, refused("StreamConnectInfo")},
		{"relay of another project", plain, `"StreamConnectInfo":{}`, plain, refused("StreamConnectInfo")},
		{"relay of a switcher", switcher, `"StreamConnectInfo":{}`, switcher, refused("StreamConnectInfo")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t).load(Fixtures{Materials: []Material{{ID: "m", Owner: Person("alice")}}, Projects: []Project{tt.project}})
			kept := w.st.Projects["p"]
			got := w.run("alice", "Project.ModifyProject", strings.TrimSuffix(`{"ProjectId":"p",`+tt.request, ",")+`}`)
			checkOutcome(t, tt.refused, outcome{Refusal: got.Refusal, Why: got.Why})
			if diff := cmp.Diff(tt.want, w.st.Projects["p"]); diff != "" {
				t.Errorf("project (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.project, kept); diff != "" {
				t.Errorf("a value in the state was changed in place (-before +after):\n%s", diff)
			}
		})
	}
}

package fake_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// results are the calls that read what was recognised, with the index of their error.
var results = []struct{ call, index, rest string }{
	{"Material/DescribeMaterialFrameTag", "frameTag", `,"StartTimeOffset":0,"EndTimeOffset":1000`},
	{"Material/DescribeFaceInMaterial", "face", ""},
	{"Material/DescribeMaterialSubtitle", "asr", `,"StartTimeOffset":0,"EndTimeOffset":1000`},
	{"Material/DescribeTextInMaterial", "ocr", `,"StartTimeOffset":0,"EndTimeOffset":1000`},
	{"Material/DescribeObjectInMaterial", "object", ""},
}

func withRecognition(running time.Duration) fake.Config {
	return fake.Config{Fixtures: fake.Fixtures{WebPaaS: webpaas.Fixtures{
		Materials: []webpaas.Material{{ID: "38192156030633420589", Owner: webpaas.Person("user_01")}},
		Tasks:     []webpaas.Task{{MaterialID: "38192156030633420589", Plan: webpaas.Plan{After: running}}},
	}}}
}

// Every result is rejected until the task has ended, and then keeps the contract: the server checks its own responses.
func TestResultsComeWithTheTask(t *testing.T) {
	t.Parallel()
	for _, d := range dialect.All() {
		for _, key := range []dialect.FaceIDKey{dialect.FaceID, dialect.FaceIDBlank} {
			t.Run(fmt.Sprintf("%s %q", d.Name, key), func(t *testing.T) {
				t.Parallel()
				config := withRecognition(time.Minute)
				config.Dialect, config.Dialect.FaceIDKey = d, key
				srv := fake.Start(t, config)
				ticket := login(t, srv, srv.Tenant, "user_01")
				for _, r := range results {
					body := `{"MaterialId":"38192156030633420589"` + r.rest + `}`
					before := paas(t, srv, r.call, ticket, body)
					want := `{"Code":"ResourceNotFound","Message":"资源不存在","EnglishMessage":"resource not found : no ` + r.index + ` index"}`
					if strings.TrimSpace(before.Body) != want || before.why() != "webpaas.not-recognised" {
						t.Errorf("%s before: %s (%s)", r.call, before.Body, before.why())
					}
				}
				srv.Clock.Advance(time.Minute)
				for _, r := range results {
					after := paas(t, srv, r.call, ticket, `{"MaterialId":"38192156030633420589"`+r.rest+`}`)
					if !strings.HasPrefix(after.Body, `{"Code":"Success",`) || strings.Contains(after.Body, "Set\":[]") {
						t.Errorf("%s after: %s", r.call, after.Body)
					}
				}
			})
		}
	}
}

// Two fakes of one seed answer alike, byte for byte.
func TestResultsAreRepeatable(t *testing.T) {
	t.Parallel()
	read := func(seed uint64) string {
		config := withRecognition(0)
		config.Seed = seed
		srv := fake.Start(t, config)
		ticket := login(t, srv, srv.Tenant, "user_01")
		var all strings.Builder
		for _, r := range results {
			all.WriteString(paas(t, srv, r.call, ticket, `{"MaterialId":"38192156030633420589"`+r.rest+`}`).Body)
		}
		return all.String()
	}
	first := read(7)
	if diff := cmp.Diff(first, read(7)); diff != "" {
		t.Errorf("the same seed (-first +second):\n%s", diff)
	}
	if first == read(8) {
		t.Error("another seed gives the same results")
	}
}

// A client pages through more frame tags than one response has, after adding, changing and before deleting them.
func TestFrameTagsThroughTheFrontDoor(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	ticket := login(t, srv, srv.Tenant, "user_01")
	m := srv.WebPaaS().PutMaterial(webpaas.Material{Owner: webpaas.Person("user_01")})
	for i := range 51 {
		added := paas(t, srv, "Material/AddMaterialFrameTag", ticket, fmt.Sprintf(
			`{"MaterialId":%q,"StartTimeOffset":%d.25,"EndTimeOffset":%d.5,"Tags":["游戏"],"Version":"manual"}`, m.ID, i, i))
		if want := fmt.Sprintf(`"Data":{"ItemId":"5fd977677a23b40001%06x"}`, i+1); !strings.Contains(added.Body, want) {
			t.Fatalf("add: %s, want %s", added.Body, want)
		}
	}
	modified := paas(t, srv, "Material/ModifyMaterialFrameTag", ticket,
		`{"MaterialId":"`+m.ID+`","ItemId":"5fd977677a23b40001000033","Tags":["关羽"],"Version":"manual"}`)
	if modified.why() != "" {
		t.Errorf("modify: %s", modified.Body)
	}
	type page struct {
		Version string
		Count   int
		Labels  string // of the last
		Next    float64
	}
	var pages []page
	for next := 0.0; next != -1; {
		var a struct {
			Data struct {
				FrameTagInfo struct {
					Version        string
					FrameTagSet    []struct{ Tags []string }
					LastTimeOffset float64
				}
			}
		}
		body := paas(t, srv, "Material/DescribeMaterialFrameTag", ticket, fmt.Sprintf(`{"MaterialId":%q,"StartTimeOffset":%g,"EndTimeOffset":100}`, m.ID, next)).Body
		if err := json.Unmarshal([]byte(body), &a); err != nil || len(a.Data.FrameTagInfo.FrameTagSet) == 0 || len(pages) > 2 {
			t.Fatalf("read: %v: %s", err, body)
		}
		info := a.Data.FrameTagInfo
		next = info.LastTimeOffset
		pages = append(pages, page{info.Version, len(info.FrameTagSet), strings.Join(info.FrameTagSet[len(info.FrameTagSet)-1].Tags, ","), next})
	}
	if diff := cmp.Diff([]page{{"manual", 50, "游戏", 50.25}, {"manual", 1, "关羽", -1}}, pages); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	if deleted := paas(t, srv, "Material/DeleteMaterialFrameTag", ticket, `{"MaterialId":"`+m.ID+`"}`); deleted.why() != "" {
		t.Errorf("delete: %s", deleted.Body)
	}
	gone := paas(t, srv, "Material/DescribeMaterialFrameTag", ticket, `{"MaterialId":"`+m.ID+`","StartTimeOffset":0,"EndTimeOffset":100}`)
	if !strings.Contains(gone.Body, "no frameTag index") {
		t.Errorf("after deleting: %s", gone.Body)
	}
}

// A request that breaks the contract is rejected and a finding; one that the documents reject is no finding.
func TestFrameTagErrorsThroughTheFrontDoor(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	ticket := login(t, srv, srv.Tenant, "user_01")
	m := srv.WebPaaS().PutMaterial(webpaas.Material{Owner: webpaas.Person("user_01")})
	tests := []struct {
		name, call, body, code, english, why string
		breaks                               bool
	}{
		{"start after end", "Material/AddMaterialFrameTag", `{"MaterialId":"` + m.ID + `","StartTimeOffset":8.25,"EndTimeOffset":5.2,"Tags":["a"],"Version":"manual"}`,
			"InvalidParameterValue", "starttime bigger than endtime", "webpaas.time-range", false},
		{"21 digits", "Material/ModifyMaterialFrameTag", `{"MaterialId":"381921560306334205890","ItemId":"5fd977677a23b40001ca3aff","Tags":["游戏"],"Version":"manual"}`,
			"OperationDenied.PermissionDeny", "permission denied", "webpaas.material-unknown", false},
		{"unknown", "Material/DeleteMaterialFrameTag", `{"MaterialId":"38192156030633420589"}`,
			"InvalidParameterValue.MaterialId", "material not exist", "webpaas.material-unknown", false},
		{"version", "Material/AddMaterialFrameTag", `{"MaterialId":"` + m.ID + `","StartTimeOffset":1,"EndTimeOffset":5.2,"Tags":["a"],"Version":"5fd977677a23b40001ca3aff"}`,
			"InvalidParameterValue", "version is not current", "webpaas.version-stale", false},
		{"before the beginning", "Material/DescribeTextInMaterial", `{"MaterialId":"` + m.ID + `","StartTimeOffset":-1,"EndTimeOffset":5.2}`,
			"InvalidParameterValue", "param StartTimeOffset invalid", "contract.body", true},
		{"no range", "Material/DescribeMaterialSubtitle", `{"MaterialId":"` + m.ID + `"}`,
			"InvalidParameterValue", "param StartTimeOffset invalid", "contract.body", true},
	}
	for _, tt := range tests {
		before := len(srv.Findings())
		answer := paas(t, srv, tt.call, ticket, tt.body)
		var failure struct{ Code, EnglishMessage string }
		if err := json.Unmarshal([]byte(answer.Body), &failure); err != nil {
			t.Fatal(err)
		}
		if failure.Code != tt.code || failure.EnglishMessage != tt.english || answer.why() != tt.why {
			t.Errorf("%s: %s (%s)", tt.name, answer.Body, answer.Header.Get("X-Fakecme-Why"))
		}
		if breaks := len(srv.Findings()) > before; breaks != tt.breaks {
			t.Errorf("%s: a finding: %t, want %t", tt.name, breaks, tt.breaks)
		}
	}
	srv.Forgive("Material.DescribeTextInMaterial", "Material.DescribeMaterialSubtitle")
}

// What a test gives wins over what is made up, at once or with the task; each tenant has its own.
func TestGivenResults(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	ticket := login(t, srv, srv.Tenant, "user_01")
	for afterTask, first := range map[bool]string{false: `"Name":"王晓雨"`, true: "no face index"} {
		m := srv.WebPaaS().PutMaterial(webpaas.Material{Owner: webpaas.Person("user_01")})
		srv.WebPaaS().PutRecognition(webpaas.Recognition{
			MaterialID: m.ID, AfterTask: afterTask, Faces: &webpaas.Found[webpaas.Face]{Items: []webpaas.Face{{Name: "王晓雨"}}},
		})
		faces := func() string {
			return paas(t, srv, "Material/DescribeFaceInMaterial", ticket, `{"MaterialId":"`+m.ID+`"}`).Body
		}
		if got := faces(); !strings.Contains(got, first) {
			t.Errorf("after a task %t, before it: %s, want %s", afterTask, got, first)
		}
		srv.WebPaaS().PutTask(webpaas.Task{MaterialID: m.ID})
		if got := faces(); !strings.Contains(got, `"Name":"王晓雨"`) {
			t.Errorf("after a task %t, after it: %s", afterTask, got)
		}
	}
	m := srv.WebPaaS().PutMaterial(webpaas.Material{Owner: webpaas.Person("user_01")})
	kept := srv.WebPaaS().PutFrameTags(webpaas.FrameTags{MaterialID: m.ID, Items: []webpaas.FrameTag{{Start: 1, End: 2, Tags: []string{"游戏"}}}})
	got := paas(t, srv, "Material/DescribeMaterialFrameTag", ticket, `{"MaterialId":"`+m.ID+`","StartTimeOffset":0,"EndTimeOffset":100}`).Body
	if want := `{"ItemId":"` + kept.Items[0].ID + `","StartTimeOffset":1,"EndTimeOffset":2,"Tags":["游戏"]}`; !strings.Contains(got, want) {
		t.Errorf("frame tags: %s, want %s", got, want)
	}
}

// A mistake in a file is told with its line and the fields that there are.
func TestRecognitionFixtures(t *testing.T) {
	t.Parallel()
	_, err := fake.ParseFixtures("f.yaml", []byte("webpaas:\n  recognitions:\n    - materialId: \"1\"\n      faces:\n        item: []\n"))
	if want := `f.yaml:5: unknown field "item"; there are: items, version`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

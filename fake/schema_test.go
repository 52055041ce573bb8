package fake_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/fakecme/fakecme/fake"
)

// fixturesSchema is the schema as a validator has it; it is one of draft 2020-12 itself.
func fixturesSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(fake.FixturesSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("fixtures.schema.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("fixtures.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instance is a YAML text as an editor gives it to a validator: a time is a text there.
func instance(t *testing.T, text string) any {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	var untime func(*yaml.Node)
	untime = func(n *yaml.Node) {
		if n.Tag == "!!timestamp" {
			n.Tag = "!!str"
		}
		for _, below := range n.Content {
			untime(below)
		}
	}
	untime(&document)
	var value any
	if err := document.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// loads says what the fake says of fixtures.
func loads(text string) error {
	f, err := fake.ParseFixtures("f.yaml", []byte(text))
	if err == nil {
		_, err = fake.New(fake.Config{Fixtures: f})
	}
	return err
}

func TestFixturesSchemaAccepts(t *testing.T) {
	t.Parallel()
	s := fixturesSchema(t)
	for _, file := range []string{"demo.yaml", "../cmd/fakecme/testdata/fixtures.yaml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(instance(t, string(text))); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	const material = "webpaas: {materials: [{id: m, owner: {id: u}}], tasks: [{materialId: m, plan: "
	const user = "h5ds: {users: [{userId: u}], "
	for _, tt := range []struct{ name, text string }{
		{"nothing", "{}"},
		{"plan: a word", material + "immediate}]}"},
		{"plan: a duration", material + "{after: 1m30s}}]}"},
		{"plan: polls, and a failure in percent", material + "{polls: 3, fail: {at: 60%, code: 1}}}]}"},
		{"plan: manual, and a failure", material + "{manual: true, fail: {at: 60}}}]}"},
		{"plans", "webpaas: {plans: {MATERIAL_PROCESS: {after: 2s}}}"},
		{"h5ds plans", "h5ds: {plans: {tasks: {after: 2s, fail: {at: 50%, message: x}}, bizTasks: manual}}"},
		{"a project as a mapping", user + "works: [{owner: u, data: {title: x}}]}"},
		{"a project as a text", user + `works: [{owner: u, data: '{"title":"x"}'}]}`},
		{"fields of an embedded struct", user + "transcriptions: [{owner: u, started: 2025-01-01T00:00:00Z, polled: 1}]}"},
		{"a date", user + "messages: [{owner: u, send_date: 2025-01-01}]}"},
		{"a time with a zone", user + "messages: [{owner: u, send_date: 2025-01-01T00:00:00.5+08:00}]}"},
		{"settings", "h5ds: {settings: {config: {a: [1, {b: c}]}}}"},
		{"a package", "h5ds: {vipPackages: [{name: x, value: 1, value_unit: year}]}"},
		{"rights in any order", "webpaas: {materials: [{id: m, owner: {id: u}}], grants: [{authorizee: {type: PERSON, id: v}, resource: {type: MATERIAL, id: m}, rights: WR}]}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := s.Validate(instance(t, tt.text)); err != nil {
				t.Errorf("the schema rejects what loads: %v", err)
			}
			if err := loads(tt.text); err != nil {
				t.Errorf("it does not load: %v", err)
			}
		})
	}
}

// What the schema rejects, the fake rejects too: an editor marks nothing that works.
func TestFixturesSchemaRefuses(t *testing.T) {
	t.Parallel()
	s := fixturesSchema(t)
	const user = "h5ds: {users: [{userId: u}], "
	const material = "webpaas: {materials: [{id: m, owner: {id: u}}], "
	for _, tt := range []struct{ name, text string }{
		{"unknown service", "webpass: {}"},
		{"unknown section", "webpaas: {material: []}"},
		{"unknown field", "h5ds: {users: [{userid: u}]}"},
		{"unknown field below", material + "tasks: [{materialId: m, plan: {afer: 1s}}]}"},
		{"a mapping for a list", "h5ds: {users: {userId: u}}"},
		{"text for a number", "webpaas: {classes: [{id: x, owner: {id: u}, name: n}]}"},
		{"text for a switch", "h5ds: {demo: maybe}"},
		{"material type", "webpaas: {materials: [{type: MOVIE, owner: {id: u}}]}"},
		{"material without owner", "webpaas: {materials: [{type: VIDEO}]}"},
		{"negative width", "webpaas: {materials: [{owner: {id: u}, media: {width: -1}}]}"},
		{"transcode status", "webpaas: {materials: [{owner: {id: u}, transcodeStatus: DONE}]}"},
		{"long name", "webpaas: {materials: [{owner: {id: u}, name: " + strings.Repeat("长", 91) + "}]}"},
		{"long tag", "webpaas: {materials: [{owner: {id: u}, tags: [" + strings.Repeat("长", 16) + "]}]}"},
		{"entity type", "webpaas: {materials: [{owner: {type: USER, id: u}}]}"},
		{"owner without id", "webpaas: {materials: [{owner: {type: PERSON}}]}"},
		{"role", "webpaas: {teams: [{members: [{user: u, role: Owner}, {user: v, role: Guest}]}]}"},
		{"member without role", "webpaas: {teams: [{members: [{user: u}]}]}"},
		{"team without members", "webpaas: {teams: [{name: x}]}"},
		{"class without name", "webpaas: {classes: [{owner: {id: u}}]}"},
		{"category of a project", "webpaas: {projects: [{owner: {id: u}, category: Film}]}"},
		{"ratio of a project", "webpaas: {projects: [{owner: {id: u}, whRatio: '4:3'}]}"},
		{"project without owner", "webpaas: {projects: [{name: x}]}"},
		{"grant without resource", material + "grants: [{authorizee: {type: PERSON, id: v}}]}"},
		{"rights", material + "grants: [{authorizee: {type: PERSON, id: v}, resource: {type: MATERIAL, id: m}, rights: Q}]}"},
		{"resource type", material + "grants: [{authorizee: {type: PERSON, id: v}, resource: {type: PROJECT, id: m}}]}"},
		{"recognition of nothing", "webpaas: {recognitions: [{faces: {items: []}}]}"},
		{"confidence", material + "recognitions: [{materialId: m, objects: {items: [{segments: [{start: 0, end: 1, confidence: 101}]}]}}]}"},
		{"type of a face", material + "recognitions: [{materialId: m, faces: {items: [{type: Known}]}}]}"},
		{"area", material + "recognitions: [{materialId: m, objects: {items: [{segments: [{start: 0, end: 1, area: [1, 2, 3]}]}]}}]}"},
		{"plan: a word", material + "tasks: [{materialId: m, plan: soon}]}"},
		{"plan: no duration", material + "tasks: [{materialId: m, plan: {after: 30}}]}"},
		{"plan: no percentage", material + "tasks: [{materialId: m, plan: {manual: true, fail: {at: 101%}}}]}"},
		{"plan: two ways", material + "tasks: [{materialId: m, plan: {after: 1s, polls: 2, fail: {at: 1}}}]}"},
		{"plans of no type", "webpaas: {plans: {Export: manual}}"},
		{"a time in words", "webpaas: {materials: [{owner: {id: u}, createTime: yesterday}]}"},
		{"task type", material + "tasks: [{materialId: m, type: Render}]}"},
		{"percent", material + "tasks: [{materialId: m, plan: manual, percent: 101}]}"},

		{"gender", "h5ds: {users: [{userId: u, gender: 3}]}"},
		{"VIP level", "h5ds: {users: [{userId: u, vip_level: 3}]}"},
		{"id of letters", "h5ds: {users: [{userId: u, id: a1}]}"},
		{"work without owner", "h5ds: {works: [{name: x}]}"},
		{"work's data as a list", user + "works: [{owner: u, data: [1]}]}"},
		{"category type", user + "categories: [{owner: u, type: works, name: x}]}"},
		{"category without name", user + "categories: [{owner: u, type: project}]}"},
		{"material without urls", user + "materials: [{owner: u, name: x}]}"},
		{"material without url", user + "materials: [{owner: u, urls: {thumb: /a.png}}]}"},
		{"convert status", user + "materials: [{owner: u, urls: {url: /a.png}, convert_status: 4}]}"},
		{"message type", user + "messages: [{owner: u, type_id: 30}]}"},
		{"type item without type", "h5ds: {typeItems: [{name: x}]}"},
		{"template category without name", "h5ds: {templateCategories: [{id: '1'}]}"},
		{"package without name", "h5ds: {creditPackages: [{price: 1}]}"},
		{"VIP package without name", "h5ds: {vipPackages: [{value: 1}]}"},
		{"unit", "h5ds: {vipPackages: [{name: x, value_unit: week}]}"},
		{"credit without owner", "h5ds: {credits: [{credits: 1}]}"},
		{"credit log without type", user + "creditLogs: [{owner: u, credits: 1}]}"},
		{"file without path", "h5ds: {files: [{sample: png}]}"},
		{"sample", "h5ds: {files: [{path: /video/materials/images/a.gif, sample: gif}]}"},
		{"render without owner", "h5ds: {renders: [{jsonUrl: 'https://h5ds.example/a.json'}]}"},
		{"transcription without owner", "h5ds: {transcriptions: [{}]}"},
		{"AI task without type", user + "bizTasks: [{owner: u}]}"},
		{"AI task type", user + "bizTasks: [{owner: u, task_type: paint}]}"},
		{"plans of no job", "h5ds: {plans: {render: {manual: true}}}"},
		{"failure of a job", "h5ds: {plans: {tasks: {fail: {at: 101}}}}"},
		{"duration of a job", "h5ds: {plans: {tasks: {after: soon}}}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if s.Validate(instance(t, tt.text)) == nil {
				t.Error("the schema takes it")
			}
			if loads(tt.text) == nil {
				t.Error("the schema rejects what loads")
			}
		})
	}
}

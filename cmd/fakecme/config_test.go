package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/proxy"
)

// writeFile writes a file into a folder of the test's own and returns its path.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

var compareSettings = cmp.Options{cmp.AllowUnexported(settings{}, tenant{}, realNames{}, replaySettings{}), cmpopts.EquateComparable(fake.Dialect{}, proxy.Allowed{})}

// defaults is what serve does when it is told nothing.
func defaults() settings {
	return settings{
		http: "127.0.0.1:11560", dialect: fake.Dialects()[0], log: logText, maxBody: 10 << 20,
		ticketLife: 24 * time.Hour, skew: 5 * time.Minute, h5dsWindow: 5 * time.Minute,
		statusTimeout: 3 * time.Second,
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	got, problem := readSettings(t, nil)
	if diff := cmp.Diff(defaults(), got, compareSettings); diff != "" || problem != "" {
		t.Errorf("settings (-want +got):\n%s%s", diff, problem)
	}
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	config := writeFile(t, "config.yaml", "seed: 1\nskew: 1m\nlog: json\nno-why: true\nfixtures: below/f.yaml\n")
	env := environment{"FAKECME_CONFIG": config, "FAKECME_SEED": "2", "FAKECME_SKEW": "2m", "FAKECME_DIALECT": ""}
	got, problem := readSettings(t, env, "--seed", "3", "--no-why=false")
	want := defaults()
	want.config = config
	want.seed = 3               // flag over variable and file
	want.skew = 2 * time.Minute // variable over file
	want.log = logJSON          // file over default
	want.noWhy = false          // flag over file, even with the default
	want.fixtures = filepath.Join(filepath.Dir(config), "below", "f.yaml")
	if diff := cmp.Diff(want, got, compareSettings); diff != "" || problem != "" {
		t.Errorf("settings (-want +got):\n%s%s", diff, problem)
	}
}

// A path on the command line starts where the user stands, one in the file where the file is.
func TestFixturesPath(t *testing.T) {
	t.Parallel()
	relative := writeFile(t, "config.yaml", "fixtures: f.yaml\n")
	absolute := writeFile(t, "config.yaml", "fixtures: /somewhere/f.yaml\n")
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"flag", []string{"--fixtures", "f.yaml"}, "f.yaml"},
		{"flag over file", []string{"--fixtures", "g.yaml", "--config", relative}, "g.yaml"},
		{"file", []string{"--config", relative}, filepath.Join(filepath.Dir(relative), "f.yaml")},
		{"file, absolute", []string{"--config", absolute}, "/somewhere/f.yaml"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, problem := readSettings(t, nil, tt.args...)
			if got.fixtures != tt.want || problem != "" {
				t.Errorf("fixtures: got %q %s, want %q", got.fixtures, problem, tt.want)
			}
		})
	}
}

// The example shows every setting, and the defaults as it says.
func TestExampleConfig(t *testing.T) {
	t.Parallel()
	const file = "testdata/config.yaml"
	got, problem := readSettings(t, nil, "--config", file)
	if problem != "" {
		t.Fatal(problem)
	}
	want := defaults()
	want.config, want.fixtures, want.tenants = file, "testdata/fixtures.yaml", got.tenants
	if diff := cmp.Diff(want, got, compareSettings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	ids := []string{}
	for _, tenant := range got.tenants {
		ids = append(ids, tenant.ID)
	}
	if diff := cmp.Diff([]string{"team-a", "team-b"}, ids); diff != "" {
		t.Errorf("tenants (-want +got):\n%s", diff)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	entries, _, err := parseConfig(file, data)
	if err != nil {
		t.Fatal(err)
	}
	// Eleven settings have no default that could be written down.
	commented := regexp.MustCompile(`(?m)^# ((?:h5ds-status-url|h5ds-status-cache|env-file|https|proxy|proxy-allow|data|ca-cert|ca-key|replay|expire): .*)$`).FindAllStringSubmatch(string(data), -1)
	if got, want := len(entries)+len(commented), 29; got != want {
		t.Errorf("the example has %d of the %d settings", got, want)
	}
	for _, line := range commented {
		if _, _, err := parseConfig("comment", []byte(line[1])); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := got.server(nil, nil); err != nil {
		t.Errorf("the example cannot be served: %v", err)
	}
}

// What the help shows as a configuration file is one.
func TestConfigInHelp(t *testing.T) {
	t.Parallel()
	block := regexp.MustCompile(`(?m)^  http: (?:.*\n)+?\n`).FindString(serveLong)
	entries, tenants, err := parseConfig("help", []byte(block))
	if err != nil || len(entries) != 5 || len(tenants) != 1 {
		t.Fatalf("%d settings, %d tenants, %v in:\n%s", len(entries), len(tenants), err, block)
	}
	want := tenant{
		Credentials: fake.Credentials{
			ID: "team-a", SecretID: "id-a", SecretKey: "key-a", Platform: "team-a", CMEAppID: 1200000002,
			AppID: "app-a", Secret: "secret-a",
		},
		line: 7,
	}
	if diff := cmp.Diff(want, tenants[0], cmp.AllowUnexported(tenant{})); diff != "" {
		t.Errorf("tenant (-want +got):\n%s", diff)
	}
}

// Everything that is wrong is said with status 2, in one line, before a port opens.
func TestServeRefusesBadInput(t *testing.T) {
	t.Parallel()
	typo := writeFile(t, "config.yaml", "http: :0\ndialekt: seed\n")
	twins := writeFile(t, "config.yaml", "tenants:\n- id: a\n  cme: {secretId: x}\n- id: b\n  cme: {secretId: x}\n")
	nowhere := writeFile(t, "config.yaml", "seed: 1\nfixtures: nowhere.yaml\n")
	badFixtures := writeFile(t, "fixtures.yaml", "webpaas:\n  materials:\n  - idd: x\n")
	noKind := writeFile(t, "fixtures.yaml", "h5ds:\n  plans:\n    tasks: immediate\n    render: {polls: 3}\n")
	noType := writeFile(t, "fixtures.yaml", "webpaas:\n  plans: {MATERIAL_PROCESS: manual,\n    EXPORT: {after: 30s}}\n")
	emptyUser := writeFile(t, "fixtures.yaml", "h5ds:\n  users:\n  - userId: a\n  - nick_name: b\n")
	oldSnapshot := writeFile(t, "snapshot.json", `{"version":99,"state":{}}`)
	notOurs := writeFile(t, "snapshot.json", `{"version":1,"state":{"idz":{}}}`)
	noSuch := filepath.Join(t.TempDir(), "none.yaml")
	for _, tt := range []struct {
		name string
		env  environment
		args []string
		want string // a regular expression
	}{
		{"flag", nil, []string{"--dialect", "x"}, `fakecme serve: --dialect: there is no dialect "x"; there are: original, current`},
		{"variable", environment{"FAKECME_LOG": "x"}, nil, `fakecme serve: FAKECME_LOG: there is no form "x"; there are: text, json, none`},
		{"no configuration file", nil, []string{"--config", noSuch}, `fakecme serve: --config: open .*/none.yaml: no such file or directory; check the path`},
		{"no configuration file, by variable", environment{"FAKECME_CONFIG": noSuch}, nil, `fakecme serve: FAKECME_CONFIG: open .*: no such file or directory; check the path`},
		{"configuration", nil, []string{"--config", typo}, `.*/config.yaml:2: there is no setting "dialekt" here; did you mean dialect\?`},
		{"tenants that collide", nil, []string{"--config", twins}, `.*/config.yaml:4: tenant "b": secretId "x" is the one of tenant "a"; every tenant needs its own`},
		{"no fixtures", nil, []string{"--fixtures", noSuch}, `fakecme serve: --fixtures: open .*/none.yaml: no such file or directory; check the path`},
		{"no fixtures, by configuration", nil, []string{"--config", nowhere}, `.*/config.yaml:2: fixtures: open .*/nowhere.yaml: no such file or directory; check the path`},
		{"fixtures", nil, []string{"--fixtures", badFixtures}, `.*/fixtures.yaml:3: unknown field "idd"; there are: .*`},
		{"demo and fixtures", nil, []string{"--demo", "--fixtures", "f.yaml"}, `fakecme serve: --demo: there are fixtures too \(--fixtures\); choose one of the two`},
		{"demo by variable, fixtures by configuration", environment{"FAKECME_DEMO": "true"}, []string{"--config", nowhere},
			`fakecme serve: FAKECME_DEMO: there are fixtures too \(.*/config.yaml:2: fixtures\); choose one of the two`},
		{"fixtures that the fake rejects", nil, []string{"--fixtures", emptyUser}, `.*/fixtures.yaml:4: fixtures: h5ds: users\[1\]: put user "": there is no userId.*`},
		{"a snapshot of another version", nil, []string{"--fixtures", oldSnapshot},
			`.*/snapshot.json:1: snapshot: the snapshot has version 99, and this fake reads version 1; make it anew with this fake`},
		{"a snapshot of something else", nil, []string{"--fixtures", notOurs}, `.*/snapshot.json:1: snapshot: the state is none of this fake: json: unknown field "idz"`},
		{"a plan of no kind", nil, []string{"--fixtures", noKind}, `.*/fixtures.yaml:4: fixtures: h5ds: plans\[render\]: no call starts a job of this kind; there are tasks, .*`},
		{"a plan of no type", nil, []string{"--fixtures", noType}, `.*/fixtures.yaml:3: fixtures: webpaas: plans\[EXPORT\]: task type: "EXPORT"; allowed are .*`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := runAt(t, tt.env, "", append([]string{"serve"}, tt.args...)...)
			wantOutcome(t, outcome{2, "", got.Stderr}, got)
			if !regexp.MustCompile(`^` + tt.want + `\n$`).MatchString(got.Stderr) {
				t.Errorf("stderr: got %q, want a match of %s", got.Stderr, tt.want)
			}
		})
	}
}

func TestServerConfig(t *testing.T) {
	t.Parallel()
	s := defaults()
	s.tenants = []tenant{{fake.Credentials{ID: "a", SecretID: "x", SecretKey: "k"}, 1}, {fake.Credentials{ID: "b"}, 2}}
	srv, got, err := s.server(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []fake.Credentials{
		{
			ID: "a", SecretID: "x", SecretKey: "k", Platform: "fake-platform-a", CMEAppID: 1200000001,
			AppID: "fake-appid-a", Secret: "fake-secret-a",
		},
		{
			ID: "b", SecretID: "fake-secret-id-b", SecretKey: "fake-secret-key-b", Platform: "fake-platform-b",
			CMEAppID: 1200000001, AppID: "fake-appid-b", Secret: "fake-secret-b",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tenants (-want +got):\n%s", diff)
	}
	if srv.Tenant.ID != "a" {
		t.Errorf("the default tenant is %q, want the first", srv.Tenant.ID)
	}
	if _, got, err = new(settings).server(nil, nil); err != nil || !cmp.Equal(got, []fake.Credentials{fake.DefaultTenant()}) {
		t.Errorf("without tenants: got %v, %v", got, err)
	}
}

func TestPlaceInFixtures(t *testing.T) {
	t.Parallel()
	file := writeFile(t, "f.yaml", "# fixtures\nh5ds:\n  users:\n  - userId: a\n    nick_name: b\n  - userId: c\n"+
		"webpaas:\n  plans:\n    MATERIAL_PROCESS: manual\n    EXPORT:\n      after: 1s\n")
	for _, tt := range []struct{ name, text, want string }{
		{"first", "fake: fixtures: h5ds: users[0]: x", ":4: fixtures: h5ds: users[0]: x"},
		{"second", "fake: fixtures: h5ds: users[1]: x", ":6: fixtures: h5ds: users[1]: x"},
		{"not there", "fake: fixtures: h5ds: users[2]: x", ":1: fixtures: h5ds: users[2]: x"},
		{"no number", "fake: fixtures: h5ds: users[a]: x", ":1: fixtures: h5ds: users[a]: x"},
		{"below", "fake: fixtures: h5ds: users[-1]: x", ":1: fixtures: h5ds: users[-1]: x"},
		{"first of a mapping", "fake: fixtures: webpaas: plans[MATERIAL_PROCESS]: x", ":9: fixtures: webpaas: plans[MATERIAL_PROCESS]: x"},
		{"second of a mapping", "fake: fixtures: webpaas: plans[EXPORT]: x", ":10: fixtures: webpaas: plans[EXPORT]: x"},
		{"a value of a mapping", "fake: fixtures: webpaas: plans[manual]: x", ":1: fixtures: webpaas: plans[manual]: x"},
		{"the first that is named", "fake: fixtures: h5ds: users[1]: it stands at users[0] already", ":6: fixtures: h5ds: users[1]: it stands at users[0] already"},
		{"other section", "fake: fixtures: webpaas: materials[0]: x", ":1: fixtures: webpaas: materials[0]: x"},
		{"no entry", "fake: fixtures: webpaas: x", ":1: fixtures: webpaas: x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := settings{fixtures: file}
			got := s.placeInFixtures(&failure{text: tt.text})
			if diff := cmp.Diff(tt.want, strings.TrimPrefix(got, file)); diff != "" {
				t.Errorf("place (-want +got):\n%s", diff)
			}
		})
	}
	s := settings{fixtures: "nowhere.yaml"}
	if got, want := s.placeInFixtures(&failure{text: "fixtures: h5ds: users[0]: x"}), "nowhere.yaml:1: fixtures: h5ds: users[0]: x"; got != want {
		t.Errorf("place in no file: got %q, want %q", got, want)
	}
}

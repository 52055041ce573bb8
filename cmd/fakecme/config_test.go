package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
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

package settings

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/calllog"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/proxy"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// readSettings reads settings as serve does, and returns the error as a text.
func readSettings(t *testing.T, variables []string, args ...string) (Settings, string) {
	t.Helper()
	var s Settings
	env := &command.Environment{Variables: variables}
	cmd := &cobra.Command{
		Use: "serve", SilenceUsage: true, SilenceErrors: true, PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return option.ReadVariables(cmd, env) },
		RunE: func(cmd *cobra.Command, _ []string) error { return errors.Join(s.ReadConfig(cmd), s.readEnvFile(cmd)) },
	}
	cmd.SetFlagErrorFunc(option.Error)
	s.Add(cmd.Flags())
	cmd.SetArgs(append([]string{}, args...))
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		return Settings{}, err.Error()
	}
	return s, ""
}

// Every flag of serve has its variable, and the variable does what the flag does.
func TestEveryFlagHasItsVariable(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"http": ":1", "https": ":2", "proxy": ":3", "admin": ":4", "admin-host": "a.example,*.b.example", "callback-allow": "app:8080,10.0.0.7", "proxy-allow": "a.example", "data": "d", "ca-cert": "c", "ca-key": "k", "config": "../../testdata/config.yaml", "fixtures": "f.yaml", "demo": "true", "dialect": "current", "log": "json", "max-body": "7B",
		"seed": "7", "vary": "7", "only-documented": "true", "ticket-life": "7s", "skew": "7s", "h5ds-window": "7s",
		"h5ds-status-url": "http://127.0.0.1:7", "h5ds-status-timeout": "7s", "h5ds-status-cache": "7s", "env-file": "../../testdata/vendor.env", "h5ds-saas": "true",
		"replay": "recorded", "repeat": "loop", "expire": "90d", "must-use": "true",
		"no-why": "true", "self-check": "true", "coverage-dir": "c",
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	(&Settings{}).Add(flags)
	flags.VisitAll(func(f *pflag.Flag) {
		value, ok := values[f.Name]
		if !ok {
			t.Errorf("--%s is not tested", f.Name)
			return
		}
		byFlag, flagProblem := readSettings(t, nil, "--"+f.Name+"="+value)
		byVariable, variableProblem := readSettings(t, []string{f.Annotations["variable"][0] + "=" + value})
		if flagProblem != "" || variableProblem != "" {
			t.Errorf("--%s: %s %s", f.Name, flagProblem, variableProblem)
		}
		if diff := cmp.Diff(byFlag, byVariable, compareSettings); diff != "" {
			t.Errorf("--%s, flag and variable (-flag +variable):\n%s", f.Name, diff)
		}
		none, _ := readSettings(t, nil)
		if cmp.Equal(none, byFlag, compareSettings) {
			t.Errorf("--%s %s changes nothing", f.Name, value)
		}
	})
}

// writeFile writes a file into a folder of the test's own and returns its path.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

var compareSettings = cmp.Options{cmp.AllowUnexported(Settings{}, Tenant{}, Replay{}), cmpopts.EquateComparable(fake.Dialect{}, proxy.Allowed{})}

// defaults are the settings without flags, variables and files.
func defaults() Settings {
	return Settings{
		Listeners: Listeners{HTTP: "127.0.0.1:11560"}, Dialect: fake.Dialects()[0], Log: calllog.Text, MaxBody: 10 << 20,
		TicketLife: 24 * time.Hour, Skew: 5 * time.Minute, H5DSWindow: 5 * time.Minute,
		StatusTimeout: 3 * time.Second, Replay: Replay{repeat: "once"},
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
	env := []string{"FAKECME_CONFIG=" + config, "FAKECME_SEED=2", "FAKECME_SKEW=2m", "FAKECME_DIALECT="}
	got, problem := readSettings(t, env, "--seed", "3", "--no-why=false")
	want := defaults()
	want.Config = config
	want.Seed = 3               // flag over variable and file
	want.Skew = 2 * time.Minute // variable over file
	want.Log = calllog.JSON     // file over default
	want.HideWhy = false        // flag over file, even with the default
	want.Fixtures = filepath.Join(filepath.Dir(config), "below", "f.yaml")
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
			if got.Fixtures != tt.want || problem != "" {
				t.Errorf("fixtures: got %q %s, want %q", got.Fixtures, problem, tt.want)
			}
		})
	}
}

// The example names every setting, with the defaults where it says so.
func TestExampleConfig(t *testing.T) {
	t.Parallel()
	const file = "../../testdata/config.yaml"
	got, problem := readSettings(t, nil, "--config", file)
	want := defaults()
	want.Config, want.Fixtures, want.Tenants = file, "../../testdata/fixtures.yaml", got.Tenants
	if diff := cmp.Diff(want, got, compareSettings); diff != "" || problem != "" || len(got.Tenants) != 2 {
		t.Fatalf("settings (-want +got):\n%s%s", diff, problem)
	}
	if _, _, err := got.NewServer(nil, nil); err != nil {
		t.Errorf("the example cannot be served: %v", err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	(&Settings{}).Add(flags)
	flags.VisitAll(func(f *pflag.Flag) {
		line := regexp.MustCompile(`(?m)^(?:# )?(` + f.Name + `: .*)$`).FindSubmatch(data)
		if f.Name == "config" {
			return
		}
		if line == nil {
			t.Errorf("the example has no setting %s", f.Name)
		} else if _, _, err := parseConfig("line", line[1]); err != nil {
			t.Error(err)
		}
	})
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
			got := placeInFixtures(file, errors.New(tt.text))
			if diff := cmp.Diff(tt.want, strings.TrimPrefix(got, file)); diff != "" {
				t.Errorf("place (-want +got):\n%s", diff)
			}
		})
	}
	if got, want := placeInFixtures("nowhere.yaml", errors.New("fixtures: h5ds: users[0]: x")), "nowhere.yaml:1: fixtures: h5ds: users[0]: x"; got != want {
		t.Errorf("place in no file: got %q, want %q", got, want)
	}
}

func TestProxyAllowFlag(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		env  []string
		args []string
		want string
	}{
		{"none", nil, nil, "[]"},
		{"repeated", nil, []string{"--proxy-allow", "a.example", "--proxy-allow", "b.example:8443"}, "[a.example b.example:8443]"},
		{"with commas", []string{"FAKECME_PROXY_ALLOW=a.example, b.example"}, nil, "[a.example b.example]"},
		{"the flag wins", []string{"FAKECME_PROXY_ALLOW=a.example"}, []string{"--proxy-allow", "b.example"}, "[b.example]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, problem := readSettings(t, tt.env, tt.args...)
			texts := []string{}
			for _, a := range got.Listeners.Allow {
				texts = append(texts, a.String())
			}
			if text := "[" + strings.Join(texts, " ") + "]"; problem != "" || text != tt.want {
				t.Errorf("got %s %s, want %s", text, problem, tt.want)
			}
		})
	}
	_, got := readSettings(t, nil, "--proxy-allow", "*")
	if want := `serve: --proxy-allow: "*" is not a host; write one name or address, such as example.com, example.com:8443 or [::1]:8080, without wildcards`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCannotListenByDefault(t *testing.T) {
	t.Parallel()
	cmd := &cobra.Command{Use: "serve"}
	(&Settings{}).Add(cmd.Flags())
	got := CannotListen(cmd, "http", "127.0.0.1:11560", errors.New("no more sockets")).Error()
	want := "serve: cannot listen on 127.0.0.1:11560: no more sockets; choose an address of this machine"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

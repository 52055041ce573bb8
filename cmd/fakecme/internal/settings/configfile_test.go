package settings

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
)

func TestParseConfig(t *testing.T) {
	t.Parallel()
	settingsList := "tenants, http, https, admin, proxy, proxy-allow, data, ca-cert, ca-key, fixtures, demo, dialect, log, max-body, seed, vary, only-documented, ticket-life, skew, h5ds-window, h5ds-status-url, h5ds-status-timeout, h5ds-status-cache, env-file, h5ds-saas, callback-allow, admin-host, replay, repeat, expire, must-use, no-why, self-check, coverage-dir"
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", ""},
		{"no tenants", "tenants: []\n", ""},

		{"typo", "http: :0\ndialekt: seed\n", `f:2: there is no setting "dialekt" here; did you mean dialect?`},
		{"no near name", "frobnicate: 1\n", `f:1: there is no setting "frobnicate" here; there are: ` + settingsList},
		{"a file does not name another", "config: g\n", `f:1: there is no setting "config" here; there are: ` + settingsList},
		{"twice", "seed: 1\nlog: text\nseed: 2\n", "f:3: seed stands in line 1 already; give it once"},
		{"bad value", "seed: 1\n\nmax-body: 10M\n", `f:3: max-body: "10M" is not a size; write a whole number with B, KB, MB, GB (1000s) or KiB, MiB, GiB (1024s)`},
		{"bad switch", "no-why: yes\n", `f:1: no-why: "yes" is neither true nor false`},
		{"list", "- http\n", "f:1: a list where a mapping with " + settingsList + " belongs"},
		{"several faults", "sed: 1\nlog: x\n", "f:1: there is no setting \"sed\" here; did you mean seed or skew?\nf:2: log: there is no form \"x\"; there are: text, json, none"},

		{"tenants as mapping", "tenants: {id: a}\n", `f:1: tenants: a mapping where a list belongs; begin each tenant with "- id: "`},
		{"tenant without id", "tenants:\n- cme: {secretId: a}\n", "f:2: tenants: a tenant without id; give it one of your choice"},
		{"tenant as text", "tenants: [s3cr3t]\n", "f:1: one value where a mapping with id, cme, h5ds belongs"},
		{"tenant as nothing", "tenants:\n-\n", "f:2: nothing where a mapping with id, cme, h5ds belongs"},
		{"typo in a tenant", "tenants:\n- id: a\n  hds: {}\n", `f:3: there is no setting "hds" here; did you mean id or h5ds?`},
		{"name for id", "tenants:\n- name: a\n", "f:2: there is no setting \"name\" here; did you mean id?\nf:2: tenants: a tenant without id; give it one of your choice"},
		{"name where no id is", "name: a\n", `f:1: there is no setting "name" here; there are: ` + settingsList},
		{"typo below", "tenants:\n- id: a\n  cme:\n    secretkey: s3cr3t\n", `f:4: there is no setting "secretkey" here; did you mean secretKey?`},
		{"text for credentials", "tenants:\n- id: a\n  cme: s3cr3t\n", "f:3: one value where a mapping with secretId, secretKey, platform, appId belongs"},
		{"list for a secret", "tenants:\n- id: a\n  h5ds: {secret: [s3cr3t]}\n", "f:3: secret: a list where one value belongs"},
		{"forgotten secret", "tenants:\n- id: a\n  h5ds:\n    secret:\n", "f:4: secret: the value is empty; leave out the line for the default"},
		{"appId in words", "tenants:\n- id: a\n  cme: {appId: s3cr3t}\n", "f:3: appId: it must be a whole number more than 0, such as 1200000001"},
		{"no appId", "tenants:\n- id: a\n  cme: {appId: 0}\n", "f:3: appId: it must be a whole number more than 0, such as 1200000001"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if _, _, err := parseConfig("f", []byte(tt.text)); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if strings.Contains(got, "s3cr3t") {
				t.Errorf("the error shows a secret: %s", got)
			}
		})
	}
}

// Values keep their text: 007 is a key, not the number 7.
func TestParseConfigValues(t *testing.T) {
	t.Parallel()
	const text = `
seed: 7
tenants:
  - &a
    id: 007
    cme: {secretId: 1e3, secretKey: "0x10", platform: true, appId: 12}
    h5ds: {appid: 2026-01-02, secret: ' s '}
  - *a
`
	entries, tenants, err := parseConfig("f", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]entry{{"seed", "7", 2}}, entries, cmp.AllowUnexported(entry{})); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	c := fake.Credentials{
		ID: "007", SecretID: "1e3", SecretKey: "0x10", Platform: "true", CMEAppID: 12, AppID: "2026-01-02", Secret: " s ",
	}
	if diff := cmp.Diff([]Tenant{{c, 4}, {c, 8}}, tenants, cmp.AllowUnexported(Tenant{})); diff != "" {
		t.Errorf("tenants (-want +got):\n%s", diff)
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add("http: :0\nseed: 7\nfixtures: f.yaml\n")
	f.Add("tenants:\n- id: a\n  cme: {secretId: x, secretKey: y, platform: z, appId: 1}\n  h5ds: {appid: p, secret: q}\n")
	f.Add("a: &x [*x]\n---\nb: {<<: *x}\n")
	f.Add("tenants: [{id: \"\\u2028\", cme: *y}]\n? [k]\n: v\n")
	line := regexp.MustCompile(`^f:[1-9][0-9]*: [[:print:]]`)
	f.Fuzz(func(t *testing.T, text string) {
		entries, tenants, err := parseConfig("f", []byte(text))
		if err != nil {
			for _, l := range strings.Split(err.Error(), "\n") {
				if !line.MatchString(l) {
					t.Errorf("a line of the error is not file:line: …: %q", l)
				}
			}
			return
		}
		for _, tenant := range tenants {
			if tenant.ID == "" || tenant.line < 1 {
				t.Errorf("tenant without id or line: %+v", tenant)
			}
		}
		again, _, err := parseConfig("f", []byte(written(entries)))
		if err != nil || len(again) != len(entries) {
			t.Errorf("what was read is not accepted again: %v", err)
		}
	})
}

// written is a configuration file with the entries.
func written(entries []entry) string {
	var b strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&b, "%s: '%s'\n", e.name, strings.ReplaceAll(e.text, "'", "''"))
	}
	return b.String()
}

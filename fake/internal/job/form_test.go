package job

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// The documented forms are the same in YAML and JSON.
func TestPlanForms(t *testing.T) {
	t.Parallel()
	half := &Failure{At: 60, Code: 10001}
	tests := []struct {
		name, yaml, json string
		want             Plan
		written          string // as JSON; json itself when empty
	}{
		{"at once", `immediate`, `"immediate"`, Plan{Immediate: true}, ""},
		{"by hand", `manual`, `"manual"`, Plan{Manual: true}, ""},
		{"by time", `{after: 30s}`, `{"after":"30s"}`, Plan{After: 30 * time.Second}, ""},
		{"by a longer time", "\n  after: 1m30s", `{"after":"90s"}`, Plan{After: 90 * time.Second}, `{"after":"1m30s"}`},
		{"in no time", `{after: 0s}`, `{"after":"0s"}`, Plan{Immediate: true}, `"immediate"`},
		{"by polls", `{polls: 3}`, `{"polls":3}`, Plan{Polls: 3}, ""},
		{"failing by time", `{after: 30s, fail: {at: 60%, code: 10001}}`, `{"after":"30s","fail":{"at":"60%","code":10001}}`,
			Plan{After: 30 * time.Second, Fail: half}, ""},
		{"failing by polls", `{polls: 3, fail: {at: 0%}}`, `{"polls":3,"fail":{"at":"0%"}}`, Plan{Polls: 3, Fail: &Failure{}}, ""},
		{"failing at once", `{fail: {at: 60%, code: 10001}}`, `{"fail":{"at":"60%","code":10001}}`, Plan{Fail: half}, ""},
		{"failing at once, in words", `{immediate: true, fail: {at: 60%, code: 10001}}`,
			`{"immediate":true,"fail":{"at":"60%","code":10001}}`, Plan{Immediate: true, Fail: half}, ""},
		{"failing by hand", `{manual: true, fail: {at: 60%, code: 10001}}`, `{"manual":true,"fail":{"at":"60%","code":10001}}`,
			Plan{Manual: true, Fail: half}, ""},
		{"percent as a number", `{polls: 2, fail: {at: 60, code: -1}}`, `{"polls":2,"fail":{"at":60,"code":-1}}`,
			Plan{Polls: 2, Fail: &Failure{At: 60, Code: -1}}, `{"polls":2,"fail":{"at":"60%","code":-1}}`},
		{"failing with a message", `{polls: 2, fail: {at: 60%, code: 7, message: 违规}}`, `{"polls":2,"fail":{"at":"60%","code":7,"message":"违规"}}`,
			Plan{Polls: 2, Fail: &Failure{At: 60, Code: 7, Message: "违规"}}, ""},
		{"nothing", `~`, `null`, Plan{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			type holder struct {
				Plan Plan `json:"plan" yaml:"plan"`
			}
			var fromYAML, fromJSON, again, asYAMLAgain holder
			if err := yaml.Unmarshal([]byte("plan: "+tt.yaml), &fromYAML); err != nil {
				t.Error(err)
			}
			if err := json.Unmarshal([]byte(`{"plan":`+tt.json+`}`), &fromJSON); err != nil {
				t.Error(err)
			}
			written, err := json.Marshal(fromJSON)
			want := `{"plan":` + tt.written + `}`
			if tt.written == "" {
				want = `{"plan":` + tt.json + `}`
			}
			if err != nil || string(written) != want {
				t.Errorf("wrote %s, %v; want %s", written, err, want)
			}
			if err := json.Unmarshal(written, &again); err != nil {
				t.Error(err)
			}
			asYAML, err := yaml.Marshal(fromYAML)
			if err != nil {
				t.Error(err)
			}
			if err := yaml.Unmarshal(asYAML, &asYAMLAgain); err != nil {
				t.Errorf("%s: %v", asYAML, err)
			}
			read := map[string]holder{"YAML": fromYAML, "JSON": fromJSON, "what was written": again, "what was written as YAML": asYAMLAgain}
			for form, got := range read {
				if diff := cmp.Diff(tt.want, got.Plan); diff != "" {
					t.Errorf("%s (-want +got):\n%s", form, diff)
				}
			}
		})
	}
}

func TestPlanFormErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, yaml, json, want string }{
		{"word", `soon`, `"soon"`, `plan: "soon"; ` + forms},
		{"upper case", `Manual`, `"Manual"`, `plan: "Manual"; ` + forms},
		{"number", `30`, `30`, `plan: 30; ` + forms},
		{"list", `[immediate]`, `["immediate"]`, `plan: [immediate]; ` + forms},
		{"empty", `{}`, `{}`, `plan: it is empty; ` + forms},
		{"unknown field", `{afer: 30s}`, `{"afer":"30s"}`, `plan.afer: unknown field; there are: after, fail, immediate, manual, polls`},
		{"not manual", `{manual: false}`, `{"manual":false}`, `plan.manual: false; write true, or leave it out`},
		{"not immediate", `{immediate: no}`, `{"immediate":"no"}`, `plan.immediate: no; write true, or leave it out`},
		{"time without unit", `{after: 30}`, `{"after":30}`, `plan.after: 30; write a duration such as 90s or 1m30s`},
		{"no time", `{after: soon}`, `{"after":"soon"}`, `plan.after: soon; write a duration such as 90s or 1m30s`},
		{"negative time", `{after: -1s}`, `{"after":"-1s"}`, `plan.after: -1s; it cannot be negative`},
		{"no polls", `{polls: 0}`, `{"polls":0}`, `plan.polls: 0; write a whole number from 1`},
		{"half a poll", `{polls: 0.5}`, `{"polls":0.5}`, `plan.polls: 0.5; write a whole number from 1`},
		{"polls as text", `{polls: "3"}`, `{"polls":"3"}`, `plan.polls: 3; write a whole number from 1`},
		{"two ways", `{after: 30s, polls: 3}`, `{"after":"30s","polls":3}`, `plan.after: it stands beside polls; a job ends in one way`},
		{"all ways", `{after: 30s, polls: 3, manual: true, immediate: true}`, `{"after":"30s","polls":3,"manual":true,"immediate":true}`,
			`plan.immediate: it stands beside after and polls and manual; a job ends in one way`},
		{"failure as a word", `{fail: now}`, `{"fail":"now"}`, `plan.fail: now; write it like {at: 60%, code: 10001}`},
		{"failure nowhere", `{fail: {code: 1}}`, `{"fail":{"code":1}}`, `plan.fail.at: it is missing; write it like 60%`},
		{"failure of another unit", `{fail: {at: 30s}}`, `{"fail":{"at":"30s"}}`, `plan.fail.at: 30s; write it like 60%`},
		{"failure as plain text", `{fail: {at: "60"}}`, `{"fail":{"at":"60"}}`, `plan.fail.at: 60; write it like 60%`},
		{"failure of no percent", `{fail: {at: "%"}}`, `{"fail":{"at":"%"}}`, `plan.fail.at: %; write it like 60%`},
		{"failure as a fraction", `{fail: {at: 0.6}}`, `{"fail":{"at":0.6}}`, `plan.fail.at: 0.6; write it like 60%`},
		{"failure beyond", `{fail: {at: 101%}}`, `{"fail":{"at":"101%"}}`, `plan.fail.at: 101%; allowed are 0% to 100%`},
		{"failure below", `{fail: {at: -1}}`, `{"fail":{"at":-1}}`, `plan.fail.at: -1%; allowed are 0% to 100%`},
		{"code as text", `{fail: {at: 1%, code: x}}`, `{"fail":{"at":"1%","code":"x"}}`, `plan.fail.code: x; write a whole number`},
		{"code too large", `{fail: {at: 1%, code: 1.0e+300}}`, `{"fail":{"at":"1%","code":1e300}}`, `plan.fail.code: 1e+300; write a whole number`},
		{"message as a number", `{fail: {at: 1%, message: 7}}`, `{"fail":{"at":"1%","message":7}}`, `plan.fail.message: 7; write a text`},
		{"unknown field of the failure", `{fail: {at: 1%, why: x}}`, `{"fail":{"at":"1%","why":"x"}}`,
			`plan.fail.why: unknown field; there are: at, code, message`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fromYAML, fromJSON := Plan{Polls: 9}, Plan{Polls: 9}
			if err := json.Unmarshal([]byte(tt.json), &fromJSON); err == nil || err.Error() != tt.want {
				t.Errorf("JSON: got %v\nwant %s", err, tt.want)
			}
			if err := yaml.Unmarshal([]byte("\n\n"+tt.yaml), &fromYAML); err == nil || err.Error() != "line 3: "+tt.want {
				t.Errorf("YAML: got %v\nwant line 3: %s", err, tt.want)
			}
			if fromYAML.Polls != 9 || fromJSON.Polls != 9 {
				t.Error("a failed read changed the plan")
			}
		})
	}
}

// MarshalYAML writes the documented forms.
func TestPlanAsYAML(t *testing.T) {
	t.Parallel()
	plans := []Plan{{}, {Immediate: true}, {After: 90 * time.Second, Fail: &Failure{At: 40, Message: "m"}}}
	const want = "- null\n- immediate\n- after: 1m30s\n  fail:\n    at: 40%\n    message: m\n"
	got, err := yaml.Marshal(plans)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("YAML (-want +got):\n%s", diff)
	}
}

package webpaas

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestProgressByTime(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	after := func(d time.Duration) Plan { return Plan{After: d} }
	failing := func(d time.Duration, at int) Plan { return Plan{After: d, Fail: &Failure{At: at, Code: 7}} }
	tests := []struct {
		name    string
		plan    Plan
		elapsed time.Duration
		want    string
	}{
		{"open", Plan{}, 0, "100 false"},
		{"open, clock set back", Plan{}, -time.Hour, "100 false"},
		{"at once", Plan{Immediate: true}, 0, "100 false"},
		{"start", after(time.Minute), 0, "0 false"},
		{"clock set back", after(time.Minute), -time.Hour, "0 false"},
		{"not one percent yet", after(time.Minute), 599 * time.Millisecond, "0 false"},
		{"one percent", after(time.Minute), 600 * time.Millisecond, "1 false"},
		{"half", after(time.Minute), 30 * time.Second, "50 false"},
		{"nearly", after(time.Minute), time.Minute - 1, "99 false"},
		{"nearly a century", after(100 * year), 100*year - 1, "99 false"},
		{"end", after(time.Minute), time.Minute, "100 false"},
		{"long after", after(time.Minute), year, "100 false"},
		{"half of a century", after(100 * year), 50 * year, "50 false"},
		{"before failing", failing(time.Minute, 50), 29 * time.Second, "48 false"},
		{"failing", failing(time.Minute, 50), 30 * time.Second, "50 true"},
		{"failed", failing(time.Minute, 50), time.Hour, "50 true"},
		{"failing at the end", failing(time.Minute, 100), time.Minute - 1, "99 false"},
		{"failed at the end", failing(time.Minute, 100), time.Minute, "100 true"},
		{"failing at the start", failing(time.Minute, 0), 0, "0 true"},
		{"failing at once", Plan{Immediate: true, Fail: &Failure{At: 40}}, 0, "40 true"},
		{"failing, open", failing(0, 40), 0, "40 true"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			percent, failed := job{plan: tt.plan, started: testTime}.progress(testTime.Add(tt.elapsed))
			if got := fmt.Sprint(percent, failed); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// Each plan of polls is shown so often; what each poll finds.
func TestProgressByPolls(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		plan Plan
		want []string
	}{
		{"one", Plan{Polls: 1}, []string{"100 false", "100 false"}},
		{"two", Plan{Polls: 2}, []string{"0 false", "100 false", "100 false"}},
		{"three", Plan{Polls: 3}, []string{"0 false", "50 false", "100 false", "100 false"}},
		{"four", Plan{Polls: 4}, []string{"0 false", "33 false", "66 false", "100 false"}},
		{"four, failing", Plan{Polls: 4, Fail: &Failure{At: 60}}, []string{"0 false", "33 false", "60 true", "60 true"}},
		{"failing at the start", Plan{Polls: 4, Fail: &Failure{At: 0}}, []string{"0 true"}},
		{"by time", Plan{After: time.Minute}, []string{"0 false", "0 false"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for polled := range tt.want {
				percent, failed := job{plan: tt.plan, started: testTime, polled: polled}.progress(testTime)
				got = append(got, fmt.Sprint(percent, failed))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("polls (-want +got):\n%s", diff)
			}
		})
	}
	late, _ := job{plan: Plan{Polls: 1 << 40}, polled: 1<<40 - 2}.progress(testTime)
	if late != 99 {
		t.Errorf("the last but one of very many polls finds %d, want 99", late)
	}
}

func TestProgressByHand(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		fail    *Failure
		percent int
		want    string
	}{
		{"not moved", nil, 0, "0 false"},
		{"half", nil, 50, "50 false"},
		{"end", nil, 100, "100 false"},
		{"before failing", &Failure{At: 60}, 59, "59 false"},
		{"failing", &Failure{At: 60}, 60, "60 true"},
		{"jumping over the failure", &Failure{At: 60}, 100, "60 true"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := job{plan: Plan{Manual: true, Fail: tt.fail}, started: testTime, percent: tt.percent}
			percent, failed := j.progress(testTime.Add(time.Hour))
			if got := fmt.Sprint(percent, failed); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// The documented forms, the same in YAML and JSON.
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
		{"nothing", `~`, `null`, Plan{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			type holder struct {
				Plan Plan `json:"plan" yaml:"plan"`
			}
			var fromYAML, fromJSON, again holder
			if err := yaml.Unmarshal([]byte("plan: "+tt.yaml), &fromYAML); err != nil {
				t.Error(err)
			}
			if err := json.Unmarshal([]byte(`{"plan":`+tt.json+`}`), &fromJSON); err != nil {
				t.Error(err)
			}
			written := encode(t, fromJSON)
			if want := tt.written; want == "" && written != `{"plan":`+tt.json+`}` || want != "" && written != `{"plan":`+want+`}` {
				t.Errorf("wrote %s, want %s", written, want)
			}
			if err := json.Unmarshal([]byte(written), &again); err != nil {
				t.Error(err)
			}
			for form, got := range map[string]holder{"YAML": fromYAML, "JSON": fromJSON, "what was written": again} {
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
		{"word", `soon`, `"soon"`, `plan: "soon"; ` + planForms},
		{"upper case", `Manual`, `"Manual"`, `plan: "Manual"; ` + planForms},
		{"number", `30`, `30`, `plan: 30; ` + planForms},
		{"list", `[immediate]`, `["immediate"]`, `plan: [immediate]; ` + planForms},
		{"empty", `{}`, `{}`, `plan: it is empty; ` + planForms},
		{"unknown field", `{afer: 30s}`, `{"afer":"30s"}`, `plan.afer: unknown field; there are: after, fail, immediate, manual, polls`},
		{"not manual", `{manual: false}`, `{"manual":false}`, `plan.manual: false; write true, or leave it out`},
		{"not immediate", `{immediate: no}`, `{"immediate":"no"}`, `plan.immediate: no; write true, or leave it out`},
		{"time without unit", `{after: 30}`, `{"after":30}`, `plan.after: 30; write a duration such as 90s or 1m30s`},
		{"no time", `{after: soon}`, `{"after":"soon"}`, `plan.after: soon; write a duration such as 90s or 1m30s`},
		{"negative time", `{after: -1s}`, `{"after":"-1s"}`, `plan.after: -1s; it cannot be negative`},
		{"no polls", `{polls: 0}`, `{"polls":0}`, `plan.polls: 0; write a whole number from 1`},
		{"half a poll", `{polls: 0.5}`, `{"polls":0.5}`, `plan.polls: 0.5; write a whole number from 1`},
		{"polls as text", `{polls: "3"}`, `{"polls":"3"}`, `plan.polls: 3; write a whole number from 1`},
		{"two ways", `{after: 30s, polls: 3}`, `{"after":"30s","polls":3}`, `plan.after: it stands beside polls; a job comes to its end in one way`},
		{"all ways", `{after: 30s, polls: 3, manual: true, immediate: true}`, `{"after":"30s","polls":3,"manual":true,"immediate":true}`,
			`plan.immediate: it stands beside after and polls and manual; a job comes to its end in one way`},
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
		{"unknown field of the failure", `{fail: {at: 1%, message: x}}`, `{"fail":{"at":"1%","message":"x"}}`,
			`plan.fail.message: unknown field; there are: at, code`},
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

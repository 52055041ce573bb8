package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What GET state answers is a file for --fixtures, and a reset goes back to it.
func TestServeSnapshot(t *testing.T) {
	t.Parallel()
	before, _ := get(t, startServe(t, "--demo").base+"/_fakecme/state")
	if !strings.Contains(before, "旅行") {
		t.Fatalf("no state: %.200s", before)
	}
	r := startServe(t, "--fixtures", writeFile(t, "snapshot.json", before))
	for _, when := range []string{"at the start", "after a reset"} {
		now, _ := get(t, r.base+"/_fakecme/state")
		if diff := cmp.Diff(before, now); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
		reset, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.base+"/_fakecme/reset", nil)
		if err != nil {
			t.Fatal(err)
		}
		do(t, reset)
	}
}

// The switches for what answers and findings are like reach the fake.
func TestServeVaryAndOnlyDocumented(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name           string
		args           []string
		health, answer string // a part of each
		findings       string
	}{
		{"off", nil, `"status":"ok","version"`, `{"code":1001,`, `"findings":[]`},
		{"on", []string{"--vary", "7", "--only-documented"}, `"vary":7`, `"fakecmeVary":`, `"code":"assumed.error"`},
	} {
		r := startServe(t, append(tt.args, "--self-check")...)
		health, _ := get(t, r.base+"/_fakecme/health")
		answer, _ := get(t, r.base+"/api/v1/user/info")
		findings, _ := get(t, r.base+"/_fakecme/findings")
		for want, got := range map[string]string{tt.health: health, tt.answer: answer, tt.findings: findings} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %s in %s", tt.name, want, got)
			}
		}
		if got := r.stop(); got.Status != 0 {
			t.Errorf("%s: ended with %d: %s", tt.name, got.Status, got.Stderr)
		}
	}
}

// A secret that a client sends where nobody expects it is in no line of the log.
func TestLogHidesSecretsByTheirValue(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"text", "json"} {
		r := startServe(t, "--log", form)
		before := len(r.stderr.String()) // the first lines of the text tell the documented credentials
		get(t, r.base+"/?key=fake-secret-key&b=ZmFrZS1zZWNyZXQta2V5")
		get(t, r.base+"/PaaS/fake-secret-key")
		log := r.stop().Stderr[before:]
		if strings.Contains(log, "secret-key") || strings.Contains(log, "ZWNyZXQta2") || !strings.Contains(log, "warning.secret-sent") {
			t.Errorf("%s: %s", form, log)
		}
	}
}

package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
)

// A fake is as the contract and the fake say. What differs is told as it passes, and decides the status.
func TestRecordDiff(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, old, new string
		args           []string
		status         int
		told           string // on stderr, once
		report         string // on stdout, at the end
	}{
		{"the same", "", "", nil, 0, "", "compared with contract: no difference in 6 calls"},
		{"a type", `"Name":"opening.mp4"`, `"Name":7`, nil, 1, "breaking: Material.DescribeMaterials Success /Data/MaterialInfoSet/[]/BasicInfo/Name: ",
			"compared with fake: 1 breaking in "},
		{"a field more", `"EnglishMessage":"success"`, `"EnglishMessage":"success","Brand":"new"`, nil, 0, "cosmetic: Material.DescribeMaterials Success /Brand: is not documented", "cosmetic: Material.DescribeMaterials Success /Brand"},
		{"a field more, strictly", `"EnglishMessage":"success"`, `"EnglishMessage":"success","Brand":"new"`, []string{"--fail-on", "cosmetic"}, 1, "/Brand: is not documented", "/Brand"},
		{"a call not compared", "", "", []string{"--max-entries", "5"}, 3, "not compared: 1 call, because not recorded", "no difference in 5 calls"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			upstream := startServe(t, "--fixtures", "testdata/fixtures.yaml")
			between := httptest.NewServer(changing(t, upstream.base, tt.old, tt.new))
			defer between.Close()
			recording := startRun(t, nil, append([]string{"record", "--out", t.TempDir(), "--scenario", "x", "--upstream", between.URL, "--diff"}, tt.args...)...)
			v := &visit{t: t, base: recording.base}
			v.run()
			early := recording.stderr.String()
			got := recording.stop()
			if got.Status != tt.status {
				t.Errorf("status %d, want %d", got.Status, tt.status)
			}
			if tt.told == "" && strings.Contains(got.Stderr, "differs") || strings.Count(got.Stderr, tt.told) != 1 && tt.told != "" {
				t.Errorf("stderr has not once %q:\n%s", tt.told, got.Stderr)
			}
			if tt.old != "" && !strings.Contains(early, tt.told) {
				t.Errorf("it was not told as it passed:\n%s", early)
			}
			if !strings.Contains(got.Stdout, tt.report) {
				t.Errorf("stdout has no %q:\n%s", tt.report, got.Stdout)
			}
			for _, secret := range v.secrets {
				wantNoTrace(t, got.Stdout+got.Stderr, secret)
			}
		})
	}
}

// changing passes calls on to a base address, and replaces a part of the responses of webpaas.
func changing(t *testing.T, base, old, new string) http.Handler {
	t.Helper()
	to, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if old == "" || !strings.HasSuffix(r.URL.Path, "DescribeMaterials") {
			forward.ServeHTTP(w, r)
			return
		}
		kept := httptest.NewRecorder()
		r.Header.Del("Accept-Encoding")
		forward.ServeHTTP(kept, r)
		w.Header().Set("Content-Type", kept.Header().Get("Content-Type"))
		_, _ = w.Write([]byte(strings.Replace(kept.Body.String(), old, new, 1)))
	})
}

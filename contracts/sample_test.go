package contracts

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"
)

// A sample has what the contract requires, of the right types: the check of requests says so, for every
// operation that takes JSON. Only texts with a pattern, and the like, are for the person to fill.
func TestSampleKeepsTypes(t *testing.T) {
	t.Parallel()
	for _, o := range Operations() {
		document, err := Load(o.Service)
		if err != nil {
			t.Fatal(err)
		}
		if o.Method == "GET" {
			continue
		}
		sample := document.Sample(o.ID)
		if !bytes.HasPrefix(sample, []byte("{")) {
			t.Errorf("%s: %s", o.ID, sample)
		}
		r := httptest.NewRequest(o.Method, "http://x"+o.Path, nil)
		r.Header.Set("Content-Type", "application/json")
		for _, v := range document.CheckRequest(o.ID, r, sample) {
			if v.In == InBody && (v.Rule == "type" || v.Rule == "required" || v.Unknown) {
				t.Errorf("%s: %s: %s", o.ID, sample, v)
			}
		}
	}
}

func TestSample(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ service, id, want string }{
		{"webpaas", "Material.DeleteMaterial", `{"MaterialId":`},
		{"opencme", "OpenCME.Login", `{}`},
		{"webpaas", "Material.Nothing", `{}`},
	} {
		document, err := Load(tt.service)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(document.Sample(tt.id)); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: got %s, want %s…", tt.id, got, tt.want)
		}
	}
}

package library_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
)

// What the library keeps can be written and read back, and is the same then.
func TestLibraryRoundTrip(t *testing.T) {
	t.Parallel()
	st := h5dstest.Library(t)
	c := h5dstest.Call(h5dstest.WtoneID)
	for operation, request := range map[string]string{
		"User.Collects.Create":         `{"source_id":"` + h5dstest.Forest + `","type":"video"}`,
		"User.Project.Materials.Batch": `{"project_id":"` + h5dstest.WtoneWork + `","ids":["` + h5dstest.Picture + `"]}`,
		"Common.MaterialJobs.Reverse":  `{"source":"material","source_id":"` + h5dstest.Forest + `"}`,
		"User.Materials.Create":        `{"name":"x","urls":{"url":"/x.mp4"},"attrs":{"n":1.50,"id":871668385574199296}}`,
	} {
		h5dstest.On(t, st, c).Data(operation, request)
	}
	want := h5dstest.JSON(t, st)
	for _, part := range []string{
		`"categories":[`, `"materials":[`, `"materialJobs":[`, `"projectMaterials":[`, `"collects":[`, `"typeItems":[`,
		`"templates":[`, `"templateCategories":[`, `{"id":871668385574199296,"n":1.50}`,
	} {
		if !strings.Contains(want, part) {
			t.Errorf("the state has no %s: %s", part, want)
		}
	}
	restored := &h5ds.State{}
	if err := json.Unmarshal([]byte(want), restored); err != nil {
		t.Fatal(err)
	}
	h5dstest.Diff(t, "state", want, h5dstest.JSON(t, restored))
	for operation, request := range map[string]string{
		"User.Materials.Page": `{}`, "Materials.Page": `{}`, "User.Collects.Page": `{}`, "User.Categories.Page": `{}`,
		"User.Project.Materials.Page": `{}`, "Common.TypeItems.Page": `{"type_id":"311"}`, "Templates.Page": `{}`,
		"Template.Categories.Tree": `{}`, "User.Materials.Status": `{"ids":["` + h5dstest.Forest + `","` + h5dstest.Film + `"]}`,
	} {
		h5dstest.Diff(t, operation, h5dstest.On(t, st, c).Data(operation, request), h5dstest.On(t, restored, c).Data(operation, request))
	}
}

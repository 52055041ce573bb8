package settings_test

import (
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/settings"
	"go.yaml.in/yaml/v3"
)

func TestConfigValue(t *testing.T) {
	t.Parallel()
	var f h5ds.Fixtures
	if err := yaml.Unmarshal([]byte("settings: {maxUpload: 7, config: {size: 500, name: n, list: [1], none: null}}"), &f); err != nil {
		t.Fatal(err)
	}
	st := h5dstest.Seeded(t)
	h5dstest.Load(t, st, f)
	for key, want := range map[string]string{"size": "500", "name": `"n"`, "list": "[1]", "none": "null"} {
		h5dstest.Diff(t, key, want, h5dstest.New(t, st, h5dstest.WtoneID).Data("Common.Config.Value", `{"key":"`+key+`"}`))
	}
	f.Settings.Config["name"] = "changed"
	h5dstest.Diff(t, "what the author of a test changes later", `"n"`, h5dstest.New(t, st, h5dstest.WtoneID).Data("Common.Config.Value", `{"key":"name"}`))
	h5dstest.Diff(t, "largest upload", int64(7), st.Settings.UploadLimit())
}

// YAML rejects these plans before they are loaded.
func TestBadPlans(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"render":            "plans[render]: no call starts a job of this kind; there are tasks, filetrans, bizTasks and materialJobs",
		settings.RenderJobs: "plans[tasks]: fail.at: 101%; allowed are 0% to 100%",
	} {
		plans := settings.Plans{kind: {Fail: &settings.Failure{At: 101}}}
		h5dstest.BadFixture(t, &h5ds.State{}, h5ds.Fixtures{Plans: plans}, want)
	}
}

func TestRejected(t *testing.T) {
	t.Parallel()
	h5dstest.AllRejected(t)
}

func TestBadFixtures(t *testing.T) {
	t.Parallel()
	h5dstest.BadFixtures(t)
}

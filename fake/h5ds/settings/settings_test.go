package settings_test

import (
	"math"
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

func TestSettingsRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, want string
		settings   settings.Settings
	}{
		{"negative size", "settings: maxUpload: -1; it cannot be negative", settings.Settings{MaxUpload: -1}},
		{"no JSON", "settings: config: json: unsupported value: NaN", settings.Settings{Config: map[string]any{"a": math.NaN()}}},
	} {
		err := new(h5ds.State).Load(h5dstest.Call(""), h5ds.Fixtures{Settings: test.settings})
		if err == nil {
			t.Errorf("%s: it was loaded", test.name)
			continue
		}
		h5dstest.Diff(t, test.name, test.want, err.Error())
	}
}

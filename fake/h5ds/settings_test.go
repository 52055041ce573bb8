package h5ds

import (
	"math"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestConfigValue(t *testing.T) {
	t.Parallel()
	var f Fixtures
	if err := yaml.Unmarshal([]byte("settings: {maxUpload: 7, config: {size: 500, name: n, list: [1], none: null}}"), &f); err != nil {
		t.Fatal(err)
	}
	st := seeded(t)
	if err := st.Load(newCall(), f); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"size": "500", "name": `"n"`, "list": "[1]", "none": "null"} {
		diff(t, key, want, answered(t, callOf(wtoneID), st, "Common.Config.Value", `{"key":"`+key+`"}`))
	}
	f.Settings.Config["name"] = "changed"
	diff(t, "what the author of a test changes later", `"n"`, answered(t, callOf(wtoneID), st, "Common.Config.Value", `{"key":"name"}`))
	diff(t, "largest upload", int64(7), st.Settings.maxUpload())
}

func TestSettingsRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, want string
		settings   Settings
	}{
		{"negative size", "settings: maxUpload: -1; it cannot be negative", Settings{MaxUpload: -1}},
		{"no JSON", "settings: config: json: unsupported value: NaN", Settings{Config: map[string]any{"a": math.NaN()}}},
	} {
		err := new(State).Load(newCall(), Fixtures{Settings: test.settings})
		if err == nil {
			t.Errorf("%s: it was loaded", test.name)
			continue
		}
		diff(t, test.name, test.want, err.Error())
	}
}

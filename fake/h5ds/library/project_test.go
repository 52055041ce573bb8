package library_test

import (
	"encoding/json"
	"testing"

	"github.com/fakecme/fakecme/fake/h5ds/internal/h5dstest"
	"github.com/fakecme/fakecme/fake/h5ds/library"
	"go.yaml.in/yaml/v3"
)

func TestProject(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, json, want, wantErr string }{
		{"object", `{ "a" : 1.50 , "id" : 871668385574199296 }`, `{"a":1.50,"id":871668385574199296}`, ""},
		{"object in a text", `"{ \"a\": 1 }"`, `{"a":1}`, ""},
		{"null", `null`, `{"before":0}`, ""},
		{"empty text", `""`, "", "read project: there is no project"},
		{"text null", `"null"`, "", "read project: there is no project"},
		{"list", `[]`, "", "read project: a project is a JSON object; this begins with '['"},
		{"text in a text", `"\"{}\""`, "", `read project: a project is a JSON object; this begins with '"'`},
		{"two objects in a text", `"{}{}"`, "", "read project: a project is a JSON object: invalid character '{' after top-level value"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := library.Project(`{"before":0}`)
			err := json.Unmarshal([]byte(test.json), &got)
			if test.wantErr != "" {
				if err == nil {
					t.Fatalf("got %s", got)
				}
				h5dstest.Diff(t, "error", test.wantErr, err.Error())
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			h5dstest.Diff(t, "project", test.want, string(got))
		})
	}
}

func TestProjectYAMLErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, yaml, want string }{
		{"number", `7`, "line 1: read project: a project is a JSON object; this begins with '7'"},
		{"no number", "\n\n{a: .nan}", "line 3: json: unsupported value: NaN"},
		{"two keys that are one", "a: 1\na: 2", "yaml: unmarshal errors:\n  line 2: mapping key \"a\" already defined at line 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var p library.Project
			err := yaml.Unmarshal([]byte(test.yaml), &p)
			if err == nil {
				t.Fatalf("got %s", p)
			}
			h5dstest.Diff(t, "error", test.want, err.Error())
		})
	}
}

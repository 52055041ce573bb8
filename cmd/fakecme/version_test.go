package main

import (
	"encoding/json"
	"os"
	"regexp"
	"runtime"
	"testing"

	"github.com/fakecme/fakecme/fake"
)

func TestVersion(t *testing.T) {
	t.Parallel()
	wantOutcome(t,
		outcome{Stdout: "fakecme " + fake.Version() + " (" + runtime.Version() + ", module github.com/fakecme/fakecme)\n"},
		runAt(t, nil, "", "version"))
	text, err := json.Marshal(fake.Version())
	if err != nil {
		t.Fatal(err)
	}
	wantOutcome(t,
		outcome{Stdout: `{"version":` + string(text) + `,"go":"` + runtime.Version() + "\",\"module\":\"github.com/fakecme/fakecme\"}\n"},
		runAt(t, nil, "", "version", "--json"))
}

func TestModuleIsThisOne(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^module ` + regexp.QuoteMeta(module) + `$`).Match(data) {
		t.Errorf("go.mod does not name the module %s", module)
	}
}

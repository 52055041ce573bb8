package fake_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// imported is what a module of the page imports.
var imported = regexp.MustCompile(`(?m)^import .* from '\./([\w-]+\.js)';$`)

// No module of the page leads back to itself: what two of them need has a module of its own.
func TestDashboardModules(t *testing.T) {
	t.Parallel()
	files := dashboardFiles(t)
	done := map[string]bool{}
	var visit func(name string, way []string)
	visit = func(name string, way []string) {
		if slices.Contains(way, name) {
			t.Fatalf("modules import each other: %s → %s", strings.Join(way, " → "), name)
		}
		if done[name] {
			return
		}
		if _, ok := files[name]; !ok {
			t.Fatalf("%s imports %s, which is not there", way[len(way)-1], name)
		}
		for _, found := range imported.FindAllStringSubmatch(files[name], -1) {
			visit(found[1], append(slices.Clone(way), name))
		}
		done[name] = true
	}
	visit("app.js", nil)
	for name := range files {
		if strings.HasSuffix(name, ".js") && !done[name] {
			t.Errorf("app.js does not lead to %s", name)
		}
	}
}

package fake_test

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/fakecme/fakecme/"

// rules are what the layout forbids. A package is named by its path below the module; a
// trailing * stands for everything that begins so.
var rules = []struct {
	from, to []string
	except   []string // of from
	allow    []string // of to
	because  string
}{
	{
		from:    []string{"fake/opencme", "fake/webpaas", "fake/h5ds", "fake/h5ds/*"},
		except:  []string{"fake/h5ds/internal/h5dstest"},
		to:      []string{module + "fake", module + "contracts", "github.com/gorilla/mux", "github.com/getkin/kin-openapi*", "net/http*", "sync*", "math/rand*", "crypto/rand"},
		because: "a service is pure: no HTTP, no locks, no contract, no randomness; it can be tested and moved without a server",
	},
	{
		from:    []string{"fake/opencme", "fake/webpaas", "fake/h5ds", "fake/h5ds/*"},
		except:  []string{"fake/h5ds/internal/h5dstest"},
		to:      []string{module + "fake/opencme", module + "fake/webpaas", module + "fake/h5ds"},
		because: "services do not know each other",
	},
	{
		from:    []string{"fake/opencme", "fake/webpaas"},
		to:      []string{module + "fake/h5ds/*"},
		because: "services do not know each other, nor each other's parts",
	},
	{
		from:    []string{"fake/cmesign", "fake/h5dssign", "fake/fault", "fake/dialect", "fake/diagnosis"},
		to:      []string{"github.com/getkin*", "github.com/gorilla*", "github.com/brianvoe*", "github.com/golang-jwt*", "go.yaml.in*", module + "fake", module + "fake/internal*", module + "contracts", module + "recordings"},
		because: "leaves stand on the standard library, so that a user can take one alone",
	},
	{
		from:    []string{"fake/authority", "fake/proxy"},
		to:      []string{"github.com/getkin*", "github.com/gorilla*", "go.yaml.in*", module + "fake", module + "fake/opencme", module + "fake/webpaas", module + "fake/h5ds", module + "fake/h5ds/*", module + "contracts", module + "recordings", module + "cmd*"},
		because: "certificates and the proxy know no service: they stand before any handler, a recorder too",
	},
	{
		from:    []string{"contracts", "contracts/internal*", "contracts/verify", "contracts/strictyaml", "contracts/drift", "recordings*"},
		to:      []string{module + "fake*", module + "cmd*"},
		allow:   []string{module + "fake/cmesign", module + "fake/h5dssign", module + "fake/diagnosis", module + "fake/traffic"},
		because: "contracts and recordings judge a real server too, and use leaves to sign as its clients do and to read its responses; they must not know the fake",
	},
	{
		from:    []string{"contracts/check"},
		to:      []string{module + "fake", module + "fake/internal*", module + "fake/opencme", module + "fake/webpaas", module + "fake/h5ds", module + "fake/h5ds/*", module + "cmd*", "testing"},
		because: "a check of the user's own server takes the two signature leaves, to verify what it gets, and nothing else of the fake",
	},
	{
		from:    []string{"*"},
		to:      []string{"github.com/getkin/kin-openapi*"},
		except:  []string{"contracts"},
		because: "contracts is the only importer of kin-openapi",
	},
	{
		from:    []string{"*"},
		to:      []string{"github.com/gorilla/mux"},
		except:  []string{"fake/internal/admin"},
		because: "an operation is found by its contract; the router is for the admin API, whose paths stand in Go",
	},
}

// layers are the rooms of the fake from the ground up. A package imports packages of lower layers only.
var layers = []struct {
	packages []string
	holds    string
}{
	{[]string{"fake/diagnosis"}, "why something went wrong: everything explains itself with it"},
	{[]string{"fake/dialect", "fake/fault", "fake/cmesign", "fake/h5dssign", "fake/internal/golden", "fake/internal/journal", "fake/internal/listening"}, "leaves"},
	{[]string{"fake/traffic", "fake/internal/op", "fake/internal/job"}, "values, and how an operation is written"},
	{[]string{"fake/internal/token", "fake/internal/sample"}, "what services make"},
	{[]string{"fake/h5ds/internal/api"}, "the values and the errors of h5ds"},
	{[]string{"fake/h5ds/internal/table"}, "the tables of h5ds"},
	{[]string{"fake/h5ds/settings", "fake/h5ds/account"}, "what the operators of h5ds choose, and who somebody is"},
	{[]string{"fake/h5ds/order", "fake/h5ds/library"}, "what is bought, and what works are made of"},
	{[]string{"fake/h5ds/storage"}, "files"},
	{[]string{"fake/h5ds/task"}, "what takes its time"},
	{[]string{"fake/opencme", "fake/webpaas", "fake/h5ds"}, "the services"},
	{[]string{"fake/fixtures", "fake/internal/verdict", "fake/coverage"}, "what a run starts with, and what it is judged by"},
	{[]string{"fake/internal/state"}, "the states of the services, together"},
	{[]string{"fake/internal/service"}, "operations with their contracts"},
	{[]string{"fake/internal/tenant"}, "credentials with everything behind them"},
	{[]string{"fake/internal/scheme"}, "who calls"},
	{[]string{"fake/internal/callback", "fake/internal/observe", "fake/internal/replay", "fake/internal/export"}, "beside the way of a call"},
	{[]string{"fake/internal/pipeline"}, "the way of a call"},
	{[]string{"fake/internal/site"}, "what is answered beside operations"},
	{[]string{"fake/internal/admin"}, "the fake's own API"},
	{[]string{"fake"}, "the face"},
	{[]string{"cmd/fakecme"}, "the program"},
}

// unlayered are packages of fake whose imports the rules hold alone: what stands before any handler, the parts of h5ds,
// and tests.
var unlayered = []string{"fake/authority", "fake/proxy", "fake/h5ds/*", "fake/browser", "fake/speed"}

// layerOf is the number of a package's layer; false for a package that is in none.
func layerOf(path string) (int, bool) {
	i := slices.IndexFunc(layers, func(l struct {
		packages []string
		holds    string
	}) bool {
		return slices.Contains(l.packages, path)
	})
	return i, i >= 0
}

// upward lists the imports that do not go downwards.
func upward(packages []goPackage) []string {
	var found []string
	for _, p := range packages {
		from := strings.TrimPrefix(p.ImportPath, module)
		layer, ok := layerOf(from)
		if !ok {
			continue
		}
		for _, to := range p.Imports {
			if below, ok := layerOf(strings.TrimPrefix(to, module)); ok && below >= layer {
				found = append(found, from+" imports "+to+", which is not below it: "+layers[layer].holds)
			}
		}
	}
	return found
}

// goPackage is what the go command says of a package.
type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func goList(t *testing.T, args ...string) []goPackage {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json=ImportPath,Imports,Deps"}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); err == io.EOF {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func matches(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		prefix, any := strings.CutSuffix(p, "*")
		return path == p || any && strings.HasPrefix(path, prefix)
	})
}

// broken lists which imports break a rule.
func broken(packages []goPackage) []string {
	var found []string
	for _, rule := range rules {
		for _, p := range packages {
			from := strings.TrimPrefix(p.ImportPath, module)
			if !matches(rule.from, from) || matches(rule.except, from) {
				continue
			}
			for _, to := range p.Imports {
				if matches(rule.to, to) && !matches(rule.allow, to) {
					found = append(found, from+" imports "+to+": "+rule.because)
				}
			}
		}
	}
	return found
}

func TestLayout(t *testing.T) {
	t.Parallel()
	packages := goList(t, module+"...")
	if len(packages) < 10 {
		t.Fatalf("go list finds only %d packages", len(packages))
	}
	for _, b := range append(broken(packages), upward(packages)...) {
		t.Error(b)
	}
	there := map[string]bool{}
	for _, p := range packages {
		path := strings.TrimPrefix(p.ImportPath, module)
		there[path] = true
		_, layered := layerOf(path)
		if !layered && strings.HasPrefix(path, "fake/") && !matches(unlayered, path) {
			t.Errorf("%s is in no layer; say where it stands", path)
		}
	}
	for _, layer := range layers {
		for _, path := range layer.packages {
			if !there[path] {
				t.Errorf("the layers name %s, which is no package", path)
			}
		}
	}
}

// Each rule is able to fail.
func TestLayoutRules(t *testing.T) {
	t.Parallel()
	for i, rule := range rules {
		from := strings.TrimSuffix(rule.from[0], "*")
		p := goPackage{ImportPath: module + from, Imports: []string{strings.TrimSuffix(rule.to[0], "*")}}
		if !slices.ContainsFunc(broken([]goPackage{p}), func(b string) bool { return strings.HasSuffix(b, rule.because) }) {
			t.Errorf("rule %d does not see %s import %s", i, p.ImportPath, p.Imports[0])
		}
	}
	if up := upward([]goPackage{{ImportPath: module + "fake/internal/tenant", Imports: []string{module + "fake/internal/scheme"}}}); len(up) != 1 {
		t.Errorf("tenant may import scheme: %v", up)
	}
}

// The binary is no test: package testing would bring its flags along.
func TestBinaryWithoutTesting(t *testing.T) {
	t.Parallel()
	for _, p := range goList(t, module+"cmd/fakecme") {
		for _, dep := range p.Deps {
			if dep == "testing" || dep == "net/http/httptest" {
				t.Errorf("%s links %s", p.ImportPath, dep)
			}
		}
	}
}

package verify

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/contracts/strictyaml"
	"go.yaml.in/yaml/v3"
)

//go:embed scenarios/*.yaml
var scenarioFiles embed.FS

// scenario is a list of calls, each with the response that the contract promises.
type scenario struct {
	Name string `yaml:"name"`
	Does string `yaml:"does"` // one of the Does constants; DoesRead when empty
	// Dialect is the only one in which the scenario runs. Empty: it holds in all.
	Dialect string `yaml:"dialect"`
	// Begin names steps of the file that come before those of the scenario.
	Begin string `yaml:"begin"`
	Steps []step `yaml:"steps"`

	service string
	at      string // file:line
}

// step is one call of a scenario. In its texts, ${name} stands for a value; see values.
type step struct {
	Call string `yaml:"call"` // the operation
	// As names whose session it is: user, other, or another word for a user of this run alone. Empty: user.
	As string `yaml:"as"`
	// Credential is a way to get the credential wrong; see scheme.wrong. Empty: the right one.
	Credential string            `yaml:"credential"`
	Path       map[string]string `yaml:"path"`
	Query      map[string]string `yaml:"query"`
	Send       any               `yaml:"send"` // a body in JSON
	Form       map[string]string `yaml:"form"` // a body as a form
	File       string            `yaml:"file"` // a body with a small file of that name
	// Breaks says that the request breaks the contract on purpose, and is rejected for that.
	Breaks bool `yaml:"breaks"`

	// Expect is Success, when empty, or the codes of the errors of which one must come.
	Expect codes `yaml:"expect"`
	// Saying chooses among errors of one code: the EnglishMessage, or the Message where there is none.
	Saying string `yaml:"saying"`
	// Provenance is how sure it is that the response is this one, where that is less sure than the operation or the error.
	Provenance string `yaml:"provenance"`
	// Has are values by JSON pointer; "a or b" tries both, and * is any item of a list.
	Has map[string]any `yaml:"has"`
	// Each are the values that all those at a JSON pointer, as that of Has, must be one of.
	Each map[string][]any `yaml:"each"`
	// Sorted is the order of the values at a JSON pointer: ascending or descending.
	Sorted map[string]string `yaml:"sorted"`
	// Most is how many items the list at a JSON pointer may have.
	Most map[string]int `yaml:"most"`
	// Mentions and Lacks are values that stand, or do not stand, anywhere in the response.
	Mentions []any `yaml:"mentions"`
	Lacks    []any `yaml:"lacks"`
	// Keep names values of the response, by JSON pointer, for later steps.
	Keep map[string]string `yaml:"keep"`
	// Needs says what must be there already and no client can make. Without it the scenario cannot be judged.
	Needs string `yaml:"needs"`
	// Off is the status of a provider that does not offer the operation, where Needs says what would make it do so.
	Off int `yaml:"off"`

	operation contracts.Operation
	at        string // file:line
}

// The values of step.Sorted.
const (
	ascending  = "ascending"
	descending = "descending"
)

// codes are one code or several.
type codes []string

func (c *codes) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*c = codes{node.Value}
		return nil
	}
	return node.Decode((*[]string)(c))
}

// expectsError says whether the step expects an error.
func (s *step) expectsError() bool { return len(s.Expect) > 0 && !slices.Contains(s.Expect, "Success") }

// certainlyWrong says whether the credential of the step is so wrong that a success is a fault, even where no document says which
// error is right. No document says how old a signature may be, or that one for another action or platform must be rejected.
func (s *step) certainlyWrong() bool {
	return s.Credential != "" && !slices.Contains([]string{"old", "expired", "other-action", "other-platform"}, s.Credential)
}

// sure says whether a document or a client backs the expectation of the step.
func (s step) sure() bool {
	if !s.expectsError() {
		return cmp.Or(s.Provenance, s.operation.Provenance) != "assumed"
	}
	return slices.ContainsFunc(s.Expect, func(code string) bool {
		return slices.ContainsFunc(s.errorsOf(code, ""), func(r contracts.Error) bool { return cmp.Or(s.Provenance, r.Provenance) != "assumed" })
	})
}

// scenarioFile is a YAML file of scenarios, all of one service.
type scenarioFile struct {
	Service   string            `yaml:"service"`
	Begin     map[string][]step `yaml:"begin"`
	Scenarios []scenario        `yaml:"scenarios"`
}

// readScenarios reads the embedded suite, once. Names come in the order of the files and within them.
var readScenarios = sync.OnceValues(func() ([]scenario, error) {
	var all []scenario
	for _, service := range contracts.Names() {
		names, err := fs.Glob(scenarioFiles, "scenarios/"+service+"*.yaml")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			data, err := scenarioFiles.ReadFile(name)
			if err != nil {
				return nil, err
			}
			some, err := parseScenarios(path.Base(name), data)
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
	}
	return all, nil
})

// parseScenarios reads a file of scenarios. It rejects unknown fields and mistakes that would stop a run. Each error begins
// with file:line.
func parseScenarios(file string, data []byte) ([]scenario, error) {
	var all scenarioFile
	if err := strictyaml.Decode(file, data, &all); err != nil {
		return nil, err
	}
	if !slices.Contains(contracts.Names(), all.Service) {
		return nil, fmt.Errorf("%s:1: service %q is not one of %s", file, all.Service, strings.Join(contracts.Names(), ", "))
	}
	all.place(file, strictyaml.Lines(data))
	seen := map[string]bool{}
	for i := range all.Scenarios {
		sc := &all.Scenarios[i]
		begin, ok := all.Begin[sc.Begin]
		if sc.Begin != "" && !ok {
			return nil, fmt.Errorf("%s: begin %q names no steps of the file", sc.at, sc.Begin)
		}
		sc.service, sc.Steps = all.Service, slices.Concat(begin, sc.Steps)
		if err := sc.check(); err != nil {
			return nil, err
		}
		if seen[sc.Name] {
			return nil, fmt.Errorf("%s: there is another scenario %q", sc.at, sc.Name)
		}
		seen[sc.Name] = true
	}
	return all.Scenarios, nil
}

// place notes where each scenario and each step stands.
func (all *scenarioFile) place(file string, line func(path ...any) int) {
	at := func(path ...any) string { return fmt.Sprintf("%s:%d", file, line(path...)) }
	for name, steps := range all.Begin {
		for i := range steps {
			steps[i].at = at("begin", name, i)
		}
	}
	for i := range all.Scenarios {
		all.Scenarios[i].at = at("scenarios", i)
		for k := range all.Scenarios[i].Steps {
			all.Scenarios[i].Steps[k].at = at("scenarios", i, "steps", k)
		}
	}
}

var scenarioName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// check finds mistakes that would stop a run, and fills in defaults.
func (sc *scenario) check() error {
	sc.Does = cmp.Or(sc.Does, DoesRead)
	switch {
	case !scenarioName.MatchString(sc.Name):
		return fmt.Errorf("%s: name %q is not of the form a-name", sc.at, sc.Name)
	case !slices.Contains(doesLevels, sc.Does):
		return fmt.Errorf("%s: does %q is not one of %s", sc.at, sc.Does, strings.Join(doesLevels, ", "))
	case sc.Dialect != "" && !slices.Contains(dialects, sc.Dialect):
		return fmt.Errorf("%s: dialect %q is not one of %s", sc.at, sc.Dialect, strings.Join(dialects, ", "))
	case len(sc.Steps) == 0:
		return fmt.Errorf("%s: there are no steps", sc.at)
	}
	known := map[string]bool{}
	for _, name := range givenValues {
		known[name] = true
	}
	for i := range sc.Steps {
		s := &sc.Steps[i]
		if err := s.check(sc, known); err != nil {
			return fmt.Errorf("%s: %w", s.at, err)
		}
		for name := range s.Keep {
			known[name] = true
		}
	}
	return nil
}

func (s *step) check(sc *scenario, known map[string]bool) error {
	o, ok := contracts.Lookup(s.Call)
	if !ok || o.Service != sc.service {
		return fmt.Errorf("call %q is not an operation of %s", s.Call, sc.service)
	}
	s.operation, s.As = o, cmp.Or(s.As, "user")
	if s.As != "user" && s.As != "other" && sc.Does == DoesRead {
		return fmt.Errorf("as %q makes a user, and the scenario only reads", s.As)
	}
	if s.Off != 0 && s.Needs == "" {
		return fmt.Errorf("off: %d needs a line that says what is needed", s.Off)
	}
	if s.Provenance != "" && !slices.Contains(contracts.Provenances(), s.Provenance) {
		return fmt.Errorf("provenance %q is not one of %s", s.Provenance, strings.Join(contracts.Provenances(), ", "))
	}
	if ways := schemes[o.Security].wrong; s.Credential != "" && !slices.Contains(ways, s.Credential) {
		return fmt.Errorf("credential %q is not one of %s", s.Credential, strings.Join(ways, ", "))
	}
	for _, code := range s.Expect {
		if !s.expectsError() {
			continue
		}
		if len(s.errorsOf(code, "")) == 0 {
			return fmt.Errorf("expect: %s has no error %s %q", s.Call, code, s.Saying)
		}
		for _, dialect := range dialects {
			if len(s.errorsOf(code, dialect)) > 1 {
				return fmt.Errorf("expect: %s has more than one error %s; add saying", s.Call, code)
			}
		}
	}
	for pointers, order := range s.Sorted {
		if order != ascending && order != descending {
			return fmt.Errorf("sorted: %s: %q is neither ascending nor descending", pointers, order)
		}
	}
	for _, pointers := range slices.Concat(slices.Collect(maps.Values(s.Keep)), slices.Collect(maps.Keys(s.Has)), slices.Collect(maps.Keys(s.Each)),
		slices.Collect(maps.Keys(s.Sorted)), slices.Collect(maps.Keys(s.Most))) {
		if !strings.HasPrefix(pointers, "/") {
			return fmt.Errorf("pointer %q does not begin with /", pointers)
		}
	}
	return s.checkValues(known)
}

// checkValues looks for ${names} that nothing gives.
func (s *step) checkValues(known map[string]bool) error {
	texts := []any{s.Send, toAny(s.Path), toAny(s.Query), toAny(s.Form), s.Has, s.Each, s.Mentions, s.Lacks}
	var unknown []string
	for _, text := range texts {
		_, _ = fill(text, func(name string) (any, error) {
			if _, isSign := strings.CutPrefix(name, "sign:"); !known[name] && !isSign {
				unknown = append(unknown, name)
			}
			return "", nil
		})
	}
	if len(unknown) > 0 {
		return fmt.Errorf("${%s}: no step before this one keeps it", slices.Min(unknown))
	}
	return nil
}

// errorsOf are the documented errors of the code that the step may mean, in a dialect or, when that is empty, in any.
func (s *step) errorsOf(code, dialect string) []contracts.Error {
	var found []contracts.Error
	for _, r := range s.operation.Errors {
		if r.Code == code && (s.Saying == "" || s.Saying == cmp.Or(r.EnglishMessage, r.Message)) &&
			(dialect == "" || r.Dialect == "" || r.Dialect == dialect) {
			found = append(found, r)
		}
	}
	return found
}

package contracts

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed scenarios/*.yaml
var scenarioFiles embed.FS

// What a scenario does to the provider. Each level includes those before it.
const (
	DoesRead    = "read"    // it changes nothing, but logs in
	DoesWrite   = "write"   // it makes things of its own
	DoesDestroy = "destroy" // it changes or removes what no client can make again
)

var doesLevels = []string{DoesRead, DoesWrite, DoesDestroy}

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
	// Credential is a way to get the credential wrong; see credentials. Empty: the right one.
	Credential string            `yaml:"credential"`
	Path       map[string]string `yaml:"path"`
	Query      map[string]string `yaml:"query"`
	Send       any               `yaml:"send"` // a body in JSON
	Form       map[string]string `yaml:"form"` // a body as a form
	File       string            `yaml:"file"` // a body with a small file of that name
	// Breaks says that the request breaks the contract on purpose: that is what is rejected.
	Breaks bool `yaml:"breaks"`

	// Expect is Success, when empty, or the codes of the errors of which one must come.
	Expect codes `yaml:"expect"`
	// Saying chooses among errors of one code: the EnglishMessage, or the Message where there is none.
	Saying string `yaml:"saying"`
	// Provenance is how sure it is that the response is this one, where that is less sure than the operation or the error.
	Provenance string `yaml:"provenance"`
	// Has are values by JSON pointer; "a or b" tries both, and * is any item of a list.
	Has map[string]any `yaml:"has"`
	// Mentions and Lacks are values that stand, or do not stand, anywhere in the response.
	Mentions []any `yaml:"mentions"`
	Lacks    []any `yaml:"lacks"`
	// Keep names values of the response, by JSON pointer, for later steps.
	Keep map[string]string `yaml:"keep"`
	// Needs says what must be there already and no client can make. Without it the scenario cannot be judged.
	Needs string `yaml:"needs"`
	// Off is the status of a provider that does not offer the operation, where Needs says what would make it do so.
	Off int `yaml:"off"`

	operation Operation
	at        string // file:line
}

// codes is one code or a list of them.
type codes []string

func (c *codes) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*c = codes{node.Value}
		return nil
	}
	return node.Decode((*[]string)(c))
}

// rejected says whether the step expects an error.
func (s *step) refused() bool { return len(s.Expect) > 0 && !slices.Contains(s.Expect, "Success") }

// opensNothing says whether the credential is so wrong that a success is a fault, even where no document says which error
// must come. How old a signature may be, and that one for another action is none, are for the error to say.
func (s *step) opensNothing() bool {
	return s.Credential != "" && !slices.Contains([]string{"old", "expired", "other-action", "other-platform"}, s.Credential)
}

// sure says whether a document or a client backs what the step expects.
func (s step) sure() bool {
	if !s.refused() {
		return cmp.Or(s.Provenance, s.operation.Provenance) != "assumed"
	}
	return slices.ContainsFunc(s.Expect, func(code string) bool {
		return slices.ContainsFunc(s.errorsOf(code, ""), func(r Error) bool { return cmp.Or(s.Provenance, r.Provenance) != "assumed" })
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
	for _, service := range Names() {
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

// yamlLine is how the YAML library tells a line.
var yamlLine = regexp.MustCompile(`^(?:yaml: )?line (\d+): `)

// parseScenarios reads a file of scenarios. Unknown fields are errors, and so is all that a run would stumble over: every error
// begins with file:line.
func parseScenarios(file string, data []byte) ([]scenario, error) {
	var all scenarioFile
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&all); err != nil {
		return nil, explainYAML(file, err)
	}
	if err := decoder.Decode(new(yaml.Node)); err != io.EOF {
		return nil, fmt.Errorf("%s:1: there is more than one YAML document", file)
	}
	if !slices.Contains(Names(), all.Service) {
		return nil, fmt.Errorf("%s:1: service %q is none of %s", file, all.Service, strings.Join(Names(), ", "))
	}
	placeScenarios(file, data, &all)
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

func explainYAML(file string, err error) error {
	text := err.Error()
	var typed *yaml.TypeError
	if errors.As(err, &typed) {
		text = typed.Errors[0]
	}
	line := "1"
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, text = m[1], text[len(m[0]):]
	}
	return fmt.Errorf("%s:%s: %s", file, line, strings.TrimPrefix(text, "yaml: "))
}

// placeScenarios notes where each scenario and each step stands. The data was decoded before: it has the shape.
func placeScenarios(file string, data []byte, all *scenarioFile) {
	var document yaml.Node
	if yaml.Unmarshal(data, &document) != nil {
		return
	}
	at := func(n *yaml.Node) string { return fmt.Sprintf("%s:%d", file, n.Line) }
	root := document.Content[0]
	for name, steps := range all.Begin {
		for i, n := range under(under(root, "begin"), name).Content {
			steps[i].at = at(n)
		}
	}
	for i, n := range under(root, "scenarios").Content {
		all.Scenarios[i].at = at(n)
		for k, n := range under(n, "steps").Content {
			all.Scenarios[i].Steps[k].at = at(n)
		}
	}
}

// under returns what a mapping has under a key, an empty node for nothing.
func under(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if value := mapping.Content[i+1]; mapping.Content[i].Value == key {
			if value.Kind == yaml.AliasNode {
				return value.Alias
			}
			return value
		}
	}
	return &yaml.Node{}
}

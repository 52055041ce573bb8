package verify

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/fakecme/fakecme/contracts"
	"github.com/getkin/kin-openapi/openapi3"
)

// StepsThatBreak are the operations of steps that break the contract on purpose.
func StepsThatBreak() map[string]int {
	breaking := map[string]int{}
	suite, err := readScenarios()
	if err != nil {
		panic(err)
	}
	for _, sc := range suite {
		for _, s := range sc.Steps {
			if s.Breaks {
				breaking[s.Call] = 1
			}
		}
	}
	return breaking
}

// Mutant is a suite in which one expectation of one step is wrong.
type Mutant struct {
	Name string
	Step string // how the lines of the changed step begin
	// Dialect is the only one in which the scenario runs. Empty: any.
	Dialect string
	sc      scenario
}

// Run runs the changed scenario alone and returns its verdict.
func (m Mutant) Run(t Target) (Outcome, error) {
	t, err := t.prepare()
	if err != nil {
		return Outcome{}, err
	}
	report := t.run(context.Background(), []scenario{m.sc})
	return report.Outcomes[0], nil
}

// Mutants returns the suite once for each of its expectations, with that one turned into another.
func Mutants() []Mutant {
	suite, err := readScenarios()
	if err != nil {
		panic(err)
	}
	var all []Mutant
	for _, sc := range suite {
		for k, s := range sc.Steps {
			for what, mutate := range mutations(s) {
				changed := sc
				changed.Steps = slices.Clone(sc.Steps)
				mutate(&changed.Steps[k])
				step := fmt.Sprintf("step %d %s:", k+1, s.Call)
				all = append(all, Mutant{Name: fmt.Sprintf("%s/%s %s %s", sc.service, sc.Name, step, what), Step: step, Dialect: sc.Dialect, sc: changed})
			}
		}
	}
	return all
}

// mutations are the ways in which an expectation of the step can be turned into another.
func mutations(s step) map[string]func(*step) {
	const other = "something else"
	ways := map[string]func(*step){}
	if s.expectsError() {
		ways["success"] = func(s *step) { s.Expect = nil }
		ways["another error"] = func(s *step) { s.operation.Errors = otherCodes(s.operation.Errors); s.Expect = codes{other} }
	} else {
		ways["an error"] = func(s *step) { s.operation.Errors = otherCodes(s.operation.Errors); s.Expect = codes{other} }
	}
	for at := range s.Has {
		ways["has "+at] = func(s *step) { s.Has = maps.Clone(s.Has); s.Has[at] = other }
	}
	for at := range s.Each {
		ways["each "+at] = func(s *step) { s.Each = map[string][]any{at: {other}} }
	}
	for at := range s.Sorted {
		ways["sorted "+at] = func(s *step) {
			s.Sorted = map[string]string{at: map[string]string{ascending: descending, descending: ascending}[s.Sorted[at]]}
		}
	}
	for at := range s.Most {
		ways["most "+at] = func(s *step) { s.Most = map[string]int{at: 0} }
	}
	for i := range s.Mentions {
		ways[fmt.Sprint("mentions ", i)] = func(s *step) { s.Mentions = slices.Clone(s.Mentions); s.Mentions[i] = other }
	}
	for i := range s.Lacks {
		ways[fmt.Sprint("lacks ", i)] = func(s *step) {
			s.Mentions, s.Lacks = append(slices.Clone(s.Mentions), s.Lacks[i]), slices.Delete(slices.Clone(s.Lacks), i, i+1)
		}
	}
	for name := range s.Keep {
		ways["keep "+name] = func(s *step) { s.Keep = maps.Clone(s.Keep); s.Keep[name] = "/not/there" }
	}
	return ways
}

// otherCodes returns the errors with a code that no service has.
func otherCodes(failures []contracts.Error) []contracts.Error {
	changed := slices.Clone(failures)
	for i := range changed {
		changed[i].Code = "something else"
	}
	return changed
}

// documents returns the contract document of a service.
var documents = map[string]func() *openapi3.T{}

func init() {
	for _, service := range contracts.Names() {
		documents[service] = sync.OnceValue(func() *openapi3.T {
			source, _ := contracts.Source(service)
			document, err := openapi3.NewLoader().LoadFromData(source)
			if err != nil {
				panic(err)
			}
			return document
		})
	}
}

// Described returns the description of an operation in its document.
func Described(o contracts.Operation) *openapi3.Operation {
	return documents[o.Service]().Paths.Value(o.Path).GetOperation(o.Method)
}

// ScenariosWith returns the scenarios in which an operation is called.
func ScenariosWith(operation string) []Scenario {
	suite, err := readScenarios()
	if err != nil {
		panic(err)
	}
	var found []Scenario
	for _, sc := range suite {
		if slices.ContainsFunc(sc.Steps, func(s step) bool { return s.Call == operation }) {
			found = append(found, Scenario{sc})
		}
	}
	return found
}

// Scenario is one scenario of the suite.
type Scenario struct{ sc scenario }

// Name returns the service and the name.
func (s Scenario) Name() string { return s.sc.service + "/" + s.sc.Name }

// Calls says whether a step calls the operation.
func (s Scenario) Calls(operation string) bool {
	return slices.ContainsFunc(s.sc.Steps, func(s step) bool { return s.Call == operation })
}

// Run runs the scenario alone and returns its verdict. There is none if it is of another dialect.
func (s Scenario) Run(t Target) Outcome {
	t, err := t.prepare()
	if err != nil {
		panic(err)
	}
	for _, o := range t.run(context.Background(), []scenario{s.sc}).Outcomes {
		return o
	}
	return Outcome{}
}

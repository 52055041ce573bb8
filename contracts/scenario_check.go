package contracts

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// dialects are the names that the documents mark their readings with.
var dialects = []string{"original", "current"}

var scenarioName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// check finds what a run would stumble over, and fills in what is left out.
func (sc *scenario) check() error {
	sc.Does = cmp.Or(sc.Does, DoesRead)
	switch {
	case !scenarioName.MatchString(sc.Name):
		return fmt.Errorf("%s: name %q is not of the form a-name", sc.at, sc.Name)
	case !slices.Contains(doesLevels, sc.Does):
		return fmt.Errorf("%s: does %q is none of %s", sc.at, sc.Does, strings.Join(doesLevels, ", "))
	case sc.Dialect != "" && !slices.Contains(dialects, sc.Dialect):
		return fmt.Errorf("%s: dialect %q is none of %s", sc.at, sc.Dialect, strings.Join(dialects, ", "))
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
	o, ok := Lookup(s.Call)
	if !ok || o.Service != sc.service {
		return fmt.Errorf("call %q is no operation of %s", s.Call, sc.service)
	}
	s.operation, s.As = o, cmp.Or(s.As, "user")
	if s.As != "user" && s.As != "other" && sc.Does == DoesRead {
		return fmt.Errorf("as %q makes a user, and the scenario only reads", s.As)
	}
	if s.Off != 0 && s.Needs == "" {
		return fmt.Errorf("off: %d needs a line that says what is needed", s.Off)
	}
	if s.Provenance != "" && !slices.Contains(surest, s.Provenance) {
		return fmt.Errorf("provenance %q is none of %s", s.Provenance, strings.Join(surest, ", "))
	}
	if ways := credentials[o.Security]; s.Credential != "" && !slices.Contains(ways, s.Credential) {
		return fmt.Errorf("credential %q is none of %s", s.Credential, strings.Join(ways, ", "))
	}
	for _, code := range s.Expect {
		if !s.refused() {
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
	for _, pointers := range append(slices.Collect(maps.Values(s.Keep)), slices.Collect(maps.Keys(s.Has))...) {
		if !strings.HasPrefix(pointers, "/") {
			return fmt.Errorf("pointer %q does not begin with /", pointers)
		}
	}
	return s.checkValues(known)
}

// checkValues looks for ${names} that nothing gives.
func (s *step) checkValues(known map[string]bool) error {
	texts := []any{s.Send, toAny(s.Path), toAny(s.Query), toAny(s.Form), s.Has, s.Mentions, s.Lacks}
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
func (s *step) errorsOf(code, dialect string) []Error {
	var found []Error
	for _, r := range s.operation.Errors {
		if r.Code == code && (s.Saying == "" || s.Saying == cmp.Or(r.EnglishMessage, r.Message)) &&
			(dialect == "" || r.Dialect == "" || r.Dialect == dialect) {
			found = append(found, r)
		}
	}
	return found
}

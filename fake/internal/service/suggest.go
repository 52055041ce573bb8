package service

import (
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// Suggest guesses which documented operation a call meant, "POST /PaaS/Material/ListMedia", and says how the call
// differs from it. Without a service it considers all.
func Suggest(of *Service, method, path string) (operation, why string, ok bool) {
	sent := normalPath(path)
	best, bestDistance := "", len(sent)/3+1
	for _, s := range must() {
		if of != nil && s != of {
			continue
		}
		for _, o := range s.Operations {
			distance := diagnosis.Distance(sent, normalPath(o.Path))
			if distance < bestDistance || distance == bestDistance && best != "" && o.Path < best {
				best, bestDistance = o.Path, distance
				operation = o.Method + " " + o.Path
			}
		}
	}
	if best == "" {
		return "", "", false
	}
	return operation, difference(method, path, best, bestDistance), true
}

// normalPath makes paths comparable that differ in ways clients get wrong.
func normalPath(path string) string {
	path = strings.TrimSuffix(strings.ToLower(CollapseSlashes("/"+path)), "/")
	for strings.HasPrefix(path, "/paas/paas/") {
		path = strings.TrimPrefix(path, "/paas")
	}
	return strings.TrimPrefix(path, "/paas")
}

// difference names how the path sent differs from the documented one.
func difference(method, sent, documented string, distance int) string {
	switch lower := strings.ToLower(sent); {
	case distance > 0:
		return "Check the spelling of the path"
	case strings.Contains(sent, "//"):
		return "The path has a doubled slash"
	case strings.HasPrefix(lower, "/paas/paas/"):
		return "The path has /PaaS twice"
	case strings.HasPrefix(documented, "/PaaS/") && !strings.HasPrefix(lower, "/paas/"):
		return "The path lacks /PaaS"
	case strings.TrimSuffix(sent, "/") != sent:
		return "The path ends in a slash"
	case sent != documented:
		return "Upper and lower case matter in the path"
	default:
		return "The method " + method + " is not the documented one"
	}
}

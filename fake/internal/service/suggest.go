package service

import (
	"fmt"

	"github.com/fakecme/fakecme/contracts"
)

// Suggest guesses which documented operation a call meant, and how the call differs from it: "did you mean POST
// /PaaS/Material/ListMedia? The path lacks /PaaS". Without a service it considers all. It is empty when no operation is
// near.
func Suggest(of *Service, method, path string) string {
	name := ""
	if of != nil {
		name = of.Name
	}
	s, ok := contracts.Suggest(name, path)
	if !ok {
		return ""
	}
	why := map[string]string{
		contracts.MistakeSpelling:      "Check the spelling of the path",
		contracts.MistakeDoubledSlash:  "The path has a doubled slash",
		contracts.MistakeDoubledPrefix: "The path has /PaaS twice",
		contracts.MistakeMissingPrefix: "The path lacks /PaaS",
		contracts.MistakeSlashAtEnd:    "The path ends in a slash",
		contracts.MistakeCaseOfLetters: "Upper and lower case matter in the path",
		contracts.MistakeAnotherMethod: "The method " + method + " is not the documented one",
	}[s.Mistake]
	return fmt.Sprintf("did you mean %s %s? %s", s.Operation.Method, s.Operation.Path, why)
}

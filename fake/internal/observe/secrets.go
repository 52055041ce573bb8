package observe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/recordings/redact"
)

// secretNames are what people call the secrets, by kind.
var secretNames = map[string]string{"secretkey": "secretKey of CME", "secret": "secret of h5ds"}

// sentSecrets finds a secret that the client has sent. No call sends one: a secret signs, and whoever has it is the
// application.
func sentSecrets(e Exchange) (found []diagnosis.Diagnosis) {
	known, r := e.Tenant.Secrets(), e.Request
	note := func(place string, secrets []redact.Found) {
		if len(secrets) == 0 {
			return
		}
		found = append(found, diagnosis.Diagnosis{ // one a place
			Code:     secretSent,
			Sentence: fmt.Sprintf("the %s stands in %s, %s", secretNames[secrets[0].Kind], place, secrets[0].Spelling),
			Fix:      "keep it on your server and sign with it; no call sends it. Change it where it is a real one",
		})
	}
	note("the path", known.FindString(r.URL.EscapedPath()))
	note("the query", known.FindString(r.URL.RawQuery))
	note("the body", known.Find(e.Body))
	note("the header Host", known.FindString(r.Host))
	before := len(found)
	for name, values := range r.Header {
		note("the name of a header", known.FindName(name))
		if secrets := known.FindString(strings.Join(values, "\n")); len(secrets) > 0 {
			note("the header "+known.HideName(name), secrets)
		}
	}
	slices.SortFunc(found[before:], func(a, b diagnosis.Diagnosis) int { return strings.Compare(a.Sentence, b.Sentence) })
	return found
}

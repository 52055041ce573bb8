package observe

import (
	"fmt"
	"maps"
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
	type place struct {
		name  string
		found []redact.Found
	}
	places := []place{
		{"the path", known.Find([]byte(r.URL.EscapedPath()))},
		{"the query", known.Find([]byte(r.URL.RawQuery))},
		{"the body", known.Find(e.Body)},
		{"the header Host", known.Find([]byte(r.Host))},
	}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		places = append(places,
			place{"the name of a header", known.FindName(name)},
			place{"the header " + known.HideName(name), known.Find([]byte(strings.Join(r.Header[name], "\n")))})
	}
	for _, p := range places {
		for _, f := range p.found {
			found = append(found, diagnosis.Diagnosis{
				Code:     secretSent,
				Sentence: fmt.Sprintf("the %s stands in %s, %s", secretNames[f.Kind], p.name, f.Spelling),
				Fix:      "keep it on your server and sign with it; no call sends it. Change it where it is a real one",
			})
			break // one finding a place
		}
	}
	return found
}

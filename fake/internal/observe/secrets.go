package observe

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// secretNames are what people call the secrets, by kind.
var secretNames = map[string]string{"secretkey": "secretKey of CME", "secret": "secret of h5ds"}

// sentSecrets finds a secret that the client has sent. No call sends one: a secret signs, and whoever has it is the
// application.
func sentSecrets(e Exchange) (found []diagnosis.Diagnosis) {
	known, r := e.Tenant.Secrets(), e.Request
	places := []struct {
		name string
		text []byte
	}{
		{"the path", []byte(r.URL.EscapedPath())},
		{"the query", []byte(r.URL.RawQuery)},
		{"the body", e.Body},
		{"the header Host", []byte(r.Host)},
	}
	if decoded, err := url.QueryUnescape(r.URL.RawQuery); err == nil {
		places[1].text = append(append(places[1].text, '\n'), decoded...) // however much of it is escaped
	}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		places = append(places, struct {
			name string
			text []byte
		}{"the header " + name, []byte(strings.Join(r.Header[name], "\n"))})
	}
	for _, p := range places {
		for _, f := range known.Find(p.text) {
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

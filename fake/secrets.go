package fake

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/mask"
)

// knownSecrets finds the tenant's secrets. It is made when it is first needed: most tenants of a
// large server are never called.
func (t *Tenant) knownSecrets() mask.Known {
	t.secretsOnce.Do(func() {
		t.secrets = mask.NewKnown(map[string]string{"secretkey": t.SecretKey, "secret": t.Secret},
			t.ID, t.SecretID, t.Platform, t.AppID)
	})
	return t.secrets
}

// hide takes the tenant's secrets out of a call: a client may send them where no name tells that
// they are secrets.
func (t *Tenant) hide(c Call) Call {
	known := t.knownSecrets()
	c.Method, c.Host = known.HideString(c.Method), known.HideString(c.Host)
	c.Claimed, c.User = known.HideString(c.Claimed), known.HideString(c.User)
	if path, query, asked := strings.Cut(c.URL, "?"); asked {
		c.URL = known.HideString(path) + "?" + known.HideQuery(query)
	} else {
		c.URL = known.HideString(path)
	}
	for _, header := range []map[string][]string{c.RequestHeader, c.ResponseHeader} {
		for _, values := range header {
			for i := range values {
				values[i] = known.HideString(values[i])
			}
		}
	}
	c.RequestBody, c.ResponseBody = known.Hide(c.RequestBody), known.Hide(c.ResponseBody)
	c.Diagnosis = hideDiagnosis(known, c.Diagnosis)
	c.Findings = slices.Clone(c.Findings)
	for i, f := range c.Findings {
		c.Findings[i].Call = known.HideSentence(f.Call)
		c.Findings[i].Diagnosis = *hideDiagnosis(known, &f.Diagnosis)
	}
	return c
}

// hideDiagnosis returns d itself when there is nothing to hide.
func hideDiagnosis(known mask.Known, d *Diagnosis) *Diagnosis {
	if d == nil {
		return nil
	}
	shown := *d
	shown.Sentence, shown.Fix = known.HideSentence(d.Sentence), known.HideSentence(d.Fix)
	shown.Received, shown.Expected = known.HideString(d.Received), known.HideString(d.Expected)
	if shown == *d {
		return d
	}
	if d.DiffersAt > 0 {
		shown = shown.Compare(shown.Received, shown.Expected)
	}
	return &shown
}

// secretNames are what people call the secrets, by kind.
var secretNames = map[string]string{"secretkey": "secretKey of CME", "secret": "secret of h5ds"}

// noticeSecrets makes a finding of a secret that the client has sent. None ever goes over the wire:
// it signs, and whoever has it is the application.
func (x *exchange) noticeSecrets() {
	known := x.tenant.knownSecrets()
	places := []struct {
		name string
		text []byte
	}{
		{"the path", []byte(x.r.URL.EscapedPath())},
		{"the query", []byte(x.r.URL.RawQuery)},
		{"the body", x.body},
		{"the header Host", []byte(x.r.Host)},
	}
	if decoded, err := url.QueryUnescape(x.r.URL.RawQuery); err == nil {
		places[1].text = append(append(places[1].text, '\n'), decoded...) // however much of it is escaped
	}
	for _, name := range slices.Sorted(maps.Keys(x.r.Header)) {
		places = append(places, struct {
			name string
			text []byte
		}{"the header " + name, []byte(strings.Join(x.r.Header[name], "\n"))})
	}
	for _, p := range places {
		for _, f := range known.Find(p.text) {
			x.find(diagnosis.Diagnosis{
				Code:     habitSecretSent,
				Sentence: fmt.Sprintf("the %s stands in %s, %s", secretNames[f.Kind], p.name, f.Spelling),
				Fix:      "keep it on your server and sign with it; no call sends it. Change it where it is a real one",
			})
			break // one finding a place
		}
	}
}

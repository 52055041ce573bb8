package tenant

import (
	"fmt"
	"slices"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/traffic"
)

// KeepPending puts a call that is under way into the journal, without the tenant's secrets. It returns the number of the
// call, for Keep.
func (t *Tenant) KeepPending(call traffic.Call) int64 {
	call.Pending = true
	call = t.withoutSecrets(call)
	return t.Journal.AddNumbered(call, call.Size(), setNumber).Number
}

// Keep puts a call that has ended into the journal, without the tenant's secrets, its findings into the verdict, and passes
// it to [Settings.OnCall]. Its number is the one from KeepPending, or zero.
func (t *Tenant) Keep(call traffic.Call) {
	call = t.withoutSecrets(call)
	call = t.Journal.Replace(call.Number, call, call.Size(), setNumber)
	t.verdict.Add(t.ID, call.Findings)
	if call.Service != "" && call.Kind != traffic.Callback {
		t.settings.received.Add(1)
	}
	if t.settings.OnCall == nil {
		return
	}
	defer func() {
		if cause := recover(); cause != nil {
			t.verdict.AddBug(fmt.Sprintf("Config.OnCall panicked: %v", cause))
		}
	}()
	t.settings.OnCall(call)
}

func setNumber(c *traffic.Call, n int64) { c.Number = n }

// withoutSecrets takes the secrets of all tenants out of a call: a client may send them where no name tells that they are
// secrets.
func (t *Tenant) withoutSecrets(c traffic.Call) traffic.Call {
	known := t.Secrets()
	c.Method, c.Host = known.HideString(c.Method), known.HideString(c.Host)
	c.Claimed, c.User = known.HideString(c.Claimed), known.HideString(c.User)
	c.URL = known.HideString(c.URL)
	for _, header := range []map[string][]string{c.RequestHeader, c.ResponseHeader} {
		var renamed []string
		for name, values := range header {
			for i := range values {
				values[i] = known.HideString(values[i])
			}
			if known.HideName(name) != name {
				renamed = append(renamed, name)
			}
		}
		slices.Sort(renamed) // two names may be shown alike
		for _, name := range renamed {
			shown := known.HideName(name)
			header[shown] = append(header[shown], header[name]...)
			delete(header, name)
		}
	}
	c.RequestBody, c.ResponseBody = known.Hide(c.RequestBody), known.Hide(c.ResponseBody)
	c.Diagnosis = t.HideSecrets(c.Diagnosis)
	c.Findings = slices.Clone(c.Findings)
	for i, f := range c.Findings {
		c.Findings[i].Severity = traffic.SeverityOf(f.Diagnosis.Code)
		c.Findings[i].Call = known.HideSentence(f.Call)
		c.Findings[i].Diagnosis = *t.HideSecrets(&f.Diagnosis)
	}
	return c
}

// HideSecrets takes the secrets of all tenants out of a diagnosis. It returns d itself when there are none in it.
func (t *Tenant) HideSecrets(d *diagnosis.Diagnosis) *diagnosis.Diagnosis {
	if d == nil {
		return nil
	}
	known, shown := t.Secrets(), *d
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

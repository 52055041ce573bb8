package drift

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"

	"github.com/fakecme/fakecme/contracts"
)

// AgainstContract says in what the calls of a side differ from the contract documents. What a refused
// request got wrong is not drift, and is left out.
func AgainstContract(s *Side) []Difference {
	found := map[string]*Difference{}
	var order []string
	for _, c := range s.calls {
		for _, d := range s.judge(c) {
			key := d.Operation + "\x00" + d.Outcome + "\x00" + d.Field + "\x00" + d.What
			if known := found[key]; known != nil {
				known.Times++
				continue
			}
			d.Expected, d.Actual, d.Where, d.Times = "contract", s.Name, c.where, 1
			d.Do = contractAdvice(d.Severity, s.IsFake)
			found[key] = &d
			order = append(order, key)
		}
	}
	differences := []Difference{}
	for _, key := range order {
		differences = append(differences, *found[key])
	}
	Sort(differences)
	return differences
}

func contractAdvice(severity Severity, isFake bool) string {
	switch {
	case isFake:
		return "report it: the fake breaks its own contract"
	case severity == Cosmetic:
		return "nothing, unless your client is strict about it"
	}
	return "the service is no longer as documented here: see what your client does with it, and report it, so that the contract document is corrected"
}

// judge compares one call with the contract.
func (s *Side) judge(c call) (all []Difference) {
	if c.operation == "" {
		return []Difference{{Severity: Risky, Field: "request", What: fmt.Sprintf("no operation of the contract answers %s %s", c.Method, c.URL.Path)}}
	}
	passes := contracts.RoundTripper(recorded{c}, func(f contracts.Finding) {
		if f.NotJudged || f.Part == contracts.PartRequest && !succeeded(c.outcome) {
			return
		}
		d := Difference{Severity: severityOf(f), Operation: c.operation, Outcome: c.outcome, Field: fieldOf(f), What: whatOf(f)}
		if !slices.ContainsFunc(all, func(o Difference) bool { return o.Field == d.Field && o.What == d.What }) {
			all = append(all, d)
		}
	})
	r, err := c.Request(context.Background())
	if err != nil {
		return nil // it came from a request
	}
	answer, err := passes.RoundTrip(r)
	if err == nil {
		_, _ = io.Copy(io.Discard, answer.Body) // it is judged at its end
		_ = answer.Body.Close()
	}
	return append(all, c.documented()...)
}

// recorded answers with what was recorded.
type recorded struct{ call }

func (r recorded) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Body != nil { // it is judged as it is read
		_, _ = io.Copy(io.Discard, request.Body)
		_ = request.Body.Close()
	}
	return r.Response(request), nil
}

// documented says whether the contract knows the refusal, and its texts.
func (c call) documented() []Difference {
	if succeeded(c.outcome) {
		return nil
	}
	operation, _ := contracts.Lookup(c.operation)
	var texts []string
	for _, r := range operation.Refusals {
		if r.Code != c.outcome {
			continue
		}
		text := r.Message
		if r.EnglishMessage != "" {
			text += " / " + r.EnglishMessage
		}
		texts = append(texts, text)
	}
	body, _ := decode(c.AnswerBody)
	said := messageOf(body)
	d := Difference{Operation: c.operation, Outcome: c.outcome}
	switch {
	case len(texts) == 0:
		d.Severity, d.Field, d.What = Risky, "code", "the contract does not list this refusal of the operation"
	case said == "" || slices.ContainsFunc(texts, func(t string) bool { return t == said || bytes.HasPrefix([]byte(said), []byte(t+": ")) }):
		return nil
	default:
		d.Severity, d.Field, d.What = Cosmetic, "message", fmt.Sprintf("%q, documented %q", said, texts[0])
	}
	return []Difference{d}
}

// severityOf judges what a broken rule does to a client. A request that the service accepted although
// the contract forbids it breaks nobody.
func severityOf(f contracts.Finding) Severity {
	switch {
	case f.Unknown:
		return Cosmetic
	case f.Part == contracts.PartRequest, f.In == contracts.InContentType:
		return Risky
	case f.In == contracts.InStatus:
		return Breaking
	}
	switch f.Rule {
	case "", "required", "type", "oneOf", "anyOf", "allOf", "nullable":
		return Breaking
	}
	return Risky // a value the contract does not list, a number out of its range
}

var indices = regexp.MustCompile(`/\d+(/|$)`)

// fieldOf is the place of a finding, with [] for the items of lists.
func fieldOf(f contracts.Finding) string {
	place := f.In
	if f.In == contracts.InBody {
		place = f.Pointer
		for indices.MatchString(place) {
			place = indices.ReplaceAllString(place, "/[]$1")
		}
	} else if f.Pointer != "" {
		place += " " + f.Pointer
	}
	if f.Part == contracts.PartRequest {
		return "request " + place
	}
	return place
}

func whatOf(f contracts.Finding) string {
	if f.Found != "" && f.Rule == "enum" {
		return f.Reason + ", found " + f.Found
	}
	return f.Reason
}

package verify

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/contracts/internal/excerpt"
)

// judged is what came of a step: at most one of fault and notJudged is set.
type judged struct {
	fault      string
	notJudged  string
	notes      []string
	differs    bool // from what is expected, where no document promises that
	unanswered bool
}

// take makes the call of a step and judges the response. What the step keeps is added to values.
func (r *runner) take(ctx context.Context, s *step, values map[string]any) judged {
	entered := r.session(ctx, s)
	if entered.why != "" {
		return judged{notJudged: entered.why, unanswered: entered.unanswered}
	}
	request, err := r.request(ctx, s, values, entered.ticket)
	if err != nil {
		return judged{notJudged: err.Error()}
	}
	a, why := r.send(ctx, request)
	if why != "" {
		return judged{notJudged: why, unanswered: true}
	}
	if s.Off != 0 && a.status == s.Off {
		return judged{notJudged: "it needs " + s.Needs}
	}
	e := &examination{runner: r, step: s, values: values, answer: a}
	e.shape()
	if e.fault == "" {
		e.value, _ = decode(a.body)
		e.expectation()
	}
	return e.judged
}

// examination compares one response with the contract and with its step.
type examination struct {
	judged
	runner *runner
	step   *step
	values map[string]any
	answer answer
	value  any
}

// shape checks the response against the document.
func (e *examination) shape() {
	o := e.step.operation
	document, err := contracts.Load(o.Service)
	if err != nil {
		e.notJudged = err.Error()
		return
	}
	for _, v := range document.CheckResponse(o.ID, e.answer.status, e.answer.header, e.answer.body) {
		from := document.ResponseOrigin(o.ID, e.answer.status, e.answer.header, v)
		line := from.After(v.String())
		switch sure := e.runner.target.Assumed || from.Provenance != "assumed" && !v.Unknown; {
		case !sure:
			e.notes = append(e.notes, line)
		case e.fault == "":
			e.fault = line
		}
	}
}

// expectation compares the response with what the step expects.
func (e *examination) expectation() {
	s, got := e.step, codeOf(e.step.operation, e.value)
	if e.runner.refusedCredentials(s, got) {
		e.notJudged = refusedWith(got)
		return
	}
	e.runner.opens(s, got)
	if !s.refused() {
		from := e.origin(s.operation.Provenance, s.operation.Source)
		if got != success(s.operation) {
			e.miss(from, "the response must be a success, found "+describedCode(got))
			return
		}
		e.content(from)
		return
	}
	var candidates []contracts.Error
	for _, code := range s.Expect {
		candidates = append(candidates, s.errorsOf(code, e.runner.target.Dialect)...)
	}
	e.failure(candidates, got)
}

// error looks for the error among those that may come.
func (e *examination) failure(candidates []contracts.Error, got any) {
	var wanted []string
	var provenancesOne contracts.Origin
	for _, r := range candidates {
		from := e.origin(r.Provenance, r.Source)
		if provenancesOne.Provenance == "" || slices.Index(contracts.Provenances(), from.Provenance) < slices.Index(contracts.Provenances(), provenancesOne.Provenance) {
			provenancesOne = from
		}
		if !slices.Contains(wanted, r.Code) {
			wanted = append(wanted, r.Code)
		}
	}
	var texts []string
	for _, r := range candidates {
		if plainText(got) != r.Code {
			continue
		}
		text := e.texts(r)
		if text == "" {
			e.content(e.origin(r.Provenance, r.Source))
			return
		}
		texts = append(texts, text)
		provenancesOne = e.origin(cmp.Or(r.TextProvenance, r.Provenance), r.Source)
	}
	if len(texts) > 0 {
		e.miss(provenancesOne, texts[0])
		return
	}
	e.miss(provenancesOne, fmt.Sprintf("the response must be the error %s, found %s", strings.Join(wanted, " or "), describedCode(got)))
}

// origin is where an expectation is from. A step that is less sure than what it is about says so, and has no source.
func (e *examination) origin(provenance, source string) contracts.Origin {
	if own := e.step.Provenance; own != "" && own != provenance {
		return contracts.Origin{Provenance: own}
	}
	return contracts.Origin{Provenance: provenance, Source: source}
}

// describedCode shows a code. A documented one is no secret, however long.
func describedCode(got any) string {
	known := func(o contracts.Operation) bool {
		return slices.ContainsFunc(o.Errors, func(r contracts.Error) bool { return r.Code == got })
	}
	if slices.ContainsFunc(contracts.Operations(), known) {
		return fmt.Sprintf("%q", got)
	}
	return described(got)
}

// texts says how the texts of an error differ from the documented ones. Those of h5ds go on with the name of a field.
func (e *examination) texts(r contracts.Error) string {
	for _, t := range []struct{ at, want string }{
		{"/Message or /Response/Error/Message or /message", r.Message}, {"/EnglishMessage", r.EnglishMessage},
	} {
		if t.want == "" {
			continue
		}
		found, _ := find(e.value, t.at)
		text, _ := found.(string)
		goesOn := e.step.operation.Service == "h5ds" && strings.HasPrefix(text, t.want+": ")
		if text != t.want && !goesOn {
			return fmt.Sprintf("the error must say %q, found %s", t.want, described(found))
		}
	}
	return ""
}

// content compares the values that the step names, and keeps those for later steps.
func (e *examination) content(from contracts.Origin) {
	s, of := e.step, e.runner.valueOf(e.step, e.values)
	for _, at := range slices.Sorted(maps.Keys(s.Has)) {
		want, err := fill(s.Has[at], of)
		found := findAll(e.value, at)
		if err != nil || !slices.ContainsFunc(found, func(v any) bool { return sameValue(want, v) }) {
			e.miss(from, fmt.Sprintf("%s must be %s, found %s", at, excerpt.Value(contracts.SplitPointer(at), normal(want)), foundOf(at, found)))
			return
		}
	}
	for i, list := range [][]any{s.Mentions, s.Lacks} {
		for _, template := range list {
			want, err := fill(template, of)
			if there := mentions(e.value, normal(want)); err != nil || there != (i == 0) {
				e.miss(from, fmt.Sprintf("%s must %sstand in the response", described(cmp.Or(want, template)), [2]string{"", "not "}[i]))
				return
			}
		}
	}
	for name, at := range s.Keep {
		v, ok := find(e.value, at)
		if !ok {
			e.miss(from, at+" must be there: later steps need it")
			return
		}
		e.values[name] = v
	}
}

func foundOf(at string, found []any) string {
	switch len(found) {
	case 0:
		return "nothing"
	case 1:
		return excerpt.Value(contracts.SplitPointer(at), found[0])
	}
	return fmt.Sprintf("%d others", len(found))
}

// miss records that an expectation is not met: a fault where it is sure, a note where no document backs it.
func (e *examination) miss(from contracts.Origin, what string) {
	line := from.After(what)
	switch {
	case e.step.Needs != "" && e.step.Off == 0:
		e.notJudged = "it needs " + e.step.Needs
	case from.Provenance == "assumed" && !e.runner.target.Assumed && !e.opened():
		e.notes, e.differs = append(e.notes, line), true
	default:
		e.fault = line
	}
}

// opened says that a credential was taken that opens nothing.
func (e *examination) opened() bool {
	o := e.step.operation
	return e.step.opensNothing() && codeOf(o, e.value) == success(o)
}

// success is the code of a response that is none of an error.
func success(o contracts.Operation) any {
	if o.Service == "h5ds" {
		return json.Number("0")
	}
	return "Success"
}

// codeOf is the code of a response. The newest shape of the ticket has none.
func codeOf(o contracts.Operation, value any) any {
	code, ok := find(value, "/Code or /Response/Error/Code or /code")
	if _, ticket := find(value, "/Response/Authorization"); !ok && ticket {
		return success(o)
	}
	return code
}

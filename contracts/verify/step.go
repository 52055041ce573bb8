package verify

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/contracts/internal/excerpt"
	"github.com/fakecme/fakecme/fake/traffic"
)

// result is the verdict on a step. At most one of fault and notJudged is set; neither is for a step that is kept.
type result struct {
	fault     string
	notJudged string
	notes     []string
	differs   bool // from an expectation that no document backs
	silent    bool // no response came
}

// runStep makes the call of a step and judges the response. The values that the step keeps are added to values.
func runStep(ctx context.Context, sessions *sessions, s *step, values map[string]any) result {
	login := sessions.session(ctx, s)
	if login.why != "" {
		return result{notJudged: login.why, silent: login.silent}
	}
	request, err := sessions.request(ctx, s, values, login.ticket)
	if err != nil {
		return result{notJudged: err.Error()}
	}
	got, why := sessions.send(ctx, request)
	if why != "" {
		return result{notJudged: why, silent: true}
	}
	if s.Off != 0 && got.status == s.Off {
		return result{notJudged: "it needs " + s.Needs}
	}
	e := &examination{sessions: sessions, step: s, values: values, response: got}
	e.shape()
	if e.fault == "" {
		e.value, _ = contracts.DecodeJSON(got.body)
		e.expectation()
	}
	return e.result
}

// examination compares one response with the contract and with its step.
type examination struct {
	result
	sessions *sessions
	step     *step
	values   map[string]any
	response response
	value    any
}

// shape checks the response against the document.
func (e *examination) shape() {
	o := e.step.operation
	document, err := contracts.Load(o.Service)
	if err != nil {
		e.notJudged = err.Error()
		return
	}
	for _, v := range document.CheckResponse(o.ID, e.response.status, e.response.header, e.response.body) {
		from := document.ResponseOrigin(o.ID, e.response.status, e.response.header, v)
		line := from.After(v.String())
		switch sure := e.sessions.target.Assumed || from.Provenance != "assumed" && !v.Unknown; {
		case !sure:
			e.notes = append(e.notes, line)
		case e.fault == "":
			e.fault = line
		}
	}
}

// successTexts compares the texts of a success. No step depends on them: one that no document backs is a note, and the scenario goes on.
func (e *examination) successTexts() {
	for _, t := range textsOf(e.step.operation) {
		found, ok := find(e.value, t.at)
		if !ok || sameValue(t.text, found) { // whether it is there is a matter of the contract
			continue
		}
		line := t.origin.After(fmt.Sprintf("%s must be %q, found %s", t.at, t.text, excerpt.Value(contracts.SplitPointer(t.at), found)))
		if e.sessions.target.Assumed || t.origin.Provenance != contracts.Assumed {
			e.fault = line
			return
		}
		e.notes = append(e.notes, line)
	}
}

// expectation compares the response with what the step expects.
func (e *examination) expectation() {
	s, got := e.step, codeOf(e.step.operation, e.response)
	if e.sessions.rejectsCredentials(s, got) {
		e.notJudged = rejectedWith(s.operation, got)
		return
	}
	e.sessions.note(s, got)
	if !s.expectsError() {
		from := e.origin(s.operation.Provenance, s.operation.Source)
		if got != success(s.operation) {
			e.miss(from, "the response must be a success, found "+shownCode(s.operation, got))
			return
		}
		if e.successTexts(); e.fault == "" {
			e.content(from)
		}
		return
	}
	var candidates []contracts.Error
	for _, code := range s.Expect {
		candidates = append(candidates, s.errorsOf(code, e.sessions.target.Dialect)...)
	}
	e.failure(candidates, got)
}

// failure compares an error with the documented ones of which one is expected.
func (e *examination) failure(candidates []contracts.Error, got string) {
	var wanted []string
	var surest contracts.Origin
	for _, r := range candidates {
		from := e.origin(r.Provenance, r.Source)
		if surest.Provenance == "" || slices.Index(contracts.Provenances(), from.Provenance) < slices.Index(contracts.Provenances(), surest.Provenance) {
			surest = from
		}
		if !slices.Contains(wanted, r.Code) {
			wanted = append(wanted, r.Code)
		}
	}
	var texts []string
	for _, r := range candidates {
		if got != r.Code && (got != r.OtherCode || e.sessions.target.Dialect != "") {
			continue
		}
		text := e.texts(r)
		if text == "" {
			e.content(e.origin(r.Provenance, r.Source))
			return
		}
		texts = append(texts, text)
		surest = e.origin(cmp.Or(r.TextProvenance, r.Provenance), r.Source)
	}
	if len(texts) > 0 {
		e.miss(surest, texts[0])
		return
	}
	e.miss(surest, fmt.Sprintf("the response must be the error %s, found %s", strings.Join(wanted, " or "), shownCode(e.step.operation, got)))
}

// origin is where an expectation is from. A step that is less sure than its operation or error has a provenance of its own, and no
// source.
func (e *examination) origin(provenance, source string) contracts.Origin {
	if own := e.step.Provenance; own != "" && own != provenance {
		return contracts.Origin{Provenance: own}
	}
	return contracts.Origin{Provenance: provenance, Source: source}
}

// texts says how the texts of an error differ from the documented ones. Texts of h5ds may continue with the name of a field.
func (e *examination) texts(documented contracts.Error) string {
	found := traffic.ReadEnvelope(e.response.body)
	for _, t := range []struct{ found, want string }{
		{found.Message, documented.Message}, {found.EnglishMessage, documented.EnglishMessage},
	} {
		continues := e.step.operation.Service == "h5ds" && strings.HasPrefix(t.found, t.want+": ")
		if t.want != "" && t.found != t.want && !continues {
			return fmt.Sprintf("the error must say %q, found %s", t.want, shownText(t.found))
		}
	}
	return ""
}

// content compares the values that the step names, and keeps values for later steps.
func (e *examination) content(from contracts.Origin) {
	s, of := e.step, e.sessions.valueOf(e.step, e.values)
	for _, at := range slices.Sorted(maps.Keys(s.Has)) {
		want, err := fill(s.Has[at], of)
		found := findAll(e.value, at)
		if err != nil || !slices.ContainsFunc(found, func(v any) bool { return sameValue(want, v) }) {
			e.miss(from, fmt.Sprintf("%s must be %s, found %s", at, excerpt.Value(contracts.SplitPointer(at), normal(want)), foundOf(at, found)))
			return
		}
	}
	for name, at := range echoes[s.operation.Service] {
		sent, there := s.Query[name]
		if found, ok := find(e.value, at); there && ok && plainText(found) != sent {
			e.wrong(from, fmt.Sprintf("%s must be the %s of the request, %s, found %s", at, name, sent, excerpt.Value(contracts.SplitPointer(at), found)))
			return
		}
	}
	if what := e.list(of); what != "" {
		e.wrong(from, what)
		return
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

// list says what is wrong with the items of a list: those that are there, their order and their number. That a precondition is
// missing does not excuse it.
func (e *examination) list(of func(string) (any, error)) string {
	s := e.step
	for _, at := range slices.Sorted(maps.Keys(s.Each)) {
		filled, err := fill(s.Each[at], of)
		wanted, _ := filled.([]any)
		for _, v := range findAll(e.value, at) {
			if err != nil || !slices.ContainsFunc(wanted, func(want any) bool { return sameValue(want, v) }) {
				return fmt.Sprintf("each %s must be %s, found %s", at, shownChoice(at, wanted), excerpt.Value(contracts.SplitPointer(at), v))
			}
		}
	}
	for _, at := range slices.Sorted(maps.Keys(s.Sorted)) {
		found := findAll(e.value, at)
		if s.Sorted[at] == descending {
			slices.Reverse(found)
		}
		if !slices.IsSortedFunc(found, compareValues) {
			return fmt.Sprintf("%s must be %s, and is not", at, s.Sorted[at])
		}
	}
	for _, at := range slices.Sorted(maps.Keys(s.Most)) {
		found, _ := find(e.value, at)
		if items, _ := found.([]any); len(items) > s.Most[at] {
			return fmt.Sprintf("%s may have %d items at most, found %d", at, s.Most[at], len(items))
		}
	}
	return ""
}

func shownChoice(at string, wanted []any) string {
	var shown []string
	for _, want := range wanted {
		shown = append(shown, excerpt.Value(contracts.SplitPointer(at), normal(want)))
	}
	return strings.Join(shown, " or ")
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

// miss records that an expectation is not met: it is for want of a precondition, or wrong.
func (e *examination) miss(from contracts.Origin, what string) {
	if e.step.Needs != "" && e.step.Off == 0 {
		e.notJudged = "it needs " + e.step.Needs
		return
	}
	e.wrong(from, what)
}

// wrong records a difference from an expectation. That is a fault, or a note if no document backs the expectation.
func (e *examination) wrong(from contracts.Origin, what string) {
	line := from.After(what)
	if from.Provenance == contracts.Assumed && !e.sessions.target.Assumed && !e.opens() {
		e.notes, e.differs = append(e.notes, line), true
		return
	}
	e.fault = line
}

// opens says that the provider accepted a credential that is certainly wrong.
func (e *examination) opens() bool {
	o := e.step.operation
	return e.step.certainlyWrong() && codeOf(o, e.response) == success(o)
}

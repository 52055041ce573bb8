package observe

import (
	"fmt"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
)

// assumptions finds what is assumed of an exchange: the operation, a part of the request, the error. The contract says
// of each where it stands and why it is there. What the response holds is left out: the client cannot help that, and
// nobody sees whether it reads it.
func assumptions(e Exchange) (found []diagnosis.Diagnosis, err error) {
	o := e.Operation.Operation
	add := func(part, sentence, source string) {
		found = append(found, diagnosis.Diagnosis{
			Code:     "assumed." + part,
			Sentence: fmt.Sprintf("%s (%s.yaml marks it assumed: %s)", sentence, o.Service, source),
			Fix:      "do not rely on it before you have seen the real service do it; without OnlyDocumented it is no finding",
		})
	}
	if o.Provenance == contracts.Assumed {
		add("operation", "no source documents the operation", o.Source)
		return found, nil // with all its parts
	}
	document, err := contracts.Load(o.Service)
	if err != nil {
		return nil, fmt.Errorf("load contract: %w", err)
	}
	for _, g := range document.Guesses(o.ID, e.Request, e.Body) {
		part := fmt.Sprintf("%s %s", g.In, g.Pointer)
		if g.Pointer == "" {
			part = g.In
		}
		add("request", fmt.Sprintf("no source says that the %s of the request is understood", part), g.Source)
	}
	if e.Error.Code == "" || e.Recorded { // a recorded error was seen, whatever the documents know
		return found, nil
	}
	if source, assumed := assumedError(e); assumed {
		add("error", fmt.Sprintf("no source says that the operation rejects with %s in this case", e.Error.Code), source)
	}
	return found, nil
}

// assumedError says whether everything that the contract knows of the error, for the reason that the diagnosis gives, is
// assumed. One code may be documented for one reason and assumed for another.
func assumedError(e Exchange) (source string, assumed bool) {
	reason := ""
	if e.Diagnosis != nil {
		reason = e.Diagnosis.Code
	}
	for _, r := range e.Operation.Errors {
		if r.Code != e.Error.Code || r.Dialect != "" && r.Dialect != e.Tenant.Dialect().Name {
			continue
		}
		from := r.OriginOf(reason)
		if from.Provenance != contracts.Assumed {
			return "", false
		}
		source, assumed = from.Source, true
	}
	return source, assumed
}

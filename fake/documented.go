package fake

import (
	"fmt"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
)

// onlyDocumented makes findings of what is assumed: an operation, a part of a request, an error.
// The contract says of each where it stands and why it is there. What the client is sent is left
// out: it cannot help that, and nobody sees whether it reads it.
func onlyDocumented(x *exchange, next func()) {
	next()
	if !x.srv.config.OnlyDocumented || x.failed {
		return
	}
	o := x.operation.contract
	if o.Provenance == contracts.Assumed {
		x.findAssumed("operation", "no source documents the operation", o.Source)
		return // with all its parts
	}
	document, err := contracts.Load(x.service.name)
	if err != nil {
		x.bug("load contract: %v", err)
		return
	}
	for _, g := range document.Guesses(o.ID, x.r, x.body) {
		part := fmt.Sprintf("%s %s", g.In, g.Pointer)
		if g.Pointer == "" {
			part = g.In
		}
		x.findAssumed("request", fmt.Sprintf("no source says that the %s of the request is understood", part), g.Source)
	}
	if x.failure == nil || x.replayed { // what was recorded was seen, whatever the documents know
		return
	}
	if source, assumed := x.assumedError(o.Errors); assumed {
		x.findAssumed("error", fmt.Sprintf("no source says that the operation rejects with %s", x.failure.Code), source)
	}
}

func (x *exchange) findAssumed(what, sentence, source string) {
	x.find(diagnosis.Diagnosis{
		Code:     "assumed." + what,
		Sentence: fmt.Sprintf("%s (%s.yaml marks it assumed: %s)", sentence, x.service.name, source),
		Fix:      "do not rely on it before you have seen the real service do it; without OnlyDocumented it is no finding",
	})
}

// assumedError says whether all that the contract knows of the error answered is assumed. One
// code may be documented for one cause and assumed for another; which of them it was, nobody can tell.
func (x *exchange) assumedError(documented []contracts.Error) (source string, assumed bool) {
	for _, r := range documented {
		if r.Code != x.failure.Code || r.Dialect != "" && r.Dialect != x.srv.config.Dialect.Name {
			continue
		}
		if r.Provenance != contracts.Assumed {
			return "", false
		}
		source, assumed = r.Source, true
	}
	return source, assumed
}

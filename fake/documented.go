package fake

import (
	"fmt"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
)

// onlyDocumented makes findings of what is derived: an operation, a part of a request, a refusal.
// The contract says of each where it stands and why it is there. What the client is sent is left
// out: it cannot help that, and nobody sees whether it reads it.
func onlyDocumented(x *exchange, next func()) {
	next()
	if !x.srv.config.OnlyDocumented || x.failed {
		return
	}
	o := x.operation.contract
	if o.Provenance == contracts.Derived {
		x.findDerived("operation", "no source documents the operation", o.Source)
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
		x.findDerived("request", fmt.Sprintf("no source says that the %s of the request is understood", part), g.Source)
	}
	if x.refusal == nil {
		return
	}
	if source, derived := x.derivedRefusal(o.Refusals); derived {
		x.findDerived("refusal", fmt.Sprintf("no source says that the operation refuses with %s", x.refusal.Code), source)
	}
}

func (x *exchange) findDerived(what, sentence, source string) {
	x.find(diagnosis.Diagnosis{
		Code:     "derived." + what,
		Sentence: fmt.Sprintf("%s (%s.yaml marks it derived: %s)", sentence, x.service.name, source),
		Fix:      "do not rely on it before you have seen the real service do it; without OnlyDocumented it is no finding",
	})
}

// derivedRefusal says whether all that the contract knows of the refusal answered is derived. One
// code may be documented for one cause and derived for another; which of them it was, nobody can tell.
func (x *exchange) derivedRefusal(documented []contracts.Refusal) (source string, derived bool) {
	for _, r := range documented {
		if r.Code != x.refusal.Code || r.Dialect != "" && r.Dialect != x.srv.config.Dialect.Name {
			continue
		}
		if r.Provenance != contracts.Derived {
			return "", false
		}
		source, derived = r.Source, true
	}
	return source, derived
}

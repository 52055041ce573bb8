// Package replay knows where each tenant stands in the recordings that respond before the fake does.
package replay

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/scheme"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/opencme"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/har"
)

// Replay is the recordings of a server, and which of them have been used.
type Replay struct {
	// Mixed lets the fake respond to what was not recorded.
	Mixed bool

	mustUse bool
	calls   *recordings.Library // those that respond
	errors  *recordings.Library // those that reject a credential: the fake does that itself
	all     []recordings.Hit    // both, in their order

	mu   sync.Mutex      // guards used
	used map[string]bool // by place
}

// New returns nil without a library. With mustUse, a recording that nothing has used is a finding.
func New(library *recordings.Library, mixed, mustUse bool) *Replay {
	if library == nil {
		return nil
	}
	all := library.Where(nil).Unused()
	given := map[string]bool{} // the placeholders of the tickets and tokens that recorded logins gave
	for _, hit := range all {
		for _, placeholder := range hit.NewPlaceholders() {
			given[placeholder] = true
		}
	}
	rejects := func(hit recordings.Hit) bool { return rejectsCredential(hit, given) }
	return &Replay{
		Mixed: mixed, mustUse: mustUse, all: all,
		calls:  library.Where(func(hit recordings.Hit) bool { return !rejects(hit) }),
		errors: library.Where(rejects),
		used:   map[string]bool{},
	}
}

// rejectsCredential says whether a recorded response rejects a signature, or a ticket or token that no recorded login
// gave. A client with a good one must not get it. One that was given and then rejected had expired, and the client shall
// live through that again.
func rejectsCredential(hit recordings.Hit, given map[string]bool) bool {
	o, ok := OperationOf(hit.Call)
	if !ok {
		return false
	}
	code := traffic.ReadEnvelope(hit.Call.ResponseBody).Code
	if VerifySignIn(hit.Call.Body) != "" && code == opencme.ErrSignatureVerifyFail.Code {
		return true
	}
	s, ok := scheme.Named(o.Security)
	return ok && s.Rejects(code) && !given[s.Recorded(hit.Call)]
}

// VerifySignIn is the signature of CME in the body of a request; empty without one.
func VerifySignIn(body []byte) string {
	var request struct{ VerifySign string }
	_ = json.Unmarshal(body, &request) // a body that is not JSON has none
	return request.VerifySign
}

// OperationOf finds the operation of a recorded call.
func OperationOf(c har.Call) (*service.Operation, bool) {
	path := c.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	s := service.At(strings.ToLower(c.URL.Hostname()), path)
	if s == nil {
		return nil, false
	}
	o, _ := s.Match(c.Method, path)
	return o, o != nil
}

// copies are a tenant's own recordings: each tenant uses them up by itself.
type copies struct {
	once          sync.Once
	calls, errors *recordings.Library
}

var copiesOfTenants = tenant.NewSlot[copies](tenant.Reset)

// Of returns the recordings of a tenant: those that respond, and those that reject a credential. After a reset they
// begin anew.
func (r *Replay) Of(t *tenant.Tenant) (calls, errors *recordings.Library) {
	c := copiesOfTenants.Of(t)
	c.once.Do(func() { c.calls, c.errors = r.calls.Where(nil), r.errors.Where(nil) })
	return c.calls, c.errors
}

// Use notes that a recording has been of use.
func (r *Replay) Use(hit recordings.Hit) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used[PlaceOf(hit)] = true
}

// UseError notes that the fake has rejected the credential of a call. If that was recorded too, the recording has been
// of use.
func (r *Replay) UseError(t *tenant.Tenant, s scheme.Scheme, request har.Call) {
	calls, errors := r.Of(t)
	hit, miss := errors.Find(request)
	if miss != nil { // the credential may have been good for a time
		hit, miss = calls.FindIf(request, func(hit recordings.Hit) bool {
			return s.Rejects(traffic.ReadEnvelope(hit.Call.ResponseBody).Code)
		})
	}
	if miss == nil {
		r.Use(hit)
	}
}

// PlaceOf says where a recording stands: "session.har: log.entries[3]".
func PlaceOf(hit recordings.Hit) string {
	return fmt.Sprintf("%s: log.entries[%d]", hit.Archive, hit.Index)
}

// Unused returns the recordings that no tenant has used.
func (r *Replay) Unused() []recordings.Hit {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var unused []recordings.Hit
	for _, hit := range r.all {
		if !r.used[PlaceOf(hit)] {
			unused = append(unused, hit)
		}
	}
	return unused
}

// Findings has one for each unused recording, if those are findings.
func (r *Replay) Findings() []traffic.Finding {
	if r == nil || !r.mustUse {
		return nil
	}
	var found []traffic.Finding
	for _, hit := range r.Unused() {
		f := traffic.Finding{Call: hit.Call.Method + " " + traffic.Shorten(hit.Call.URL.EscapedPath()), Times: 1, Diagnosis: diagnosis.Diagnosis{
			Code:     "replay.unused",
			Sentence: fmt.Sprintf("the recording %s has answered no call", PlaceOf(hit)),
			Fix:      "let the client make the call, or take it out of the recording",
		}}
		if o, ok := OperationOf(hit.Call); ok {
			f.Operation = o.ID
		}
		found = append(found, f)
	}
	return found
}

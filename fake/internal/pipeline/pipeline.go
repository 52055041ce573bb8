// Package pipeline is the way of a call: the list of steps that each call takes, from its bytes to the bytes of its
// response.
package pipeline

import (
	"net/http"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/internal/scheme"
)

// step is one part of the way of a call. It calls next to go on, or answers itself.
type step struct {
	name string
	run  func(x *Exchange, next func())
}

// steps is the way of a call, outermost first.
var steps = []step{
	// Reads the whole request, so that a client that leaves is noticed, and keeps exactly what the client gets.
	{"journal", keepJournal},
	// Browsers call the vendors' hosts from pages of other origins; every response needs the headers, errors too.
	{"cors", allowOrigins},
	// What others have written must not run as a page of the fake, whose origin has the admin API; outside of guard, so
	// that it sees every response.
	{"sandbox", sandbox},
	// A panic becomes a 500 and a bug in the fake, never a dead process; inside journal, so that it is kept.
	{"guard", guard},
	// Which service and which operation: everything further in depends on it. Sites answer here.
	{"identify", identify},
	// Which tenant the call claims to be from; not believed yet, but its journal and clock are used from here on.
	{"locate", locate},
	// A body that is too large or was cut off is rejected only now, so that the journal knows whose it was.
	{"limit", limitBody},
	// Faults of the tenant, outside of everything that does the right thing.
	{"misbehave", misbehave},
	// Legal variation, before a fault spoils the response; outside of the check, which knows no extra field.
	{"vary", vary},
	// The fake must keep the contract, errors too; outside of everything that answers by the contract.
	{"check response", checkResponse},
	// Is the claim true? Before the request is looked at, as real services do.
	{"authenticate", authenticate},
	// The third party may say that its user has logged out: asked only once the token is good, and before the request
	// is looked at, since to a client both are one check.
	{"login status", askLoginStatus},
	// A recorded response comes before the fake's own opinion of the request: the recorded service had one. Signatures
	// and tickets are today's, and have been judged.
	{"replay", replayRecorded},
	// The client must keep the contract; an operation sees only what it may rely on.
	{"check request", checkRequest},
	// The operation itself, inside the tenant's transaction.
	{"dispatch", dispatch},
}

// walk takes the exchange through the steps that it has not entered yet.
func (x *Exchange) walk() {
	if x.entered == len(steps) {
		return
	}
	x.entered++
	steps[x.entered-1].run(x, x.next)
}

// ServeHTTP answers one call.
func (p *Pipeline) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &Exchange{
		Pipeline: p, start: time.Now(),
		Request: scheme.Request{Request: r, Settings: p.Settings.Settings, Tenants: p.Registry},
	}
	x.next = x.walk
	x.walk()
	if x.Tenant != nil && strings.HasPrefix(x.OperationID(), rendering) {
		// Not before the response is out: the client may be the one who is called. WriteTo panics to break it off.
		defer func() { go p.Renders.CallDue(x.Tenant) }()
	}
	x.Response.WriteTo(w, r)
}

// rendering begins the operations that make render tasks, or bring them to their end.
const rendering = "User.App.Tasks."

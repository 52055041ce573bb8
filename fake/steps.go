package fake

// step is one part of the way of a call. It calls next to go on, or answers itself.
type step struct {
	name string
	run  func(x *exchange, next func())
}

// steps is the way of a call, outermost first.
var steps = []step{
	// Reads the whole request, so that a client that leaves is noticed, and keeps exactly what the client gets.
	{"journal", keepJournal},
	// Browsers call the vendors' hosts from pages on other origins; every response needs the headers, errors too.
	{"cors", answerCORS},
	// A panic becomes a 500 and a bug in the fake, never a dead process; inside journal, so that it is kept.
	{"guard", guard},
	// What the client should not make a warning of shows once its response is there, faults included.
	{"warnings", noticeHabits},
	// Which service and which operation: everything further in depends on it.
	{"identify", identify},
	// Which tenant the call claims to be from; not believed yet, but its journal and clock are used from here on.
	{"locate", locate},
	// A body that is too large or was cut off is rejected only now, so that the journal knows whose it was.
	{"limit", limitBody},
	// Faults of the tenant, outside of everything that does the right thing.
	{"misbehave", misbehave},
	// What is assumed becomes a finding when only documented behaviour will do, errors included.
	{"only documented", onlyDocumented},
	// Legal variation, before a fault spoils the response; outside of the check, which knows no extra field.
	{"vary", vary},
	// The fake must keep the contract, errors included; outside of all that answers by the contract.
	{"check answer", checkResponse},
	// Is the claim true? Before the request is looked at, as real services do.
	{"authenticate", authenticate},
	// The third party may say that its user has logged out: asked only once the token is good, and before the
	// request is looked at, since to a client both are one check.
	{"login status", askLoginStatus},
	// What was recorded is answered from there, before the fake's own opinion of the request: the recorded service
	// had one. Signatures and tickets are today's, and have been judged.
	{"replay", replay},
	// The client must keep the contract; an operation sees only what it may rely on.
	{"check request", checkRequest},
	// The operation itself, inside the store.
	{"dispatch", dispatch},
}

// walk takes the exchange through the steps from number i on.
func (x *exchange) walk(i int) {
	if i == len(steps) {
		return
	}
	steps[i].run(x, func() { x.walk(i + 1) })
}

package fake

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// The codes of what a client does that works, and that its author should know all the same. Each
// can be forgiven by its code.
const (
	habitTicketPerCall = "warning.ticket-per-call"
	habitPolling       = "warning.polling"
	habitUploadTwice   = "warning.upload-finished-twice"
	habitSecretSent    = "warning.secret-sent"
	habitOldShape      = "warning.old-shape"
)

var habitCodes = []string{habitTicketPerCall, habitPolling, habitUploadTwice, habitSecretSent, habitOldShape}

// noticeHabits looks at a call when its response is there.
func noticeHabits(x *exchange, next func()) {
	next()
	if x.preflight || x.failed {
		return
	}
	if x.tenant == nil {
		x.tenant = x.home()
	}
	x.noticeSecrets()
	if x.operation == nil {
		return
	}
	x.noticeOldShape()
	h := &x.tenant.warnings
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ticketsLocked(x)
	h.pollingLocked(x)
	h.uploadsLocked(x)
}

// warnings is what a tenant's clients did lately, as far as warnings are judged by it.
type warnings struct {
	mu sync.Mutex // guards everything below

	tickets map[string]*ticketUse // by user
	polls   map[digest]*poll      // by question
	lost    map[digest]bool       // uploads whose end was never told to the client, by UploadContext
}

type digest = [sha256.Size]byte

// mostHabits bounds each of the maps; a full one is forgotten.
const mostHabits = 1000

// room makes sure that the map has room for one more.
func room[K comparable, V any](m map[K]V) map[K]V {
	if m == nil || len(m) >= mostHabits {
		return map[K]V{}
	}
	return m
}

// forget drops everything, as a reset of the tenant does.
func (h *warnings) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tickets, h.polls, h.lost = nil, nil, nil
}

// went says whether the client got the response it hoped for.
func (x *exchange) went() bool {
	return x.failure == nil && x.fault.Kind == "" && x.answer.status != 0 && x.r.Context().Err() == nil
}

// ticketUse is what a user does with tickets.
type ticketUse struct {
	fetched time.Time
	calls   int    // since then
	last    digest // the ticket of the last call
	inARow  int    // tickets that were good for one call each
}

// mostTicketsInARow is how many tickets of one user may be good for one call each, one after the
// other, before it is a warning: a test that makes a few clients is none.
const mostTicketsInARow = 5

// ticketsLocked finds the client that gets a ticket for each call: five in a row of the same user, each
// used for exactly one call, which went well, before the next one was fetched, although it was
// still good.
func (h *warnings) ticketsLocked(x *exchange) {
	switch x.operation.contract.Security {
	case "cmeSignature":
		if x.claims.user == "" {
			return
		}
		use := h.tickets[x.claims.user]
		if use == nil {
			h.tickets = room(h.tickets)
			use = &ticketUse{}
			h.tickets[x.claims.user] = use
		}
		good := x.now.Before(use.fetched.Add(x.srv.config.TicketLife))
		if use.calls == 1 && good && x.went() {
			use.inARow++
		} else {
			use.inARow = 0
		}
		use.fetched, use.calls = x.now, 0
		if use.inARow >= mostTicketsInARow {
			x.find(diagnosis.Diagnosis{
				Code:     habitTicketPerCall,
				Sentence: fmt.Sprintf("the client fetches a ticket for every call: %d or more in a row were used once", mostTicketsInARow),
				Fix:      "keep the ticket and use it until AuthFailure.SessionInvalid; it is a long-term one",
			})
		}
	case "cmeTicket":
		use := h.tickets[x.claims.user]
		if use == nil {
			return
		}
		text, _ := x.query("auth")
		ticket := sha256.Sum256([]byte(text))
		use.calls++
		if ticket == use.last || !x.went() {
			use.inARow, use.calls = 0, use.calls+1 // used again, or with a reason to fetch another
		}
		use.last = ticket
	}
}

// pollingOperations ask how far something is.
var pollingOperations = []string{
	"Task.DescribeTasks",
	"Common.BizTasks.Status", "Common.Filetrans.HuoshanInfo", "User.App.Tasks.Status", "User.Materials.Status",
	"User.CreditOrders.Status", "User.VipOrders.Status",
	"Account.Login.Wset", "Account.BindWeixin.Wset", "Account.Wechat.Wset",
}

// poll is a question that was asked.
type poll struct {
	at     time.Time
	answer digest
	inARow int // intervals that were too short
}

const (
	// shortestPoll is the virtual time that should pass between two equal questions.
	shortestPoll = time.Second
	// mostShortPolls is how many intervals in a row may be shorter before it is a warning.
	mostShortPolls = 5
)

// pollingLocked finds the client that asks too often: the same question of the same user, six times
// with the same response, each less than a second of the tenant's time after the one before. A
// clock that stands still tells nothing.
func (h *warnings) pollingLocked(x *exchange) {
	if !slices.Contains(pollingOperations, x.operationID()) || x.claims.user == "" && x.operation.contract.Security != "" {
		return
	}
	query := x.r.URL.RawQuery
	if x.operation.contract.Security == "cmeTicket" { // the ticket is no part of the question
		query = ""
	}
	question := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q", x.operationID(), x.claims.user, query, x.body))
	p := h.polls[question]
	if p == nil {
		h.polls = room(h.polls)
		p = &poll{}
		h.polls[question] = p
	}
	passed, answer := x.now.Sub(p.at), sha256.Sum256(x.answer.body)
	if passed > 0 && passed < shortestPoll && answer == p.answer && x.went() {
		p.inARow++
	} else {
		p.inARow = 0
	}
	p.at, p.answer = x.now, answer
	if p.inARow >= mostShortPolls {
		x.find(diagnosis.Diagnosis{
			Code:     habitPolling,
			Sentence: fmt.Sprintf("the client polls faster than once a second: %d or more times in a row it asked the same and got the same response", mostShortPolls+1),
			Fix:      "wait longer between two questions, and longer each time; in a test, advance the clock instead (Clock.Advance, PUT clock)",
		})
	}
}

// uploadsLocked finds the client that finishes an upload that it knows to be finished. After a lost response it
// is right to try again.
func (h *warnings) uploadsLocked(x *exchange) {
	if x.operationID() != "Material.FinishUploadMaterial" {
		return
	}
	var request struct{ UploadContext string }
	_ = json.Unmarshal(x.body, &request) // what is no JSON has no context
	context := sha256.Sum256([]byte(request.UploadContext))
	switch used := x.diagnosis != nil && x.diagnosis.Code == "webpaas.upload-used"; {
	case used && !h.lost[context]:
		x.find(diagnosis.Diagnosis{
			Code:     habitUploadTwice,
			Sentence: "the client finishes an upload again whose success it was told",
			Fix:      "remember the MaterialId of the first response; finish again only when no response came",
		})
	case x.went():
		delete(h.lost, context)
	case x.fault.Kind != "" || x.r.Context().Err() != nil:
		h.lost = room(h.lost)
		h.lost[context] = true
	}
}

// oldShapes are what clients still may send, and newer ones do not.
var oldShapes = []struct{ operation, field, instead, source string }{
	{"Account.BindMobile", "phoneNumber", "mobile", "it is the name of an older typing of the vendor's client"},
}

// noticeOldShape finds the client that sends what newer ones do not.
func (x *exchange) noticeOldShape() {
	for _, old := range oldShapes {
		if old.operation != x.operationID() {
			continue
		}
		var fields map[string]json.RawMessage
		if json.Unmarshal(x.body, &fields) == nil && fields[old.field] != nil {
			x.find(diagnosis.Diagnosis{
				Code:     habitOldShape,
				Sentence: fmt.Sprintf("the field %s is an old one: %s", old.field, old.source),
				Fix:      "send " + old.instead + " instead",
			})
		}
	}
}

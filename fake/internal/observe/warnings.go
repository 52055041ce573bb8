package observe

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/scheme"
	"github.com/fakecme/fakecme/fake/internal/tenant"
)

// The codes of what a client does that works, and that its author should know all the same. Each can be forgiven by
// its code.
const (
	ticketPerCall = "warning.ticket-per-call"
	polling       = "warning.polling"
	uploadTwice   = "warning.upload-finished-twice"
	secretSent    = "warning.secret-sent"
	oldShape      = "warning.old-shape"
	noContentType = "warning.no-content-type"
)

var warningCodes = []string{ticketPerCall, polling, uploadTwice, secretSent, oldShape, noContentType}

// Warnings are the codes of findings about what works and should not be done.
func Warnings() []string { return slices.Clone(warningCodes) }

// warnings finds what a client does that works, and that its author should know all the same.
func warnings(e Exchange) []diagnosis.Diagnosis {
	if e.Operation == nil {
		return nil
	}
	found := append(oldShapes(e), untyped(e)...)
	m := memories.Of(e.Tenant)
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, look := range []func(*memory, Exchange) *diagnosis.Diagnosis{
		(*memory).ticketPerCallLocked, (*memory).pollingLocked, (*memory).uploadTwiceLocked,
	} {
		if d := look(m, e); d != nil {
			found = append(found, *d)
		}
	}
	return found
}

// memory is what a tenant's clients did lately, as far as warnings are judged by it.
type memory struct {
	mu sync.Mutex // guards everything below

	tickets map[string]*ticketUse // by user
	polls   map[digest]*poll      // by question
	lost    map[digest]bool       // finished uploads whose response the client did not get, by UploadContext
}

var memories = tenant.NewSlot[memory](tenant.Reset)

type digest = [sha256.Size]byte

// maxMemory bounds each of the maps; a full one is forgotten.
const maxMemory = 1000

// room makes sure that the map has room for one more.
func room[K comparable, V any](m map[K]V) map[K]V {
	if m == nil || len(m) >= maxMemory {
		return map[K]V{}
	}
	return m
}

// ticketUse is what a user does with tickets.
type ticketUse struct {
	fetched time.Time
	calls   int    // since then
	last    digest // the ticket of the last call
	inARow  int    // tickets that were good for one call each
}

// maxTicketsInARow is how many tickets of one user may be good for one call each, one after the
// other, before it is a warning: a test that makes a few clients is none.
const maxTicketsInARow = 5

// ticketPerCallLocked finds the client that gets a ticket for each call: five in a row of the same user, each
// used for exactly one call, which went well, before the next one was fetched, although it was
// still good.
func (m *memory) ticketPerCallLocked(e Exchange) *diagnosis.Diagnosis {
	switch e.Operation.Security {
	case "cmeSignature":
		if e.Caller.User == "" {
			return nil
		}
		use := m.tickets[e.Caller.User]
		if use == nil {
			m.tickets = room(m.tickets)
			use = &ticketUse{}
			m.tickets[e.Caller.User] = use
		}
		good := e.Now.Before(use.fetched.Add(e.Tenant.TicketLife()))
		if use.calls == 1 && good && e.succeeded() {
			use.inARow++
		} else {
			use.inARow = 0
		}
		use.fetched, use.calls = e.Now, 0
		if use.inARow >= maxTicketsInARow {
			return &diagnosis.Diagnosis{
				Code:     ticketPerCall,
				Sentence: fmt.Sprintf("the client fetches a ticket for every call: %d or more in a row were used once", maxTicketsInARow),
				Fix:      "keep the ticket and use it until AuthFailure.SessionInvalid; it is a long-term one",
			}
		}
	case "cmeTicket":
		use := m.tickets[e.Caller.User]
		if use == nil {
			return nil
		}
		text, _ := (&scheme.Request{Request: e.Request}).Query("auth")
		ticket := sha256.Sum256([]byte(text))
		use.calls++
		if ticket == use.last || !e.succeeded() {
			use.inARow, use.calls = 0, use.calls+1 // used again, or with a reason to fetch another
		}
		use.last = ticket
	}
	return nil
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
	at       time.Time
	response digest
	inARow   int // intervals that were too short
}

const (
	// minPollInterval is the virtual time that should pass between two equal questions.
	minPollInterval = time.Second
	// maxShortPolls is how many intervals in a row may be shorter before it is a warning.
	maxShortPolls = 5
)

// pollingLocked finds the client that asks too often: the same question of the same user, six times
// with the same response, each less than a second of the tenant's time after the one before. A
// clock that stands still tells nothing.
func (m *memory) pollingLocked(e Exchange) *diagnosis.Diagnosis {
	if !slices.Contains(pollingOperations, e.Operation.ID) || e.Caller.User == "" && e.Operation.Security != "" {
		return nil
	}
	query := e.Request.URL.RawQuery
	if e.Operation.Security == "cmeTicket" { // the ticket is no part of the question
		query = ""
	}
	question := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q", e.Operation.ID, e.Caller.User, query, e.Body))
	p := m.polls[question]
	if p == nil {
		m.polls = room(m.polls)
		p = &poll{}
		m.polls[question] = p
	}
	passed, response := e.Now.Sub(p.at), sha256.Sum256(e.ResponseBody)
	if passed > 0 && passed < minPollInterval && response == p.response && e.succeeded() {
		p.inARow++
	} else {
		p.inARow = 0
	}
	p.at, p.response = e.Now, response
	if p.inARow >= maxShortPolls {
		return &diagnosis.Diagnosis{
			Code:     polling,
			Sentence: fmt.Sprintf("the client polls faster than once a second: %d or more times in a row it asked the same and got the same response", maxShortPolls+1),
			Fix:      "wait longer between two questions, and longer each time; in a test, advance the clock instead (Clock.Advance, PUT clock)",
		}
	}
	return nil
}

// uploadTwiceLocked finds the client that finishes an upload that it knows to be finished. After a lost response it
// is right to try again.
func (m *memory) uploadTwiceLocked(e Exchange) *diagnosis.Diagnosis {
	if e.Operation.ID != "Material.FinishUploadMaterial" {
		return nil
	}
	var request struct{ UploadContext string }
	_ = json.Unmarshal(e.Body, &request) // what is no JSON has no context
	context := sha256.Sum256([]byte(request.UploadContext))
	switch used := e.Diagnosis != nil && e.Diagnosis.Code == "webpaas.upload-used"; {
	case used && !m.lost[context]:
		return &diagnosis.Diagnosis{
			Code:     uploadTwice,
			Sentence: "the client finishes an upload again whose success it was told",
			Fix:      "remember the MaterialId of the first response; finish again only when no response came",
		}
	case e.succeeded():
		delete(m.lost, context)
	case e.Fault != "" || e.Request.Context().Err() != nil:
		m.lost = room(m.lost)
		m.lost[context] = true
	}
	return nil
}

// oldFields are fields that a service still takes, and that newer clients do not send.
var oldFields = []struct{ operation, field, instead, source string }{
	{"Account.BindMobile", "phoneNumber", "mobile", "it is the name of an older typing of the vendor's client"},
}

// oldShapes finds the client that sends what newer ones do not.
func oldShapes(e Exchange) (found []diagnosis.Diagnosis) {
	for _, old := range oldFields {
		if old.operation != e.Operation.ID {
			continue
		}
		var fields map[string]json.RawMessage
		if json.Unmarshal(e.Body, &fields) == nil && fields[old.field] != nil {
			found = append(found, diagnosis.Diagnosis{
				Code:     oldShape,
				Sentence: fmt.Sprintf("the field %s is an old one: %s", old.field, old.source),
				Fix:      "send " + old.instead + " instead",
			})
		}
	}
	return found
}

// untyped finds the client that sends a body without saying what it is. The first document prints its requests so.
func untyped(e Exchange) []diagnosis.Diagnosis {
	if !e.succeeded() || len(e.Body) == 0 || e.Request.Header.Get("Content-Type") != "" || e.Request.Method == http.MethodGet {
		return nil
	}
	return []diagnosis.Diagnosis{{
		Code:     noContentType,
		Sentence: "the request has a body and no Content-Type; it was read as JSON",
		Fix:      "send Content-Type: application/json; a proxy or a framework in between may rely on it",
	}}
}

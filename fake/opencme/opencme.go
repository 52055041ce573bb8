// Package opencme is open.cme.qcloud.com: it exchanges a signature for a ticket.
package opencme

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// State is what a tenant's opencme remembers.
type State struct {
	// Tickets by their text. Those that expired more than a day ago may be gone.
	Tickets map[string]Ticket `json:"tickets,omitempty"`
}

// Ticket is a long-term Authorization. How long the real ones last is not documented.
type Ticket struct {
	User     string    `json:"user"`
	Platform string    `json:"platform"`
	Issued   time.Time `json:"issued"`
	Expires  time.Time `json:"expires"`
}

// Service lists the operations of opencme.
var Service = op.Service[State]{
	Name:        "opencme",
	Ops:         []op.Op[State]{op.Write("OpenCME.Login", login)},
	Errors:      &errs,
	Envelope:    envelope,
	ContentType: func(d dialect.Dialect) string { return d.CMEContentType.String() },
	BadRequest:  func(string) *op.Error { return ErrSignatureVerifyFail },
	NotFound:    ErrSignatureVerifyFail,
	Broken:      errInternal,
}

// The errors of the service, whose texts stand in the contract.
var (
	errs op.Errors
	// ErrSignatureVerifyFail is the response to any signature that does not verify.
	ErrSignatureVerifyFail = errs.New("SignatureVerifyFail")
	errInternal            = errs.New("InternalError")

	// inCurrentPage are the errors as page 1156/50898 has them.
	inCurrentPage = map[*op.Error]*op.Error{
		ErrSignatureVerifyFail: errs.New("PlatformNotExist"),
		errInternal:            errs.New("InternalErrorCurrent"),
	}
)

type ticketResponse struct {
	AppID         int64
	Platform      string
	UserID        string
	Authorization string
	RequestID     string
}

// login runs only after the signature has been verified.
func login(c *op.Call, st *State, _ op.None) (ticketResponse, error) {
	text := st.NewTicket(c)
	answer := ticketResponse{AppID: c.Tenant.CMEAppID, Platform: c.Tenant.Platform, UserID: c.User, Authorization: text}
	if c.Dialect.TicketEnvelope == dialect.TicketResponse {
		answer.RequestID = c.NewID(op.RequestID)
	}
	return answer, nil
}

// NewTicket gives the caller a ticket.
func (st *State) NewTicket(c *op.Call) string {
	if st.Tickets == nil {
		st.Tickets = map[string]Ticket{}
	}
	text := newTicket(c, c.NewNumber("ticket", 1))
	st.Tickets[text] = Ticket{
		User: c.User, Platform: c.Tenant.Platform, Issued: c.Now, Expires: c.Now.Add(c.TicketLife),
	}
	st.sweep(c.Now)
	return text
}

const (
	// fewTickets need no sweep.
	fewTickets = 1024
	// remembered is how long the state keeps a ticket that has expired: meanwhile a diagnosis can
	// tell that it has.
	remembered = 24 * time.Hour
)

// sweep drops the tickets that expired long ago. It looks at them all, and so only when their
// number has reached a power of two: the number depends on the logins and the tenant's clock alone.
func (st *State) sweep(now time.Time) {
	if n := len(st.Tickets); n < fewTickets || n&(n-1) != 0 {
		return
	}
	maps.DeleteFunc(st.Tickets, func(_ string, t Ticket) bool { return now.Sub(t.Expires) > remembered })
}

// TicketOf returns a ticket of the user of c that is good now, the one that is good for longest. Where
// there is none it makes one, which counts nothing: later logins get the tickets that they get anyway.
func (st *State) TicketOf(c *op.Call) string {
	best := ""
	for text, t := range st.Tickets {
		if t.User != c.User || !c.Now.Before(t.Expires) {
			continue
		}
		if later := t.Expires.Compare(st.Tickets[best].Expires); best == "" || later > 0 || later == 0 && text < best {
			best = text
		}
	}
	if best != "" {
		return best
	}
	if st.Tickets == nil {
		st.Tickets = map[string]Ticket{}
	}
	best = newTicket(c, 0)
	st.Tickets[best] = Ticket{User: c.User, Platform: c.Tenant.Platform, Issued: c.Now, Expires: c.Now.Add(c.TicketLife)}
	return best
}

const ticketPrefix = "tf_"

// newTicket has the length of the documented example: tf_ and 25 characters, of which the last
// eight carry the tenant's number. Time and user are part of it, so that a ticket kept from
// an earlier run never becomes somebody else's.
func newTicket(c *op.Call, n int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%s/%d/%s/%d", c.Seed, c.Tenant.ID, n, c.User, c.Now.UnixNano()))
	return fmt.Sprintf("%s%s%08x", ticketPrefix, hex.EncodeToString(sum[:])[:17], c.Tenant.Number)
}

// TenantOf returns the number of the tenant that a text of the ticket's form claims to be from.
func TenantOf(ticket string) (uint32, bool) {
	if len(ticket) != len(ticketPrefix)+25 || ticket[:len(ticketPrefix)] != ticketPrefix {
		return 0, false
	}
	n, err := strconv.ParseUint(ticket[len(ticket)-8:], 16, 32)
	return uint32(n), err == nil
}

// The envelope of the original document.
type plainResponse struct {
	Code           string
	Message        string
	EnglishMessage string
	Data           *plainTicket `json:",omitempty"`
}

type plainTicket struct {
	AppID         int64 `json:"AppId"`
	Platform      string
	UserID        string `json:"UserId"`
	Authorization string
}

// The envelope of page 1156/50898.
type responseResponse struct{ Response any }

type responseTicket struct {
	AppID         int64 `json:"AppId"`
	Authorization string
	Platform      string
	RequestID     string `json:"RequestId"`
	TfUID         string `json:"TfUid"`
}

type responseError struct {
	Error     codeAndMessage
	RequestID string `json:"RequestId"`
}

type codeAndMessage struct{ Code, Message string }

func envelope(c *op.Call, answer any, failure *op.Error) any {
	if c.Dialect.TicketEnvelope == dialect.TicketResponse {
		return responseEnvelope(c, answer, failure)
	}
	if failure != nil {
		return plainResponse{Code: failure.Code, Message: failure.Message, EnglishMessage: failure.EnglishMessage}
	}
	t := answer.(ticketResponse)
	return plainResponse{
		Code: "Success", Message: "成功", EnglishMessage: "OK",
		Data: &plainTicket{AppID: t.AppID, Platform: t.Platform, UserID: t.UserID, Authorization: t.Authorization},
	}
}

func responseEnvelope(c *op.Call, answer any, failure *op.Error) any {
	if failure == nil {
		t := answer.(ticketResponse)
		return responseResponse{responseTicket{
			AppID: t.AppID, Authorization: t.Authorization, Platform: t.Platform,
			RequestID: t.RequestID, TfUID: t.UserID,
		}}
	}
	if current, ok := inCurrentPage[failure]; ok {
		failure = current
	}
	texts := codeAndMessage{failure.Code, cmp.Or(failure.EnglishMessage, failure.Message)}
	return responseResponse{responseError{texts, requestIDOfError(c)}}
}

// requestIDOfError is a UUID made from what is at hand: a rejected call must not count an id.
func requestIDOfError(c *op.Call) string {
	return c.Faker("error " + c.Now.Format(time.RFC3339Nano)).UUID()
}

// Package opencme fakes open.cme.qcloud.com, which exchanges a signature for a ticket.
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

// State is the opencme state of a tenant.
type State struct {
	// Tickets by their text. Tickets that expired more than a day ago may be missing.
	Tickets map[string]Ticket `json:"tickets,omitempty"`
}

// Ticket is a long-term Authorization. The lifetime of the real ones is not documented.
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

// The errors of the service. The contract has their texts.
var (
	errs op.Errors
	// ErrSignatureVerifyFail is the response to any signature that does not verify.
	ErrSignatureVerifyFail = errs.New("SignatureVerifyFail")
	errInternal            = errs.New("InternalError")

	// currentErrors maps an error to its form in page 1156/50898.
	currentErrors = map[*op.Error]*op.Error{
		ErrSignatureVerifyFail: errs.New("PlatformNotExist"),
		errInternal:            errs.New("InternalErrorCurrent"),
	}
)

// loginResponse is the response of OpenCME.Login in every dialect; envelope gives it its form.
type loginResponse struct {
	AppID         int64
	Platform      string
	UserID        string
	Authorization string
	RequestID     string
}

// login gives a ticket to the user of the call, whose signature has been verified before.
func login(c *op.Call, st *State, _ op.None) (loginResponse, error) {
	text, err := st.NewTicket(c)
	if err != nil {
		return loginResponse{}, err
	}
	resp := loginResponse{AppID: c.Tenant.CMEAppID, Platform: c.Tenant.Platform, UserID: c.User, Authorization: text}
	if c.Dialect.TicketEnvelope == dialect.TicketResponse {
		resp.RequestID = c.NewID(op.RequestID)
	}
	return resp, nil
}

// NewTicket makes a ticket for the user of the call and returns its text. It fails when there is no room for one.
func (st *State) NewTicket(c *op.Call) (string, error) {
	if err := c.RoomForTicket(len(st.Tickets), errInternal); err != nil {
		st.dropExpired(c.Now)
		if err = c.RoomForTicket(len(st.Tickets), errInternal); err != nil {
			return "", err
		}
	}
	if st.Tickets == nil {
		st.Tickets = map[string]Ticket{}
	}
	text := newTicket(c, c.NewNumber("ticket", 1))
	st.Tickets[text] = Ticket{
		User: c.User, Platform: c.Tenant.Platform, Issued: c.Now, Expires: c.Now.Add(c.TicketLife),
	}
	st.sweep(c.Now)
	return text, nil
}

const (
	// minSwept is the smallest number of tickets that is worth a sweep.
	minSwept = 1024
	// maxExpired is how long the state keeps an expired ticket, so that a diagnosis can say that it has expired.
	maxExpired = 24 * time.Hour
)

// sweep deletes the tickets that expired long ago. It scans all tickets, so it does so only when their number is a power
// of two. That number depends only on the logins and the tenant's clock.
func (st *State) sweep(now time.Time) {
	if n := len(st.Tickets); n < minSwept || n&(n-1) != 0 {
		return
	}
	st.dropExpired(now)
}

func (st *State) dropExpired(now time.Time) {
	maps.DeleteFunc(st.Tickets, func(_ string, t Ticket) bool { return now.Sub(t.Expires) > maxExpired })
}

// TicketOf returns the valid ticket of the user of c that expires last. If there is none it makes one without counting
// it, so that later logins get the same tickets as without it. It fails when there is no room for one.
func (st *State) TicketOf(c *op.Call) (string, error) {
	best := ""
	for text, t := range st.Tickets {
		if t.User != c.User || !c.Now.Before(t.Expires) {
			continue
		}
		if cmp.Or(t.Expires.Compare(st.Tickets[best].Expires), cmp.Compare(best, text)) > 0 { // "" expired long ago
			best = text
		}
	}
	if best != "" {
		return best, nil
	}
	if err := c.RoomForTicket(len(st.Tickets), errInternal); err != nil {
		return "", err
	}
	if st.Tickets == nil {
		st.Tickets = map[string]Ticket{}
	}
	best = newTicket(c, 0)
	st.Tickets[best] = Ticket{User: c.User, Platform: c.Tenant.Platform, Issued: c.Now, Expires: c.Now.Add(c.TicketLife)}
	return best, nil
}

const ticketPrefix = "tf_"

// newTicket returns a ticket with the length of the documented example: tf_ and 25 characters, of which the last eight
// are the tenant's number. It depends on time and user, so that a ticket of an earlier run is never one of another user.
func newTicket(c *op.Call, n int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%s/%d/%s/%d", c.Seed, c.Tenant.ID, n, c.User, c.Now.UnixNano()))
	return fmt.Sprintf("%s%s%08x", ticketPrefix, hex.EncodeToString(sum[:])[:17], c.Tenant.Number)
}

// TenantOf returns the number of the tenant in a ticket, and false for a text that has not the form of a ticket.
func TenantOf(ticket string) (uint32, bool) {
	if len(ticket) != len(ticketPrefix)+25 || ticket[:len(ticketPrefix)] != ticketPrefix {
		return 0, false
	}
	n, err := strconv.ParseUint(ticket[len(ticket)-8:], 16, 32)
	return uint32(n), err == nil
}

// plainResponse is the envelope of the original document.
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

// currentResponse is the envelope of page 1156/50898.
type currentResponse struct{ Response any }

type currentTicket struct {
	AppID         int64 `json:"AppId"`
	Authorization string
	Platform      string
	RequestID     string `json:"RequestId"`
	TfUID         string `json:"TfUid"`
}

type currentError struct {
	Error     codeAndMessage
	RequestID string `json:"RequestId"`
}

type codeAndMessage struct{ Code, Message string }

func envelope(c *op.Call, data any, failure *op.Error) any {
	if c.Dialect.TicketEnvelope == dialect.TicketResponse {
		return currentEnvelope(c, data, failure)
	}
	if failure != nil {
		return plainResponse{Code: failure.Code, Message: failure.Message, EnglishMessage: failure.EnglishMessage}
	}
	t := data.(loginResponse)
	return plainResponse{
		Code: "Success", Message: "成功", EnglishMessage: "OK",
		Data: &plainTicket{AppID: t.AppID, Platform: t.Platform, UserID: t.UserID, Authorization: t.Authorization},
	}
}

func currentEnvelope(c *op.Call, data any, failure *op.Error) any {
	if failure == nil {
		t := data.(loginResponse)
		return currentResponse{currentTicket{
			AppID: t.AppID, Authorization: t.Authorization, Platform: t.Platform,
			RequestID: t.RequestID, TfUID: t.UserID,
		}}
	}
	if current, ok := currentErrors[failure]; ok {
		failure = current
	}
	texts := codeAndMessage{failure.Code, cmp.Or(failure.EnglishMessage, failure.Message)}
	return currentResponse{currentError{texts, requestIDOfError(c)}}
}

// requestIDOfError returns a UUID that depends on the time alone, because a rejected call must not count an id.
func requestIDOfError(c *op.Call) string {
	return c.Faker("error " + c.Now.Format(time.RFC3339Nano)).UUID()
}

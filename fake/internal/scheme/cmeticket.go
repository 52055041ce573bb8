package scheme

import (
	"net/url"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/internal/token"
	"github.com/fakecme/fakecme/fake/opencme"
	"github.com/fakecme/fakecme/fake/webpaas"
	"github.com/fakecme/fakecme/recordings/har"
)

// cmeTicket is the ticket of opencme, which every call of webpaas carries: ?auth=….
type cmeTicket struct{}

func (cmeTicket) place() place {
	return place{"ticket", "ticket.missing", []string{"auth", "ticket"}, "the query parameter auth"}
}

func (cmeTicket) Tenant(r *Request) (*tenant.Tenant, bool) {
	ticket, ok := r.Query("auth")
	if !ok {
		return nil, false
	}
	number, ok := opencme.TenantOf(ticket)
	if !ok {
		return nil, false
	}
	return r.Tenants.ByNumber(number)
}

// User knows the users of tickets that have expired, and of tickets in the wrong place.
func (cmeTicket) User(r *Request) (user string) {
	ticket, sent := r.Query("auth")
	if !sent {
		ticket = strings.TrimPrefix(r.Header.Get("Authorization"), token.Prefix)
	}
	_ = r.Tenant.View(func(st *state.State) error { // a tenant that was removed has no users
		user = st.OpenCME.Tickets[ticket].User
		return nil
	})
	return user
}

const freshTicket = "get a ticket with GET https://open.cme.qcloud.com/?signature=… and send its Authorization as ?auth="

func (cmeTicket) verify(r *Request) (Identity, []diagnosis.Diagnosis, *op.Failure) {
	ticket, sent := r.Query("auth")
	reject := func(code, fix, format string, args ...any) (Identity, []diagnosis.Diagnosis, *op.Failure) {
		return Identity{}, nil, webpaas.ErrSessionInvalid.Because(code, fix, format, args...)
	}
	switch {
	case !sent && r.Header.Get("Authorization") != "":
		return reject("ticket.in-header", "send the ticket as the query parameter auth", "the ticket is in the header Authorization")
	case !sent:
		return reject("ticket.missing", freshTicket, "there is no query parameter auth")
	case ticket == "":
		return reject("ticket.empty", freshTicket, "the query parameter auth is empty")
	case strings.HasPrefix(ticket, "Bearer "):
		return reject("ticket.bearer", freshTicket, `the query parameter auth begins with "Bearer "; it is a token of h5ds, or a prefix too many`)
	}
	if _, ok := opencme.TenantOf(ticket); !ok {
		return reject("ticket.malformed", freshTicket, "the query parameter auth is not a ticket: a ticket is tf_ and 25 characters")
	}
	if !r.Located {
		return reject("ticket.unknown-tenant", freshTicket, "the ticket is of no tenant of this fake")
	}
	var found opencme.Ticket
	var ok bool
	if err := r.Tenant.View(func(st *state.State) error {
		found, ok = st.OpenCME.Tickets[ticket]
		return nil
	}); err != nil {
		return reject("ticket.tenant-gone", freshTicket, "the tenant of the ticket was removed")
	}
	switch {
	case !ok:
		return reject("ticket.unknown", freshTicket, "the ticket has the right form, but this fake does not know it; it may be from an earlier run, or have expired more than a day ago")
	case !r.Now.Before(found.Expires):
		return reject("ticket.expired", freshTicket, "the ticket expired %s ago", diagnosis.Span(r.Now.Sub(found.Expires)))
	}
	return Identity{User: found.User, Platform: found.Platform}, nil, nil
}

func (cmeTicket) Rejects(code string) bool { return code == webpaas.ErrSessionInvalid.Code }

func (cmeTicket) Recorded(c har.Call) string { return c.URL.Query().Get("auth") }

// Renew takes a ticket that the user has, or a new one.
func (cmeTicket) Renew(t *tenant.Tenant, user string, r *Renewal) error {
	c := t.NewCall("OpenCME.Login")
	c.User = user
	return t.Update(func(st *state.State) error {
		r.Header.Del("Authorization") // where some clients send it by mistake
		ticket, err := st.OpenCME.TicketOf(c)
		if err == nil {
			r.SetQuery("auth", url.QueryEscape(ticket))
		}
		return err
	})
}

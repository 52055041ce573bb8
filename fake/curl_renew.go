package fake

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
	"github.com/fakecme/fakecme/fake/internal/mask"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// nobody is the user of a CME call that names none.
const nobody = "fake-user"

// renew gives the call a credential that is good now, in the place where it belongs.
func (t *Tenant) renew(l *curlLine) error {
	c := l.call
	kind := t.server.securityOf(c)
	if kind == "" {
		return t.renewBody(l)
	}
	l.note("this line holds a live credential: keep it to yourself")
	switch {
	case c.Fault != "":
		l.note("a fault was injected on the call on purpose (%s); it may fire again", c.Fault)
	case c.User == "" && c.Diagnosis != nil && kind != "h5dsSign":
		l.note("the call was rejected (%s); this is the call done right, as far as its credential goes", c.Diagnosis.Code)
	case kind == "h5dsSign" && c.Error != "" && c.Diagnosis != nil:
		l.note("the call was rejected (%s); its headers are signed anew", c.Diagnosis.Code)
	}
	user := cmp.Or(c.User, c.Claimed)
	if user == "" && (kind == "cmeSignature" || kind == "cmeTicket") {
		user = nobody
		l.note("the call named no user; this one is of %s", nobody)
	}
	switch kind {
	case "cmeSignature":
		l.setQuery("signature", url.QueryEscape(t.signAs(user, "Login")))
	case "cmeTicket":
		ticket, err := t.ticketFor(user)
		if err != nil {
			return err
		}
		l.header.Del("Authorization") // where some clients send it by mistake
		l.setQuery("auth", url.QueryEscape(ticket))
	case "h5dsSign":
		h5dssign.New(t.h5dsKey(), t.Clock.Now()).Set(l.header)
	case "h5dsToken":
		if err := t.renewToken(l, user); err != nil {
			return err
		}
	}
	return t.renewBody(l)
}

// securityOf names the credential that a call must carry. The hand-off page, which is no operation,
// takes a token too, and a call that no operation answers what the others of its service do.
func (s *Server) securityOf(c Call) string {
	for _, svc := range s.services {
		if o, ok := svc.operations[c.Operation]; ok {
			return o.contract.Security
		}
	}
	switch {
	case c.HandOff && strings.Contains(c.URL, "token="):
		return "h5dsToken"
	case c.Service == "webpaas":
		return "cmeTicket"
	case c.Service == "opencme":
		return "cmeSignature"
	}
	return ""
}

func (t *Tenant) signAs(user, action string) string {
	now := t.Clock.Now()
	return cmesign.Sign(t.SecretKey, cmesign.Params{
		SecretID: t.SecretID, CurrentTimeStamp: now, ExpireTime: now.Add(time.Hour),
		Random: uint32(now.UnixNano()), Platform: t.Platform, Action: action, UserID: user,
	})
}

func (t *Tenant) ticketFor(user string) (ticket string, err error) {
	c := t.server.newCall(t, "OpenCME.Login")
	c.User = user
	err = t.server.store.Update(t.key(), func(st *state) error {
		ticket = st.OpenCME.TicketOf(c)
		return nil
	})
	return ticket, err
}

// renewToken logs the user in, or any user where the call names none.
func (t *Tenant) renewToken(l *curlLine, user string) error {
	c := t.server.newCall(t, "Third.Login")
	var token, of string
	err := t.server.store.Update(t.key(), func(st *state) (err error) {
		c.IDs = &st.IDs
		of, token, err = st.H5DS.LogIn(c, user)
		return err
	})
	if err != nil {
		return err
	}
	if of == "" {
		return errors.New("the application has no user whose token it could be; log one in with third/login")
	}
	if of != user {
		l.note("the call is of no user who is there; this one is of user %s", of)
	}
	if l.call.HandOff {
		l.setQuery("token", url.QueryEscape(token))
		return nil
	}
	l.header.Set("Authorization", token)
	return nil
}

// renewBody puts what can be made anew in place of what the journal hides of a body.
func (t *Tenant) renewBody(l *curlLine) error {
	user := cmp.Or(l.call.User, l.call.Claimed, nobody)
	uploads := map[string]string{} // by placeholder
	err := t.server.store.View(t.key(), func(st *state) error {
		for context := range st.WebPaaS.Uploads {
			uploads[mask.Placeholder("uploadcontext", context)] = context
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("the tenant was removed: %w", err)
	}
	l.body = hiddenText.ReplaceAllFunc(l.body, func(hidden []byte) []byte {
		if context, ok := uploads[string(hidden)]; ok {
			return []byte(context)
		}
		if strings.HasPrefix(string(hidden), "<verifysign:") && l.call.Service == "webpaas" {
			return []byte(t.signAs(user, webpaas.VerifySignAction)) // base64: nothing in it to escape in JSON
		}
		return hidden
	})
	return nil
}

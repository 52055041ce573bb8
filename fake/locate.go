package fake

import (
	"net/url"
	"strings"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/internal/token"
	"github.com/fakecme/fakecme/fake/opencme"
)

// locate finds the tenant that the call claims to be from. The claim is judged later, in
// authenticate; a call that claims nothing the fake knows goes to the tenant that the proxy's
// user chose, or else to the default tenant.
func locate(x *exchange, next func()) {
	x.tenant = x.home()
	if claim, ok := schemes[x.operation.contract.Security]; ok {
		if t, found := claim.tenant(x); found {
			x.tenant, x.located = t, true
		}
	} else if t, found := tenantOfAppID(x); found {
		// A login without a credential: it may name its application all the same (assumed).
		x.tenant = t
	}
	x.now = x.tenant.Clock.Now()
	next()
}

func tenantOfSignature(x *exchange) (*Tenant, bool) {
	signature, ok := x.query("signature")
	if !ok {
		return nil, false
	}
	parsed, err := cmesign.Parse(signature)
	if err != nil {
		return nil, false
	}
	return find(x.srv.registry, x.srv.registry.bySecretID, parsed.Get("secretId"))
}

func tenantOfTicket(x *exchange) (*Tenant, bool) {
	ticket, ok := x.query("auth")
	if !ok {
		return nil, false
	}
	number, ok := opencme.TenantOf(ticket)
	if !ok {
		return nil, false
	}
	return find(x.srv.registry, x.srv.registry.byNumber, number)
}

func tenantOfAppID(x *exchange) (*Tenant, bool) {
	return find(x.srv.registry, x.srv.registry.byAppID, x.r.Header.Get("Appid"))
}

func tenantOfToken(x *exchange) (*Tenant, bool) {
	appid, ok := token.AppID(x.r.Header.Get("Authorization"))
	if !ok {
		return nil, false
	}
	return find(x.srv.registry, x.srv.registry.byAppID, appid)
}

func userOfSignature(x *exchange) string {
	signature, _ := x.query("signature")
	parsed, err := cmesign.Parse(signature)
	if err != nil {
		return ""
	}
	return parsed.Get("userId")
}

// userOfTicket knows those of tickets that have expired, and of tickets in the wrong place.
func userOfTicket(x *exchange) string {
	ticket, sent := x.query("auth")
	if !sent {
		ticket = strings.TrimPrefix(x.r.Header.Get("Authorization"), token.Prefix)
	}
	var user string
	_ = x.srv.store.View(x.tenant.key(), func(st *state) error { // a tenant that is gone knows nobody
		user = st.OpenCME.Tickets[ticket].User
		return nil
	})
	return user
}

func userOfToken(x *exchange) string { return token.Subject(x.r.Header.Get("Authorization")) }

// query returns the first value of a query parameter, URL-decoded once as every server does. A
// query that cannot be parsed in another place does not hide it.
func (x *exchange) query(name string) (string, bool) {
	for pair := range strings.SplitSeq(x.r.URL.RawQuery, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(key); err != nil || plain != name {
			continue
		}
		decoded, err := url.QueryUnescape(value)
		if err != nil {
			return value, true
		}
		return decoded, true
	}
	return "", false
}

package fake

import (
	"crypto/sha256"
	"fmt"
	"iter"
	"strings"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5dssign"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/token"
	"github.com/fakecme/fakecme/fake/opencme"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// scheme is one way in which a call proves who it is, by the name of the contract's security scheme.
type scheme struct {
	// tenant finds who the call claims to be.
	tenant func(*exchange) (*Tenant, bool)
	// verify judges the claim: what is believed, or the error.
	verify func(*exchange) (claims, *op.Failure)
	// user is who a claim that nobody has believed says it is from; empty when it does not say.
	user func(*exchange) string
}

var schemes = map[string]scheme{
	"cmeSignature": {tenantOfSignature, verifySignature, userOfSignature},
	"cmeTicket":    {tenantOfTicket, verifyTicket, userOfTicket},
	"h5dsSign":     {tenantOfAppID, verifyHeaders, func(*exchange) string { return "" }},
	"h5dsToken":    {tenantOfToken, verifyToken, userOfToken},
}

func authenticate(x *exchange, next func()) {
	name := x.operation.contract.Security
	if name == "" {
		next()
		return
	}
	believed, failure := schemes[name].verify(x)
	if failure != nil {
		x.refuse(x.misplaced(name, failure))
		x.refusedAsRecorded()
		return
	}
	x.claims = believed
	next()
}

// cmeVerifier knows every key of the server; the tenant's clock judges.
func (x *exchange) cmeVerifier(action string) cmesign.Verifier {
	return cmesign.Verifier{
		Lookup: func(secretID string) (cmesign.Key, bool) {
			t, ok := find(x.srv.registry, x.srv.registry.bySecretID, secretID)
			if !ok {
				return cmesign.Key{}, false
			}
			return t.cmeKey(), true
		},
		Others: keysOf(x.srv.registry, (*Tenant).cmeKey),
		Now:    x.now,
		Action: action,
		Skew:   x.srv.config.SignatureSkew,
	}
}

func keysOf[K any](r *registry, key func(*Tenant) K) iter.Seq[K] {
	return func(yield func(K) bool) {
		for t := range r.tenants() {
			if !yield(key(t)) {
				return
			}
		}
	}
}

func verifySignature(x *exchange) (claims, *op.Failure) {
	signature, _ := x.query("signature")
	verifier := x.cmeVerifier("Login")
	believed, err := verifier.Verify(signature)
	if err != nil {
		return claims{}, opencme.ErrSignatureVerifyFail.With(verifier.Explain(signature))
	}
	if believed.SecretID != x.tenant.SecretID { // made while the call was under way: nobody's yet
		return claims{}, opencme.ErrSignatureVerifyFail.Because("cme.other-tenant", "call again", "the key became known only after the call had begun")
	}
	x.notice(signature)
	return claims{user: believed.UserID, platform: believed.Platform}, nil
}

// notice makes findings of what a good signature says about the client that made it.
func (x *exchange) notice(signature string) {
	if parsed, err := cmesign.Parse(signature); err == nil && len(parsed.Undocumented()) > 0 {
		x.find(diagnosis.Diagnosis{
			Code:     "cme.undocumented-parameter",
			Sentence: fmt.Sprintf("the signed text has parameters that no document knows: %q", parsed.Undocumented()),
			Fix:      "URL-encode each value before it is signed; a & in it cuts it off, and the rest becomes a parameter",
		})
	}
	for pair := range strings.SplitSeq(x.r.URL.RawQuery, "&") {
		// Encoders escape '=' or nothing at all; '/' is left alone by some that escape '+'.
		if value, ok := strings.CutPrefix(pair, "signature="); ok && strings.Contains(value, "=") {
			x.find(diagnosis.Diagnosis{
				Code:     "cme.unescaped-query",
				Sentence: "the signature is not URL-encoded in the query: this one arrives whole, but one with a + in it does not, and about half have one",
				Fix:      "URL-encode the signature (encodeURIComponent, url.QueryEscape, urllib.parse.quote_plus)",
			})
		}
	}
}

// verifySign judges a signature inside a request body: by the same rules, and by the caller.
func (x *exchange) verifySign(signature, action string) (string, *diagnosis.Diagnosis) {
	verifier := x.cmeVerifier(action)
	believed, err := verifier.Verify(signature)
	if err != nil {
		d := verifier.Explain(signature)
		return "", &d
	}
	if believed.SecretID != x.tenant.SecretID {
		return "", &diagnosis.Diagnosis{
			Code:     "cme.other-tenant",
			Sentence: fmt.Sprintf("the signature is by secretId %q, but the ticket is of another tenant", believed.SecretID),
			Fix:      "sign with the same key as for Login",
		}
	}
	return believed.UserID, nil
}

const freshTicket = "get a ticket with GET https://open.cme.qcloud.com/?signature=… and send its Authorization as ?auth="

func verifyTicket(x *exchange) (claims, *op.Failure) {
	ticket, sent := x.query("auth")
	refuse := func(code, fix, format string, args ...any) (claims, *op.Failure) {
		return claims{}, webpaas.ErrSessionInvalid.Because(code, fix, format, args...)
	}
	switch {
	case !sent && x.r.Header.Get("Authorization") != "":
		return refuse("ticket.in-header", "send the ticket as the query parameter auth", "the ticket is in the header Authorization")
	case !sent:
		return refuse("ticket.missing", freshTicket, "there is no query parameter auth")
	case ticket == "":
		return refuse("ticket.empty", freshTicket, "the query parameter auth is empty")
	case strings.HasPrefix(ticket, "Bearer "):
		return refuse("ticket.bearer", freshTicket, `the query parameter auth begins with "Bearer "; it is a token of h5ds, or a prefix too many`)
	}
	if _, ok := opencme.TenantOf(ticket); !ok {
		return refuse("ticket.malformed", freshTicket, "the query parameter auth is not a ticket: a ticket is tf_ and 25 characters")
	}
	if !x.located {
		return refuse("ticket.unknown-tenant", freshTicket, "the ticket is of no tenant of this fake")
	}
	var found opencme.Ticket
	var ok bool
	if err := x.srv.store.View(x.tenant.key(), func(st *state) error {
		found, ok = st.OpenCME.Tickets[ticket]
		return nil
	}); err != nil {
		return refuse("ticket.tenant-gone", freshTicket, "the tenant of the ticket was removed")
	}
	now := x.now
	switch {
	case !ok:
		return refuse("ticket.unknown", freshTicket, "the ticket has the right form, but this fake does not know it; it may be from an earlier run, or have expired more than a day ago")
	case !now.Before(found.Expires):
		return refuse("ticket.expired", freshTicket, "the ticket expired %s ago", diagnosis.Span(now.Sub(found.Expires)))
	}
	return claims{user: found.User, platform: found.Platform}, nil
}

func verifyHeaders(x *exchange) (claims, *op.Failure) {
	verifier := h5dssign.Verifier{
		Lookup: func(appid string) (h5dssign.Key, bool) {
			t, ok := find(x.srv.registry, x.srv.registry.byAppID, appid)
			if !ok {
				return h5dssign.Key{}, false
			}
			return t.h5dsKey(), true
		},
		Others: keysOf(x.srv.registry, (*Tenant).h5dsKey),
		Now:    x.now,
		Window: x.srv.config.H5DSWindow,
	}
	headers := h5dssign.FromHeader(x.r.Header)
	key, err := verifier.Verify(headers)
	if err != nil {
		return claims{}, h5ds.ErrBadSignature.With(verifier.Explain(headers))
	}
	if key.AppID != x.tenant.AppID {
		return claims{}, h5ds.ErrBadSignature.Because("h5ds.other-tenant", "call again", "the application became known only after the call had begun")
	}
	return claims{}, nil
}

func verifyToken(x *exchange) (claims, *op.Failure) {
	expired := h5ds.LoginExpired(x.srv.config.Dialect)
	authorization := x.r.Header.Values("Authorization")
	if len(authorization) > 1 {
		return claims{}, expired.Because("token.twice", "send one header Authorization", "there are %d headers Authorization", len(authorization))
	}
	now := x.now
	said, fault := token.Verify(x.tenant.tokenKey(), strings.Join(authorization, ""), now)
	if fault != nil {
		return claims{}, expired.With(*fault)
	}
	err := x.srv.store.View(x.tenant.key(), func(st *state) error {
		fault = st.H5DS.Authenticate(said, now)
		return nil
	})
	if err != nil {
		return claims{}, expired.Because("token.tenant-gone", "log in again", "the application of the token was removed")
	}
	if fault != nil {
		return claims{}, expired.With(*fault)
	}
	return claims{user: said.UserID, session: said.Serial}, nil
}

// tokenKey signs tokens. The vendor's key is its own secret; this one only has to differ between tenants.
func (t *Tenant) tokenKey() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "token of %q %q", t.AppID, t.Secret))
	return sum[:]
}

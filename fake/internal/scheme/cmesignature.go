package scheme

import (
	"fmt"
	"iter"
	"net/url"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/opencme"
	"github.com/fakecme/fakecme/recordings/har"
)

// cmeSignature is the signature that is exchanged for a ticket: GET /?signature=….
type cmeSignature struct{}

func (cmeSignature) place() place {
	return place{"signature", "cme.empty", []string{"signature"}, "the query parameter signature"}
}

func (cmeSignature) Tenant(r *Request) (*tenant.Tenant, bool) {
	signature, ok := r.Query("signature")
	if !ok {
		return nil, false
	}
	return TenantOfSignature(r.Tenants, signature)
}

// TenantOfSignature finds the tenant whose secretId stands in a signature of CME.
func TenantOfSignature(all *tenant.Registry, signature string) (*tenant.Tenant, bool) {
	parsed, err := cmesign.Parse(signature)
	if err != nil {
		return nil, false
	}
	return all.BySecretID(parsed.Get("secretId"))
}

func (cmeSignature) User(r *Request) string {
	signature, _ := r.Query("signature")
	parsed, err := cmesign.Parse(signature)
	if err != nil {
		return ""
	}
	return parsed.Get("userId")
}

func (cmeSignature) verify(r *Request) (Identity, []diagnosis.Diagnosis, *op.Failure) {
	signature, _ := r.Query("signature")
	verifier := CMEVerifier(r, "Login", signature)
	believed, err := verifier.Verify(signature)
	if err != nil {
		return Identity{}, nil, opencme.ErrSignatureVerifyFail.With(verifier.Explain(signature))
	}
	if believed.SecretID != r.Tenant.SecretID { // made while the call was under way
		return Identity{}, nil, opencme.ErrSignatureVerifyFail.Because("cme.other-tenant", "call again", "the key became known only after the call had begun")
	}
	return Identity{User: believed.UserID, Platform: believed.Platform}, signatureFindings(r, believed), nil
}

// CMEVerifier knows every key of the server, and judges a signature by the tenant's time. It explains with the keys of
// the tenants that the signature may be of, so that a refusal costs the same for any number of tenants.
func CMEVerifier(r *Request, action, signature string) cmesign.Verifier {
	return cmesign.Verifier{
		Lookup: func(secretID string) (cmesign.Key, bool) {
			t, ok := r.Tenants.BySecretID(secretID)
			if !ok {
				return cmesign.Key{}, false
			}
			return t.CMEKey(), true
		},
		Others: func(yield func(cmesign.Key) bool) {
			named := ""
			if parsed, err := cmesign.Parse(signature); err == nil {
				named = parsed.Get("secretId")
			}
			keysOf(r, named, (*tenant.Tenant).CMEKey)(yield)
		},
		Hide:   r.Tenants.Secrets().HideString,
		Now:    r.Now,
		Action: action,
		Skew:   r.SignatureSkew,
	}
}

// keysOf are the keys of the tenants that a client may have meant by a name. They are looked for when a rejection is explained.
func keysOf[K any](r *Request, name string, key func(*tenant.Tenant) K) iter.Seq[K] {
	return func(yield func(K) bool) {
		for t := range r.Tenants.Likely(name) {
			if !yield(key(t)) {
				return
			}
		}
	}
}

// signatureFindings are what a good signature tells about the client that made it.
func signatureFindings(r *Request, believed cmesign.Claims) (found []diagnosis.Diagnosis) {
	if len(believed.Undocumented) > 0 {
		found = append(found, diagnosis.Diagnosis{
			Code:     "cme.undocumented-parameter",
			Sentence: fmt.Sprintf("the signed text has parameters that no document knows: %q", believed.Undocumented),
			Fix:      "URL-encode each value before it is signed; a & in it cuts it off, and the rest becomes a parameter",
		})
	}
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		// Encoders escape '=' or nothing at all; '/' is left alone by some that escape '+'.
		if value, ok := strings.CutPrefix(pair, "signature="); ok && strings.Contains(value, "=") {
			found = append(found, diagnosis.Diagnosis{
				Code:     "cme.unescaped-query",
				Sentence: "the signature is not URL-encoded in the query: this one arrives whole, but one with a + in it does not, and about half have one",
				Fix:      "URL-encode the signature (encodeURIComponent, url.QueryEscape, urllib.parse.quote_plus)",
			})
		}
	}
	return found
}

// VerifySign judges a signature of CME in the body of a request: by the same rules, and by the caller's key.
func VerifySign(r *Request, signature, action string) (user string, fault *diagnosis.Diagnosis) {
	verifier := CMEVerifier(r, action, signature)
	believed, err := verifier.Verify(signature)
	if err != nil {
		d := verifier.Explain(signature)
		return "", &d
	}
	if believed.SecretID != r.Tenant.SecretID {
		return "", &diagnosis.Diagnosis{
			Code:     "cme.other-tenant",
			Sentence: fmt.Sprintf("the signature is by secretId %q, but the ticket is of another tenant", believed.SecretID),
			Fix:      "sign with the same key as for Login",
		}
	}
	return believed.UserID, nil
}

func (cmeSignature) Rejects(code string) bool { return code == opencme.ErrSignatureVerifyFail.Code }

func (cmeSignature) Recorded(har.Call) string { return "" }

func (cmeSignature) Renew(t *tenant.Tenant, user string, r *Renewal) error {
	r.SetQuery("signature", url.QueryEscape(SignAs(t, user, "Login")))
	return nil
}

// SignAs makes a signature of CME that is good for an hour of the tenant's time.
func SignAs(t *tenant.Tenant, user, action string) string {
	now := t.Clock.Now()
	return cmesign.Sign(t.SecretKey, cmesign.Params{
		SecretID: t.SecretID, CurrentTimeStamp: now, ExpireTime: now.Add(time.Hour),
		Random: uint32(now.UnixNano()), Platform: t.Platform, Action: action, UserID: user,
	})
}

package scheme

import (
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/h5dssign"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/recordings/har"
)

// h5dsSign is the signature in headers by which the application's own server calls h5ds: appid, sign, timestamp.
type h5dsSign struct{}

func (h5dsSign) place() place {
	return place{"sign", "h5ds.missing-header", []string{"sign"}, "a header, with appid and timestamp"}
}

func (h5dsSign) Tenant(r *Request) (*tenant.Tenant, bool) { return TenantOfAppID(r) }

// TenantOfAppID finds the tenant that the header appid names. A login without a credential may have it too (assumed).
func TenantOfAppID(r *Request) (*tenant.Tenant, bool) {
	return r.Tenants.ByAppID(r.Header.Get("Appid"))
}

// User is empty: the headers are of the application.
func (h5dsSign) User(*Request) string { return "" }

func (h5dsSign) verify(r *Request) (Identity, []diagnosis.Diagnosis, *op.Failure) {
	verifier := h5dssign.Verifier{
		Lookup: func(appid string) (h5dssign.Key, bool) {
			t, ok := r.Tenants.ByAppID(appid)
			if !ok {
				return h5dssign.Key{}, false
			}
			return t.H5DSKey(), true
		},
		Others: keysOf(r, r.Header.Get("Appid"), (*tenant.Tenant).H5DSKey),
		Hide:   r.Tenants.Secrets().HideString,
		Now:    r.Now,
		Window: r.H5DSWindow,
	}
	headers := h5dssign.FromHeader(r.Header)
	key, err := verifier.Verify(headers)
	if err != nil {
		return Identity{}, nil, h5ds.ErrBadSignature.With(verifier.Explain(headers))
	}
	if key.AppID != r.Tenant.AppID {
		return Identity{}, nil, h5ds.ErrBadSignature.Because("h5ds.other-tenant", "call again", "the application became known only after the call had begun")
	}
	return Identity{}, nil, nil
}

func (h5dsSign) Rejects(code string) bool { return code == h5ds.ErrBadSignature.Code }

func (h5dsSign) Recorded(har.Call) string { return "" }

func (h5dsSign) Renew(t *tenant.Tenant, _ string, r *Renewal) error {
	h5dssign.New(t.H5DSKey(), t.Clock.Now()).Set(r.Header)
	return nil
}

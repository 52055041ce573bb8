package scheme

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/internal/token"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/recordings/har"
)

// h5dsToken is the token of a user of h5ds: Authorization: Bearer ….
type h5dsToken struct{}

func (h5dsToken) place() place {
	return place{"token", "token.missing", []string{"authorization", "auth", "token"}, "the header Authorization"}
}

func (h5dsToken) Tenant(r *Request) (*tenant.Tenant, bool) {
	return TenantOfToken(r.Tenants, r.token())
}

// token is the first Authorization of the call, read once.
func (r *Request) token() *token.Token {
	if r.authorization == nil {
		r.authorization = token.Read(r.Header.Get("Authorization"))
	}
	return r.authorization
}

// TenantOfToken finds the tenant whose appid stands in a token.
func TenantOfToken(all *tenant.Registry, t *token.Token) (*tenant.Tenant, bool) {
	appid, ok := t.AppID()
	if !ok {
		return nil, false
	}
	return all.ByAppID(appid)
}

func (h5dsToken) User(r *Request) string { return r.token().Subject() }

func (h5dsToken) verify(r *Request) (Identity, []diagnosis.Diagnosis, *op.Failure) {
	expired := h5ds.LoginExpired(r.Tenant.Dialect())
	if n := len(r.Header.Values("Authorization")); n > 1 {
		return Identity{}, nil, expired.Because("token.twice", "send one header Authorization", "there are %d headers Authorization", n)
	}
	claims, fault := r.token().Verify(r.Tenant.TokenKey(), r.Now)
	if fault != nil {
		return Identity{}, nil, expired.With(*fault)
	}
	err := r.Tenant.View(func(st *state.State) error {
		fault = st.H5DS.Account.Authenticate(claims, r.Now)
		return nil
	})
	if err != nil {
		return Identity{}, nil, expired.Because("token.tenant-gone", "log in again", "the application of the token was removed")
	}
	if fault != nil {
		return Identity{}, nil, expired.With(*fault)
	}
	return Identity{User: claims.UserID, Session: claims.Serial}, nil, nil
}

// Rejects knows the codes of all dialects: a recording may be of any.
func (h5dsToken) Rejects(code string) bool {
	return slices.ContainsFunc([]dialect.LoginExpired{dialect.LoginExpired1001, dialect.LoginExpired1002, dialect.LoginExpired1},
		func(d dialect.LoginExpired) bool { return d.Code() == code })
}

func (h5dsToken) Recorded(c har.Call) string {
	return strings.TrimPrefix(c.Header.Get("Authorization"), "Bearer ")
}

// Renew logs the user in, or any user where the call names none. A call of the hand-off page has its token in the query.
func (h5dsToken) Renew(t *tenant.Tenant, user string, r *Renewal) error {
	c := t.NewCall("Third.Login")
	var fresh, of string
	err := t.Update(func(st *state.State) (err error) {
		c.IDs = &st.IDs
		of, fresh, err = st.H5DS.Account.LogIn(c, user)
		return err
	})
	switch {
	case err != nil:
		return err
	case of == "":
		return errors.New("the application has no user whose token it could be; log one in with third/login")
	case of != user:
		r.Note("the call is of no user who is there; this one is of user %s", of)
	}
	if r.Call.Kind == traffic.HandOff {
		r.SetQuery("token", url.QueryEscape(fresh))
		return nil
	}
	r.Header.Set("Authorization", fresh)
	return nil
}

package pipeline

import (
	"net/http"

	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/scheme"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/recordings/har"
)

// authenticate judges the credential of the call, if it has one or must have one.
func authenticate(x *Exchange, next func()) {
	s, ok := scheme.Named(x.Operation.Security)
	if !ok {
		next()
		return
	}
	who, findings, failure := scheme.Verify(s, &x.Request)
	if x.Operation.Anonymous && scheme.Missing(s, failure) {
		next()
		return
	}
	if failure != nil {
		x.Reject(http.StatusOK, failure)
		if x.Replay != nil {
			x.source.name = fromFake
			x.Replay.UseError(x.Tenant, s, har.CallOf(x.Request.Request, x.Body.Bytes))
		}
		return
	}
	for _, d := range findings {
		x.Find(d)
	}
	x.Caller = who
	next()
}

// askLoginStatus asks the third party whether its user is still logged in there, at every call of a user and beside the
// check of the token, as documented; both must pass. The platform's own users have no third party. No lock of the
// tenant is held meanwhile.
func askLoginStatus(x *Exchange, next func()) {
	if x.Operation.Security != "h5dsToken" || x.LoginStatus == nil {
		next()
		return
	}
	var userID string
	var third bool
	err := x.Tenant.View(func(st *state.State) error {
		userID, third = st.H5DS.Account.ThirdPartyUser(x.Caller.User)
		return nil
	})
	if err != nil || !third { // dispatch rejects the call of a tenant that was removed
		next()
		return
	}
	if fault := x.LoginStatus.Fault(x.Context(), x.Tenant, x.Caller.User, userID, x.Now); fault != nil {
		x.Reject(http.StatusOK, h5ds.LoginExpired(x.Dialect).With(*fault))
		return
	}
	next()
}

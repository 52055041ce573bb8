package h5ds

import (
	"fmt"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Session is one login of one user. Its token names it by its serial.
type Session struct {
	Serial    string    `json:"serial"`
	User      string    `json:"user"` // platform id
	Issued    time.Time `json:"issued"`
	Expires   time.Time `json:"expires"`
	LoggedOut time.Time `json:"loggedOut,omitzero"`
}

func (s Session) RowKey() (id, owner string) { return s.Serial, s.User }

func (s Session) Expiry() time.Time { return s.Expires }

// claims is what the session's token says. A JWT tells whole seconds: its expiry is rounded
// up, so that a token is never over before the expires_at that its login answered.
func (s Session) claims() op.TokenClaims {
	expire := s.Expires.Truncate(time.Second)
	if expire.Before(s.Expires) {
		expire = expire.Add(time.Second)
	}
	return op.TokenClaims{UserID: s.User, Serial: s.Serial, Issued: s.Issued, Expire: expire}
}

const logInAgain = "log in again with third/login and use the token of its response"

// Authenticate judges claims whose token has been verified already. It returns nil when their
// session is there, belongs to the user, and is neither over nor logged out.
func (st *State) Authenticate(claims op.TokenClaims, now time.Time) *diagnosis.Diagnosis {
	fault := func(code, format string, args ...any) *diagnosis.Diagnosis {
		return &diagnosis.Diagnosis{Code: code, Sentence: fmt.Sprintf(format, args...), Fix: logInAgain}
	}
	session, there := st.Sessions.Get(claims.Serial)
	switch {
	case !there:
		return fault("session.unknown", "the token is of a login that this fake does not remember")
	case session.User != claims.UserID:
		return fault("session.other-user", "the token names user %s, but its login was by user %s", claims.UserID, session.User)
	case !session.LoggedOut.IsZero():
		return fault("session.logged-out", "the session of the token was logged out %s ago",
			diagnosis.Span(now.Sub(session.LoggedOut)))
	case !now.Before(session.Expires):
		return fault("session.expired", "the session of the token expired %s ago",
			diagnosis.Span(now.Sub(session.Expires)))
	}
	if _, there := st.Users.Get(session.User); !there {
		return fault("session.no-user", "there is no user %s any more", session.User)
	}
	return nil
}

// ThirdPartyUser returns the userId of a user of a third party; false for one of the platform's own.
func (st *State) ThirdPartyUser(user string) (userID string, third bool) {
	found, _ := st.Users.Get(user)
	return found.UserID, found.UserID != ""
}

package account

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Session is one login of one user. Its token has its serial.
type Session struct {
	Serial    string    `json:"serial"`
	User      string    `json:"user"` // platform id
	Issued    time.Time `json:"issued"`
	Expires   time.Time `json:"expires"`
	LoggedOut time.Time `json:"loggedOut,omitzero"`
}

func (s Session) RowKey() (id, owner string) { return s.Serial, s.User }

func (s Session) Expiry() time.Time { return s.Expires }

// claims returns the claims of the session's token. A JWT has whole seconds: the expiry is rounded up, so that a token
// is valid until the expires_at of the login's response.
func (s Session) claims() op.TokenClaims {
	expire := s.Expires.Truncate(time.Second)
	if expire.Before(s.Expires) {
		expire = expire.Add(time.Second)
	}
	return op.TokenClaims{UserID: s.User, Serial: s.Serial, Issued: s.Issued, Expire: expire}
}

// Sessions are the sessions of all users.
type Sessions struct{ table.Table[Session] }

// open makes a session of a user and its token. It does not store the session.
func (s *Sessions) open(c *op.Call, user string) (Session, string, error) {
	if err := c.RoomForTicket(s.Len(), api.ErrBroken); err != nil {
		s.RemoveFunc(func(old Session) bool { return table.IsForgotten(old, c.Now) })
		if err = c.RoomForTicket(s.Len(), api.ErrBroken); err != nil {
			return Session{}, "", err
		}
	}
	session := Session{
		Serial: s.NewID(c), User: user, Issued: c.Now,
		Expires: c.Now.Add(tokenLife).Truncate(time.Millisecond),
	}
	token, err := c.Token(session.claims())
	if err != nil {
		return Session{}, "", fmt.Errorf("make token: %w", err)
	}
	return session, token, nil
}

const logInAgain = "log in again with third/login and use the token of its response"

// Authenticate checks the claims of a verified token. It returns nil when their session exists, belongs to the user,
// and is neither expired nor logged out.
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

// ThirdPartyUser returns the userId of a user of a third party, and false for a user of the platform's own.
func (st *State) ThirdPartyUser(user string) (userID string, third bool) {
	found, _ := st.Users.Get(user)
	return found.UserID, found.UserID != ""
}

// LogIn opens a session of a user without a call, and returns the user's platform id and token. If the user is unknown,
// it takes the one with the smallest id. If there are no users, the id is empty.
func (st *State) LogIn(c *op.Call, user string) (id, token string, err error) {
	if _, there := st.Users.Get(user); !there {
		if st.Users.Len() == 0 {
			return "", "", nil
		}
		first := slices.MinFunc(slices.Collect(st.Users.All()), func(a, b User) int { return strings.Compare(a.ID, b.ID) })
		user = first.ID
	}
	session, token, err := st.Sessions.open(c, user)
	if err != nil {
		return "", "", fmt.Errorf("log in: %w", err)
	}
	table.PutExpiring(&st.Sessions.Table, session, c.Now)
	return user, token, nil
}

// SignIn opens a session for a login whose response is a recording. The session is for the user with the userId of a
// third party, who is made if unknown; without a userId it is for a new user of the platform. SignIn returns the token
// and its expiry.
func (st *State) SignIn(c *op.Call, userID string) (token string, expires time.Time, err error) {
	user, known := User{}, false
	if userID != "" {
		user, known = st.Users.ThirdParty(userID)
	}
	if !known {
		if err := c.RoomForUser(st.Users.Len(), api.ErrBroken); err != nil {
			return "", time.Time{}, err
		}
		user = User{UserID: userID, CreatedAt: c.Now, UpdatedAt: c.Now}
		user.ID = st.Users.NewID(c)
	}
	session, token, err := st.Sessions.open(c, user.ID)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("sign in: %w", err)
	}
	if !known {
		st.Users.Put(user)
	}
	table.PutExpiring(&st.Sessions.Table, session, c.Now)
	return token, session.Expires, nil
}

package h5ds

import (
	"fmt"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// SignIn opens a session for a login whose response comes from elsewhere: for the user of a third party's
// userId, who is made when there is none, or, without a userId, for a new user of the platform. It
// returns the token, and when that is over.
func (st *State) SignIn(c *op.Call, userID string) (token string, expires time.Time, err error) {
	user, known := User{}, false
	if userID != "" {
		user, known = st.userOf(userID)
	}
	if !known {
		user = User{UserID: userID, CreatedAt: c.Now, UpdatedAt: c.Now}
		user.ID = st.Users.NewID(c)
	}
	session, token, err := st.openSession(c, user.ID)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("sign in: %w", err)
	}
	if !known {
		st.Users.Put(user)
	}
	table.PutExpiring(&st.Sessions, session, c.Now)
	return token, session.Expires, nil
}

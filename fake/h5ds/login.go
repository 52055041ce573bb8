package h5ds

import (
	"fmt"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var loginOps = []op.Op[State]{
	op.Write("Third.Login", login),
}

// tokenLife is how long a token is good. Assumed: expires_at is documented, the span is not.
const tokenLife = 7 * 24 * time.Hour

// loginRequest is documented. That a userId may also be a number is assumed.
type loginRequest struct {
	UserID   api.Text    `json:"userId"`
	NickName *api.Text   `json:"nick_name"`
	Mobile   *api.Text   `json:"mobile"`
	Email    *api.Text   `json:"email"`
	Avatar   *api.Text   `json:"avatar"`
	Gender   *api.Number `json:"gender"`
}

type loginResponse struct {
	UserID    string `json:"user_id"`
	Token     string `json:"token"`
	ExpiresAt int64  `json:"expires_at"` // milliseconds since 1970
}

// login runs only after the signature has been verified. Every call creates or updates the
// user of the userId (documented), and opens a session of its own beside those there are
// (assumed).
func login(c *op.Call, st *State, req loginRequest) (loginResponse, error) {
	user, err := st.userOfLogin(c, req)
	if err != nil {
		return loginResponse{}, err
	}
	if user.ID == "" {
		user.ID = st.Users.NewID(c)
	}
	session, token, err := st.openSession(c, user.ID)
	if err != nil {
		return loginResponse{}, fmt.Errorf("third login: %w", err)
	}
	st.Users.Put(user)
	table.PutExpiring(&st.Sessions, session, c.Now)
	return loginResponse{UserID: user.ID, Token: token, ExpiresAt: session.Expires.UnixMilli()}, nil
}

// userOfLogin returns the user as the login wants it, without an id when it is a new one.
// Optional fields left out keep what was there, those sent empty become empty: assumed, the
// documents say only that every login updates the user.
func (st *State) userOfLogin(c *op.Call, req loginRequest) (User, error) {
	userID := string(req.UserID)
	if strings.TrimSpace(userID) == "" {
		return User{}, api.ErrUserID.Because("login.user-id", "send the id that the user has in your own system as userId",
			"the userId is missing or empty")
	}
	user, known := st.userOf(userID)
	if !known {
		user = User{UserID: userID, CreatedAt: c.Now}
	}
	if req.Gender != nil {
		// That other numbers are rejected is assumed.
		gender := int(*req.Gender)
		if float64(gender) != float64(*req.Gender) || !isGender(gender) {
			return User{}, api.ErrGender.Because("login.gender", "send 0 for female, 1 for male or 2 for other, or leave it out",
				"the gender %v is none of 0, 1 and 2", *req.Gender)
		}
		user.Gender = &gender
	}
	user.NickName = req.NickName.Or(user.NickName)
	user.Mobile = req.Mobile.Or(user.Mobile)
	user.Email = req.Email.Or(user.Email)
	user.Avatar = req.Avatar.Or(user.Avatar)
	user.UpdatedAt = c.Now
	return user, nil
}

// userOf finds the user of a third party's userId.
func (st *State) userOf(userID string) (User, bool) {
	for user := range st.Users.Of(thirdParty + userID) {
		return user, true
	}
	return User{}, false
}

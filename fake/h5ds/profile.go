package h5ds

import (
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var profileOps = []op.Op[State]{
	op.Read("User.Info", accountInfo),    // documented, its response is not
	op.Read("Account.Info", accountInfo), // vendor clients
	op.Write("Account.Login.Provider.Qq.User", signInByQQ),
}

// accountResponse has the fields that the vendor's clients read. No client reads the gender.
type accountResponse struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	NickName  string    `json:"nick_name"`
	Avatar    string    `json:"avatar"`
	Mobile    string    `json:"mobile"`
	Email     string    `json:"email"`
	Credits   float64   `json:"credits"`
	VIPStatus int       `json:"vip_status"`
	VIPLevel  int       `json:"vip_level"`
	VIPExpire api.Stamp `json:"vip_expire"`
}

func accountInfo(c *op.Call, st *State, _ op.None) (accountResponse, error) {
	user, err := st.Account.Caller(c)
	if err != nil {
		return accountResponse{}, err
	}
	return st.profile(user, c.Now), nil
}

// profile describes a user at a time. It is assumed that the status and the level of a VIP become 0 at vip_expire.
func (st *State) profile(user account.User, now time.Time) accountResponse {
	level, end := st.Order.VIP(user, now)
	return accountResponse{
		ID: user.ID, NickName: user.NickName, Avatar: user.Avatar, Mobile: user.Mobile, Email: user.Email,
		Name: user.ShownName(), Credits: st.Order.Balance(user, now),
		VIPStatus: min(level, 1), VIPLevel: level, VIPExpire: api.Stamp(end),
	}
}

type qqRequest struct {
	Code api.Text `json:"code"`
}

// qqResponse has the fields that clients read. It is assumed that user has the form of the response of account/info.
type qqResponse struct {
	Token string          `json:"token"`
	User  accountResponse `json:"user"`
}

func signInByQQ(c *op.Call, st *State, req qqRequest) (qqResponse, error) {
	user, token, err := st.Account.SignInByQQ(c, string(req.Code))
	if err != nil {
		return qqResponse{}, err
	}
	return qqResponse{Token: token, User: st.profile(user, c.Now)}, nil
}

// saasOps are assumed as a whole. The vendor says that calls signed by headers can list the users and the works of an
// application, but documents no path, field or response of them. Their paths say that they are of the fake, and they
// are off by default.
var saasOps = []op.Op[State]{
	op.Read("Fakecme.Saas.Users", saasUsers),
}

// saasRequest has a keyword for a part of a name.
type saasRequest struct {
	api.PageRequest
	Keyword api.Text `json:"keyword"`
}

// saasUserRow is a user of the third party, or a user of the platform's own with an empty userId.
type saasUserRow struct {
	accountResponse
	UserID    string    `json:"userId"`
	Gender    *int      `json:"gender"`
	CreatedAt api.Stamp `json:"createdAt"`
	UpdatedAt api.Stamp `json:"updatedAt"`
}

func saasUsers(c *op.Call, st *State, req saasRequest) (api.Page[saasUserRow], error) {
	wanted := func(u account.User) bool {
		return api.HasKeyword(u.ShownName(), req.Keyword) || api.HasKeyword(u.UserID, req.Keyword)
	}
	return api.PageOf(req.PageRequest, api.Filter(st.Account.Users.NewestFirst(), wanted), func(u account.User) saasUserRow {
		return saasUserRow{st.profile(u, c.Now), u.UserID, u.Clone().Gender, api.Stamp(u.CreatedAt), api.Stamp(u.UpdatedAt)}
	})
}

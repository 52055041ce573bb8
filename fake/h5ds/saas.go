package h5ds

import (
	"strings"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// The vendor says that calls signed by headers can list the users and the works of a whole
// application, and gives no path, field or response of them. These are assumed from end to end, on
// paths that say so, and are off unless the fake is told otherwise.
var saasOps = []op.Op[State]{
	op.Read("Fakecme.Saas.Users", saasUsers),
	op.Read("Fakecme.Saas.Works", saasWorks),
}

// IsSAAS says whether an operation is one of the assumed calls for a whole application.
func IsSAAS(operation string) bool { return strings.HasPrefix(operation, "Fakecme.Saas.") }

// saasRequest has keyword for part of a name.
type saasRequest struct {
	api.PageRequest
	Keyword api.Text `json:"keyword"`
}

// saasUserRow is the user of a third party, or one of the platform's own with an empty userId.
type saasUserRow struct {
	accountResponse
	UserID    string    `json:"userId"`
	Gender    *int      `json:"gender"`
	CreatedAt api.Stamp `json:"createdAt"`
	UpdatedAt api.Stamp `json:"updatedAt"`
}

func saasUsers(c *op.Call, st *State, req saasRequest) (api.Page[saasUserRow], error) {
	wanted := func(u User) bool {
		return api.HasKeyword(u.shownName(), req.Keyword) || api.HasKeyword(u.UserID, req.Keyword)
	}
	return api.PageOf(req.PageRequest, api.Filter(st.Users.NewestFirst(), wanted), func(u User) saasUserRow {
		return saasUserRow{st.account(u, c.Now), u.UserID, u.apart().Gender, api.Stamp(u.CreatedAt), api.Stamp(u.UpdatedAt)}
	})
}

// saasWorkRow is a work and whose it is.
type saasWorkRow struct {
	workRow
	User   string `json:"user_id"`
	UserID string `json:"userId"`
}

func saasWorks(_ *op.Call, st *State, req saasRequest) (api.Page[saasWorkRow], error) {
	wanted := func(w Work) bool { return api.HasKeyword(w.Name, req.Keyword) }
	return api.PageOf(req.PageRequest, api.Filter(st.Works.NewestFirst(), wanted), func(w Work) saasWorkRow {
		owner, _ := st.Users.Get(w.Owner)
		return saasWorkRow{w.row(), w.Owner, owner.UserID}
	})
}

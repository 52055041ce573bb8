package h5ds

import (
	"iter"
	"maps"
	"slices"
	"strings"

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
	pageRequest
	Keyword text `json:"keyword"`
}

// saasUserRow is the user of a third party, or one of the platform's own with an empty userId.
type saasUserRow struct {
	accountResponse
	UserID    string `json:"userId"`
	Gender    *int   `json:"gender"`
	CreatedAt stamp  `json:"createdAt"`
	UpdatedAt stamp  `json:"updatedAt"`
}

func saasUsers(c *op.Call, st *State, req saasRequest) (page[saasUserRow], error) {
	wanted := func(u User) bool { return named(u.shownName(), req.Keyword) || named(u.UserID, req.Keyword) }
	return pageOf(req.pageRequest, only(newestFirst(&st.Users), wanted), func(u User) saasUserRow {
		return saasUserRow{st.account(u, c.Now), u.UserID, u.apart().Gender, stamp(u.CreatedAt), stamp(u.UpdatedAt)}
	})
}

// saasWorkRow is a work and whose it is.
type saasWorkRow struct {
	workRow
	User   string `json:"user_id"`
	UserID string `json:"userId"`
}

func saasWorks(_ *op.Call, st *State, req saasRequest) (page[saasWorkRow], error) {
	wanted := func(w Work) bool { return named(w.Name, req.Keyword) }
	return pageOf(req.pageRequest, only(newestFirst(&st.Works), wanted), func(w Work) saasWorkRow {
		owner, _ := st.Users.get(w.Owner)
		return saasWorkRow{w.row(), w.Owner, owner.UserID}
	})
}

// newestFirst gives all things of a shelf by their ids, which grow with time; a seed may have a
// shorter one, and comes last.
func newestFirst[T owned](s *shelf[T]) iter.Seq[T] {
	ids := slices.SortedFunc(maps.Keys(s.byID), func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(b, a)
	})
	return func(yield func(T) bool) {
		for _, id := range ids {
			if !yield(s.byID[id]) {
				return
			}
		}
	}
}

package h5ds

import (
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var userSignOps = []op.Op[State]{
	op.Read("Api.UserSign", userSigns),
	op.Write("Api.UserSignPost", userSign),
	op.Read("Open.AppStatistics", appStatistics),
}

// Sign is a day on which a user has signed in for the day.
type Sign struct {
	User string `json:"user"` // platform id
	Day  string `json:"day"`  // 2025-09-19
}

func (s Sign) RowKey() (id, owner string) { return s.User + "/" + s.Day, s.User }

// china is where the vendor's days begin and end (assumed).
var china = time.FixedZone("UTC+8", 8*60*60)

type userSignsRequest struct {
	Start *api.Text `json:"stDate"`
}

// userSigns answers the days since stDate on which the user signed, the newest first. What the
// answer is like is assumed: no client reads it.
func userSigns(c *op.Call, st *State, req userSignsRequest) ([]string, error) {
	start := req.Start.Or("")
	if _, err := time.Parse(time.DateOnly, start); err != nil && start != "" {
		return nil, api.ErrStartDate.Because("sign.date", "send a day such as 2025-09-19, or nothing", "the stDate is no day")
	}
	days := []string{}
	for sign := range st.Signs.Of(c.User) {
		if sign.Day >= start {
			days = append(days, sign.Day)
		}
	}
	slices.Sort(days)
	slices.Reverse(days)
	return days, nil
}

// userSign signs for today; again changes nothing (assumed).
func userSign(c *op.Call, st *State, _ op.None) (api.Done, error) {
	st.Signs.Put(Sign{User: c.User, Day: c.Now.In(china).Format(time.DateOnly)})
	return true, nil
}

// appStatistics answers an object without fields: nothing tells what stands in it.
func appStatistics(*op.Call, *State, op.None) (struct{}, error) { return struct{}{}, nil }

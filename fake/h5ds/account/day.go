package account

import (
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var dayOps = []op.Op[State]{
	op.Read("Api.UserSign", userSigns),
	op.Write("Api.UserSignPost", userSign),
	op.Read("Open.AppStatistics", appStatistics),
}

// Day is a day on which a user has signed in for the day.
type Day struct {
	User string `json:"user"` // platform id
	Date string `json:"date"` // 2025-09-19
}

func (s Day) RowKey() (id, owner string) { return s.User + "/" + s.Date, s.User }

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
	for sign := range st.Days.Of(c.User) {
		if sign.Date >= start {
			days = append(days, sign.Date)
		}
	}
	slices.Sort(days)
	slices.Reverse(days)
	return days, nil
}

// userSign signs for today; again changes nothing (assumed).
func userSign(c *op.Call, st *State, _ op.None) (api.Done, error) {
	st.Days.Put(Day{User: c.User, Date: c.Now.In(china).Format(time.DateOnly)})
	return true, nil
}

// appStatistics answers an object without fields: nothing tells what stands in it.
func appStatistics(*op.Call, *State, op.None) (struct{}, error) { return struct{}{}, nil }

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

// Day is a day on which a user has made the daily sign-in.
type Day struct {
	User string `json:"user"` // platform id
	Date string `json:"date"` // 2025-09-19
}

func (d Day) RowKey() (id, owner string) { return d.User + "/" + d.Date, d.User }

// china is the time zone of the vendor's days (assumed).
var china = time.FixedZone("UTC+8", 8*60*60)

type userSignsRequest struct {
	Start *api.Text `json:"stDate"`
}

// userSigns returns the days since stDate on which the user signed in, the newest first. The form of the response is
// assumed: no client reads it.
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

// userSign signs the user in for today. A second sign-in changes nothing (assumed).
func userSign(c *op.Call, st *State, _ op.None) (api.Done, error) {
	st.Days.Put(Day{User: c.User, Date: c.Now.In(china).Format(time.DateOnly)})
	return true, nil
}

// appStatistics returns an object without fields, because no source shows one.
func appStatistics(*op.Call, *State, op.None) (struct{}, error) { return struct{}{}, nil }

package order

import (
	"strconv"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var creditOps = []op.Op[Scope]{
	op.Read("User.Credits.Page", listCredits),
	op.Read("User.CreditLogs.Page", listCreditLogs),
}

// Credit is one lot of credits that a user got. The keys are those of the API.
type Credit struct {
	// ID is decimal digits; a new one when a seed leaves it out.
	ID string `json:"id" yaml:"id"`
	// Owner is the platform id of the user. A seed may give any name of the user instead.
	Owner string `json:"owner" yaml:"owner"`
	// SourceType is where they came from: vip, vip_month, daily, reward, purchase, admin and
	// others; reward when a seed leaves it out.
	SourceType string  `json:"source_type" yaml:"source_type"`
	Credits    float64 `json:"credits" yaml:"credits"`
	// Balance is what is left of them; all, when a seed leaves it out.
	Balance *float64 `json:"balance,omitempty" yaml:"balance,omitempty"`
	// Invalid takes them out of use.
	Invalid bool `json:"invalid,omitempty" yaml:"invalid,omitempty"`
	// ExpireAt is when they are lost; never, when zero.
	ExpireAt      time.Time `json:"expire_at,omitzero" yaml:"expire_at,omitempty"`
	SourceRefID   string    `json:"source_ref_id,omitempty" yaml:"source_ref_id,omitempty"`
	SourceRefType string    `json:"source_ref_type,omitempty" yaml:"source_ref_type,omitempty"`
	// CreatedAt may be in the future, while an order is being granted. Until then nobody sees them.
	CreatedAt time.Time `json:"createdAt,omitzero" yaml:"createdAt,omitempty"`
}

func (k Credit) RowKey() (id, owner string) { return k.ID, k.Owner }

func (k Credit) left() float64 {
	if k.Balance == nil {
		return k.Credits
	}
	return *k.Balance
}

// States of a [Credit], as the vendor's newest client has them.
const (
	creditInvalid = 0
	creditUsable  = 1
	creditUsedUp  = 2
	creditExpired = 3
)

// status follows from what is written and the time.
func (k Credit) status(now time.Time) int {
	switch {
	case k.Invalid:
		return creditInvalid
	case k.left() <= 0:
		return creditUsedUp
	case !k.ExpireAt.IsZero() && !now.Before(k.ExpireAt):
		return creditExpired
	}
	return creditUsable
}

// balance is what the user can spend: what the user has by itself, and what is left of each lot.
func (st *State) Balance(user account.User, now time.Time) float64 {
	sum := user.Credits
	for lot := range st.Credits.Of(user.ID) {
		if lot.status(now) == creditUsable && !lot.CreatedAt.After(now) {
			sum += lot.left()
		}
	}
	return sum
}

// creditRow is what the vendor's newest client reads.
type creditRow struct {
	ID            string    `json:"id"`
	SourceType    string    `json:"source_type"`
	Credits       float64   `json:"credits"`
	Balance       float64   `json:"balance"`
	Status        int       `json:"status"`
	ExpireAt      api.Stamp `json:"expire_at"`
	SourceRefID   string    `json:"source_ref_id"`
	SourceRefType string    `json:"source_ref_type"`
	CreatedAt     api.Stamp `json:"createdAt"`
}

// creditsRequest has keyword for the id or the source's id. An empty filter is none.
type creditsRequest struct {
	api.PageRequest
	Keyword    api.Text `json:"keyword"`
	Status     api.Text `json:"status"`
	SourceType api.Text `json:"source_type"`
}

func listCredits(c *op.Call, st *Scope, req creditsRequest) (api.Page[creditRow], error) {
	keyword := string(req.Keyword)
	wanted := func(k Credit) bool {
		return !k.CreatedAt.After(c.Now) &&
			(strings.Contains(k.ID, keyword) || strings.Contains(k.SourceRefID, keyword)) &&
			api.Matches(req.Status, strconv.Itoa(k.status(c.Now))) && api.Matches(req.SourceType, k.SourceType)
	}
	return api.PageOf(req.PageRequest, api.Filter(st.Credits.Of(c.User), wanted), func(k Credit) creditRow {
		return creditRow{
			ID: k.ID, SourceType: k.SourceType, Credits: k.Credits, Balance: k.left(), Status: k.status(c.Now),
			ExpireAt: api.Stamp(k.ExpireAt), SourceRefID: k.SourceRefID, SourceRefType: k.SourceRefType, CreatedAt: api.Stamp(k.CreatedAt),
		}
	})
}

// CreditLog is one change of a user's credits. The keys are those of the API.
type CreditLog struct {
	// ID is decimal digits; a new one when a seed leaves it out.
	ID string `json:"id" yaml:"id"`
	// Owner is the platform id of the user. A seed may give any name of the user instead.
	Owner string `json:"owner" yaml:"owner"`
	// Type and SourceType are words such as purchase, consume and expire.
	Type       string `json:"type" yaml:"type"`
	SourceType string `json:"source_type,omitempty" yaml:"source_type,omitempty"`
	// Credits is the change; negative when they were spent.
	Credits float64 `json:"credits" yaml:"credits"`
	// Balance is what the user had after it.
	Balance float64 `json:"balance" yaml:"balance"`
	// TaskType and Scene say what they were spent on: tts, auc, video, image, cv, openai.
	TaskType  string            `json:"task_type,omitempty" yaml:"task_type,omitempty"`
	Scene     string            `json:"scene,omitempty" yaml:"scene,omitempty"`
	Details   map[string]string `json:"details,omitempty" yaml:"details,omitempty"`
	CreatedAt time.Time         `json:"createdAt,omitzero" yaml:"createdAt,omitempty"`
}

func (l CreditLog) RowKey() (id, owner string) { return l.ID, l.Owner }

// creditLogRow is what the vendor's newest client reads.
type creditLogRow struct {
	ID         string            `json:"id"`
	Type       string            `json:"type"`
	SourceType string            `json:"source_type"`
	Credits    float64           `json:"credits"`
	Balance    float64           `json:"balance"`
	TaskType   string            `json:"task_type"`
	Scene      string            `json:"scene"`
	Details    map[string]string `json:"details"`
	CreatedAt  api.Stamp         `json:"createdAt"`
}

// creditLogsRequest has keyword for the id or an order's id, and type for a word of either kind:
// the client sends there what it calls source_type too.
type creditLogsRequest struct {
	api.PageRequest
	Keyword api.Text `json:"keyword"`
	Type    api.Text `json:"type"`
}

func listCreditLogs(c *op.Call, st *Scope, req creditLogsRequest) (api.Page[creditLogRow], error) {
	keyword := string(req.Keyword)
	wanted := func(l CreditLog) bool {
		return !l.CreatedAt.After(c.Now) &&
			(strings.Contains(l.ID, keyword) || strings.Contains(l.Details["order_id"], keyword)) &&
			(api.Matches(req.Type, l.Type) || api.Matches(req.Type, l.SourceType))
	}
	return api.PageOf(req.PageRequest, api.Filter(st.CreditLogs.Of(c.User), wanted), func(l CreditLog) creditLogRow {
		row := creditLogRow{
			ID: l.ID, Type: l.Type, SourceType: l.SourceType, Credits: l.Credits, Balance: l.Balance,
			TaskType: l.TaskType, Scene: l.Scene, Details: l.Details, CreatedAt: api.Stamp(l.CreatedAt),
		}
		if row.Details == nil {
			row.Details = map[string]string{}
		}
		return row
	})
}

// giveCredits adds a lot of credits, and the line of the log, at a time that may be to come.
func (st *Scope) giveCredits(c *op.Call, lot Credit) {
	user, _ := st.Accounts.Users.Get(lot.Owner)
	lot.ID = st.Credits.NewID(c)
	log := CreditLog{
		ID: st.CreditLogs.NewID(c), Owner: lot.Owner, Type: lot.SourceType, SourceType: lot.SourceType, Credits: lot.Credits,
		Balance: st.Balance(user, lot.CreatedAt) + lot.Credits, CreatedAt: lot.CreatedAt,
		Details: map[string]string{"order_id": lot.SourceRefID},
	}
	st.Credits.Put(lot)
	st.CreditLogs.Put(log)
}

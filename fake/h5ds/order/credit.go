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

// Credit is a batch of credits of a user. The keys are those of the API.
type Credit struct {
	// ID is decimal digits; a new one when it is left out.
	ID string `json:"id" yaml:"id"`
	// Owner is the platform id of the user. A test may give another name of the user, such as the userId.
	Owner string `json:"owner" yaml:"owner"`
	// SourceType is the origin of the credits: vip, vip_month, daily, reward, purchase, admin and others; reward when
	// it is left out.
	SourceType string  `json:"source_type" yaml:"source_type"`
	Credits    float64 `json:"credits" yaml:"credits"`
	// Balance is the number of credits left; all of them when it is left out.
	Balance *float64 `json:"balance,omitempty" yaml:"balance,omitempty"`
	// Invalid credits cannot be spent.
	Invalid bool `json:"invalid,omitempty" yaml:"invalid,omitempty"`
	// ExpireAt is when the credits expire; never when it is zero.
	ExpireAt      time.Time `json:"expire_at,omitzero" yaml:"expire_at,omitempty"`
	SourceRefID   string    `json:"source_ref_id,omitempty" yaml:"source_ref_id,omitempty"`
	SourceRefType string    `json:"source_ref_type,omitempty" yaml:"source_ref_type,omitempty"`
	// CreatedAt may be in the future while an order is being granted. Until then no response has the credits.
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

// status is the state of the credits at a time.
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

// Balance returns the credits that the user can spend at a time: those of the user, and what is left of each batch.
func (st *State) Balance(user account.User, now time.Time) float64 {
	sum := user.Credits
	for lot := range st.Credits.Of(user.ID) {
		if lot.status(now) == creditUsable && !lot.CreatedAt.After(now) {
			sum += lot.left()
		}
	}
	return sum
}

// creditRow has the fields that the vendor's newest client reads.
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

// creditsRequest has a keyword for a part of the id or of the source's id. An empty filter is no filter.
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
	// ID is decimal digits; a new one when it is left out.
	ID string `json:"id" yaml:"id"`
	// Owner is the platform id of the user. A test may give another name of the user, such as the userId.
	Owner string `json:"owner" yaml:"owner"`
	// Type and SourceType are words such as purchase, consume and expire.
	Type       string `json:"type" yaml:"type"`
	SourceType string `json:"source_type,omitempty" yaml:"source_type,omitempty"`
	// Credits is the change; negative when credits were spent.
	Credits float64 `json:"credits" yaml:"credits"`
	// Balance is the number of credits after the change.
	Balance float64 `json:"balance" yaml:"balance"`
	// TaskType and Scene are the use of the credits: tts, auc, video, image, cv, openai.
	TaskType  string            `json:"task_type,omitempty" yaml:"task_type,omitempty"`
	Scene     string            `json:"scene,omitempty" yaml:"scene,omitempty"`
	Details   map[string]string `json:"details,omitempty" yaml:"details,omitempty"`
	CreatedAt time.Time         `json:"createdAt,omitzero" yaml:"createdAt,omitempty"`
}

func (l CreditLog) RowKey() (id, owner string) { return l.ID, l.Owner }

// creditLogRow has the fields that the vendor's newest client reads.
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

// creditLogsRequest has a keyword for a part of the id or of an order's id. The type filters by the type or the
// source_type: the client sends both as type.
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

// giveCredits adds a batch of credits and its line of the log. Its time may be in the future.
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

package order

import (
	"slices"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var packageOps = []op.Op[Scope]{
	op.Read("User.CreditPackages.List", listCreditPackages),
	op.Read("User.VipPackages.List", listVIPPackages),
}

// CreditPackage is a package of credits for sale. The keys are those of the API. The vendor's client shows prices in
// yuan.
type CreditPackage struct {
	// ID is decimal digits; a new one when it is left out.
	ID          string  `json:"id" yaml:"id"`
	Name        string  `json:"name" yaml:"name"`
	Price       float64 `json:"price" yaml:"price"`
	Credits     float64 `json:"credits" yaml:"credits"`
	Description string  `json:"description" yaml:"description"`
}

func (p CreditPackage) RowKey() (id, owner string) { return p.ID, table.System }

// VIPPackage is a time as VIP for sale. The keys are those of the API.
type VIPPackage struct {
	// ID is decimal digits; a new one when it is left out.
	ID            string  `json:"id" yaml:"id"`
	Name          string  `json:"name" yaml:"name"`
	CurrentPrice  float64 `json:"current_price" yaml:"current_price"`
	OriginalPrice float64 `json:"original_price" yaml:"original_price"`
	// Value and ValueUnit are the length of the time.
	Value       int    `json:"value" yaml:"value"`
	ValueUnit   Unit   `json:"value_unit" yaml:"value_unit"`
	Description string `json:"description" yaml:"description"`
	// FirstCredit is the number of credits in the package. They expire after FirstCreditExpire, or never without it.
	FirstCredit       float64 `json:"first_credit" yaml:"first_credit"`
	FirstCreditExpire *Period `json:"first_credit_expire" yaml:"first_credit_expire"`
	// VIPLevel is 1 VIP or 2 SVIP; 1 when it is left out.
	VIPLevel int `json:"vip_level" yaml:"vip_level"`
}

func (p VIPPackage) RowKey() (id, owner string) { return p.ID, table.System }

// Unit is a unit of time: day, month or year.
type Unit string

// Period is a length of time in the calendar.
type Period struct {
	Value     int  `json:"value" yaml:"value"`
	ValueUnit Unit `json:"value_unit" yaml:"value_unit"`
}

// after returns the end of a period that begins at t.
func (p Period) after(t time.Time) time.Time {
	switch p.ValueUnit {
	case "day":
		return t.AddDate(0, 0, p.Value)
	case "year":
		return t.AddDate(p.Value, 0, 0)
	default:
		return t.AddDate(0, p.Value, 0)
	}
}

// The packages of a state without packages, so that the vendor's pages have something to show. They are assumed: no
// source lists the vendor's packages.
var (
	defaultCreditPackages = []CreditPackage{
		{ID: "310000000000000001", Name: "100 积分", Price: 10, Credits: 100, Description: "fakecme"},
		{ID: "310000000000000002", Name: "1000 积分", Price: 90, Credits: 1000, Description: "fakecme"},
	}
	defaultVIPPackages = []VIPPackage{
		{
			ID: "320000000000000001", Name: "VIP 月卡", CurrentPrice: 29, OriginalPrice: 39, Value: 1, ValueUnit: "month",
			Description: "fakecme", VIPLevel: 1,
		},
		{
			ID: "320000000000000002", Name: "SVIP 年卡", CurrentPrice: 499, OriginalPrice: 599, Value: 1, ValueUnit: "year",
			Description: "fakecme", FirstCredit: 500, FirstCreditExpire: &Period{Value: 1, ValueUnit: "month"}, VIPLevel: 2,
		},
	}
)

func (st *State) creditPackages() []CreditPackage {
	if st.CreditPackages.IsZero() {
		return defaultCreditPackages
	}
	return slices.Collect(st.CreditPackages.OldestFirst(table.System))
}

func (st *State) vipPackages() []VIPPackage {
	if st.VIPPackages.IsZero() {
		return defaultVIPPackages
	}
	return slices.Collect(st.VIPPackages.OldestFirst(table.System))
}

func listCreditPackages(_ *op.Call, st *Scope, _ op.None) ([]CreditPackage, error) {
	return st.creditPackages(), nil
}

// vipPackageRow has the level twice, because the client reads it in both places.
type vipPackageRow struct {
	VIPPackage
	Details vipDetails `json:"details"`
}

type vipDetails struct {
	VIPLevel int `json:"vip_level"`
}

func listVIPPackages(_ *op.Call, st *Scope, _ op.None) ([]vipPackageRow, error) {
	rows := []vipPackageRow{}
	for _, p := range st.vipPackages() {
		rows = append(rows, vipPackageRow{p, vipDetails{p.VIPLevel}})
	}
	return rows, nil
}

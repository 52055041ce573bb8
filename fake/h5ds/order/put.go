package order

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/fakecme/fakecme/fake/h5ds/account"
	"github.com/fakecme/fakecme/fake/h5ds/internal/table"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Each Put adds a value, or replaces the one with the same id, and returns it with all defaults. An unknown owner, an
// id that is not decimal digits or another owner's, and a value that the API does not have are errors.

// PutCredit gives a user a batch of credits. It adds no line to the log; see PutCreditLog.
func (st *Scope) PutCredit(c *op.Call, k Credit) (Credit, error) {
	given := k.Owner
	err := account.CheckOwner(st.Accounts, &st.Credits, &k, &k.Owner)
	if err == nil && (!table.IsAmount(k.Credits) || !table.IsAmount(k.left()) || k.left() > k.Credits) {
		err = fmt.Errorf("the credits %v or the balance %v are negative, no number, or less than what is left", k.Credits, k.left())
	}
	if err != nil {
		return Credit{}, fmt.Errorf("put credit %q of %q: %w", k.ID, given, err)
	}
	k.ID = table.IDOr(c, &st.Credits, k.ID)
	k.SourceType = cmp.Or(k.SourceType, "reward")
	k.CreatedAt, _ = table.Times(c, k.CreatedAt, time.Time{})
	st.Credits.Put(k.clone())
	return k, nil
}

func (k Credit) clone() Credit {
	if k.Balance != nil {
		balance := *k.Balance
		k.Balance = &balance
	}
	return k
}

// PutCreditLog adds a line to the log of a user's credits. It changes no credits; see PutCredit.
func (st *Scope) PutCreditLog(c *op.Call, l CreditLog) (CreditLog, error) {
	given := l.Owner
	err := account.CheckOwner(st.Accounts, &st.CreditLogs, &l, &l.Owner)
	switch {
	case err != nil:
	case l.Type == "":
		err = errors.New("the type is empty; give a word such as reward or consume")
	case !table.IsAmount(max(l.Credits, -l.Credits)) || !table.IsAmount(l.Balance):
		err = fmt.Errorf("the credits %v or the balance %v are no number, or the balance is negative", l.Credits, l.Balance)
	}
	if err != nil {
		return CreditLog{}, fmt.Errorf("put credit log %q of %q: %w", l.ID, given, err)
	}
	l.ID = table.IDOr(c, &st.CreditLogs, l.ID)
	l.CreatedAt, _ = table.Times(c, l.CreatedAt, time.Time{})
	stored := l
	stored.Details = maps.Clone(l.Details)
	st.CreditLogs.Put(stored)
	return l, nil
}

// PutCreditPackage adds a package of credits. The first one replaces the default packages.
func (st *State) PutCreditPackage(c *op.Call, p CreditPackage) (CreditPackage, error) {
	var err error
	switch {
	case !table.IsID(p.ID):
		err = fmt.Errorf("the id %q is not decimal digits; leave it out for a new one", p.ID)
	case p.Name == "":
		err = errors.New("the name is empty")
	case !table.IsAmount(p.Price) || !table.IsAmount(p.Credits):
		err = fmt.Errorf("the price %v or the credits %v are negative or no number", p.Price, p.Credits)
	}
	if err != nil {
		return CreditPackage{}, fmt.Errorf("put credit package %q: %w", cmp.Or(p.ID, p.Name), err)
	}
	p.ID = table.IDOr(c, &st.CreditPackages, p.ID)
	st.CreditPackages.Put(p)
	return p, nil
}

// PutVIPPackage adds a package of VIP, by default of one month. The first one replaces the default packages.
func (st *State) PutVIPPackage(c *op.Call, p VIPPackage) (VIPPackage, error) {
	p.VIPLevel, p.Value, p.ValueUnit = cmp.Or(p.VIPLevel, 1), cmp.Or(p.Value, 1), cmp.Or(p.ValueUnit, "month")
	var err error
	switch {
	case !table.IsID(p.ID):
		err = fmt.Errorf("the id %q is not decimal digits; leave it out for a new one", p.ID)
	case p.Name == "":
		err = errors.New("the name is empty")
	case !table.IsAmount(p.CurrentPrice) || !table.IsAmount(p.OriginalPrice) || !table.IsAmount(p.FirstCredit):
		err = fmt.Errorf("the price %v, the original price %v or the first credit %v is negative or no number",
			p.CurrentPrice, p.OriginalPrice, p.FirstCredit)
	case p.VIPLevel != 1 && p.VIPLevel != 2:
		err = fmt.Errorf("the vip_level %d is none of 1 (VIP), 2 (SVIP)", p.VIPLevel)
	default:
		err = errors.Join(Period{p.Value, p.ValueUnit}.check(), p.firstCreditCheck())
	}
	if err != nil {
		return VIPPackage{}, fmt.Errorf("put VIP package %q: %w", cmp.Or(p.ID, p.Name), err)
	}
	p.ID = table.IDOr(c, &st.VIPPackages, p.ID)
	st.VIPPackages.Put(p.clone())
	return p, nil
}

func (p VIPPackage) firstCreditCheck() error {
	if p.FirstCreditExpire == nil {
		return nil
	}
	return p.FirstCreditExpire.check()
}

func (p VIPPackage) clone() VIPPackage {
	if p.FirstCreditExpire != nil {
		period := *p.FirstCreditExpire
		p.FirstCreditExpire = &period
	}
	return p
}

func (p Period) check() error {
	if p.Value < 1 || p.Value > 1000 || p.ValueUnit != "day" && p.ValueUnit != "month" && p.ValueUnit != "year" {
		return fmt.Errorf("%d %q is no time; give 1 to 1000, and day, month or year", p.Value, p.ValueUnit)
	}
	return nil
}

// PlanOrders sets the plan of the orders that calls make.
func (st *State) PlanOrders(p PayPlan) error {
	if p.Granting < 0 {
		return fmt.Errorf("plan orders: granting: %s; it cannot be negative", time.Duration(p.Granting))
	}
	st.PayPlan = p
	return nil
}

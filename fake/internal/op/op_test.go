package op_test

import (
	"errors"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/internal/op"
)

type shop struct{ Sold int }

type order struct{ Count int }

type receipt struct{ Total int }

var (
	errSoldOut = &op.Error{Code: "SoldOut", Message: "卖完了", EnglishMessage: "sold out"}
	errTooFew  = &op.Error{Code: "TooFew", Message: "太少", EnglishMessage: "too few"}
)

func sell(_ *op.Call, st *shop, o order) (receipt, error) {
	if o.Count > 10 {
		return receipt{}, errSoldOut.Because("shop.too-many", "order less", "%d are too many", o.Count)
	}
	st.Sold += o.Count
	return receipt{Total: st.Sold}, nil
}

func TestRun(t *testing.T) {
	t.Parallel()
	o := op.Write("Shop.Sell", sell)
	st := &shop{}
	got, err := o.Run(&op.Call{}, st, []byte(`{"Count":3}`))
	if diff := cmp.Diff(receipt{Total: 3}, got); diff != "" || err != nil {
		t.Errorf("run: %v (-want +got):\n%s", err, diff)
	}
	_, err = o.Run(&op.Call{}, st, []byte(`{"Count":11}`))
	failure, ok := op.AsFailure(err)
	if !ok || failure.Err != errSoldOut || failure.Diagnosis.Sentence != "11 are too many" || st.Sold != 3 {
		t.Errorf("error %+v, state %+v", failure, st)
	}
	if !errors.Is(err, errSoldOut) {
		t.Error("the error does not lead to its package variable")
	}
	if _, err = o.Run(&op.Call{}, st, []byte(`{"Count":"x"}`)); err == nil {
		t.Error("a request of another type was accepted")
	} else if _, ok := op.AsFailure(err); ok {
		t.Error("a decoding error was taken for a documented error")
	}
}

func TestRunWithoutResponse(t *testing.T) {
	t.Parallel()
	o := op.Read("Shop.Look", func(*op.Call, *shop, op.None) (op.None, error) { return op.None{}, nil })
	if got, err := o.Run(&op.Call{}, &shop{}, nil); got != nil || err != nil {
		t.Errorf("run: %v, %v", got, err)
	}
	if o.Writes || !op.Write("x", sell).Writes {
		t.Error("Read and Write are mixed up")
	}
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	plain := op.Write("Shop.Sell", sell)
	once := plain.Fails("/Count", "maximum", errSoldOut)
	twice := once.Fails("/Count", "minimum", errTooFew)
	tests := []struct {
		name, pointer, rule string
		o                   op.Op[shop]
		want                *op.Error
	}{
		{"named", "/Count", "maximum", once, errSoldOut},
		{"another parameter", "/Other", "maximum", once, nil},
		{"another rule", "/Count", "type", once, nil},
		{"no rule", "/Count", "", once, nil},
		{"first of two", "/Count", "maximum", twice, errSoldOut},
		{"second of two", "/Count", "minimum", twice, errTooFew},
		{"the operation it was called on", "/Count", "maximum", plain, nil},
		{"the operation it was called on again", "/Count", "minimum", once, nil},
	}
	for _, tt := range tests {
		if got, ok := tt.o.ErrorOf(tt.pointer, tt.rule); got != tt.want || ok != (tt.want != nil) {
			t.Errorf("%s: got %v, %t; want %v", tt.name, got, ok, tt.want)
		}
	}
}

// Ids have the form of the documents' examples, never repeat, and are the same in every run.
func TestIDs(t *testing.T) {
	t.Parallel()
	forms := map[op.Kind]string{
		op.MaterialID: `^[1-9]\d{19}$`,
		op.ItemID:     `^5fd9[0-9a-f]{20}$`,
		op.TaskID:     `^1200000001-procedurev2-[0-9a-f]{32}t0$`,
		op.ExportID:   `^1200000001-tfusion-[0-9a-f]{32}t0$`,
		op.ProjectID:  `^cmepid_[0-9a-f]{24}$`,
		op.TeamID:     `^cmetid_[0-9a-f]{33}$`,
		op.VodFileID:  `^\d{19}$`,
		op.UploadID:   `^[0-9a-f]{64}$`,
		op.RequestID:  `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$`,
		op.Snowflake:  `^\d{18}$`,
	}
	for kind, form := range forms {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			ids := func() []string {
				c := &op.Call{
					Now: time.Date(2025, 9, 19, 8, 21, 31, 0, time.UTC), IDs: &op.IDs{},
					Tenant: op.Tenant{ID: "default", CMEAppID: 1200000001},
				}
				return []string{c.NewID(kind), c.NewID(kind), c.NewID(kind)}
			}
			first := ids()
			for _, id := range first {
				if !regexp.MustCompile(form).MatchString(id) {
					t.Errorf("id %q has not the form %s", id, form)
				}
			}
			if first[0] == first[1] || first[1] == first[2] {
				t.Errorf("ids repeat: %v", first)
			}
			if diff := cmp.Diff(first, ids()); diff != "" {
				t.Errorf("another run (-first +second):\n%s", diff)
			}
		})
	}
}

// The sample id of the documents is of the day that the rule gives: 2025-07-21. From 2026-07 on
// ids have 19 digits.
func TestSnowflakeTime(t *testing.T) {
	t.Parallel()
	at := func(now time.Time) string {
		c := &op.Call{Now: now, IDs: &op.IDs{}}
		return c.NewID(op.Snowflake)
	}
	if got := at(time.Date(2025, 7, 21, 0, 0, 0, 0, time.UTC)); got[:4] != "8714" && got[:4] != "8715" && got[:4] != "8716" {
		t.Errorf("id of 2025-07-21: %s", got)
	}
	if got := at(time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)); len(got) != 19 {
		t.Errorf("id of 2026-08-01: %s", got)
	}
}

// Tenants with the same clock have ids of their own; the first tenant's are those of no tenant.
func TestSnowflakeOfTenants(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 9, 19, 8, 21, 31, 0, time.UTC)
	owner := map[string]uint32{}
	for _, tenant := range []uint32{1, 2, 3, 256} {
		c := &op.Call{Now: now, IDs: &op.IDs{}, Tenant: op.Tenant{Number: tenant}}
		for range 1000 {
			id := c.NewID(op.Snowflake)
			if other, taken := owner[id]; taken {
				t.Fatalf("tenants %d and %d both have the id %s", other, tenant, id)
			}
			owner[id] = tenant
		}
	}
	if nobody := (&op.Call{Now: now, IDs: &op.IDs{}}).NewID(op.Snowflake); owner[nobody] != 1 {
		t.Errorf("the id %s of no tenant is of tenant %d", nobody, owner[nobody])
	}
}

func TestFakerDependsOnNameAndSeedOnly(t *testing.T) {
	t.Parallel()
	name := func(seed uint64, of string) string {
		c := &op.Call{Seed: seed}
		c.Faker("something else").Name()
		return c.Faker(of).Sentence(5)
	}
	if first, again := name(1, "a"), name(1, "a"); first != again {
		t.Error("the same name gives different data")
	}
	if name(1, "a") == name(1, "b") || name(1, "a") == name(2, "a") {
		t.Error("other names or seeds give the same data")
	}
}

// listed is an error of a contract.
type listed struct{ name, code, message, english, withField string }

func (l listed) Texts() (name, code, message, english, withField string) {
	return l.name, l.code, l.message, l.english, l.withField
}

// The texts of an error are those of the contract, in which a field may be named.
func TestFill(t *testing.T) {
	t.Parallel()
	list := []listed{
		{"Plain", "1", "一", "one", ""},
		{"Unused", "2", "二", "two", ""},
		{"English", "3", "三", "three", "{field} three"},
		{"Chinese", "4", "四", "", "四: {field}"},
	}
	var errs op.Errors
	plain, english, chinese := errs.New("Plain"), errs.New("English"), errs.New("Chinese")
	early := chinese.Of("early")
	coded := plain.WithCode("1002")
	if err := op.Fill(&errs, list); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name                   string
		err                    *op.Error
		code, message, english string
	}{
		{"plain", plain, "1", "一", "one"},
		{"English", english, "3", "三", "three"},
		{"English with a field", english.Of("late"), "3", "三", "late three"},
		{"Chinese", chinese, "4", "四", ""},
		{"Chinese with a field, before the texts are known", early, "4", "四: early", ""},
		{"Chinese with a field", chinese.Of("late"), "4", "四: late", ""},
		{"with another code", coded, "1002", "一", "one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.err.Code != tt.code || tt.err.Message != tt.message || tt.err.EnglishMessage != tt.english {
				t.Errorf("texts are %s, %s, %s, want %s, %s, %s", tt.err.Code, tt.err.Message, tt.err.EnglishMessage, tt.code, tt.message, tt.english)
			}
		})
	}
	if plain.Of("") != plain {
		t.Error("without a field it is not the same error")
	}
	if diff := cmp.Diff([]string{"Chinese", "English", "Plain"}, errs.Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestFillRejects(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		names func(errs *op.Errors)
		want  string
	}{
		{"an error that the contract does not list", func(errs *op.Errors) { errs.New("Misspelt") },
			"the code names the error Misspelt, which the contract does not list"},
		{"a field where the contract has no text for one", func(errs *op.Errors) { errs.New("Plain").Of("id") },
			"the code names the field id in the error Plain, for which the contract has no text with a field"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var errs op.Errors
			tt.names(&errs)
			if err := op.Fill(&errs, []listed{{"Plain", "1", "一", "one", ""}}); err == nil || err.Error() != tt.want {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
		})
	}
}

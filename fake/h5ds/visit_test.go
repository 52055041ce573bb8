package h5ds

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Names of the platform's own user in these tests.
const (
	aliceID       = "100000000000000001"
	aliceMobile   = "15888888880"
	aliceEmail    = "alice@example.com"
	alicePassword = "correct horse 1"
)

// withAlice is seeded, and has a user of the platform's own with a password.
func withAlice(t *testing.T) *State {
	t.Helper()
	st := seeded(t)
	_, err := st.PutUser(newCall(), User{
		ID: aliceID, Username: "alice", Mobile: aliceMobile, Email: aliceEmail, Password: alicePassword,
	})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// visit makes calls on one state, with one count of ids and one clock.
type visit struct {
	t  *testing.T
	st *State
	c  *op.Call
}

func newVisit(t *testing.T, st *State, user string) *visit {
	t.Helper()
	return &visit{t: t, st: st, c: callOf(user)}
}

// as is the same visit by another user; "" is nobody.
func (v *visit) as(user string) *visit {
	c := *v.c
	c.User = user
	return &visit{t: v.t, st: v.st, c: &c}
}

// later is the same visit after a while.
func (v *visit) later(d time.Duration) *visit {
	c := *v.c
	c.Now = c.Now.Add(d)
	return &visit{t: v.t, st: v.st, c: &c}
}

// ok makes a call that must succeed, and reads its data.
func (v *visit) ok(operation, request string, data any) {
	v.t.Helper()
	answer, failure := run(v.t, v.c, v.st, operation, request)
	if failure != nil {
		v.t.Fatalf("%s %s: %s", operation, request, failure.Diagnosis)
	}
	if data == nil {
		return
	}
	if err := json.Unmarshal([]byte(answer), &struct{ Data any }{data}); err != nil {
		v.t.Fatalf("%s: %v: %s", operation, err, answer)
	}
}

// says makes a call that must succeed, and returns its data as text.
func (v *visit) says(operation, request string) string {
	v.t.Helper()
	var data json.RawMessage
	v.ok(operation, request, &data)
	return string(data)
}

// why makes a call, and returns the code of the diagnosis; empty for success. A rejected call must
// change nothing.
func (v *visit) why(operation, request string) string {
	v.t.Helper()
	before, ids := encoded(v.t, v.st), encoded(v.t, v.c.IDs)
	_, failure := run(v.t, v.c, v.st, operation, request)
	if failure == nil {
		return ""
	}
	diff(v.t, operation+": state", before, encoded(v.t, v.st))
	diff(v.t, operation+": ids", ids, encoded(v.t, v.c.IDs))
	return failure.Diagnosis.Code
}

// captcha returns the two fields of a captcha that is solved, as the middle of an object.
func (v *visit) captcha() string {
	v.t.Helper()
	var got captchaResponse
	v.ok("Account.Captcha", ``, &got)
	return `"captchaKey":"` + got.CaptchaKey + `","captchaCode":"` + CaptchaText(got.CaptchaKey) + `"`
}

// code lets the platform send a code, and returns its digits.
func (v *visit) code(operation, field, to string) string {
	v.t.Helper()
	v.ok(operation, `{"`+field+`":"`+to+`",`+v.captcha()+`}`, nil)
	return v.st.CodesTo(to)[0].Code
}

// shownAccount is what a test looks at of an account.
type shownAccount struct {
	ID       string
	Name     string
	Credits  float64
	VIPLevel int `json:"vip_level"`
}

// shownPage is what a test looks at of a page.
type shownPage struct {
	Data []struct {
		ID      string
		Status  int
		Balance float64
	}
	Total       int
	CurrentPage int `json:"current_page"`
}

// ids are those of a page, each behind a blank.
func (p shownPage) ids() string {
	line := ""
	for _, row := range p.Data {
		line += " " + row.ID
	}
	return line
}

package verify

import (
	"maps"
	"slices"
	"testing"

	"github.com/fakecme/fakecme/contracts"
	"github.com/google/go-cmp/cmp"
)

// onlyRefused are operations whose success no scenario sees, with the reason.
var onlyRefused = map[string]string{
	"Account.BindEmail":              code,
	"Account.BindMobile":             code,
	"Account.BindWeixin.Wset":        scanned,
	"Account.Login":                  captcha,
	"Account.Login.Provider.Qq.User": "a person logs in at QQ, which gives the code",
	"Account.Login.Wset":             scanned,
	"Account.Mail.BindEmail":         "it would send a message to somebody",
	"Account.Mail.Login":             captcha,
	"Account.Mail.Register":          captcha,
	"Account.RecoverPassword":        code,
	"Account.Register":               captcha,
	"Account.Sms.BindMobile":         captcha,
	"Account.Sms.Login":              captcha,
	"Account.Sms.RecoverPassword":    captcha,
	"Account.Sms.Register":           captcha,
	"Account.Unbind":                 "something must be bound first, which takes a person",
	"Account.Wechat.Wset":            scanned,
	"Admin.Templates.Info":           "the user must be an administrator, which no call makes",
	"Admin.Templates.Update":         "the user must be an administrator, which no call makes",
}

const (
	captcha = "a person reads the captcha"
	code    = "a person reads the code of a message"
	scanned = "a person scans the code"
)

// unprovoked are documented errors that no scenario provokes, with the reason.
var unprovoked = map[string]string{
	"Team.DescribeTeams InternalError system error": "the service fails: no request makes it",
}

// The suite covers every operation and every documented error that a client can provoke. The lists of what is
// left out hold nothing that is covered.
func TestScenariosAreComplete(t *testing.T) {
	t.Parallel()
	suite, err := readScenarios()
	if err != nil {
		t.Fatal(err)
	}
	called, succeeded, refused := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, sc := range suite {
		for _, s := range sc.Steps {
			called[s.Call] = true
			if !s.expectsError() {
				succeeded[s.Call] = true
			}
			for _, code := range s.Expect {
				for _, r := range s.errorsOf(code, "") {
					refused[errorName(s.Call, r)] = true
				}
			}
		}
	}
	var never, noSuccess, noError []string
	for _, o := range contracts.Operations() {
		if !called[o.ID] {
			never = append(never, o.ID)
		}
		if !succeeded[o.ID] {
			noSuccess = append(noSuccess, o.ID)
		}
		for _, r := range o.Errors {
			if r.Provenance == "documented" && !refused[errorName(o.ID, r)] {
				noError = append(noError, errorName(o.ID, r))
			}
		}
	}
	if len(never) > 0 {
		t.Errorf("operations that no scenario calls: %v", never)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(onlyRefused)), sortedCopy(noSuccess)); diff != "" {
		t.Errorf("operations without a success (-listed +found):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(unprovoked)), sortedCopy(noError)); diff != "" {
		t.Errorf("documented errors that no scenario provokes (-listed +found):\n%s", diff)
	}
}

func sortedCopy(texts []string) []string { return slices.Sorted(slices.Values(texts)) }

func errorName(operation string, r contracts.Error) string {
	return operation + " " + r.Code + " " + r.EnglishMessage
}

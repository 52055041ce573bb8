package fake_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake"
)

// withUserInfo returns a fake in which User.Info is another function, and how to call it.
func withUserInfo(t *testing.T, run func() (any, error)) (*fake.Server, func() *httptest.ResponseRecorder) {
	t.Helper()
	s, err := fake.New(fake.Config{SelfCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	s.ReplaceOperation("User.Info", run)
	return s, func() *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "http://video.h5ds.com/api/v1/user/info", nil)
		r.Header.Set("Authorization", "not looked at")
		s.ServeHTTP(w, r)
		return w
	}
}

// A panic in an operation is answered with 500, is a bug in the fake and no finding, and
// leaves the next call unharmed.
func TestPanicIsABugInTheFake(t *testing.T) {
	t.Parallel()
	calls := 0
	s, call := withUserInfo(t, func() (any, error) {
		if calls++; calls == 1 {
			panic("on purpose")
		}
		return nil, nil
	})
	first := call()
	if first.Code != 500 || first.Body.String() != `{"code":500,"message":"服务器错误","data":null}` {
		t.Errorf("%d %s", first.Code, first.Body)
	}
	if why := first.Header().Get(fake.WhyHeader); !strings.HasPrefix(why, "fake.bug: ") || !strings.Contains(why, "panic: on purpose") {
		t.Errorf("why: %s", why)
	}
	bugs := s.Bugs()
	if len(bugs) != 1 || !strings.HasPrefix(bugs[0], "User.Info: panic: on purpose\ngoroutine ") {
		t.Errorf("bugs: %q", bugs)
	}
	if found := s.Findings(); found != nil {
		t.Errorf("findings: %v", found)
	}
	if c := s.Calls("User.Info"); len(c) != 1 || c[0].Status != 500 {
		t.Errorf("journal: %v", c)
	}
	if next := call(); next.Code != 200 {
		t.Errorf("the next call: %d %s", next.Code, next.Body)
	}
}

// A response that breaks the contract, and an error that no document knows, are bugs in the fake.
func TestOwnMistakesAreSeen(t *testing.T) {
	t.Parallel()
	s, call := withUserInfo(t, func() (any, error) { return map[string]any{"id": 7}, nil })
	if w := call(); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if bugs := s.Bugs(); len(bugs) != 1 || !strings.Contains(bugs[0], "User.Info: the fake's response breaks the contract: body /data/id: ") {
		t.Errorf("bugs: %q", bugs)
	}
	s, call = withUserInfo(t, func() (any, error) { return nil, errors.New("of no document") })
	if w := call(); w.Code != 500 || len(s.Bugs()) != 1 {
		t.Errorf("%d %s, bugs %q", w.Code, w.Body, s.Bugs())
	}
}

// The contract and the tables of operations cannot drift apart unseen.
func TestTableAndContract(t *testing.T) {
	t.Parallel()
	want := "opencme: the contract documents OpenCME.Login, which no table of operations lists"
	if err := fake.Route("opencme"); err == nil || err.Error() != want {
		t.Errorf("missing: %v", err)
	}
	want = "opencme: the table of operations lists OpenCME.Other, which the contract does not document"
	if err := fake.Route("opencme", "OpenCME.Login", "OpenCME.Other"); err == nil || err.Error() != want {
		t.Errorf("extra: %v", err)
	}
}

// The README explains every warning, and the operations that warnings are looked for in exist.
func TestWarningsAreDocumented(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range fake.WarningCodes {
		if !strings.Contains(string(readme), "| `"+code+"` |") {
			t.Errorf("the README does not explain %s", code)
		}
	}
	if missing := slices.DeleteFunc(fake.WarningOperations(), func(id string) bool {
		_, ok := contracts.Lookup(id)
		return ok
	}); len(missing) > 0 {
		t.Errorf("no operations are called %q", missing)
	}
}

package fake

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// withOperation returns a fake in which one operation is another function.
func withOperation(t *testing.T, id string, run func(*op.Call, *state, []byte) (any, error)) *Server {
	t.Helper()
	s, err := New(Config{SelfCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, svc := range s.services {
		o, ok := svc.operations[id]
		if !ok {
			continue
		}
		changed := *svc
		changed.operations = map[string]operation{}
		for name, other := range svc.operations {
			changed.operations[name] = other
		}
		o.run = run
		changed.operations[id] = o
		s.services = append([]*service(nil), s.services...)
		s.services[i] = &changed
	}
	return s
}

func get(s *Server, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Header.Set("Authorization", "bypassed")
	s.ServeHTTP(w, r)
	return w
}

// A panic in an operation is answered with 500, is a bug in the fake and no finding, and
// leaves the next call unharmed.
func TestPanicIsABugInTheFake(t *testing.T) {
	t.Parallel()
	calls := 0
	s := withOperation(t, "User.Info", func(*op.Call, *state, []byte) (any, error) {
		if calls++; calls == 1 {
			panic("on purpose")
		}
		return nil, nil
	})
	bypass(s, "User.Info")
	first := get(s, "http://video.h5ds.com/api/v1/user/info")
	if first.Code != 500 || first.Body.String() != `{"code":500,"message":"服务器错误","data":null}` {
		t.Errorf("%d %s", first.Code, first.Body)
	}
	if why := first.Header().Get(whyHeader); !strings.HasPrefix(why, "fake.bug: the fake itself failed: panic: on purpose") {
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
	if next := get(s, "http://video.h5ds.com/api/v1/user/info"); next.Code != 200 {
		t.Errorf("the next call: %d %s", next.Code, next.Body)
	}
}

// bypass takes the security from an operation.
func bypass(s *Server, id string) {
	for _, svc := range s.services {
		if o, ok := svc.operations[id]; ok {
			o.contract.Security = ""
			svc.operations[id] = o
		}
	}
}

// A response that breaks the contract, and an error that no document knows, are bugs in the fake.
func TestOwnMistakesAreSeen(t *testing.T) {
	t.Parallel()
	s := withOperation(t, "User.Info", func(*op.Call, *state, []byte) (any, error) {
		return map[string]any{"id": 7}, nil
	})
	bypass(s, "User.Info")
	if w := get(s, "http://video.h5ds.com/api/v1/user/info"); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if bugs := s.Bugs(); len(bugs) != 1 || !strings.Contains(bugs[0], "User.Info: the fake's response breaks the contract: body /data/id: ") {
		t.Errorf("bugs: %q", bugs)
	}
	s = withOperation(t, "User.Info", func(*op.Call, *state, []byte) (any, error) {
		return nil, http.ErrBodyNotAllowed
	})
	bypass(s, "User.Info")
	if w := get(s, "http://video.h5ds.com/api/v1/user/info"); w.Code != 500 || len(s.Bugs()) != 1 {
		t.Errorf("%d %s, bugs %q", w.Code, w.Body, s.Bugs())
	}
}

// The contract and the tables of operations cannot drift apart unseen.
func TestTableAndContract(t *testing.T) {
	t.Parallel()
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	documented := s.services[0].operations["OpenCME.Login"].contract
	missing := &service{name: "opencme", operations: map[string]operation{}}
	want := "opencme: the contract documents OpenCME.Login, which no table of operations lists"
	if err := missing.route([]contracts.Operation{documented}); err == nil || err.Error() != want {
		t.Errorf("missing: %v", err)
	}
	extra := &service{name: "opencme", operations: map[string]operation{"OpenCME.Login": {}, "OpenCME.Other": {}}}
	want = "opencme: the table of operations lists OpenCME.Other, which the contract does not document"
	if err := extra.route([]contracts.Operation{documented}); err == nil || err.Error() != want {
		t.Errorf("extra: %v", err)
	}
}

package fake

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/mask"
)

// callbackOperation is what contracts/callbacks.yaml calls the question to the third party.
const callbackOperation = "Callback.UserStatus"

// askLoginStatus asks the third party whether its user is still logged in there, at every call
// of a user and beside the check of the token, as documented; both must pass. Users of the
// platform's own are nobody's to ask about. No lock of the store is held meanwhile.
func askLoginStatus(x *exchange, next func()) {
	if x.operation.contract.Security != "h5dsToken" || x.srv.askStatus == nil {
		next()
		return
	}
	var userID string
	var third bool
	err := x.srv.store.View(x.tenant.key(), func(st *state) error {
		userID, third = st.H5DS.ThirdPartyUser(x.claims.user)
		return nil
	})
	if err != nil || !third { // without a tenant dispatch fails, and says why
		next()
		return
	}
	if fault := x.loginFault(userID); fault != nil {
		x.refuse(h5ds.LoginExpired(x.srv.config.Dialect).With(*fault))
		return
	}
	next()
}

// loginFault is nil when the user is logged in, by what the third party says now or has said
// just before.
func (x *exchange) loginFault(userID string) *diagnosis.Diagnosis {
	now, life := x.now, x.srv.config.LoginStatusCache
	if fault, known := x.tenant.statuses.get(userID, now, life); known {
		return fault
	}
	start := time.Now()
	ctx, cancel := context.WithTimeout(x.r.Context(), x.srv.config.LoginStatusTimeout)
	defer cancel()
	got := x.srv.askStatus(ctx, userID)
	if got.fault != nil && x.r.Context().Err() != nil {
		got.fault = &diagnosis.Diagnosis{
			Code: "callback.client-left", Sentence: "the client left before your server had answered", Fix: "nothing is wrong with your server",
		}
	}
	if got.said && life > 0 {
		x.tenant.statuses.put(userID, now, got.fault)
	}
	x.keepCallback(got, now, time.Since(start))
	return got.fault
}

// keepCallback puts the question and its response into the journal, as a call of its own before
// the one that made it necessary. A response that breaks the contract is a finding.
func (x *exchange) keepCallback(got statusResponse, at time.Time, took time.Duration) {
	c := Call{
		Time: at, Took: took, Tenant: x.tenant.ID, Service: "callbacks", Operation: callbackOperation, Callback: true, User: x.claims.user,
		Method: http.MethodGet, Host: got.host, URL: got.path + "?" + got.query, RequestHeader: mask.Header(got.sent),
		Status: got.status, ResponseHeader: mask.Header(got.header), ResponseBody: mask.Body(got.body), Diagnosis: got.fault,
	}
	if got.whole {
		document, err := contracts.Load("callbacks")
		if err != nil {
			x.srv.addBug("load contract: " + err.Error())
			return
		}
		for _, v := range document.CheckResponse(callbackOperation, got.status, got.header, got.body) {
			c.Findings = append(c.Findings, Finding{
				Operation: callbackOperation, Call: c.Method + " " + c.Host + c.URL,
				Diagnosis: diagnosis.Diagnosis{
					Code: "contract." + v.In, Sentence: "the response of your server breaks the contract: " + v.String(),
					Fix: "see " + callbackOperation + " in the contract document callbacks.yaml",
				},
			})
		}
	}
	x.srv.keep(x.tenant, c)
}

// statuses are the last responses of the third party, by userId. Only answers that say 0 or 1 are
// kept: a server that is broken is asked again.
type statuses struct {
	mu   sync.Mutex // guards said
	said map[string]status
}

type status struct {
	at    time.Time // the tenant's
	fault *diagnosis.Diagnosis
}

// mostStatuses bounds what a tenant remembers of users that may never come back.
const mostStatuses = 10_000

func (s *statuses) get(userID string, now time.Time, life time.Duration) (*diagnosis.Diagnosis, bool) {
	if life <= 0 {
		return nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	last, known := s.said[userID]
	if age := now.Sub(last.at); !known || age < 0 || age >= life {
		return nil, false
	}
	return last.fault, true
}

func (s *statuses) put(userID string, now time.Time, fault *diagnosis.Diagnosis) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.said == nil || len(s.said) >= mostStatuses {
		s.said = map[string]status{}
	}
	s.said[userID] = status{now, fault}
}

func (s *statuses) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = nil
}

// statusAsker is one of the two ways to ask.
func (c Config) statusAsker() func(ctx context.Context, userID string) statusResponse {
	switch {
	case c.LoginStatus != nil:
		return askFunction(c.LoginStatus)
	case c.LoginStatusURL != "":
		u, err := parseStatusURL(c.LoginStatusURL)
		if err != nil {
			return nil // validate has rejected it
		}
		return askURL(u)
	}
	return nil
}

func (c Config) validateLoginStatus() error {
	if c.LoginStatusURL == "" {
		return nil
	}
	if c.LoginStatus != nil {
		return fmt.Errorf("config: LoginStatus and LoginStatusURL are both given; give one of them")
	}
	_, err := parseStatusURL(c.LoginStatusURL)
	return err
}

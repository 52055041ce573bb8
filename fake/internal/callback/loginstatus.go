// Package callback makes the calls of the fake to the user's own server: it asks whether a user is still logged in
// there, and says that a render task has ended. Each call stands in the journal of its tenant.
package callback

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/internal/verdict"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/recordings/redact"
)

// LoginStatus asks the third party whether its user is logged in there.
type LoginStatus struct {
	ask     func(ctx context.Context, userID string) userStatus
	timeout time.Duration
	life    time.Duration // how long a response is believed without asking again
	verdict *verdict.Verdict
}

// LoginStatusConfig says how to ask: a function, or GET <URL>?userID=<userId>.
type LoginStatusConfig struct {
	Function func(ctx context.Context, userID string) (bool, error)
	URL      string
	Timeout  time.Duration
	// Cache is how long a response is believed; zero asks at every call.
	Cache time.Duration
	// Hosts may be called beside this machine.
	Hosts Hosts
}

// Check returns an error for a configuration that cannot be used.
func (c LoginStatusConfig) Check() error {
	if err := c.Hosts.Check(); err != nil {
		return err
	}
	if c.URL == "" {
		return nil
	}
	if c.Function != nil {
		return errors.New("config: LoginStatus and LoginStatusURL are both given; give one of them")
	}
	_, err := parseStatusURL(c.URL)
	return err
}

// NewLoginStatus returns nil when nobody is to be asked.
func NewLoginStatus(c LoginStatusConfig, v *verdict.Verdict) *LoginStatus {
	l := &LoginStatus{timeout: c.Timeout, life: c.Cache, verdict: v}
	switch {
	case c.Function != nil:
		l.ask = askFunction(c.Function)
	case c.URL != "":
		u, err := parseStatusURL(c.URL)
		if err != nil {
			return nil // Check has rejected it
		}
		l.ask = askURL(u, c.Hosts)
	default:
		return nil
	}
	return l
}

// statuses are the last responses of the third party, by userId. Only responses that say 0 or 1 are kept: a server that
// is broken is asked again.
type statuses struct {
	mu     sync.Mutex // guards byUser
	byUser map[string]status
}

type status struct {
	at    time.Time // the tenant's
	fault *diagnosis.Diagnosis
}

var lastStatuses = tenant.NewSlot[statuses](tenant.Restored)

// maxStatuses bounds what a tenant remembers of users that may never come back.
const maxStatuses = 10_000

func (s *statuses) get(userID string, now time.Time, life time.Duration) (*diagnosis.Diagnosis, bool) {
	if life <= 0 {
		return nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	last, known := s.byUser[userID]
	if age := now.Sub(last.at); !known || age < 0 || age >= life {
		return nil, false
	}
	return last.fault, true
}

func (s *statuses) put(userID string, now time.Time, fault *diagnosis.Diagnosis) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byUser == nil || len(s.byUser) >= maxStatuses {
		s.byUser = map[string]status{}
	}
	s.byUser[userID] = status{now, fault}
}

// Fault is nil when the user is logged in, as the third party says now or has said just before. The user is the one of
// the platform, for the journal, and the userId that of the third party. The context is that of the call that makes it
// necessary to ask.
func (l *LoginStatus) Fault(ctx context.Context, t *tenant.Tenant, user, userID string, now time.Time) *diagnosis.Diagnosis {
	last := lastStatuses.Of(t)
	if fault, known := last.get(userID, now, l.life); known {
		return fault
	}
	start := time.Now()
	asking, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	got := l.ask(asking, userID)
	if got.fault != nil && ctx.Err() != nil {
		got.fault = &diagnosis.Diagnosis{
			Code: "callback.client-left", Sentence: "the client left before your server had answered", Fix: "nothing is wrong with your server",
		}
	}
	if got.decided && l.life > 0 {
		last.put(userID, now, got.fault)
	}
	l.keep(t, got, user, now, time.Since(start))
	return got.fault
}

// keep puts the question and its response into the journal, as a call of its own before the one that made it
// necessary. A response that breaks the contract is a finding.
func (l *LoginStatus) keep(t *tenant.Tenant, got userStatus, user string, at time.Time, took time.Duration) {
	c := traffic.Call{
		Time: at, Took: took, Tenant: t.ID, Service: "callbacks", Operation: service.UserStatus, Kind: traffic.Callback, User: user,
		Method: http.MethodGet, Host: got.host, URL: got.path + "?" + got.query, RequestHeader: redact.Header(got.sent),
		Status: got.status, ResponseHeader: redact.Header(got.header), ResponseBody: redact.Body(got.body), Diagnosis: got.fault,
	}
	c.Findings = findingsOf(c)
	if got.whole {
		document, err := contracts.Load("callbacks")
		if err != nil {
			l.verdict.AddBug("load contract: " + err.Error())
			return
		}
		for _, v := range document.CheckResponse(service.UserStatus, got.status, got.header, got.body) {
			c.Findings = append(c.Findings, traffic.Finding{
				Operation: service.UserStatus, Call: c.Method + " " + c.Host + c.URL,
				Diagnosis: diagnosis.Diagnosis{
					Code: "contract." + v.In, Sentence: "the response of your server breaks the contract: " + v.String(),
					Fix: "see " + service.UserStatus + " in the contract document callbacks.yaml",
				},
			})
		}
	}
	t.Keep(c)
}

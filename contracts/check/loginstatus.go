package check

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fakecme/fakecme/contracts"
)

// LoginStatusServer says what to ask the login-state callback of h5ds: the address that the vendor's
// server is given as host.saas, and asks with GET <URL>?userID=<userId> at every call of a user.
type LoginStatusServer struct {
	URL string
	// LoggedIn is a userId that is logged in at your system now. Without one the most important
	// rules cannot be judged.
	LoggedIn string
	// LoggedOut is a userId that your system knows, and that is logged out. Optional.
	LoggedOut string
	// Timeout is for one response; 3 seconds when zero. Limit is how long a response may take to be
	// called fast; 1 second when zero. The vendor documents neither.
	Timeout, Limit time.Duration
	// RootCAs are the roots that an https address is trusted by; nil for those of the system.
	RootCAs *x509.CertPool
}

// LoginStatusRules returns the rules of LoginStatus, in their order.
func LoginStatusRules() []Rule { return rulesOf(loginStatusRules) }

// LoginStatus judges a login-state callback. It asks a few dozen times, some of them at once. The
// error says that the description is wrong; a server that cannot be reached is in the report.
func LoginStatus(ctx context.Context, s LoginStatusServer) (Report, error) {
	u, err := parseTarget(s.URL)
	switch {
	case err != nil:
		return Report{}, fmt.Errorf("check login-status: %w", err)
	case u.Query().Has("userID"):
		return Report{}, errors.New("check login-status: the address has a userID already; leave it out, the check adds it")
	case s.LoggedIn != "" && s.LoggedIn == s.LoggedOut:
		return Report{}, errors.New("check login-status: the same user cannot be logged in and logged out")
	}
	document, err := contracts.Load("callbacks")
	if err != nil {
		return Report{}, fmt.Errorf("check login-status: %w", err)
	}
	if s.Limit == 0 {
		s.Limit = time.Second
	}
	c := &loginStatus{ctx: ctx, LoginStatusServer: s, url: u, caller: newCaller(s.Timeout, s.RootCAs), document: document}
	c.stranger = "fakecme-" + rand.Text()
	report := run(shown(u), c, loginStatusRules)
	return report, ctx.Err() // what was asked after the end says nothing
}

// loginStatus is a check that is under way.
type loginStatus struct {
	LoginStatusServer
	ctx      context.Context
	url      *url.URL
	caller   *caller
	document *contracts.Document
	stranger string        // a userId that nobody has
	slowest  time.Duration // of the responses to one question at a time
}

// query asks with a raw query after what the address has itself.
func (c *loginStatus) query(raw string) reply {
	u := *c.url
	u.RawQuery = strings.Trim(u.RawQuery+"&"+raw, "&")
	r, err := http.NewRequest(http.MethodGet, u.String(), nil)
	if err != nil {
		return reply{err: errors.New("the question cannot be asked")}
	}
	r.Header.Set("Accept", "application/json")
	return c.caller.ask(c.ctx, r)
}

// question is the query for a user, with a space as %20.
func question(userID string) string {
	return "userID=" + strings.ReplaceAll(url.QueryEscape(userID), "+", "%20")
}

// user asks for one user, and remembers the slowest answer.
func (c *loginStatus) user(userID string) reply {
	got := c.query(question(userID))
	c.slowest = max(c.slowest, got.took)
	return got
}

// wrong says how a response differs from the documented one that says want; "" when it does not.
func (c *loginStatus) wrong(got reply, want int) string {
	if got.err != nil {
		return got.err.Error()
	}
	if got.status != http.StatusOK {
		return fmt.Sprintf("status %d instead of 200", got.status)
	}
	var answer struct {
		Status json.RawMessage `json:"status"`
	}
	if json.Unmarshal(got.body, &answer) != nil {
		return "the response is not a JSON object"
	}
	if said := string(bytes.TrimSpace(answer.Status)); said != fmt.Sprint(want) {
		if said == "" {
			return "the response has no field status"
		}
		return fmt.Sprintf("status is %s instead of %d", shorten(said), want)
	}
	return ""
}

// saysLoggedIn reports whether the platform, which may read loosely, could take the response for
// "logged in".
func saysLoggedIn(got reply) bool {
	if got.err != nil || got.status < 200 || got.status > 299 {
		return false
	}
	var answer struct{ Status any }
	if json.Unmarshal(got.body, &answer) != nil {
		return false
	}
	switch s := answer.Status.(type) {
	case float64:
		return s == 1
	case string:
		return strings.TrimSpace(s) == "1"
	case bool:
		return s
	}
	return false
}

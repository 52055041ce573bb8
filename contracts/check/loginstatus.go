package check

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/fakecme/fakecme/contracts"
)

// LoginStatusServer describes a login-state callback of h5ds. The vendor's server knows its address as host.saas, and calls
// GET <URL>?userID=<userId> at every call of a user.
type LoginStatusServer struct {
	URL string
	// LoggedIn is a userId that is logged in at your system now. If it is empty, the most important
	// rules cannot be judged.
	LoggedIn string
	// LoggedOut is a userId that your system knows, and that is logged out. Optional.
	LoggedOut string
	// Timeout is for one response; 3 seconds when zero. Limit is how long a fast response may take; 1 second when
	// zero. The vendor documents neither.
	Timeout, Limit time.Duration
	// RootCAs are the trusted roots for an https address. Nil stands for those of the system.
	RootCAs *x509.CertPool
}

// LoginStatusRules returns the rules of LoginStatus, in their order.
func LoginStatusRules() []Rule { return rulesOf(loginStatusRules) }

// LoginStatus judges a login-state callback. It makes a few dozen requests, some of them at once. The
// error says that the description is wrong. A server that cannot be reached is no error, but part of the report.
func LoginStatus(ctx context.Context, s LoginStatusServer) (Report, error) {
	u, err := parseTarget(s.URL)
	switch {
	case err != nil:
		return Report{}, fmt.Errorf("check login-status: %w", err)
	case u.Query().Has("userID"):
		return Report{}, errors.New("check login-status: the address has a userID already; leave it out, since the check adds it")
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
	return report, ctx.Err()
}

// loginStatus is a check of a login-state callback.
type loginStatus struct {
	LoginStatusServer
	ctx      context.Context
	url      *url.URL
	caller   *caller
	document *contracts.Document
	stranger string        // a userId that does not exist
	slowest  time.Duration // response to a request that was made alone
}

// query makes a request with a raw query behind that of the address.
func (c *loginStatus) query(raw string) response {
	u := *c.url
	u.RawQuery = strings.Trim(u.RawQuery+"&"+raw, "&")
	r, err := http.NewRequest(http.MethodGet, u.String(), nil)
	if err != nil {
		return response{err: errors.New("the request cannot be made")}
	}
	r.Header.Set("Accept", "application/json")
	return c.caller.ask(c.ctx, r)
}

// question returns the query for a user, with a space as %20.
func question(userID string) string {
	return "userID=" + strings.ReplaceAll(url.QueryEscape(userID), "+", "%20")
}

// user asks for one user, and remembers the slowest response.
func (c *loginStatus) user(userID string) response {
	got := c.query(question(userID))
	c.slowest = max(c.slowest, got.took)
	return got
}

// wrong says how a response differs from the documented one with this status. It is empty if it does not.
func (c *loginStatus) wrong(got response, want int) string {
	if got.err != nil {
		return got.err.Error()
	}
	if got.status != http.StatusOK {
		return fmt.Sprintf("status %d instead of 200", got.status)
	}
	var object struct {
		Status json.RawMessage `json:"status"`
	}
	if json.Unmarshal(got.body, &object) != nil {
		return "the response is not a JSON object"
	}
	if said := string(bytes.TrimSpace(object.Status)); said != fmt.Sprint(want) {
		if said == "" {
			return "the response has no field status"
		}
		return fmt.Sprintf("status is %s instead of %d", shorten(said), want)
	}
	return ""
}

// saysLoggedIn reports whether the platform, which may read loosely, could take the response for
// "logged in".
func saysLoggedIn(got response) bool {
	if got.err != nil || got.status < 200 || got.status > 299 {
		return false
	}
	var object struct{ Status any }
	if json.Unmarshal(got.body, &object) != nil {
		return false
	}
	switch s := object.Status.(type) {
	case float64:
		return s == 1
	case string:
		return strings.TrimSpace(s) == "1"
	case bool:
		return s
	}
	return false
}

const documentedResponse = `the platform's page says: {"status":1} is logged in, {"status":0} is logged out`

var loginStatusRules = []rule[*loginStatus]{
	{Rule{"login-status.responses", "a request for a user gets a response in time, with status 200 and no redirect",
		"the platform asks at every call of a user; without a response, the user counts as logged out"}, (*loginStatus).responds},
	{Rule{"login-status.unknown-user", `an unknown user is {"status":0}`, documentedResponse}, (*loginStatus).unknownUser},
	{Rule{"login-status.logged-in", `a user who is logged in is {"status":1}`, documentedResponse}, (*loginStatus).loggedIn},
	{Rule{"login-status.logged-out", `a user who is known and logged out is {"status":0}`, documentedResponse}, (*loginStatus).loggedOut},
	{Rule{"login-status.contract", "every response is the bare object with the whole number status, and nothing else",
		"Callback.UserStatus in the contract document callbacks.yaml; other responses of the platform have an envelope, this one has none"}, (*loginStatus).contract},
	{Rule{"login-status.content-type", "the content type is application/json", "the documented response is JSON, and clients may look at the content type"}, (*loginStatus).contentType},
	{Rule{"login-status.not-cached", "no cache may keep the response", "a cached 1 may be of a user who has logged out since, and a cached 0 locks out a user who has logged in"}, (*loginStatus).notCached},
	{Rule{"login-status.no-user", "a request without a user, or with an empty one, does not get 1",
		"a default of 1 logs everybody in"}, (*loginStatus).noUser},
	{Rule{"login-status.exact-id", "an id that only resembles one that is logged in is not logged in",
		"databases compare without case and without the space at the end unless told otherwise; the platform's users would share a session"}, (*loginStatus).exactID},
	{Rule{"login-status.hostile-ids", "no id breaks the server or is taken for a user",
		"your users choose their names at your system, and so choose the ids here"}, (*loginStatus).hostileIDs},
	{Rule{"login-status.reflection", "a response does not repeat the id as markup", "a browser that takes the response for a page runs the scripts in the id"}, (*loginStatus).reflection},
	{Rule{"login-status.same-again", "a request changes nothing: the same request has the same response", "the platform asks again at each call"}, (*loginStatus).sameAgain},
	{Rule{"login-status.concurrent", "each of several requests made at once gets the response for its own user", "a page of the editor makes many calls at once"}, (*loginStatus).concurrent},
	{Rule{"login-status.fast", "every response but the first comes within the limit", "each call of a user waits for the response; the time limit of the platform is not documented; the first request may wake the server up"}, (*loginStatus).fast},
}

func (c *loginStatus) responds() (Verdict, string) {
	switch got := c.query(question(c.stranger)); {
	case got.err != nil:
		return noResponse(got)
	case got.status >= 300 && got.status < 400:
		return broken("status %d, a redirect", got.status)
	case got.status != http.StatusOK:
		return broken("status %d", got.status)
	}
	return kept()
}

// noResponse is broken if the server was connected: the platform does not wait for ever. A server that cannot be reached from here
// cannot be judged.
func noResponse(got response) (Verdict, string) {
	if got.late {
		return broken("%v; the user counts as logged out", got.err)
	}
	return unjudged("%v", got.err)
}

func (c *loginStatus) unknownUser() (Verdict, string) { return c.expect(c.stranger, 0) }

func (c *loginStatus) loggedIn() (Verdict, string) {
	if c.LoggedIn == "" {
		return unjudged("no logged-in user is given")
	}
	verdict, found := c.expect(c.LoggedIn, 1)
	if verdict == Broken {
		found += c.otherSpelling()
	}
	return verdict, found
}

// otherSpelling looks whether the server takes the user from a parameter with a similar name.
func (c *loginStatus) otherSpelling() string {
	for _, name := range []string{"userId", "userid", "user_id", "id"} {
		if saysLoggedIn(c.query(name + strings.TrimPrefix(question(c.LoggedIn), "userID"))) {
			return "; it responds with 1 to " + name + ", but the platform sends userID"
		}
	}
	return ""
}

func (c *loginStatus) loggedOut() (Verdict, string) {
	if c.LoggedOut == "" {
		return leftOut("no logged-out user is given")
	}
	return c.expect(c.LoggedOut, 0)
}

func (c *loginStatus) expect(userID string, want int) (Verdict, string) {
	if wrong := c.wrong(c.user(userID), want); wrong != "" {
		return broken("%s", wrong)
	}
	return kept()
}

// known returns the users whose responses must have the documented form.
func (c *loginStatus) known() []string {
	users := []string{c.stranger}
	for _, user := range []string{c.LoggedIn, c.LoggedOut} {
		if user != "" {
			users = append(users, user)
		}
	}
	return users
}

func (c *loginStatus) contract() (Verdict, string) {
	for _, user := range c.known() {
		got := c.user(user)
		if got.err != nil {
			return noResponse(got)
		}
		header := got.header.Clone()
		header.Set("Content-Type", "application/json") // contentType judges it
		for _, v := range c.document.CheckResponse("Callback.UserStatus", got.status, header, got.body) {
			return broken("%s", v)
		}
	}
	return kept()
}

func (c *loginStatus) contentType() (Verdict, string) {
	for _, user := range c.known() {
		got := c.user(user)
		if got.err != nil {
			return noResponse(got)
		}
		sent := got.header.Get("Content-Type")
		if media, _, err := mime.ParseMediaType(sent); err != nil || media != "application/json" {
			return broken("it is %q", shorten(sent))
		}
	}
	return kept()
}

func (c *loginStatus) notCached() (Verdict, string) {
	for _, user := range c.known() {
		got := c.user(user)
		if got.err != nil {
			return noResponse(got)
		}
		if why := mayBeKept(got.header); why != "" {
			return broken("%s", why)
		}
	}
	return kept()
}

func (c *loginStatus) noUser() (Verdict, string) {
	for _, q := range []struct{ raw, name string }{
		{"", "without userID"}, {"userID=", "with an empty userID"}, {"userID", "with userID and no value"},
		{"userID=%20", "with a space"}, {"userID=null", "with the word null"}, {"userID=undefined", "with the word undefined"},
	} {
		if got := c.query(q.raw); got.err != nil {
			return broken("%s: %v", q.name, got.err)
		} else if saysLoggedIn(got) {
			return broken("%s the response is 1", q.name)
		}
	}
	return kept()
}

func (c *loginStatus) exactID() (Verdict, string) {
	if c.LoggedIn == "" {
		return unjudged("no logged-in user is given")
	}
	for _, near := range append(resembling(c.LoggedIn), c.stranger+"&userID="+c.LoggedIn) {
		if near == c.LoggedOut {
			continue
		}
		if got := c.user(near); saysLoggedIn(got) {
			return broken("%q is logged in, because %q is", shorten(near), shorten(c.LoggedIn))
		}
	}
	for _, part := range [][]string{beginnings(c.LoggedIn), endings(c.LoggedIn)} {
		if c.allLoggedIn(part) {
			return broken("%q is logged in, and so are %d more parts of %q", shorten(part[0]), len(part)-1, shorten(c.LoggedIn))
		}
	}
	return kept()
}

// allLoggedIn says whether each of the ids is logged in. Fewer than three ids prove nothing: they may be other users.
func (c *loginStatus) allLoggedIn(ids []string) bool {
	return len(ids) >= 3 && !slices.ContainsFunc(ids, func(id string) bool { return !saysLoggedIn(c.user(id)) })
}

// beginnings returns up to five proper beginnings of an id, the longest first. A server that compares by prefix takes all of them
// for the id; one or two may be other users.
func beginnings(id string) []string {
	runes := []rune(id)
	var all []string
	for _, length := range []int{len(runes) - 1, len(runes) - 2, len(runes) - 3, len(runes) / 2, 1} {
		if length > 0 && !slices.Contains(all, string(runes[:length])) {
			all = append(all, string(runes[:length]))
		}
	}
	return all
}

// endings returns the same parts from the end of an id.
func endings(id string) []string {
	all := beginnings(reversed(id))
	for i := range all {
		all[i] = reversed(all[i])
	}
	return all
}

func reversed(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}

// resembling returns other ids that a server may mistake for id.
func resembling(id string) []string {
	runes := []rune(id)
	begin := string(runes[:len(runes)-1])
	all := []string{
		strings.Map(func(r rune) rune {
			if unicode.IsUpper(r) {
				return unicode.ToLower(r)
			}
			return unicode.ToUpper(r)
		}, id),
		id + "\x00", id + "%", begin + "_", begin + "%", id + "x", id + ".0",
	}
	if !isNumber(id) { // as numbers, these are the same id
		all = append(all, id+" ", " "+id, id+"\n", "0"+id)
	}
	// For user-12, this is "user-": user-1 may be another user.
	all = append(all, strings.TrimRightFunc(id, unicode.IsDigit))
	return slices.DeleteFunc(all, func(near string) bool { return near == id || near == "" })
}

func isNumber(id string) bool {
	return strings.IndexFunc(id, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// hostileIDs are ids that are known to break servers.
var hostileIDs = []string{
	`' OR '1'='1`, `" OR ""="`, `1 OR 1=1`, `1; DROP TABLE users --`, `') UNION SELECT 1 --`, `%`, `_`, `*`,
	`{"$ne":null}`, `[]`, `../../../../etc/passwd`, `..\..\windows\win.ini`, `$(id)`, "`id`", `| id`, `${7*7}`, `{{7*7}}`,
	`<script>alert(1)</script>`, "line\r\nSet-Cookie: a=b", "zero\x00byte", "\xff\xfe", "用户\u202e1", "😀", "true", "-1", "1e9", "0x1",
	"99999999999999999999999999", strings.Repeat("a", 4000),
}

// hostileQueries are queries that the platform never sends. They are for no existing user.
var hostileQueries = []string{
	"userID[]=fakecme", "userID[$ne]=", "userID[$gt]=", "userID=%", "userID=%zz", "userID=%C0%AE", "userId=fakecme&userid=fakecme", "userID.x=fakecme",
}

func (c *loginStatus) hostileIDs() (Verdict, string) {
	judge := func(got response, what string) string {
		switch {
		case got.err != nil:
			return fmt.Sprintf("%s: %v", what, got.err)
		case got.status >= 500:
			return fmt.Sprintf("%s: status %d", what, got.status)
		case saysLoggedIn(got):
			return fmt.Sprintf("%s gets 1", what)
		case got.header.Get("Set-Cookie") == "a=b":
			return fmt.Sprintf("%s sets a header of the response", what)
		}
		return ""
	}
	for _, id := range hostileIDs {
		if wrong := judge(c.user(id), fmt.Sprintf("the id %q", shorten(id))); wrong != "" {
			return broken("%s", wrong)
		}
	}
	for _, raw := range hostileQueries {
		if wrong := judge(c.query(raw), fmt.Sprintf("the query %q", raw)); wrong != "" {
			return broken("%s", wrong)
		}
	}
	return kept()
}

func (c *loginStatus) reflection() (Verdict, string) {
	const markup = `<img src=x onerror=alert(1)>`
	got := c.user(markup)
	if got.err != nil {
		return noResponse(got)
	}
	media, _, _ := mime.ParseMediaType(got.header.Get("Content-Type"))
	if bytes.Contains(got.body, []byte(markup)) && media != "application/json" {
		return broken("the id stands in a response of the type %q", shorten(media))
	}
	return kept()
}

func (c *loginStatus) sameAgain() (Verdict, string) {
	for _, user := range c.known() {
		first, again := c.user(user), c.user(user)
		if first.err != nil || again.err != nil {
			return unjudged("one of two requests got no response")
		}
		if first.status != again.status || saysLoggedIn(first) != saysLoggedIn(again) {
			return broken("%q got %s first and %s then", shorten(user), short(first), short(again))
		}
	}
	return kept()
}

func short(got response) string { return fmt.Sprintf("%d %s", got.status, shorten(string(got.body))) }

// atOnce is how many requests are made at once.
const atOnce = 24

func (c *loginStatus) concurrent() (Verdict, string) {
	if c.LoggedIn == "" {
		return unjudged("no logged-in user is given")
	}
	var wrong [atOnce]string
	var asked sync.WaitGroup
	for i := range atOnce {
		user, want := c.LoggedIn, 1
		if i%2 == 1 {
			user, want = fmt.Sprint(c.stranger, i), 0
		}
		asked.Go(func() { wrong[i] = c.wrong(c.query(question(user)), want) })
	}
	asked.Wait()
	for i, w := range wrong {
		if w != "" {
			return broken("request %d of %d made at once: %s", i+1, atOnce, w)
		}
	}
	return kept()
}

func (c *loginStatus) fast() (Verdict, string) {
	if c.slowest > c.Limit {
		return broken("the slowest response took longer than %s", c.Limit)
	}
	return kept()
}

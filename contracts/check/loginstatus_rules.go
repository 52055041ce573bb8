package check

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"unicode"
)

const documentedResponse = `the platform's page says: {"status":1} is logged in, {"status":0} is logged out`

var loginStatusRules = []rule[*loginStatus]{
	{Rule{"login-status.responses", "a question about a user is answered in time, with status 200 and no redirect",
		"the platform asks at every call of a user; when it gets no response, the user counts as logged out"}, (*loginStatus).answers},
	{Rule{"login-status.unknown-user", `a user whom nobody knows is {"status":0}`, documentedResponse}, (*loginStatus).unknownUser},
	{Rule{"login-status.logged-in", `a user who is logged in is {"status":1}`, documentedResponse}, (*loginStatus).loggedIn},
	{Rule{"login-status.logged-out", `a user who is known and logged out is {"status":0}`, documentedResponse}, (*loginStatus).loggedOut},
	{Rule{"login-status.contract", "every response is the bare object with the whole number status, and nothing else",
		"Callback.UserStatus in the contract document callbacks.yaml; other responses of the platform have an envelope, this one has none"}, (*loginStatus).contract},
	{Rule{"login-status.content-type", "the content type is application/json", "the documented response is JSON, and a client that goes by the content type reads it as such"}, (*loginStatus).contentType},
	{Rule{"login-status.not-cached", "no cache may keep the response", "a kept 1 is a user who has logged out since, and a kept 0 locks out who has logged in"}, (*loginStatus).notCached},
	{Rule{"login-status.no-user", "a question without a user, or with an empty one, is not answered with 1",
		"a default of 1 logs everybody in"}, (*loginStatus).noUser},
	{Rule{"login-status.exact-id", "an id that only resembles one that is logged in is not logged in",
		"databases compare without case and without the space at the end unless told otherwise; the platform's users would share a session"}, (*loginStatus).exactID},
	{Rule{"login-status.hostile-ids", "no id breaks the server or is taken for a user",
		"anybody who can choose a user name at your system chooses what is asked here"}, (*loginStatus).hostileIDs},
	{Rule{"login-status.reflection", "a response does not repeat the id as markup", "a response that a browser takes for a page runs what stands in the id"}, (*loginStatus).reflection},
	{Rule{"login-status.same-again", "asking changes nothing: the same question has the same response", "it is asked again at each call"}, (*loginStatus).sameAgain},
	{Rule{"login-status.concurrent", "questions asked at once are each answered for their own user", "a page of the editor makes many calls at once"}, (*loginStatus).concurrent},
	{Rule{"login-status.fast", "every response but the first comes within the limit", "each call of a user waits for it; the platform's own time limit is not documented; the first may wake the server up"}, (*loginStatus).fast},
}

func (c *loginStatus) answers() (Verdict, string) {
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

// noResponse is broken when the server was there: the platform does not wait for ever. One that cannot be reached from here
// says nothing.
func noResponse(got reply) (Verdict, string) {
	if got.late {
		return broken("%v; the user counts as logged out", got.err)
	}
	return unjudged("%v", got.err)
}

func (c *loginStatus) unknownUser() (Verdict, string) { return c.expect(c.stranger, 0) }

func (c *loginStatus) loggedIn() (Verdict, string) {
	if c.LoggedIn == "" {
		return unjudged("no user is named who is logged in")
	}
	verdict, found := c.expect(c.LoggedIn, 1)
	if verdict == Broken {
		found += c.otherSpelling()
	}
	return verdict, found
}

// otherSpelling looks whether the server takes the user from a parameter that is nearly the right one.
func (c *loginStatus) otherSpelling() string {
	for _, name := range []string{"userId", "userid", "user_id", "id"} {
		if saysLoggedIn(c.query(name + strings.TrimPrefix(question(c.LoggedIn), "userID"))) {
			return "; it answers 1 to " + name + "; the platform sends userID"
		}
	}
	return ""
}

func (c *loginStatus) loggedOut() (Verdict, string) {
	if c.LoggedOut == "" {
		return leftOut("no user is named who is logged out")
	}
	return c.expect(c.LoggedOut, 0)
}

func (c *loginStatus) expect(userID string, want int) (Verdict, string) {
	if wrong := c.wrong(c.user(userID), want); wrong != "" {
		return broken("%s", wrong)
	}
	return kept()
}

// known are the users whose answers must be in the documented form.
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
		header.Set("Content-Type", "application/json") // a rule of its own
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
		return unjudged("no user is named who is logged in")
	}
	for _, near := range append(resembling(c.LoggedIn), c.stranger+"&userID="+c.LoggedIn) {
		if near == c.LoggedOut {
			continue
		}
		if got := c.user(near); saysLoggedIn(got) {
			return broken("%q is logged in, because %q is", shorten(near), shorten(c.LoggedIn))
		}
	}
	return kept()
}

// resembling returns ids that are easily mistaken for id, and are others.
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
	if !isNumber(id) { // where ids are numbers, these are the same one
		all = append(all, id+" ", " "+id, id+"\n", "0"+id)
	}
	if unicode.IsLetter(runes[0]) { // the rest of a number may be another user
		all = append(all, string(runes[1:]))
	}
	return slices.DeleteFunc(all, func(near string) bool { return near == id })
}

func isNumber(id string) bool {
	return strings.IndexFunc(id, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// hostile are ids that have broken servers before.
var hostile = []string{
	`' OR '1'='1`, `" OR ""="`, `1 OR 1=1`, `1; DROP TABLE users --`, `') UNION SELECT 1 --`, `%`, `_`, `*`,
	`{"$ne":null}`, `[]`, `../../../../etc/passwd`, `..\..\windows\win.ini`, `$(id)`, "`id`", `| id`, `${7*7}`, `{{7*7}}`,
	`<script>alert(1)</script>`, "line\r\nSet-Cookie: a=b", "zero\x00byte", "\xff\xfe", "用户\u202e1", "😀", "true", "-1", "1e9", "0x1",
	"99999999999999999999999999", strings.Repeat("a", 4000),
}

// hostileQueries are questions that no client of the platform's asks, about nobody.
var hostileQueries = []string{
	"userID[]=fakecme", "userID[$ne]=", "userID[$gt]=", "userID=%", "userID=%zz", "userID=%C0%AE", "userId=fakecme&userid=fakecme", "userID.x=fakecme",
}

func (c *loginStatus) hostileIDs() (Verdict, string) {
	judge := func(got reply, what string) string {
		switch {
		case got.err != nil:
			return fmt.Sprintf("%s: %v", what, got.err)
		case got.status >= 500:
			return fmt.Sprintf("%s: status %d", what, got.status)
		case saysLoggedIn(got):
			return fmt.Sprintf("%s is answered with 1", what)
		case got.header.Get("Set-Cookie") == "a=b":
			return fmt.Sprintf("%s sets a header of the response", what)
		}
		return ""
	}
	for _, id := range hostile {
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
			return unjudged("one of two questions had no response")
		}
		if first.status != again.status || saysLoggedIn(first) != saysLoggedIn(again) {
			return broken("%q was answered with %s and then with %s", shorten(user), short(first), short(again))
		}
	}
	return kept()
}

func short(got reply) string { return fmt.Sprintf("%d %s", got.status, shorten(string(got.body))) }

// atOnce is how many questions are asked at once.
const atOnce = 24

func (c *loginStatus) concurrent() (Verdict, string) {
	if c.LoggedIn == "" {
		return unjudged("no user is named who is logged in")
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
			return broken("question %d of %d at once: %s", i+1, atOnce, w)
		}
	}
	return kept()
}

func (c *loginStatus) fast() (Verdict, string) {
	if c.slowest > c.Limit {
		return broken("the slowest took longer than %s", c.Limit)
	}
	return kept()
}

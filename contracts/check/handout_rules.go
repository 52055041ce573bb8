package check

import (
	"net/http"
	"strings"
	"time"
)

// handoutCheck is a check of an endpoint, with the rules that hold for signatures and for tokens.
type handoutCheck struct {
	*endpoint
	first handout   // the response that most rules look at
	asked time.Time // when it came
	more  []handout // responses to the same request, made at once
}

// all returns the first response and those of the requests made at once.
func (c *handoutCheck) all() []handout { return append([]handout{c.first}, c.more...) }

// samples is how many requests are made at once, to compare their responses.
const samples = 6

// handsOut makes the requests whose responses the other rules look at.
func (c *handoutCheck) handsOut() (Verdict, string) {
	c.first, c.asked = c.ask(""), time.Now()
	switch {
	case c.first.err != nil:
		return unjudged("%v", c.first.err)
	case c.first.text == "":
		return broken("%s", c.first.why)
	}
	c.more = c.askAtOnce(samples)
	return kept()
}

func (c *handoutCheck) notCached() (Verdict, string) {
	if c.Method != http.MethodGet && c.Method != http.MethodHead {
		return kept() // caches keep responses to GET only
	}
	if why := mayBeKept(c.first.header); why != "" {
		return broken("%s", why)
	}
	return kept()
}

// cors makes the requests that pages of foreign origins make, in the browser of a user with a session.
func (c *handoutCheck) cors() (Verdict, string) {
	for _, origin := range c.foreignOrigins() {
		got := c.askWith(func(r *http.Request) { r.Header.Set("Origin", origin) })
		switch {
		case got.err != nil:
			return unjudged("%v", got.err)
		case got.header.Get("Access-Control-Allow-Origin") == origin && got.header.Get("Access-Control-Allow-Credentials") == "true":
			return broken("to a page from %[1]s it responds with Access-Control-Allow-Origin: %[1]s and Access-Control-Allow-Credentials: true", origin)
		}
	}
	return kept()
}

// foreignOrigins are origins of pages that anybody can publish: one that resembles nothing, that of a page in a sandboxed frame,
// and two that a server may take for its own when it compares the beginning or the end only.
func (c *handoutCheck) foreignOrigins() []string {
	host := c.url.Hostname()
	return []string{"https://fakecme.invalid", "null", c.url.Scheme + "://" + host + ".fakecme.invalid", c.url.Scheme + "://fakecme" + c.url.Host}
}

// session makes the request without a session. The body counts whatever the status is: a script that redirects and does not
// stop hands out a signature all the same.
func (c *handoutCheck) session() (Verdict, string) {
	if len(c.Session) == 0 {
		return leftOut("the headers of the session are not named")
	}
	got := c.ask("", c.Session...)
	if got.err != nil {
		return unjudged("%v", got.err)
	}
	got.find(c.Field, c.H5DS != nil)
	looksLike := looksLikeSignature
	if c.H5DS != nil {
		looksLike = looksLikeToken
	}
	switch {
	case looksLike(got.text):
		return broken("without %s it hands out one too", strings.Join(c.Session, " and "))
	case !looksLike(c.first.text) && got.text != "":
		return unjudged("the text that it hands out does not look like one, with a session or without; see the rules above")
	}
	return kept()
}

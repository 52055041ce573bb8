package check

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/cmesign"
)

const documentedText = "the page on the signature algorithm"

// samples is how many answers are asked for at once, to compare them.
const samples = 6

var signatureRules = []rule[*signer]{
	{Rule{"signer.hands-out", "the endpoint hands out a signature, with a status of 200 to 299", "clients cannot sign themselves: the secretKey must stay on your server"}, (*signer).handsOut},
	{Rule{"signer.valid", "the signature is valid now for this key and platform", "the service verifies it byte for byte, as " + documentedText + " says"}, (*signer).valid},
	{Rule{"signer.action", "the signature is for the action that it is meant for", "one for Upload or OpenProject opens no client API, and the other way round"}, (*signer).action},
	{Rule{"signer.user", "the signature is for the user who asked", "who holds it is that user for the service"}, (*signer).user},
	{Rule{"signer.chosen-user", "who asks cannot choose the user", "else anybody with a session is every user for the service, by adding ?user=victim"}, (*signer).chosenUser},
	{Rule{"signer.chosen-action", "who asks cannot choose the action", "else a page that may log in may upload and open projects too"}, (*signer).chosenAction},
	{Rule{"signer.escaping", "the signature is escaped exactly as where it stands needs it", "base64 has '+', which a query turns into a space unless it goes as %2B; escaped twice it is another text"}, (*signer).escaping},
	{Rule{"signer.user-names", "each user's name arrives whole in the signature, whatever characters it has", "values are URL-encoded before they are signed, says " + documentedText + "; without that a name can add parameters"}, (*signer).userNames},
	{Rule{"signer.short-validity", "the signature is not good for longer than it needs to be", "it cannot be called back; the official samples sign for 5 minutes"}, (*signer).shortValidity},
	{Rule{"signer.clock", "currentTimeStamp is the time now, in seconds", "a clock that is minutes off works until the service starts to look"}, (*signer).clock},
	{Rule{"signer.fresh-random", "each signature has a random of its own, asked for at once too", "random is there so that no two signatures are the same; a generator seeded with the second repeats itself"}, (*signer).freshRandom},
	{Rule{"signer.no-secret", "no response holds the secretKey, in any encoding", "SecretId and SecretKey must stay on the developer's server, the page on the client API says"}, (*signer).noSecret},
	{Rule{"signer.not-cached", "no cache may keep the response", "a kept signature goes to the next user, or is too old"}, (*signer).notCached},
	{Rule{"signer.cors", "the page of a stranger cannot read the response with the cookies of who visits it", "else any page fetches a signature for each of its visitors who has a session"}, (*signer).cors},
	{Rule{"signer.session", "without a session the endpoint hands out nothing", "a signature for everybody who asks is no protection"}, (*signer).session},
}

// handsOut asks what all other rules look at.
func (c *signer) handsOut() (Verdict, string) {
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

func (c *signer) verifier(action string) cmesign.Verifier {
	key := c.CME.Key
	return cmesign.Verifier{
		Now: time.Now(), Action: action,
		Lookup: func(id string) (cmesign.Key, bool) { return key, id == key.SecretID },
		Others: func(yield func(cmesign.Key) bool) { yield(key) },
	}
}

// problem says in one line why a signature is rejected; it shows no signature.
func (c *signer) problem(signature, action string) string {
	v := c.verifier(action)
	if _, err := v.Verify(signature); err == nil {
		return ""
	}
	return v.Explain(signature).String()
}

func (c *signer) valid() (Verdict, string) {
	for _, h := range append([]handedOut{c.first}, c.more...) {
		if h.text == "" {
			return broken("of several questions at once one was not answered with a signature: %s", h.why)
		}
		if problem := c.problem(h.text, ""); problem != "" {
			return broken("%s", problem)
		}
	}
	return kept()
}

// read is the first signature, believed only as far as it can be read.
func (c *signer) read() (cmesign.Signature, error) { return cmesign.Parse(c.first.text) }

const cannotBeRead = "the signature cannot be read; see signer.valid"

func (c *signer) action() (Verdict, string) {
	s, err := c.read()
	if err != nil {
		return unjudged(cannotBeRead)
	}
	if got := s.Get("action"); got != c.CME.Action {
		return broken("it is for %q, and must be for %q", shorten(got), c.CME.Action)
	}
	return kept()
}

func (c *signer) user() (Verdict, string) {
	s, err := c.read()
	if err != nil {
		return unjudged(cannotBeRead)
	}
	if got := s.Get("userId"); got != c.CME.UserID {
		return broken("it is for %q, and must be for %q", shorten(got), shorten(c.CME.UserID))
	}
	return kept()
}

func (c *signer) escaping() (Verdict, string) {
	for _, h := range append([]handedOut{c.first}, c.more...) {
		switch {
		case h.text == "":
			return unjudged("one of the questions had no response: %s", h.why)
		case h.inURL && strings.Contains(signatureOf(h.raw), "+"):
			return broken("the signature in the address has a '+' that is not escaped")
		case strings.Contains(h.text, "%"):
			return broken("the signature is URL-encoded where it is handed out; a client that builds a query encodes it again")
		case strings.ContainsAny(h.text, " \t\r\n&;"):
			return broken("the signature has white space or '&' in it, which base64 has not")
		}
	}
	return kept()
}

// signatureOf is the value of signature in a raw query, as it stands.
func signatureOf(raw string) string {
	for pair := range strings.SplitSeq(raw, "&") {
		if name, value, _ := strings.Cut(pair, "="); name == "signature" {
			return value
		}
	}
	return ""
}

// hardNames are names whose escaping the official samples do in different ways, or that end a value
// when it is forgotten.
var hardNames = []string{"a b", "a+b", "a&action=OpenProject", "a=b", "a%20b", "a~b*c!d'e(f)", "用户😀", "a/b?c#d", `a"b\c`}

func (c *signer) userNames() (Verdict, string) {
	if c.UserParameter == "" {
		return leftOut("the parameter is not named by which the endpoint takes a user")
	}
	signed := 0
	for _, name := range hardNames {
		got := c.ask(name)
		switch {
		case got.status >= 400 && got.status < 500: // it knows no such user
			continue
		case got.text == "":
			return broken("for the user %q: %s", name, got.why)
		}
		signed++
		s, err := cmesign.Parse(got.text)
		switch {
		case err == nil && signed == 1 && s.Get("userId") == c.CME.UserID: // an honest one may sign for its session alone
			return unjudged("the endpoint does not take the user from %s: asked for %q, it signs for %q", c.UserParameter, name, shorten(c.CME.UserID))
		case err != nil:
			return broken("for the user %q: %s", name, c.problem(got.text, ""))
		case s.Get("userId") != name || len(s.Undocumented()) > 0 || s.Get("action") != c.CME.Action:
			return broken("for the user %q the signed text says the user %q and the action %q", name, shorten(s.Get("userId")), shorten(s.Get("action")))
		}
		if problem := c.problem(got.text, ""); problem != "" {
			return broken("for the user %q: %s", name, problem)
		}
	}
	if signed == 0 {
		return unjudged("it hands out nothing for users it does not know; name no parameter to leave this out")
	}
	return kept()
}

func (c *signer) shortValidity() (Verdict, string) {
	from, to, err := c.times()
	if err != nil {
		return unjudged(cannotBeRead)
	}
	if good := to - from; good > int64(c.CME.MaxValidity/time.Second) {
		return broken("it is good for %s, and at most %s are needed", time.Duration(good)*time.Second, c.CME.MaxValidity)
	}
	return kept()
}

// clockDrift is how far the clocks of two machines may be apart.
const clockDrift = time.Minute

func (c *signer) clock() (Verdict, string) {
	from, _, err := c.times()
	if err != nil {
		return unjudged(cannotBeRead)
	}
	if off := c.asked.Sub(time.Unix(from, 0)); off > clockDrift || off < -clockDrift {
		return broken("currentTimeStamp is %d, which is %s from now", from, off.Abs().Truncate(time.Second))
	}
	return kept()
}

// times are currentTimeStamp and expireTime of the first signature, in seconds.
func (c *signer) times() (from, to int64, err error) {
	s, err := c.read()
	if err != nil {
		return 0, 0, err
	}
	if from, err = strconv.ParseInt(s.Get("currentTimeStamp"), 10, 64); err != nil {
		return 0, 0, err
	}
	to, err = strconv.ParseInt(s.Get("expireTime"), 10, 64)
	return from, to, err
}

// freshRandom lets one pair be the same by chance: one official sample takes only six digits.
func (c *signer) freshRandom() (Verdict, string) {
	different, answers := map[string]bool{}, append([]handedOut{c.first}, c.more...)
	for _, h := range answers {
		s, err := cmesign.Parse(h.text)
		if err != nil {
			return unjudged(cannotBeRead)
		}
		different[s.Get("random")] = true
	}
	if len(different) < len(answers)-1 {
		return broken("%d signatures have %d different values of random", len(answers), len(different))
	}
	return kept()
}

func (c *signer) noSecret() (Verdict, string) { return c.holdsNo(c.CME.Key.SecretKey) }

func (c *signer) notCached() (Verdict, string) {
	if c.Method != http.MethodGet && c.Method != http.MethodHead {
		return kept() // caches keep answers to GET
	}
	if why := mayBeKept(c.first.header); why != "" {
		return broken("%s", why)
	}
	return kept()
}

// session asks as a stranger. What stands in the response counts, whatever its status: a script that redirects and goes on
// hands out all the same.
func (c *signer) session() (Verdict, string) {
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
		return unjudged("what it hands out looks like none, with a session or without; see the rules above")
	}
	return kept()
}

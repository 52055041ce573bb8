package check

import (
	"crypto/rand"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/cmesign"
)

// signatureCheck judges an endpoint that hands out CME signatures.
type signatureCheck struct{ handoutCheck }

const becomesAnyUser = "otherwise a client with a session becomes any user, by adding ?user=victim or a header"

const documentedText = "the page on the signature algorithm"

var signatureRules = []rule[*signatureCheck]{
	{Rule{"signer.hands-out", "the endpoint hands out a signature, with a status of 200 to 299", "clients cannot sign for themselves: the secretKey must stay on your server"}, (*signatureCheck).handsOut},
	{Rule{"signer.valid", "the signature is valid now for this key and platform", "the service verifies it byte for byte, as " + documentedText + " says"}, (*signatureCheck).valid},
	{Rule{"signer.action", "the signature is for the intended action", "a signature for Upload or OpenProject does not open the client API, and one for Login opens nothing else"}, (*signatureCheck).action},
	{Rule{"signer.user", "the signature is for the user who asked", "to the service, its holder is the user that it names"}, (*signatureCheck).user},
	{Rule{"signer.chosen-user", "a client cannot choose the user", becomesAnyUser}, (*signatureCheck).chosenUser},
	{Rule{"signer.chosen-action", "a client cannot choose the action", "otherwise a page that may log in may also upload and open projects"}, (*signatureCheck).chosenAction},
	{Rule{"signer.escaping", "the signature is escaped in an address, and nowhere else", "base64 has '+', which a query turns into a space unless it is sent as %2B; a signature that is escaped twice is another text"}, (*signatureCheck).escaping},
	{Rule{"signer.user-names", "the signature holds the complete name of the user, whatever characters it has", documentedText + " says that values are URL-encoded before they are signed; otherwise a name can add parameters"}, (*signatureCheck).userNames},
	{Rule{"signer.short-validity", "the signature is not valid for longer than necessary", "it cannot be revoked; the official samples sign for 5 minutes"}, (*signatureCheck).shortValidity},
	{Rule{"signer.clock", "currentTimeStamp is the current time in seconds", "a clock that is minutes off works only as long as the service does not check it"}, (*signatureCheck).clock},
	{Rule{"signer.fresh-random", "each signature has its own random, even of requests made at once", "random makes sure that no two signatures are equal; a generator that is seeded with the time in seconds repeats itself"}, (*signatureCheck).freshRandom},
	{Rule{"signer.no-secret", "no response holds the secretKey, in any encoding", "the page on the client API says that SecretId and SecretKey must stay on the developer's server"}, (*signatureCheck).noSecret},
	{Rule{"signer.not-cached", "no cache may keep the response", "a cache would give the signature to the next user, or an old one"}, (*signatureCheck).notCached},
	{Rule{"signer.cors", "the page of a foreign origin cannot read the response with the cookies of its visitor", "otherwise any page can fetch a signature for each visitor who has a session"}, (*signatureCheck).cors},
	{Rule{"signer.session", "without a session the endpoint hands out nothing", "a signature that everybody gets protects nothing"}, (*signatureCheck).session},
}

func (c *signatureCheck) verifier(action string) cmesign.Verifier {
	key := c.CME.Key
	return cmesign.Verifier{
		Now: time.Now(), Action: action,
		Lookup: func(id string) (cmesign.Key, bool) { return key, id == key.SecretID },
		Others: func(yield func(cmesign.Key) bool) { yield(key) },
	}
}

// problem says in one line why a signature is rejected, without showing it. It is empty for a valid one.
func (c *signatureCheck) problem(signature, action string) string {
	v := c.verifier(action)
	if _, err := v.Verify(signature); err == nil {
		return ""
	}
	return v.Explain(signature).String()
}

func (c *signatureCheck) valid() (Verdict, string) {
	for _, h := range c.all() {
		if h.text == "" {
			return broken("one of several requests made at once got no signature: %s", h.why)
		}
		if problem := c.problem(h.text, ""); problem != "" {
			return broken("%s", problem)
		}
	}
	return kept()
}

// read parses the first signature. It does not verify it.
func (c *signatureCheck) read() (cmesign.Signature, error) { return cmesign.Parse(c.first.text) }

const cannotBeRead = "the signature cannot be read; see signer.valid"

func (c *signatureCheck) action() (Verdict, string) {
	s, err := c.read()
	if err != nil {
		return unjudged(cannotBeRead)
	}
	if got := s.Get("action"); got != c.CME.Action {
		return broken("it is for %q, and must be for %q", shorten(got), c.CME.Action)
	}
	return kept()
}

func (c *signatureCheck) user() (Verdict, string) {
	s, err := c.read()
	if err != nil {
		return unjudged(cannotBeRead)
	}
	if got := s.Get("userId"); got != c.CME.UserID {
		return broken("it is for %q, and must be for %q", shorten(got), shorten(c.CME.UserID))
	}
	return kept()
}

// maxMore is how many further signatures escaping asks for. One in three has a '+', so that 40 without one mean that it
// never changes.
const maxMore = 40

// showsEscaping says whether a signature has a character that escaping changes: in an address only '+' must be escaped.
func showsEscaping(h handout) bool {
	if h.inURL {
		raw := strings.ToLower(signatureOf(h.raw))
		return strings.Contains(raw, "+") || strings.Contains(raw, "%2b")
	}
	return strings.ContainsAny(h.text, "+/=%")
}

func (c *signatureCheck) escaping() (Verdict, string) {
	all := c.all()
	for range maxMore {
		if slices.ContainsFunc(all, showsEscaping) || all[len(all)-1].text == "" {
			break
		}
		all = append(all, c.ask(""))
	}
	for _, h := range all {
		switch {
		case h.text == "":
			return unjudged("one of the requests got no signature: %s", h.why)
		case h.inURL && strings.Contains(signatureOf(h.raw), "+"):
			return broken("the signature in the address has a '+' that is not escaped")
		case strings.Contains(h.text, "%"):
			return broken("the signature is URL-encoded where it is handed out; a client that builds a query encodes it again")
		case strings.ContainsAny(h.text, " \t\r\n&;"):
			return broken("the signature holds white space or '&', which are not part of base64")
		}
	}
	if !slices.ContainsFunc(all, showsEscaping) {
		return unjudged("none of %d signatures has a character that must be escaped", len(all))
	}
	return kept()
}

// signatureOf returns the value of signature in a query, not unescaped.
func signatureOf(raw string) string {
	for pair := range strings.SplitSeq(raw, "&") {
		if name, value, _ := strings.Cut(pair, "="); name == "signature" {
			return value
		}
	}
	return ""
}

// hardNames are names that the official samples escape in different ways, or that end a value if they are not escaped.
var hardNames = []string{"a b", "a+b", "a&action=OpenProject", "a=b", "a%20b", "a~b*c!d'e(f)", "用户😀", "a/b?c#d", `a"b\c`}

func (c *signatureCheck) userNames() (Verdict, string) {
	if c.UserParameter == "" {
		return leftOut("the parameter from which the endpoint takes the user is not named")
	}
	signed := 0
	for _, name := range hardNames {
		got := c.ask(name)
		switch {
		case got.status >= 400 && got.status < 500: // the user is unknown to it
			continue
		case got.text == "":
			return broken("for the user %q: %s", name, got.why)
		}
		signed++
		s, err := cmesign.Parse(got.text)
		switch {
		case err == nil && signed == 1 && s.Get("userId") == c.CME.UserID: // a careful endpoint signs for its session only
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
		return unjudged("it hands out nothing for users that it does not know; name no parameter to leave this rule out")
	}
	return kept()
}

func (c *signatureCheck) shortValidity() (Verdict, string) {
	from, to, err := c.times()
	if err != nil {
		return unjudged(cannotBeRead)
	}
	if validity := to - from; validity > int64(c.CME.MaxValidity/time.Second) {
		return broken("it is valid for %s, and at most %s are needed", time.Duration(validity)*time.Second, c.CME.MaxValidity)
	}
	return kept()
}

// clockDrift is how far apart the clocks of two machines may be.
const clockDrift = time.Minute

func (c *signatureCheck) clock() (Verdict, string) {
	from, _, err := c.times()
	if err != nil {
		return unjudged(cannotBeRead)
	}
	if off := c.asked.Sub(time.Unix(from, 0)); off > clockDrift || off < -clockDrift {
		return broken("currentTimeStamp is %d, which is %s from now", from, off.Abs().Truncate(time.Second))
	}
	return kept()
}

// times returns currentTimeStamp and expireTime of the first signature, in seconds.
func (c *signatureCheck) times() (from, to int64, err error) {
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

// freshRandom tolerates one equal pair, which is possible by chance: an official sample takes only six digits.
func (c *signatureCheck) freshRandom() (Verdict, string) {
	different, all := map[string]bool{}, c.all()
	for _, h := range all {
		s, err := cmesign.Parse(h.text)
		if err != nil {
			return unjudged(cannotBeRead)
		}
		different[s.Get("random")] = true
	}
	if len(different) < len(all)-1 {
		return broken("%d signatures have %d different values of random", len(all), len(different))
	}
	return kept()
}

func (c *signatureCheck) noSecret() (Verdict, string) { return holdsNo(c.CME.Key.SecretKey, c.all()) }

var actions = []string{"Upload", "OpenProject", "Login"}

// chosenUser asks for a user that does not exist.
func (c *signatureCheck) chosenUser() (Verdict, string) {
	if c.UserParameter != "" {
		return c.userByDesign()
	}
	return c.chosen(c.userInputs(c.CME.UserID), "fakecme-"+rand.Text(), c.signsFor("userId"))
}

func (c *signatureCheck) chosenAction() (Verdict, string) {
	for _, name := range actionParameters {
		if c.names(name) {
			return leftOut("the request names the action, so the endpoint takes it by design")
		}
	}
	verdict, found := kept()
	for _, action := range actions {
		if action == c.CME.Action {
			continue
		}
		switch v, f := c.chosen(actionInputs(), action, c.signsFor("action")); v {
		case Broken:
			return v, f
		case Unjudged:
			verdict, found = v, f
		}
	}
	return verdict, found
}

// signsFor looks for the chosen value in a field of the signed text. The value may be a part of the field: a server may join
// parameters that differ in case only.
func (c *signatureCheck) signsFor(field string) func(got handout, value string) (bool, error) {
	return func(got handout, value string) (bool, error) {
		s, err := cmesign.Parse(got.text)
		if err != nil {
			return false, errors.New(cannotBeRead)
		}
		return strings.Contains(s.Get(field), value), nil
	}
}

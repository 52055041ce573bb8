package check

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/fakecme/fakecme/fake/h5dssign"
)

const documentedLogin = "the page on third/login"

var tokenRules = []rule[*signer]{
	{Rule{"signer.hands-out", "the endpoint hands out a token, as a text, with a status of 200 to 299", "a sample of the vendor's sends the whole object of third/login as the token, which becomes [object Object]"}, (*signer).handsOut},
	{Rule{"signer.token-form", `the token is handed out as third/login answers it: "Bearer " and a JWT, once`, documentedLogin + ": the prefix is part of the token; added again, or left out, it is another text"}, (*signer).tokenForm},
	{Rule{"signer.valid", "the service takes the token", "account/info answers who it is for"}, (*signer).tokenValid},
	{Rule{"signer.no-secret", "no answer holds the secret, in any encoding", "who has it can log in as any user"}, (*signer).noH5DSSecret},
	{Rule{"signer.no-sign", "no answer holds the headers that sign a login", "sign covers the timestamp only, so it logs in any user"}, (*signer).noSign},
	{Rule{"signer.escaping", "a token in an address is escaped as a query needs it", "it has a space after Bearer"}, (*signer).tokenEscaping},
	{Rule{"signer.not-cached", "no cache may keep the answer", "a kept token goes to the next user"}, (*signer).notCached},
	{Rule{"signer.session", "without a session the endpoint hands out nothing", "a token for everybody who asks is no protection"}, (*signer).session},
}

var tokenShape = regexp.MustCompile(`^Bearer [A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)

func (c *signer) tokenForm() (Verdict, string) {
	switch text := c.first.text; {
	case tokenShape.MatchString(text):
		return kept()
	case strings.HasPrefix(text, "Bearer Bearer "):
		return broken(`the prefix "Bearer " stands there twice`)
	case tokenShape.MatchString("Bearer " + text):
		return broken(`the prefix "Bearer " is missing`)
	case strings.Contains(text, "%20"):
		return broken("the token is URL-encoded where it is handed out")
	}
	return broken("it is no JWT")
}

func (c *signer) tokenValid() (Verdict, string) {
	if c.H5DS.API == "" {
		return unjudged("no address is named that knows the token")
	}
	base, err := parseTarget(c.H5DS.API)
	if err != nil {
		return unjudged("%v", err)
	}
	r, err := http.NewRequest(http.MethodGet, strings.TrimRight(base.String(), "/")+"/api/v1/account/info", nil)
	if err != nil {
		return unjudged("the service cannot be asked")
	}
	r.Header.Set("Authorization", c.first.text)
	got := c.caller.ask(c.ctx, r)
	if got.err != nil {
		return unjudged("%v", got.err)
	}
	var answer struct {
		Code    *json.Number `json:"code"`
		Message string       `json:"message"`
	}
	if err := json.Unmarshal(got.body, &answer); err != nil || answer.Code == nil {
		return unjudged("the service answers with status %d and no code", got.status)
	}
	if *answer.Code != "0" {
		return broken("the service refuses it with code %s: %s", *answer.Code, shorten(answer.Message))
	}
	return kept()
}

func (c *signer) noH5DSSecret() (Verdict, string) { return c.holdsNo(c.H5DS.Secret) }

var milliseconds = regexp.MustCompile(`\d{13}`)

// noSign looks for the signature of each timestamp in the answer.
func (c *signer) noSign() (Verdict, string) {
	for _, h := range append([]handedOut{c.first}, c.more...) {
		var all strings.Builder
		_ = h.header.Write(&all) // a builder takes everything
		text := strings.ToLower(all.String() + string(h.body))
		for _, timestamp := range milliseconds.FindAllString(text, -1) {
			if strings.Contains(text, h5dssign.Sign(c.H5DS.Secret, timestamp)) {
				return broken("the answer has sign and timestamp of a login")
			}
		}
	}
	return kept()
}

func (c *signer) tokenEscaping() (Verdict, string) {
	if !c.first.inURL {
		return leftOut("the token does not stand in an address")
	}
	if _, err := url.ParseQuery(c.first.raw); err != nil || strings.Contains(c.first.raw, " ") {
		return broken("%v", errors.New("the query of the address is not escaped"))
	}
	return kept()
}

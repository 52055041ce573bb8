package check

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5dssign"
)

const documentedLogin = "the page on third/login"

var tokenRules = []rule[*signer]{
	{Rule{"signer.hands-out", "the endpoint hands out a token, as a text, with a status of 200 to 299", "a sample of the vendor's sends the whole object of third/login as the token, which becomes [object Object]"}, (*signer).handsOut},
	{Rule{"signer.token-form", `the token is handed out as third/login answers it: "Bearer " and a JWT, once`, documentedLogin + ": the prefix is part of the token; added again, or left out, it is another text"}, (*signer).tokenForm},
	{Rule{"signer.valid", "the service takes the token", "account/info answers with code 0 to a token that is good; whom it is for is a rule of its own, signer.user"}, (*signer).tokenValid},
	{Rule{"signer.user", "the token is for the user who asked", "who holds it is that user for the service; account/info has the id that third/login answers with"}, (*signer).tokenUser},
	{Rule{"signer.no-secret", "no response holds the secret, in any encoding", "who has it can log in as any user"}, (*signer).noH5DSSecret},
	{Rule{"signer.no-sign", "no response holds the headers that sign a login", "sign covers the timestamp only, so it logs in any user"}, (*signer).noSign},
	{Rule{"signer.escaping", "a token in an address is escaped as a query needs it", "it has a space after Bearer"}, (*signer).tokenEscaping},
	{Rule{"signer.not-cached", "no cache may keep the response", "a kept token goes to the next user"}, (*signer).notCached},
	{Rule{"signer.cors", "the page of a stranger cannot read the response with the cookies of who visits it", "else any page fetches a token for each of its visitors who has a session"}, (*signer).cors},
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
	for _, h := range append([]handedOut{c.first}, c.more...) {
		if h.text == "" {
			return broken("of several questions at once one was not answered with a token: %s", h.why)
		}
	}
	answer, err := c.askService(http.MethodGet, "account/info", http.Header{"Authorization": {c.first.text}}, "")
	switch {
	case err != nil:
		return unjudged("%v", err)
	case *answer.Code != "0":
		return broken("the service rejects it with code %s: %s", *answer.Code, shorten(answer.Message))
	}
	c.account = answer.Data.ID
	return kept()
}

// tokenUser logs the user in itself, and compares the id with that of the token that was handed out.
func (c *signer) tokenUser() (Verdict, string) {
	switch {
	case c.H5DS.UserID == "":
		return leftOut("no user is named whom the token must be for")
	case c.account == "":
		return unjudged("the service does not say who the token is for; see signer.valid")
	}
	body, err := json.Marshal(map[string]string{"userId": c.H5DS.UserID})
	if err != nil {
		return unjudged("%v", err)
	}
	signed := http.Header{"Content-Type": {"application/json"}}
	h5dssign.New(h5dssign.Key{AppID: c.H5DS.AppID, Secret: c.H5DS.Secret}, time.Now()).Set(signed)
	login, err := c.askService(http.MethodPost, "third/login", signed, string(body))
	switch {
	case err != nil:
		return unjudged("%v", err)
	case *login.Code != "0" || login.Data.UserID == "":
		return unjudged("the service does not log the user in: code %s; are appid and secret right?", *login.Code)
	case login.Data.UserID != c.account:
		return broken("it is for another user than %q", shorten(c.H5DS.UserID))
	}
	return kept()
}

// serviceResponse is a response of h5ds, as far as it is looked at.
type serviceResponse struct {
	Code    *json.Number `json:"code"`
	Message string       `json:"message"`
	Data    struct {
		ID     string `json:"id"`
		UserID string `json:"user_id"`
	} `json:"data"`
}

// askService calls the service that knows the tokens. What it answers has a code.
func (c *signer) askService(method, operation string, header http.Header, body string) (answer serviceResponse, err error) {
	base, err := parseTarget(c.H5DS.API)
	if err != nil {
		return answer, err
	}
	r, err := http.NewRequest(method, strings.TrimRight(base.String(), "/")+"/api/v1/"+operation, strings.NewReader(body))
	if err != nil {
		return answer, errors.New("the service cannot be asked")
	}
	r.Header = header
	got := c.caller.ask(c.ctx, r)
	if got.err != nil {
		return answer, got.err
	}
	var typed *json.UnmarshalTypeError // of data, in an error
	if err := json.Unmarshal(got.body, &answer); err != nil && !errors.As(err, &typed) || answer.Code == nil {
		return answer, fmt.Errorf("the service responses with status %d and no code", got.status)
	}
	return answer, nil
}

func (c *signer) noH5DSSecret() (Verdict, string) { return c.holdsNo(c.H5DS.Secret) }

var milliseconds = regexp.MustCompile(`\d{13}`)

// noSign looks for the signature of each timestamp in the response.
func (c *signer) noSign() (Verdict, string) {
	for _, h := range append([]handedOut{c.first}, c.more...) {
		var all strings.Builder
		_ = h.header.Write(&all) // a builder takes everything
		text := strings.ToLower(all.String() + string(h.body))
		for _, timestamp := range milliseconds.FindAllString(text, -1) {
			if strings.Contains(text, h5dssign.Sign(c.H5DS.Secret, timestamp)) {
				return broken("the response has sign and timestamp of a login")
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

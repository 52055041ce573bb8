package check

import (
	"crypto/rand"
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

// tokenCheck judges an endpoint that hands out tokens of h5ds.
type tokenCheck struct {
	handoutCheck
	account string // the id of the user that the token is for
}

var tokenRules = []rule[*tokenCheck]{
	{Rule{"signer.hands-out", "the endpoint hands out a token, as a text, with a status of 200 to 299", "a sample of the vendor sends the whole object of third/login as the token, which becomes [object Object]"}, (*tokenCheck).handsOut},
	{Rule{"signer.token-form", `the token is handed out as third/login returns it: one "Bearer " and a JWT`, documentedLogin + " says that the prefix is part of the token; a token with two prefixes, or with none, is another text"}, (*tokenCheck).tokenForm},
	{Rule{"signer.valid", "the service accepts the token", "account/info returns code 0 for a valid token; the rule signer.user says whether it is for the right user"}, (*tokenCheck).tokenValid},
	{Rule{"signer.user", "the token is for the user who asked", "to the service, its holder is that user; account/info has the id that third/login returns"}, (*tokenCheck).tokenUser},
	{Rule{"signer.chosen-user", "a client cannot choose the user", becomesAnyUser}, (*tokenCheck).chosenUser},
	{Rule{"signer.no-secret", "no response holds the secret, in any encoding", "with the secret, anybody can log in as any user"}, (*tokenCheck).noH5DSSecret},
	{Rule{"signer.no-sign", "no response holds the headers that sign a login", "sign covers only the timestamp, so it logs in any user"}, (*tokenCheck).noSign},
	{Rule{"signer.escaping", "a token in an address is escaped", "it has a space after Bearer"}, (*tokenCheck).tokenEscaping},
	{Rule{"signer.not-cached", "no cache may keep the response", "a cache would give the token to the next user"}, (*tokenCheck).notCached},
	{Rule{"signer.cors", "the page of a foreign origin cannot read the response with the cookies of its visitor", "otherwise any page can fetch a token for each visitor who has a session"}, (*tokenCheck).cors},
	{Rule{"signer.session", "without a session the endpoint hands out nothing", "a token that everybody gets protects nothing"}, (*tokenCheck).session},
}

var tokenShape = regexp.MustCompile(`^Bearer [A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)

func (c *tokenCheck) tokenForm() (Verdict, string) {
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

func (c *tokenCheck) tokenValid() (Verdict, string) {
	if c.H5DS.API == "" {
		return unjudged("no address of a service that knows the token is given")
	}
	for _, h := range c.all() {
		if h.text == "" {
			return broken("one of several requests made at once got no token: %s", h.why)
		}
	}
	info, err := c.accountOf(c.first.text)
	switch {
	case err != nil:
		return unjudged("%v", err)
	case *info.Code != "0":
		return broken("the service rejects it with code %s: %s", *info.Code, shorten(info.Message))
	}
	c.account = info.Data.ID
	return kept()
}

// accountOf asks the service which user a token is for.
func (c *tokenCheck) accountOf(token string) (serviceResponse, error) {
	return c.askService(http.MethodGet, "account/info", http.Header{"Authorization": {token}}, "")
}

// chosenUser asks for a user that does not exist. The service then says whether the token is for another user than before.
func (c *tokenCheck) chosenUser() (Verdict, string) {
	switch {
	case c.UserParameter != "":
		return c.userByDesign()
	case c.account == "":
		return unjudged("the service does not say which user the token is for; see signer.valid")
	}
	return c.chosen(c.userInputs(c.H5DS.UserID), "fakecme-"+rand.Text(), func(got handout, _ string) (bool, error) {
		info, err := c.accountOf(got.text)
		switch {
		case err != nil:
			return false, err
		case *info.Code != "0":
			return false, fmt.Errorf("with a user in the request it hands out a token that the service rejects with code %s", *info.Code)
		}
		return info.Data.ID != c.account, nil
	})
}

// tokenUser logs the user in, and compares the id with that of the token that was handed out.
func (c *tokenCheck) tokenUser() (Verdict, string) {
	switch {
	case c.H5DS.UserID == "":
		return leftOut("no user that the token must be for is named")
	case c.account == "":
		return unjudged("the service does not say which user the token is for; see signer.valid")
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

// serviceResponse is the part of a response of h5ds that the rules look at.
type serviceResponse struct {
	Code    *json.Number `json:"code"`
	Message string       `json:"message"`
	Data    struct {
		ID     string `json:"id"`
		UserID string `json:"user_id"`
	} `json:"data"`
}

// askService calls the service that knows the tokens. Unless there is an error, the response has a code.
func (c *tokenCheck) askService(method, operation string, header http.Header, body string) (got serviceResponse, err error) {
	base, err := parseTarget(c.H5DS.API)
	if err != nil {
		return got, err
	}
	r, err := http.NewRequest(method, strings.TrimRight(base.String(), "/")+"/api/v1/"+operation, strings.NewReader(body))
	if err != nil {
		return got, errors.New("the service cannot be called")
	}
	r.Header = header
	reply := c.caller.ask(c.ctx, r)
	if reply.err != nil {
		return got, reply.err
	}
	var typed *json.UnmarshalTypeError // of data, in an error
	if err := json.Unmarshal(reply.body, &got); err != nil && !errors.As(err, &typed) || got.Code == nil {
		return got, fmt.Errorf("the service responds with status %d and no code", reply.status)
	}
	return got, nil
}

func (c *tokenCheck) noH5DSSecret() (Verdict, string) { return holdsNo(c.H5DS.Secret, c.all()) }

var milliseconds = regexp.MustCompile(`\d{13}`)

// noSign looks in the responses for a timestamp and its signature.
func (c *tokenCheck) noSign() (Verdict, string) {
	for _, h := range c.all() {
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

func (c *tokenCheck) tokenEscaping() (Verdict, string) {
	if !c.first.inURL {
		return leftOut("the token does not stand in an address")
	}
	if _, err := url.ParseQuery(c.first.raw); err != nil || strings.Contains(c.first.raw, " ") {
		return broken("the query of the address is not escaped")
	}
	return kept()
}

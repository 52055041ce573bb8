package fake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/opencme"
	"github.com/fakecme/fakecme/fake/webpaas"
	"github.com/fakecme/fakecme/recordings"
)

// answerRecorded gives the client the recorded response, with today's credentials in it.
func (x *exchange) answerRecorded(library *recordings.Library, hit recordings.Hit) {
	// The client must keep the contract whatever was recorded: what it breaks is a finding, and the
	// error that goes with it is not the recorded response.
	checkRequest(x, func() {})
	x.failure, x.diagnosis, x.unknown = nil, nil, nil
	x.replayed, x.answered, x.recording = true, answeredByRecording, placeOf(hit)

	expires, err := x.handOut(library, hit)
	if err != nil {
		x.bug("replay: %v", err)
		return
	}
	recorded := library.Response(hit)
	if !recorded.HasResponse() {
		x.answer, x.diagnosis = answer{}, &diagnosis.Diagnosis{
			Code:     "replay.no-response",
			Sentence: "no response came when this was recorded, so the connection is closed",
			Fix:      "nothing is wrong with the call",
		}
		return
	}
	x.reply(recorded.Status, recorded.ResponseBody)
	for name, values := range recorded.ResponseHeader {
		// The fake speaks to pages of any origin itself, of today's.
		if name != "Vary" && !strings.HasPrefix(name, "Access-Control-") {
			x.answer.header[name] = slices.Clone(values)
		}
	}
	if !expires.IsZero() {
		x.answer.body = expiresAt.ReplaceAll(x.answer.body, []byte("${1}"+strconv.FormatInt(expires.UnixMilli(), 10)))
	}
	x.failure = errorIn(recorded)
}

// expiresAt is when a token is over, in a login's response: of today's token, that is today's.
var expiresAt = regexp.MustCompile(`("expires_at"\s*:\s*)[0-9]+`)

// handOut makes tickets and tokens of today for those that a recorded login has handed out: what
// comes with them later must pass authenticate.
func (x *exchange) handOut(library *recordings.Library, hit recordings.Hit) (expires time.Time, err error) {
	for _, placeholder := range hit.MadeUp() {
		switch {
		case x.service.name == "opencme" && strings.HasPrefix(placeholder, "<ticket-"):
			err = x.change(func(c *op.Call, st *state) error {
				library.Bind(placeholder, st.OpenCME.NewTicket(c))
				return nil
			})
		case x.service.name == "h5ds" && strings.HasPrefix(placeholder, "<token-") && x.opensSession(hit, placeholder):
			err = x.change(func(c *op.Call, st *state) error {
				token, until, err := st.H5DS.SignIn(c, x.thirdParty())
				if err != nil {
					return err
				}
				expires = until
				library.Bind(placeholder, strings.TrimPrefix(token, "Bearer "))
				return nil
			})
		}
		if err != nil {
			return time.Time{}, fmt.Errorf("hand out %s: %w", placeholder, err)
		}
	}
	return expires, nil
}

// opensSession says whether a token is one that its user will call with: that of a login, or one that is
// written as such.
func (x *exchange) opensSession(hit recordings.Hit, placeholder string) bool {
	return x.operation.contract.Security != "h5dsToken" || strings.Contains(string(hit.Call.ResponseBody), "Bearer "+placeholder)
}

// thirdParty is the userId of a third party's login; empty for any other.
func (x *exchange) thirdParty() string {
	var login struct{ UserID json.RawMessage }
	if x.operation.contract.Security != "h5dsSign" || json.Unmarshal(x.body, &login) != nil {
		return ""
	}
	return strings.Trim(string(login.UserID), `"`)
}

// wrongVerifySign judges a signature in the body of a request for webpaas; nil when it is good, or not there.
func (x *exchange) wrongVerifySign() error {
	sign := verifySignIn(x.body)
	if x.service.name != "webpaas" || sign == "" {
		return nil
	}
	c := x.call()
	c.VerifySign = x.verifySign
	return webpaas.CheckVerifySign(c, sign)
}

func verifySignIn(body []byte) string {
	var request struct{ VerifySign string }
	_ = json.Unmarshal(body, &request) // without one there is none
	return request.VerifySign
}

// refusesVerifySign says whether a recorded response rejects the signature in the body of its request.
func refusesVerifySign(c recordings.Call) bool {
	return verifySignIn(c.Body) != "" && codeOf(c.ResponseBody) == opencme.ErrSignatureVerifyFail.Code
}

func (x *exchange) change(f func(c *op.Call, st *state) error) error {
	return x.srv.store.Update(x.tenant.key(), func(st *state) error {
		c := x.call()
		c.IDs = &st.IDs
		return f(c, st)
	})
}

// errorIn reads a recorded response: nil when the call went well.
func errorIn(c recordings.Call) *op.Error {
	code := codeOf(c.ResponseBody)
	if code == "" || code == "0" || code == "Success" {
		if c.Status < http.StatusBadRequest {
			return nil
		}
		code = strconv.Itoa(c.Status)
	}
	var texts struct{ Message, EnglishMessage string }
	_ = json.Unmarshal(c.ResponseBody, &texts) // there may be none
	return &op.Error{Code: code, Message: texts.Message, EnglishMessage: texts.EnglishMessage}
}

// codeOf is the code in a response of any of the services, as text; empty when there is none.
func codeOf(body []byte) string {
	var envelope struct {
		Code     json.RawMessage // code too: encoding/json does not mind
		Response struct{ Error struct{ Code string } }
	}
	if json.Unmarshal(body, &envelope) != nil {
		return ""
	}
	if code := envelope.Response.Error.Code; code != "" {
		return code
	}
	return strings.Trim(string(envelope.Code), `"`)
}

// refusedCredential says whether a code is the one for a credential of that kind.
func refusedCredential(security, code string) bool {
	switch security {
	case "cmeSignature":
		return code == opencme.ErrSignatureVerifyFail.Code
	case "cmeTicket":
		return code == webpaas.ErrSessionInvalid.Code
	case "h5dsSign":
		return code == h5ds.ErrBadSignature.Code
	case "h5dsToken":
		return slices.ContainsFunc([]dialect.LoginExpired{dialect.LoginExpired1001, dialect.LoginExpired1002, dialect.LoginExpired1},
			func(d dialect.LoginExpired) bool { return d.Code() == code })
	}
	return false
}

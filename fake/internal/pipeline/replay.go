package pipeline

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
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/replay"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/fake/webpaas"
	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/har"
)

// Where a response came from: Call.Source.
const (
	fromRecording = "recording"
	fromFake      = "fake"
)

// replayRecorded answers from the recordings.
func replayRecorded(x *Exchange, next func()) {
	if x.Replay == nil {
		next()
		return
	}
	calls, errors := x.Replay.Of(x.Tenant)
	request := har.CallOf(x.Request.Request, x.Body.Bytes)
	wrong := wrongVerifySign(x)
	recorded := false // whether there is a response, for a good signature
	hit, miss := calls.FindIf(request, func(recordings.Hit) bool {
		recorded = true
		return wrong == nil
	})
	if wrong != nil {
		if rejected, none := errors.Find(request); none == nil {
			recorded = true
			x.Replay.Use(rejected)
		}
	}
	switch {
	case wrong != nil && recorded:
		x.source.name = fromFake
		x.Fail(wrong)
	case miss == nil:
		x.Replay.Use(hit)
		respondRecorded(x, calls, hit)
	case x.Replay.Mixed:
		x.source.name = fromFake
		next()
	default:
		notRecorded(x, miss)
	}
}

// wrongVerifySign judges a signature in the body of a request for webpaas; nil when it is good, or not there.
func wrongVerifySign(x *Exchange) error {
	sign := replay.VerifySignIn(x.Body.Bytes)
	if x.Service.Name != "webpaas" || sign == "" {
		return nil
	}
	return webpaas.CheckVerifySign(x.Call(), sign)
}

// notRecorded rejects a call that was not recorded. The status is none that a service answers with.
func notRecorded(x *Exchange, miss *recordings.Miss) {
	d := diagnosis.Diagnosis{
		Code:     "replay.miss",
		Sentence: "no recording answers the call: it " + missText(miss),
		Fix:      "record it, correct the client, or let the fake answer the rest (Replay.Mixed, fakecme serve --replay)",
	}
	if miss.Do != "" {
		d.Fix = miss.Do
	}
	x.Find(d)
	x.RejectPlain(http.StatusNotFound, d)
	x.Response.Body = []byte("fakecme: " + miss.Error() + "\n")
	x.source.replayed = true
}

// missText is a miss in one line.
func missText(miss *recordings.Miss) string {
	text := miss.Reason
	if !strings.HasPrefix(text, "was ") {
		text = "was recorded, but " + text
	}
	if miss.Nearest != "" {
		text += "; nearest: " + miss.Nearest
	}
	var changed []string
	for line := range strings.SplitSeq(miss.Diff, "\n") {
		if strings.HasPrefix(line, "-") || strings.HasPrefix(line, "+") {
			changed = append(changed, strings.Join(strings.Fields(line), " "))
		}
	}
	const maxLines = 10
	if n := len(changed); n > maxLines {
		changed = append(changed[:maxLines], fmt.Sprintf("and %d more lines, which the response has", n-maxLines))
	}
	if len(changed) > 0 {
		text += "; recorded -, requested +: " + strings.Join(changed, " ")
	}
	return text
}

// respondRecorded gives the client the recorded response, with today's credentials in it.
func respondRecorded(x *Exchange, library *recordings.Library, hit recordings.Hit) {
	// The client must keep the contract whatever was recorded: what it breaks is a finding. The error that the fake
	// would respond with is not the recorded response.
	if _, err := judgeRequest(x); err != nil {
		x.Bug("%v", err)
		return
	}
	x.Body.unknown = nil
	x.source = source{name: fromRecording, recording: replay.PlaceOf(hit), replayed: true}

	expires, err := renewCredentials(x, library, hit)
	if err != nil {
		x.Fail(fmt.Errorf("replay: %w", err))
		return
	}
	recorded := library.Response(hit)
	if !recorded.HasResponse() {
		x.Response = Response{}
		x.outcome.diagnosis = &diagnosis.Diagnosis{
			Code:     "replay.no-response",
			Sentence: "no response came when this was recorded, so the connection is closed",
			Fix:      "nothing is wrong with the call",
		}
		return
	}
	x.Respond(recorded.Status, recorded.ResponseBody)
	for name, values := range recorded.ResponseHeader {
		// The fake itself says to pages of any origin that they may read it.
		if name != "Vary" && !strings.HasPrefix(name, "Access-Control-") {
			x.Response.Header[name] = slices.Clone(values)
		}
	}
	if !expires.IsZero() {
		x.Response.Body = expiresAt.ReplaceAll(x.Response.Body, []byte("${1}"+strconv.FormatInt(expires.UnixMilli(), 10)))
	}
	x.outcome.err = errorIn(recorded)
}

// expiresAt is the end of a token in the response of a login.
var expiresAt = regexp.MustCompile(`("expires_at"\s*:\s*)[0-9]+`)

// renewCredentials makes tickets and tokens of today for those in a recorded response: the client's next call with one
// must pass authenticate. It returns the end of the token, if there is one.
func renewCredentials(x *Exchange, library *recordings.Library, hit recordings.Hit) (expires time.Time, err error) {
	for _, placeholder := range hit.NewPlaceholders() {
		switch {
		case x.Service.Name == "opencme" && strings.HasPrefix(placeholder, "<ticket-"):
			err = x.change(func(c *op.Call, st *state.State) error {
				ticket, err := st.OpenCME.NewTicket(c)
				if err == nil {
					library.Bind(placeholder, ticket)
				}
				return err
			})
		case x.Service.Name == "h5ds" && strings.HasPrefix(placeholder, "<token-") && opensSession(x, hit, placeholder):
			err = x.change(func(c *op.Call, st *state.State) error {
				token, until, err := st.H5DS.Account.SignIn(c, thirdParty(x))
				if err != nil {
					return err
				}
				expires = until
				library.Bind(placeholder, strings.TrimPrefix(token, "Bearer "))
				return nil
			})
		}
		if err != nil {
			return time.Time{}, fmt.Errorf("renew %s: %w", placeholder, err)
		}
	}
	return expires, nil
}

// opensSession says whether a token is one that its user will call with: that of a login, or one that is written as
// such.
func opensSession(x *Exchange, hit recordings.Hit, placeholder string) bool {
	return x.Operation.Security != "h5dsToken" || strings.Contains(string(hit.Call.ResponseBody), "Bearer "+placeholder)
}

// thirdParty is the userId of a third party's login; empty for any other.
func thirdParty(x *Exchange) string {
	var login struct{ UserID json.RawMessage }
	if x.Operation.Security != "h5dsSign" || json.Unmarshal(x.Body.Bytes, &login) != nil {
		return ""
	}
	return strings.Trim(string(login.UserID), `"`)
}

// errorIn reads a recorded response: the zero value when the call went well.
func errorIn(c har.Call) traffic.Envelope {
	e := traffic.ReadEnvelope(c.ResponseBody)
	switch {
	case !e.Succeeded():
		return e
	case c.Status < http.StatusBadRequest:
		return traffic.Envelope{}
	}
	e.Code = strconv.Itoa(c.Status)
	return e
}

package verify

import (
	"context"
	"fmt"
	"slices"

	"github.com/fakecme/fakecme/contracts"
)

// session is what a login gave, or why it gave nothing.
type session struct {
	ticket, why string
	unanswered  bool
}

// logins are the calls that give the credential of the others, and where it stands in their answers.
var logins = map[string]struct{ operation, ticket string }{
	"cmeTicket": {"OpenCME.Login", "/Data/Authorization or /Response/Authorization"},
	"h5dsToken": {"Third.Login", "/data/token"},
}

// userOf is the name of a user by the word of a scenario.
func (r *runner) userOf(as string) string {
	switch as {
	case "user":
		return r.target.User
	case "other":
		return r.target.OtherUser
	}
	return "fakecme-verify-" + as + "-" + r.run
}

// session logs the user of a step in, once a run. Whether the login is as it should be has scenarios of its own: here, what gives no
// credential only leaves the rest not judged.
func (r *runner) session(ctx context.Context, s *step) session {
	login, needed := logins[s.operation.Security]
	switch {
	case !needed || s.Credential == "none":
		return session{}
	case s.Credential == "unknown":
		return session{ticket: map[string]string{"cmeTicket": "tf_000000000000000000000unknown", "h5dsToken": "Bearer eyJ.unknown.unknown"}[s.operation.Security]}
	}
	name := s.operation.Security + " " + s.As
	if known, ok := r.sessions[name]; ok {
		return known
	}
	o, _ := contracts.Lookup(login.operation)
	enter := &step{Call: o.ID, As: s.As, operation: o}
	if o.Service == "h5ds" {
		enter.Send = map[string]any{"userId": r.userOf(s.As)}
	}
	entered := r.logIn(ctx, enter, login.ticket)
	if !entered.unanswered {
		r.sessions[name] = entered
	}
	return entered
}

func (r *runner) logIn(ctx context.Context, enter *step, at string) session {
	request, err := r.request(ctx, enter, nil, "")
	if err != nil {
		return session{why: err.Error()}
	}
	a, why := r.send(ctx, request)
	if why != "" {
		return session{why: enter.Call + ": " + why, unanswered: true}
	}
	value, readable := decode(a.body)
	ticket, _ := find(value, at)
	text, _ := ticket.(string)
	code := codeOf(enter.operation, value)
	switch {
	case readable && r.refusedCredentials(enter, code):
		return session{why: refusedWith(code)}
	case !readable || text == "":
		return session{why: fmt.Sprintf("%s gives no credential: status %d, code %s; are yours right?", enter.Call, a.status, described(code))}
	}
	r.opens(enter, code)
	return session{ticket: text}
}

// credentialErrors are the documented codes that reject a credential of the target itself.
var credentialErrors = map[string][]string{
	"cmeSignature": {"SignatureVerifyFail", "InvalidParameterValue.Platform"},
	"h5dsSign":     {"401"},
}

// refusedCredentials says whether a response rejects the target's own credentials, before they have opened anything. Who rejects
// every right credential cannot be told from one that was given wrong ones: neither can be judged.
func (r *runner) refusedCredentials(s *step, code any) bool {
	security, text := s.operation.Security, plainText(code)
	return s.Credential == "" && !r.opened[security] && !slices.Contains(s.Expect, text) &&
		slices.Contains(credentialErrors[security], text) && len(s.errorsOf(text, r.target.Dialect)) > 0
}

// opens remembers that the target's credentials are right.
func (r *runner) opens(s *step, code any) {
	if s.Credential == "" && code == success(s.operation) {
		r.opened[s.operation.Security] = true
	}
}

func refusedWith(code any) string {
	return "the credentials were rejected with " + describedCode(code) + ": are they right?"
}

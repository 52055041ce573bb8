package verify

import (
	"context"
	"fmt"
	"slices"

	"github.com/fakecme/fakecme/contracts"
)

// session is the result of a login: a ticket, or why there is none.
type session struct {
	ticket, why string
	silent      bool // no response came
}

// sessions logs users in, each once a run.
type sessions struct {
	*client
	byUser map[string]session // by scheme and user
	proven map[string]bool    // by scheme: whether the credentials of the target were accepted once
}

// session logs the user of a step in, once a run. Other scenarios judge the login: here, a login without a
// credential only leaves the rest not judged.
func (x *sessions) session(ctx context.Context, s *step) session {
	scheme := schemes[s.operation.Security]
	switch {
	case scheme.login == "" || s.Credential == "none":
		return session{}
	case s.Credential == "unknown":
		return session{ticket: scheme.unknown}
	}
	name := s.operation.Security + " " + s.As
	if known, ok := x.byUser[name]; ok {
		return known
	}
	o, _ := contracts.Lookup(scheme.login)
	login := &step{Call: o.ID, As: s.As, operation: o}
	if o.Service == "h5ds" {
		login.Send = map[string]any{"userId": x.userOf(s.As)}
	}
	result := x.logIn(ctx, login, scheme.ticket)
	if !result.silent {
		x.byUser[name] = result
	}
	return result
}

func (x *sessions) logIn(ctx context.Context, login *step, at string) session {
	request, err := x.request(ctx, login, nil, "")
	if err != nil {
		return session{why: err.Error()}
	}
	got, why := x.send(ctx, request)
	if why != "" {
		return session{why: login.Call + ": " + why, silent: true}
	}
	value, readable := contracts.DecodeJSON(got.body)
	found, _ := find(value, at)
	ticket, _ := found.(string)
	code := codeOf(login.operation, got)
	switch {
	case readable && x.rejectsCredentials(login, code):
		return session{why: rejectedWith(login.operation, code)}
	case !readable || ticket == "":
		return session{why: fmt.Sprintf("%s gives no credential: status %d, code %s; are yours right?", login.Call, got.status, shownCode(login.operation, code))}
	}
	x.note(login, code)
	return session{ticket: ticket}
}

// rejectsCredentials says whether a response rejects the target's own credentials before they were accepted once. A provider that
// rejects every right credential cannot be told from one that was given wrong ones: neither can be judged.
func (x *sessions) rejectsCredentials(s *step, code string) bool {
	security := s.operation.Security
	return s.Credential == "" && !x.proven[security] && !slices.Contains(s.Expect, code) &&
		slices.Contains(schemes[security].rejections, code) && len(s.errorsOf(code, x.target.Dialect)) > 0
}

// note remembers that the target's credentials are right if they were accepted.
func (x *sessions) note(s *step, code string) {
	if s.Credential == "" && code == success(s.operation) {
		x.proven[s.operation.Security] = true
	}
}

func rejectedWith(o contracts.Operation, code string) string {
	return "the credentials were rejected with " + shownCode(o, code) + ": are they right?"
}

package check

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// The usual names of the parameters and headers from which servers take the user or the action.
var (
	userParameters = []string{
		"user", "userId", "userID", "userid", "user_id", "UserId", "uid", "id", "username", "userName", "user_name", "name", "openid", "openId", "open_id",
		"unionid", "unionId", "account", "accountId", "account_id", "uin", "Uin", "ownerUin", "sub", "subject", "login", "loginName", "member", "memberId",
		"member_id", "operator", "owner", "staffId", "employeeId", "customerId",
	}
	userHeaders = []string{
		"X-User-Id", "X-Userid", "X-User", "X-User-Name", "X-Username", "X-Uid", "X-Uin", "X-Openid", "X-Account", "X-Account-Id", "X-Auth-User", "User-Id",
		"Userid", "Uid", "Username", "X-Forwarded-User", "X-Forwarded-Preferred-Username", "X-Auth-Request-User", "X-Authenticated-User",
		"X-Authenticated-Userid", "X-Remote-User", "Remote-User",
	}
	actionParameters = []string{"action", "Action"}
	actionHeaders    = []string{"X-Action", "Action"}
)

// input is a part of a request that a client can choose.
type input struct {
	kind inputKind
	name string // empty for values of the request itself
}

type inputKind int

const (
	parameter inputKind = iota // of the query, and of the body if that is an object or a form
	header                     // one header
	cookie                     // one cookie
	ownUser                    // each place where the request itself has the user
)

// with says in a report what was sent.
func (i input) with(value string) string {
	switch i.kind {
	case header:
		return "the header " + i.name + ": " + value
	case cookie:
		return "the cookie " + i.name + "=" + value
	case ownUser:
		return value + " in place of the user in the request itself"
	}
	return i.name + "=" + value
}

// inputs returns an input for each of the names of parameters and headers. Each name of a parameter is one of a cookie too.
func inputs(parameters, headers []string) []input {
	var all []input
	for _, name := range parameters {
		all = append(all, input{parameter, name})
	}
	for _, name := range headers {
		all = append(all, input{header, name})
	}
	for _, name := range parameters {
		all = append(all, input{cookie, name})
	}
	return all
}

func actionInputs() []input { return inputs(actionParameters, actionHeaders) }

// userInputs are the ways in which a client may choose the user. A header of the session is none: it says who asks.
func (e *endpoint) userInputs(user string) []input {
	all := inputs(userParameters, userHeaders)
	if user != "" {
		all = append(all, input{kind: ownUser})
	}
	return slices.DeleteFunc(all, func(i input) bool { return i.kind == header && e.inSession(i.name) })
}

func (e *endpoint) inSession(name string) bool {
	return slices.ContainsFunc(e.Session, func(s string) bool { return strings.EqualFold(s, name) })
}

// userByDesign is the verdict for an endpoint that takes the user from a parameter.
func (e *endpoint) userByDesign() (Verdict, string) {
	return leftOut("the endpoint takes the user from %s by design; check yourself that it allows only the right clients to do so", e.UserParameter)
}

// setInputs sets inputs of a request to a value.
func (e *endpoint) setInputs(r *http.Request, all []input, value string) {
	query, object, form := r.URL.Query(), e.object(), e.form()
	for _, i := range all {
		switch i.kind {
		case parameter:
			query.Set(i.name, value)
			if object != nil {
				object[i.name] = value
			}
			if form != nil {
				form.Set(i.name, value)
			}
		case header:
			r.Header.Set(i.name, value)
		case cookie:
			setCookie(r, i.name, value)
		case ownUser: // wherever it is the whole of a value
			exchangeAll(query, e.user(), value)
			exchangeAll(form, e.user(), value)
			exchangeIn(object, e.user(), value)
			e.exchangeInHead(r, value)
		}
	}
	r.URL.RawQuery = query.Encode()
	body := e.Body
	switch {
	case form != nil:
		body = []byte(form.Encode())
	case object != nil:
		body, _ = json.Marshal(object) // it was JSON
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

// exchangeInHead exchanges the user in the segments of the path, in the headers that are not the session's, and in the cookies.
func (e *endpoint) exchangeInHead(r *http.Request, value string) {
	user := e.user()
	r.URL.Path, r.URL.RawPath = strings.Join(exchangeEach(strings.Split(r.URL.Path, "/"), user, value), "/"), ""
	for name, values := range r.Header {
		if !e.inSession(name) {
			r.Header[name] = exchangeEach(values, user, value)
		}
	}
	for _, c := range r.Cookies() {
		if decoded, err := url.QueryUnescape(c.Value); c.Value == user || err == nil && decoded == user {
			setCookie(r, c.Name, value)
		}
	}
}

// setCookie sets a cookie. The header is copied: the request shares its values with the description.
func setCookie(r *http.Request, name, value string) {
	var pairs []string
	for pair := range strings.SplitSeq(strings.Join(r.Header.Values("Cookie"), "; "), ";") {
		pair = strings.TrimSpace(pair)
		if old, _, _ := strings.Cut(pair, "="); pair != "" && old != name {
			pairs = append(pairs, pair)
		}
	}
	r.Header.Set("Cookie", strings.Join(append(pairs, name+"="+value), "; "))
}

// user returns the user that the endpoint must hand out for.
func (e *endpoint) user() string {
	if e.CME != nil {
		return e.CME.UserID
	}
	return e.H5DS.UserID
}

func exchangeEach(texts []string, from, to string) []string {
	exchanged := make([]string, len(texts))
	for i, text := range texts {
		exchanged[i] = text
		if text == from {
			exchanged[i] = to
		}
	}
	return exchanged
}

func exchangeAll(values url.Values, from, to string) {
	for name := range values {
		values[name] = exchangeEach(values[name], from, to)
	}
}

// exchangeIn exchanges texts in a JSON value, at any depth.
func exchangeIn(value any, from, to string) any {
	switch v := value.(type) {
	case string:
		if v == from {
			return to
		}
	case []any:
		for i := range v {
			v[i] = exchangeIn(v[i], from, to)
		}
	case map[string]any:
		for name := range v {
			v[name] = exchangeIn(v[name], from, to)
		}
	}
	return value
}

// chosen asks with all inputs at once and, unless that shows that they are ignored, with each one alone. The function took says
// whether the response is for the value, or why that cannot be seen.
func (e *endpoint) chosen(all []input, value string, took func(got handout, value string) (bool, error)) (Verdict, string) {
	ask := func(some ...input) handout {
		return e.askWith(func(r *http.Request) { e.setInputs(r, some, value) })
	}
	atOnce := ask(all...)
	tookAll := false
	if atOnce.text != "" {
		var err error
		if tookAll, err = took(atOnce, value); err != nil {
			return unjudged("%v", err)
		}
		if !tookAll {
			return kept()
		}
	}
	verdict, found := kept()
	for _, i := range all {
		got := ask(i)
		if got.text == "" {
			if !rejects(got.response) && verdict == Kept {
				verdict, found = unjudged("asked with %s it hands out nothing: %s; the result for an existing user is unknown", i.with(value), got.why)
			}
			continue
		}
		switch chosen, err := took(got, value); {
		case err != nil && verdict == Kept:
			verdict, found = unjudged("%v", err)
		case chosen:
			return broken("asked with %s it hands out one for that value", i.with(value))
		}
	}
	if tookAll {
		return broken("asked with %s and others at once, it hands out one for that value", all[0].with(value))
	}
	return verdict, found
}

// rejects says whether the endpoint rejected the parameters. 404 is no rejection: it may only mean that the user does not exist.
func rejects(got response) bool {
	return slices.Contains([]int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusUnprocessableEntity}, got.status)
}

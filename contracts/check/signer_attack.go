package check

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/cmesign"
)

// What endpoints usually call the user and the action.
var (
	userParameters   = []string{"user", "userId", "userID", "userid", "user_id", "UserId", "uid", "id", "username", "userName", "openid", "openId", "account"}
	actionParameters = []string{"action", "Action"}
	actions          = []string{"Upload", "OpenProject", "Login"}
)

// chosenUser asks for a user whom nobody has.
func (c *signer) chosenUser() (Verdict, string) {
	if c.UserParameter != "" {
		return leftOut("the endpoint takes the user from %s, as you say; see yourself that it looks who may ask for whom", c.UserParameter)
	}
	return c.chosen("userId", userParameters, "fakecme-"+rand.Text())
}

func (c *signer) chosenAction() (Verdict, string) {
	for _, name := range actionParameters {
		if c.names(name) {
			return leftOut("the request names the action itself, so the endpoint takes it by design")
		}
	}
	verdict, found := kept()
	for _, action := range actions {
		if action == c.CME.Action {
			continue
		}
		switch v, f := c.chosen("action", actionParameters, action); v {
		case Broken:
			return v, f
		case Unjudged:
			verdict, found = v, f
		}
	}
	return verdict, found
}

// chosen asks with all the parameters at once and, if that shows or hides something, with each alone. It looks for the value in
// a field of the signed text: as a part of it too, since a server may make a list of parameters that differ in case only.
func (c *signer) chosen(field string, names []string, value string) (Verdict, string) {
	chooses := func(got handedOut) bool {
		s, err := cmesign.Parse(got.text)
		return err == nil && strings.Contains(s.Get(field), value)
	}
	all := c.askWith(func(r *http.Request) { c.set(r, names, value) })
	if all.text != "" && !chooses(all) {
		if _, err := cmesign.Parse(all.text); err != nil {
			return unjudged(cannotBeRead)
		}
		return kept()
	}
	verdict, found := kept()
	for _, name := range names {
		got := c.askWith(func(r *http.Request) { c.set(r, []string{name}, value) })
		switch {
		case chooses(got):
			return broken("asked with %s=%s it signs for that", name, value)
		case got.text == "" && !refuses(got.reply) && verdict == Kept:
			verdict, found = unjudged("asked with %s=%s it hands out nothing: %s; what it does for one who is there cannot be seen", name, value, got.why)
		}
	}
	if chooses(all) {
		return broken("asked with %s, each %s, it signs for that", strings.Join(names, ", "), value)
	}
	return verdict, found
}

// rejects says whether an endpoint looked at what it was asked, and did not want it. 404 may mean only that there is no such user.
func refuses(got reply) bool {
	return slices.Contains([]int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusUnprocessableEntity}, got.status)
}

// names says whether the request has a parameter of its own of this name, in the query or in the body.
func (c *signer) names(name string) bool {
	_, inForm := c.form()[name]
	_, inObject := c.object()[name]
	return c.url.Query().Has(name) || inForm || inObject
}

// object is the body as a JSON object, nil when it is none. form is the body as a form.
func (c *signer) object() map[string]any {
	var object map[string]any
	d := json.NewDecoder(bytes.NewReader(c.Body))
	d.UseNumber()
	if d.Decode(&object) != nil {
		return nil
	}
	return object
}

func (c *signer) form() url.Values {
	media, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	form, err := url.ParseQuery(string(c.Body))
	if media != "application/x-www-form-urlencoded" || err != nil {
		return nil
	}
	return form
}

// set gives parameters a value: in the query, and in a body that has names.
func (c *signer) set(r *http.Request, names []string, value string) {
	query, object, form := r.URL.Query(), c.object(), c.form()
	for _, name := range names {
		query.Set(name, value)
		if object != nil {
			object[name] = value
		}
		if form != nil {
			form.Set(name, value)
		}
	}
	r.URL.RawQuery = query.Encode()
	body := c.Body
	switch {
	case form != nil:
		body = []byte(form.Encode())
	case object != nil:
		body, _ = json.Marshal(object) // it was JSON
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

// cors asks as the page of a stranger does, in the browser of somebody who has a session.
func (c *signer) cors() (Verdict, string) {
	const stranger = "https://fakecme.invalid"
	got := c.askWith(func(r *http.Request) { r.Header.Set("Origin", stranger) })
	switch {
	case got.err != nil:
		return unjudged("%v", got.err)
	case got.header.Get("Access-Control-Allow-Origin") == stranger && got.header.Get("Access-Control-Allow-Credentials") == "true":
		return broken("it answers with Access-Control-Allow-Origin: %s and Access-Control-Allow-Credentials: true to a page from there", stranger)
	}
	return kept()
}

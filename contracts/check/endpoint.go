package check

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/cmesign"
)

// SignerServer describes an endpoint of yours that hands out CME signatures or tokens of h5ds: how to call it, and
// what it should hand out.
type SignerServer struct {
	URL string
	// Method is GET when empty. Header and Body are sent with each request; reports never show their contents.
	Method string
	Header http.Header
	Body   []byte
	// Session names the headers of Header that say who is asking, such as Cookie or Authorization. Without them the
	// endpoint must hand out nothing. If it is empty, that rule is left out.
	Session []string
	// UserParameter is the query parameter from which the endpoint takes the user, if it does. The check then asks
	// for users whose names are hard to escape.
	UserParameter string
	// Field is a JSON pointer to the signature or token in the response: "/data/signature". If it is empty, the
	// response is searched.
	Field string

	// CME describes the signatures, H5DS the tokens. One of them is given.
	CME  *CMESigner
	H5DS *H5DSSigner

	// Timeout is for one response; 3 seconds when zero.
	Timeout time.Duration
	// RootCAs are the trusted roots for an https address. Nil stands for those of the system.
	RootCAs *x509.CertPool
}

// CMESigner describes the CME signatures that an endpoint must hand out.
type CMESigner struct {
	// Key is the key that they are signed with.
	Key cmesign.Key
	// Action is Login when empty. UserID is the user that the signature must be for.
	Action, UserID string
	// MaxValidity is how long a signature may be valid; one hour when zero. The official samples sign
	// for 5 minutes, a tutorial for 24 hours; no page gives a maximum.
	MaxValidity time.Duration
}

// H5DSSigner describes the h5ds tokens that an endpoint must hand out.
type H5DSSigner struct {
	AppID, Secret string
	// API is the base address of a service that knows the token: the fake's, or the vendor's. If it is empty,
	// the check cannot judge whether a token is valid.
	API string
	// UserID is the user that the token must be for. If API is given too, the check logs the user in once, with AppID and
	// Secret, to compare. If UserID is empty, a token for another user is not noticed.
	UserID string
}

// endpoint asks the endpoint of a SignerServer.
type endpoint struct {
	SignerServer
	ctx    context.Context
	url    *url.URL
	caller *caller
}

// newEndpoint fills in the defaults. The error says what is wrong with the description.
func newEndpoint(ctx context.Context, s SignerServer) (*endpoint, error) {
	u, err := parseTarget(s.URL)
	switch {
	case err != nil:
		return nil, err
	case (s.CME == nil) == (s.H5DS == nil):
		return nil, errors.New("say what it hands out: signatures of CME or tokens of h5ds, one of them")
	case s.CME != nil && (s.CME.Key.SecretID == "" || s.CME.Key.SecretKey == ""):
		return nil, errors.New("the secretId and the secretKey are needed: without them no signature can be verified")
	case s.CME != nil && s.CME.UserID == "":
		return nil, errors.New("the user that the signature must be for is needed: a signature for another user is the worst mistake")
	case s.H5DS != nil && s.H5DS.Secret == "":
		return nil, errors.New("the h5ds secret is needed: without it the check cannot see that it is handed out")
	case s.H5DS != nil && s.H5DS.UserID != "" && s.H5DS.AppID == "":
		return nil, errors.New("the h5ds appid is needed to log the user in")
	case s.Field != "" && !strings.HasPrefix(s.Field, "/"):
		return nil, fmt.Errorf("the field %q is no JSON pointer; write it like /data/signature", s.Field)
	}
	for _, name := range s.Session {
		if len(s.Header.Values(name)) == 0 {
			return nil, fmt.Errorf("the session header %q is not among the headers that are sent", name)
		}
	}
	if s.Method == "" {
		s.Method = http.MethodGet
	}
	if s.CME != nil {
		cme := *s.CME
		if cme.Action == "" {
			cme.Action = "Login"
		}
		if cme.MaxValidity == 0 {
			cme.MaxValidity = time.Hour
		}
		s.CME = &cme
	}
	return &endpoint{SignerServer: s, ctx: ctx, url: u, caller: newCaller(s.Timeout, s.RootCAs)}, nil
}

// ask calls the endpoint without the named headers. An empty userID leaves the user to the endpoint.
func (e *endpoint) ask(userID string, without ...string) handout {
	return e.askWith(func(r *http.Request) {
		if userID != "" {
			q := r.URL.Query()
			q.Set(e.UserParameter, userID)
			r.URL.RawQuery = q.Encode()
		}
		for _, name := range without {
			r.Header.Del(name)
		}
	})
}

// askWith calls the endpoint with a request that change has changed.
func (e *endpoint) askWith(change func(r *http.Request)) handout {
	r, err := http.NewRequest(e.Method, e.url.String(), strings.NewReader(string(e.Body)))
	if err != nil {
		return handout{response: response{err: errors.New("the request cannot be made; look at the method")}}
	}
	for name, values := range e.Header {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	change(r)
	got := handout{response: e.caller.ask(e.ctx, r)}
	switch {
	case got.err != nil:
		got.why = got.err.Error()
	case got.status < 200 || got.status > 299:
		got.why = fmt.Sprintf("status %d", got.status)
	default:
		got.find(e.Field, e.H5DS != nil)
	}
	return got
}

// askAtOnce makes the same request n times at once.
func (e *endpoint) askAtOnce(n int) []handout {
	all := make([]handout, n)
	var asked sync.WaitGroup
	for i := range all {
		asked.Go(func() { all[i] = e.ask("") })
	}
	asked.Wait()
	return all
}

// names says whether the request has a parameter of its own of this name, in the query or in the body.
func (e *endpoint) names(name string) bool {
	_, inForm := e.form()[name]
	_, inObject := e.object()[name]
	return e.url.Query().Has(name) || inForm || inObject
}

// object returns the body as a JSON object, or nil if it is none.
func (e *endpoint) object() map[string]any {
	value, _ := contracts.DecodeJSON(e.Body)
	object, _ := value.(map[string]any)
	return object
}

// form returns the body as a form, or nil if it is none.
func (e *endpoint) form() url.Values {
	media, _, _ := mime.ParseMediaType(e.Header.Get("Content-Type"))
	form, err := url.ParseQuery(string(e.Body))
	if media != "application/x-www-form-urlencoded" || err != nil {
		return nil
	}
	return form
}

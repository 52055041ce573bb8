package check

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/fakecme/fakecme/fake/cmesign"
)

// SignerServer says how to ask an endpoint of yours that hands out CME signatures, or tokens of
// h5ds, and what it should hand out.
type SignerServer struct {
	URL string
	// Method is GET when empty. Header and Body go along; what stands in them is never shown.
	Method string
	Header http.Header
	Body   []byte
	// Session names the headers of Header without which the endpoint must hand out nothing: those
	// that say who is asking, such as Cookie or Authorization. Empty leaves that rule out.
	Session []string
	// UserParameter is the query parameter by which the endpoint takes a user, if it does. With it,
	// the check asks for users whose names are hard to escape.
	UserParameter string
	// Field says where in the JSON response the signature or token stands, as a JSON pointer:
	// "/data/signature". Without it the place is looked for.
	Field string

	// CME says what a signature must be like; H5DS what a token must be like. One of them is given.
	CME  *CMESigner
	H5DS *H5DSSigner

	// Timeout is for one response; 3 seconds when zero.
	Timeout time.Duration
	// RootCAs are the roots that an https address is trusted by; nil for those of the system.
	RootCAs *x509.CertPool
}

// CMESigner is what the CME signatures of an endpoint must be like.
type CMESigner struct {
	// Key is the key that they are made with.
	Key cmesign.Key
	// Action is Login when empty. UserID is the user whom the signature must be for.
	Action, UserID string
	// MaxValidity is how long a signature may be good; one hour when zero. The official samples sign
	// for 5 minutes, a tutorial for 24 hours; no page gives a maximum.
	MaxValidity time.Duration
}

// H5DSSigner is what the h5ds tokens of an endpoint must be like.
type H5DSSigner struct {
	AppID, Secret string
	// API is the base address of a service that knows the token: the fake's, or the vendor's. With
	// it a token is tried; without, that it is valid cannot be judged.
	API string
	// UserID is the user whom the token must be for. With it and API the check logs the user in once, with AppID and
	// Secret, to compare. Without it a token for another user is not seen.
	UserID string
}

// SignerRules returns the rules for one kind of endpoint, in their order.
func SignerRules(h5ds bool) []Rule {
	if h5ds {
		return rulesOf(tokenRules)
	}
	return rulesOf(signatureRules)
}

// Signer judges an endpoint that hands out signatures or tokens. It asks about a dozen times, some
// of them at once, and more often where that can name what is wrong. The error says that the description is wrong; an endpoint that cannot be reached
// is in the report.
func Signer(ctx context.Context, s SignerServer) (Report, error) {
	c, err := newSigner(ctx, s)
	if err != nil {
		return Report{}, fmt.Errorf("check signer: %w", err)
	}
	rules := signatureRules
	if s.H5DS != nil {
		rules = tokenRules
	}
	report := run(shown(c.url), c, rules)
	return report, ctx.Err()
}

// signer is a check that is under way.
type signer struct {
	SignerServer
	ctx     context.Context
	url     *url.URL
	caller  *caller
	first   handedOut   // the response that the rules look at
	asked   time.Time   // when it came
	account string      // who the token is for, in the words of the service
	more    []handedOut // answers to the same question, asked at once
}

// handedOut is one response and what it hands out; text is empty when nothing was found, and why says
// why.
type handedOut struct {
	reply
	text string
	why  string
	// inURL: the text stood in the query of an address, where it must be escaped; raw is that query.
	inURL bool
	raw   string
}

func newSigner(ctx context.Context, s SignerServer) (*signer, error) {
	u, err := parseTarget(s.URL)
	switch {
	case err != nil:
		return nil, err
	case (s.CME == nil) == (s.H5DS == nil):
		return nil, errors.New("say what it hands out: signatures of CME or tokens of h5ds, one of them")
	case s.CME != nil && (s.CME.Key.SecretID == "" || s.CME.Key.SecretKey == ""):
		return nil, errors.New("the secretId and the secretKey are needed: without them no signature can be verified")
	case s.CME != nil && s.CME.UserID == "":
		return nil, errors.New("the user whom the signature must be for is needed: a signature for another one is the worst mistake of all")
	case s.H5DS != nil && s.H5DS.Secret == "":
		return nil, errors.New("the h5ds secret is needed: without it nobody can say that it is not handed out")
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
	return &signer{SignerServer: s, ctx: ctx, url: u, caller: newCaller(s.Timeout, s.RootCAs)}, nil
}

// ask asks the endpoint, for a user of its own choice when userID is empty, without the headers named.
func (c *signer) ask(userID string, without ...string) handedOut {
	return c.askWith(func(r *http.Request) {
		if userID != "" {
			q := r.URL.Query()
			q.Set(c.UserParameter, userID)
			r.URL.RawQuery = q.Encode()
		}
		for _, name := range without {
			r.Header.Del(name)
		}
	})
}

// askWith asks the endpoint with a request that is changed before.
func (c *signer) askWith(change func(r *http.Request)) handedOut {
	r, err := http.NewRequest(c.Method, c.url.String(), strings.NewReader(string(c.Body)))
	if err != nil {
		return handedOut{reply: reply{err: errors.New("the request cannot be made; look at the method")}}
	}
	for name, values := range c.Header {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	change(r)
	got := handedOut{reply: c.caller.ask(c.ctx, r)}
	switch {
	case got.err != nil:
		got.why = got.err.Error()
	case got.status < 200 || got.status > 299:
		got.why = fmt.Sprintf("status %d", got.status)
	default:
		got.find(c.Field, c.H5DS != nil)
	}
	return got
}

// askAtOnce asks n times the same.
func (c *signer) askAtOnce(n int) []handedOut {
	all := make([]handedOut, n)
	var asked sync.WaitGroup
	for i := range all {
		asked.Go(func() { all[i] = c.ask("") })
	}
	asked.Wait()
	return all
}

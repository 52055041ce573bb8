// Package scheme knows the four ways in which a call proves who makes it. Each stands in a file of its own, with
// everything that is known of it: which tenant the call claims to be from, whether the claim is true, which user it
// names, where the credential belongs, and how to make a fresh one.
package scheme

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/internal/token"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/recordings/har"
)

// Scheme is one way to prove who calls.
type Scheme interface {
	// Tenant finds the tenant that the call claims to be from. The claim is not verified yet.
	Tenant(*Request) (*tenant.Tenant, bool)
	// User is the user that the credential names, verified or not; empty when it names none.
	User(*Request) string
	// verify judges the credential for [Verify]. Findings are what a good one tells about the client that made it.
	verify(*Request) (who Identity, findings []diagnosis.Diagnosis, failure *op.Failure)
	// Rejects reports whether a code is that of the error for such a credential.
	Rejects(code string) bool
	// Recorded is the ticket or token in a recorded call, if that is what the credential is.
	Recorded(har.Call) string
	// Renew gives a call that is to be made again a credential of the user that is good now.
	Renew(t *tenant.Tenant, user string, r *Renewal) error

	place() place
}

var schemes = map[string]Scheme{
	"cmeSignature": cmeSignature{},
	"cmeTicket":    cmeTicket{},
	"h5dsSign":     h5dsSign{},
	"h5dsToken":    h5dsToken{},
}

// Named returns the scheme that a contract calls so. The empty name is that of operations that need no credential.
func Named(name string) (Scheme, bool) {
	s, ok := schemes[name]
	return s, ok
}

// Settings bound how long a credential is good.
type Settings struct {
	SignatureSkew time.Duration // of CME
	H5DSWindow    time.Duration
}

// Request is a call as a scheme sees it.
type Request struct {
	*http.Request
	Settings
	Tenants *tenant.Registry
	// Tenant is the one that gets the call. Located says that a credential names it.
	Tenant  *tenant.Tenant
	Located bool
	// Now is the tenant's time when the call had come in: one time for everything that judges the call.
	Now time.Time

	authorization *token.Token // see token
}

// Identity is what a credential has proved about the caller. What a scheme does not prove is empty.
type Identity struct {
	User     string
	Platform string
	Session  string // serial of the token
}

// Query returns the first value of a query parameter, URL-decoded once as every server does. A query that cannot be
// parsed in another place does not hide it.
func (r *Request) Query(name string) (value string, sent bool) {
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(key); err != nil || plain != name {
			continue
		}
		decoded, err := url.QueryUnescape(value)
		if err != nil {
			return value, true
		}
		return decoded, true
	}
	return "", false
}

// place is where a credential belongs.
type place struct {
	noun    string
	missing string   // the code of the diagnosis of a call without it
	names   []string // names that clients use for it, in any case, its own first
	belongs string
}

// Verify judges the credential of a call: who makes it and what the credential tells about the client, or the error. It
// says where a credential stands that is missing in
// its own place.
func Verify(s Scheme, r *Request) (Identity, []diagnosis.Diagnosis, *op.Failure) {
	who, findings, failure := s.verify(r)
	if Missing(s, failure) {
		failure = misplaced(s.place(), r, failure)
	}
	return who, findings, failure
}

// Missing says whether a call failed because it has no credential at all.
func Missing(s Scheme, failure *op.Failure) bool {
	return failure != nil && failure.Diagnosis.Code == s.place().missing
}

func misplaced(p place, r *Request, failure *op.Failure) *op.Failure {
	found := func(kind, name string) *op.Failure {
		return failure.Err.Because("call.credential-misplaced", "send it as "+p.belongs, "the %s is the %s %s", p.noun, kind, name)
	}
	isIt := func(name string) bool {
		return slices.ContainsFunc(p.names, func(n string) bool { return strings.EqualFold(n, name) })
	}
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if name, value, _ := strings.Cut(pair, "="); value != "" && isIt(name) {
			return found("query parameter", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		if isIt(name) && r.Header.Get(name) != "" {
			return found("header", name)
		}
	}
	return failure
}

// Renewal is a call of the journal on its way to be made again.
type Renewal struct {
	Call   traffic.Call
	Query  string
	Header http.Header
	// Notes say what was changed, one line each.
	Notes []string
}

// Note adds a line to the notes.
func (r *Renewal) Note(format string, args ...any) {
	r.Notes = append(r.Notes, strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", " "))
}

// SetQuery puts an encoded value in place of a parameter's, or behind all others.
func (r *Renewal) SetQuery(name, encoded string) {
	var pairs []string
	if r.Query != "" {
		pairs = strings.Split(r.Query, "&")
	}
	isIt := func(pair string) bool { return pair == name || strings.HasPrefix(pair, name+"=") }
	at := slices.IndexFunc(pairs, isIt)
	pairs = slices.DeleteFunc(pairs, isIt)
	if at < 0 || at > len(pairs) {
		at = len(pairs)
	}
	r.Query = strings.Join(slices.Insert(pairs, at, name+"="+encoded), "&")
}

// AnyUser is the user of a renewed CME call that names none.
const AnyUser = "fake-user"

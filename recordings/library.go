package recordings

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

// Repeat says which response follows the last recorded response to a request.
type Repeat int

const (
	Once Repeat = iota // none: one more request is a miss
	Last               // the last one again, and again
	Loop               // the first one, then the others
)

// Library finds the recorded response to a request. Equal requests get their responses in the order in which they were
// recorded, so that a client that polls sees the same progress. A Library is safe for concurrent use.
//
// Requests are equal if their methods, services, paths, queries and bodies are equal. Signatures, tickets, tokens, times,
// personal data and everything else that a [redact.Redactor] replaces are not compared. The order of parameters and the
// spelling of JSON do not matter.
//
// If one request was recorded with the credentials of several users, the placeholders of the recording tell the users
// apart. A client that uses the credentials of a replayed response gets the responses of the same user.
type Library struct {
	repeat Repeat
	groups map[[sha256.Size]byte]*group
	items  []*item           // in the order of the archives
	routes map[route][]*item // to find the nearest recording
	order  []route           // in the order of the archives

	mu           sync.Mutex        // guards the fields below, the queues of the groups, and the flags of the items
	placeholders map[string]string // by the values that clients send in their place; see Bind
	values       map[string]string // the last value of each placeholder
}

// route is the service, the method and the path of a request.
type route struct{ service, method, path string }

// item is one recorded call.
type item struct {
	hit     Hit
	err     error // why it has no response
	pattern pattern
	key     [sha256.Size]byte // of the pattern
	taken   bool              // in the current round
	used    bool              // in any round
}

// Hit is a recorded call whose request equals the current request.
type Hit struct {
	Call    har.Call
	Archive string // the name of its archive
	Index   int    // of the entry, from 0

	secrets []string          // of the recorded request; placeholders, if the recording is redacted
	values  map[string]string // the values of the current request, by the recorded values in their place
}

// String names the recorded call and its place, without its query.
func (h Hit) String() string {
	return fmt.Sprintf("%s: log.entries[%d]: %s %s://%s%s", h.Archive, h.Index, h.Call.Method, h.Call.URL.Scheme, h.Call.URL.Host, h.Call.URL.EscapedPath())
}

// group holds the recorded calls with equal requests.
type group struct {
	all       queue
	bySecrets map[string]*queue // by the secrets of the request
}

// queue returns items in their order. An item in two queues is returned once.
type queue struct {
	items []*item
	next  int // the index of the next item, if it is not taken
}

// NewLibrary returns a library of the archives' calls. The error names an entry whose request cannot be read. Placeholders of
// different archives stand for different secrets; those of later archives get other numbers where they would be equal.
func NewLibrary(repeat Repeat, archives ...*har.Archive) (*Library, error) {
	l := newLibrary(repeat)
	archives, err := redact.Renumber(archives)
	if err != nil {
		return nil, fmt.Errorf("library: %w", err)
	}
	for _, a := range archives {
		for i := range a.Log.Entries {
			if err := l.add(a.Name, i, &a.Log.Entries[i]); err != nil {
				return nil, fmt.Errorf("library of %s: log.entries[%d].%w", a.Name, i, err)
			}
		}
	}
	return l, nil
}

func newLibrary(repeat Repeat) *Library {
	return &Library{
		repeat: repeat, groups: map[[sha256.Size]byte]*group{}, routes: map[route][]*item{},
		placeholders: map[string]string{}, values: map[string]string{},
	}
}

func (l *Library) add(archive string, index int, e *har.Entry) error {
	c, responseErr := e.Call()
	if responseErr != nil {
		var err error
		if c, err = e.RequestCall(); err != nil {
			return err
		}
	}
	it := &item{err: responseErr, hit: Hit{Call: c, Archive: archive, Index: index}}
	var signed map[string]string
	if raw, ok := e.Custom[har.SignedField]; ok {
		if err := json.Unmarshal(raw, &signed); err != nil {
			return fmt.Errorf("%s: %w", har.SignedField, err)
		}
	}
	it.pattern, it.hit.secrets = patternOf(c, signed)
	it.key = it.pattern.key()
	l.place(it)
	return nil
}

// place adds an item to its group and its route.
func (l *Library) place(it *item) {
	if l.groups[it.key] == nil {
		l.groups[it.key] = &group{bySecrets: map[string]*queue{}}
	}
	l.groups[it.key].add(it, strings.Join(it.hit.secrets, "\n"))
	l.items = append(l.items, it)
	at := it.pattern.route()
	if l.routes[at] == nil {
		l.order = append(l.order, at)
	}
	l.routes[at] = append(l.routes[at], it)
}

// Where returns a new library of the calls for which keep returns true, of all calls if keep is nil. The new library has
// returned no call yet, and binds no values.
func (l *Library) Where(keep func(Hit) bool) *Library {
	fresh := newLibrary(l.repeat)
	for _, it := range l.items {
		if keep == nil || keep(it.hit) {
			fresh.place(&item{hit: it.hit, err: it.err, pattern: it.pattern, key: it.key})
		}
	}
	return fresh
}

func (g *group) add(it *item, secrets string) {
	g.all.items = append(g.all.items, it)
	if g.bySecrets[secrets] == nil {
		g.bySecrets[secrets] = new(queue)
	}
	g.bySecrets[secrets].items = append(g.bySecrets[secrets].items, it)
}

// Find returns the next recorded call whose request equals the request of the given call. If there is none, the miss names
// the nearest one.
func (l *Library) Find(request har.Call) (Hit, *Miss) { return l.FindIf(request, nil) }

// FindIf is Find for a caller who accepts certain calls only. A call that is not accepted stays the next one. If accept is
// nil, every call is accepted.
func (l *Library) FindIf(request har.Call, accept func(Hit) bool) (Hit, *Miss) {
	wanted, secrets := patternOf(request, nil)
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.groups[wanted.key()]
	if g == nil && wanted.Signed != "" { // a recording may not have the text of its signature
		unsigned := wanted
		unsigned.Signed = ""
		g = l.groups[unsigned.key()]
	}
	if g == nil {
		return Hit{}, l.missLocked(request, wanted)
	}
	from := &g.all
	if own, ok := g.bySecrets[l.recordedSecretsLocked(secrets)]; ok {
		from = own
	}
	it := from.nextItem(l.repeat)
	switch {
	case it != nil && accept != nil && !accept(it.hit):
		return Hit{}, &Miss{Request: wanted.String(), Reason: "was recorded with another response", Nearest: it.hit.String()}
	case it == nil:
		return Hit{}, tooManyRequests(wanted, from.items)
	case it.err != nil:
		it.taken = true
		return Hit{}, &Miss{Request: wanted.String(), Reason: "was recorded without its response: " + it.err.Error(), Nearest: it.hit.String()}
	}
	it.taken, it.used = true, true
	hit := it.hit
	hit.values = currentValues(it, request, secrets)
	for recorded, value := range hit.values {
		if redact.IsPlaceholder(recorded) {
			l.values[recorded] = value // later responses may repeat it
		}
	}
	return hit, nil
}

// nextItem returns the next item, or nil if none is left. It does not mark the item as taken.
func (q *queue) nextItem(repeat Repeat) *item {
	for ; q.next < len(q.items); q.next++ {
		if it := q.items[q.next]; !it.taken {
			return it
		}
	}
	switch repeat {
	case Last:
		return q.items[len(q.items)-1]
	case Loop:
		for _, it := range q.items {
			it.taken = false
		}
		q.next = 0
		return q.items[0]
	default:
		return nil
	}
}

// Unused returns the recorded calls that were not found so far, in their order.
func (l *Library) Unused() []Hit {
	l.mu.Lock()
	defer l.mu.Unlock()
	var unused []Hit
	for _, it := range l.items {
		if !it.used {
			unused = append(unused, it.hit)
		}
	}
	return unused
}

package recordings

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// Repeat says what follows when all recorded responses to a request have been given.
type Repeat int

const (
	Once Repeat = iota // nothing: one more request is a miss
	Last               // the last one again, and again
	Loop               // the first one again, then the others
)

// Library finds the recorded response to a request. Equal requests are answered in the order in which
// they were recorded, so that what polls sees the progress again. It is safe for concurrent use.
//
// Requests are equal if method, service, path, query and body are, apart from what cannot be equal:
// signatures, tickets, tokens, times, personal data. What a [Redactor] replaces, by its name or its
// looks, cannot be compared, and is equal to anything else that it replaces. How JSON is spelled, and
// the order of parameters, do not matter.
//
// Where one request was recorded with the credentials of several users, and the recording was made
// by a [Recorder], which tells them apart by placeholders, a client that uses the replayed ones gets the
// responses of the right user.
type Library struct {
	repeat Repeat
	mu     sync.Mutex // guards bound, lives, and what has been taken: the groups' queues and the items' flags
	groups map[[sha256.Size]byte]*group
	bound  map[string]string // placeholders by the values that stand for them: see Bind
	lives  map[string]string // the values by their placeholders, the last of each
	routes map[route][]*item // for what comes closest
	order  []route           // in which they were first seen
	items  []*item           // in the order of the archives
}

// route is where a request goes.
type route struct{ service, method, path string }

// item is one recorded call.
type item struct {
	hit   Hit
	err   error // why it cannot answer
	shape shape
	key   [sha256.Size]byte // of the shape
	taken bool              // in the current round
	given bool              // at least once
}

// Hit is a recorded call that answers a request.
type Hit struct {
	Call    Call
	Archive string // the name of its archive
	Index   int    // of the entry, from 0

	secrets []string          // of the recorded request: placeholders, if the recording was made safe
	said    map[string]string // what the request says in place of what the recording does
}

// String says where the recording stands and what it is, without its query.
func (h Hit) String() string {
	return fmt.Sprintf("%s: log.entries[%d]: %s %s://%s%s", h.Archive, h.Index, h.Call.Method, h.Call.URL.Scheme, h.Call.URL.Host, h.Call.URL.EscapedPath())
}

// group is the recorded calls with equal requests.
type group struct {
	all queue
	by  map[string]*queue // by the secrets of the request
}

// queue hands out items in their order. An item may stand in two queues, and is handed out once.
type queue struct {
	items []*item
	at    int // of the next one, if it is not taken
}

// NewLibrary returns a library of the archives' calls. The error names an entry whose request is not
// in the file, or is none. Placeholders of different archives stand for different secrets: those of
// later archives are given other numbers where need be.
func NewLibrary(repeat Repeat, archives ...*Archive) (*Library, error) {
	l := newLibrary(repeat)
	archives, err := distinct(archives)
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
		bound: map[string]string{}, lives: map[string]string{},
	}
}

func (l *Library) add(archive string, index int, e *Entry) error {
	c, err := e.requestCall()
	if err != nil {
		return err
	}
	it := &item{err: e.answerCall(&c)}
	it.hit = Hit{Call: c, Archive: archive, Index: index}
	var signed map[string]string
	if raw, ok := e.Custom[signedField]; ok {
		if err := json.Unmarshal(raw, &signed); err != nil {
			return fmt.Errorf("%s: %w", signedField, err)
		}
	}
	it.shape, it.hit.secrets = shapeOf(c, signed)
	it.key = it.shape.key()
	l.place(it)
	return nil
}

// place puts an item where it is found.
func (l *Library) place(it *item) {
	if l.groups[it.key] == nil {
		l.groups[it.key] = &group{by: map[string]*queue{}}
	}
	l.groups[it.key].add(it, strings.Join(it.hit.secrets, "\n"))
	l.items = append(l.items, it)
	at := it.shape.route()
	if l.routes[at] == nil {
		l.order = append(l.order, at)
	}
	l.routes[at] = append(l.routes[at], it)
}

// Where returns a new library of the calls that keep wants, of all if it is nil. Nothing of it has
// been given yet, and nothing is bound.
func (l *Library) Where(keep func(Hit) bool) *Library {
	fresh := newLibrary(l.repeat)
	for _, it := range l.items {
		if keep == nil || keep(it.hit) {
			fresh.place(&item{hit: it.hit, err: it.err, shape: it.shape, key: it.key})
		}
	}
	return fresh
}

func (s shape) route() route { return route{s.Service, s.Method, s.Path} }

func (g *group) add(it *item, secrets string) {
	g.all.items = append(g.all.items, it)
	if g.by[secrets] == nil {
		g.by[secrets] = new(queue)
	}
	g.by[secrets].items = append(g.by[secrets].items, it)
}

// Find returns the recorded call that answers the request, the next one if there are several. If
// there is none, the miss says what came closest. Only the request of the given call is looked at.
func (l *Library) Find(request Call) (Hit, *Miss) { return l.FindIf(request, nil) }

// FindIf is Find for a caller who wants certain calls only: one that is not wanted is not given, and
// stays the next one. Nil wants any.
func (l *Library) FindIf(request Call, want func(Hit) bool) (Hit, *Miss) {
	wanted, said := shapeOf(request, nil)
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.groups[wanted.key()]
	if g == nil && wanted.Signed != "" { // a recording may not tell what its signature said
		silent := wanted
		silent.Signed = ""
		g = l.groups[silent.key()]
	}
	if g == nil {
		return Hit{}, l.missLocked(request, wanted)
	}
	from := &g.all
	if own, ok := g.by[l.secretsLocked(said)]; ok {
		from = own
	}
	it := from.next(l.repeat)
	switch {
	case it != nil && want != nil && !want(it.hit):
		return Hit{}, &Miss{Request: wanted.String(), Reason: "was recorded with another response", Nearest: it.hit.String()}
	case it == nil:
		return Hit{}, usedUp(wanted, from.items)
	case it.err != nil:
		it.taken = true
		return Hit{}, &Miss{Request: wanted.String(), Reason: "was recorded without its response: " + it.err.Error(), Nearest: it.hit.String()}
	}
	it.taken, it.given = true, true
	hit := it.hit
	hit.said = saidBy(it, request, said)
	for recorded, value := range hit.said {
		if anyPlaceholder.MatchString(recorded) {
			l.lives[recorded] = value // later answers may repeat it
		}
	}
	return hit, nil
}

// next returns the next item, or nil if there is none left. It is not taken yet.
func (q *queue) next(repeat Repeat) *item {
	for ; q.at < len(q.items); q.at++ {
		if it := q.items[q.at]; !it.taken {
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
		q.at = 0
		return q.items[0]
	default:
		return nil
	}
}

// Unused returns the recorded calls that have answered no request so far, in their order.
func (l *Library) Unused() []Hit {
	l.mu.Lock()
	defer l.mu.Unlock()
	var unused []Hit
	for _, it := range l.items {
		if !it.given {
			unused = append(unused, it.hit)
		}
	}
	return unused
}

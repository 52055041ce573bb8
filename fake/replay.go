package fake

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/recordings"
)

// Replay says which recordings answer before the fake does. Signatures, tickets and tokens are verified
// as ever, and one that is wrong gets the fake's own error. Where a recorded login hands out a
// ticket or a token, the client gets one of today's.
type Replay struct {
	// Library holds the recordings; without one there is no replay. Each tenant replays it from its
	// beginning, and again after a reset.
	Library *recordings.Library
	// Mixed lets the fake answer what was not recorded. The two do not know of each other: what a
	// recorded response says was created is not in the fake's state. Without Mixed such a call is rejected
	// with status 404, the recording that comes closest, and the difference; and it is a finding.
	Mixed bool
	// MustUse makes a finding of each recording that has answered nothing; see [Server.Unused].
	MustUse bool
}

func (r Replay) validate() error {
	if r.Library == nil && (r.Mixed || r.MustUse) {
		return errors.New("config: Replay has no Library; make one with recordings.NewLibrary")
	}
	return nil
}

// What answered a call: Call.Answered.
const (
	answeredByRecording = "recording"
	answeredByFake      = "fake"
)

// replays are the recordings of a server.
type replays struct {
	Replay
	calls    *recordings.Library // those that response
	failures *recordings.Library // those that reject a credential: the fake does that
	all      []recordings.Hit    // both, in their order

	mu   sync.Mutex      // guards used
	used map[string]bool // by where they stand
}

// newReplays sorts the recordings; nil when there are none.
func (s *Server) newReplays() *replays {
	library := s.config.Replay.Library
	if library == nil {
		return nil
	}
	all := library.Where(nil).Unused()
	handed := map[string]bool{}
	for _, hit := range all {
		for _, placeholder := range hit.MadeUp() {
			handed[placeholder] = true
		}
	}
	refuses := func(hit recordings.Hit) bool { return s.refusesCredential(hit, handed) }
	return &replays{
		Replay: s.config.Replay, all: all,
		calls:    library.Where(func(hit recordings.Hit) bool { return !refuses(hit) }),
		failures: library.Where(refuses),
		used:     map[string]bool{},
	}
}

// refusesCredential says whether a recorded response rejects a signature, or a ticket or token that no
// recorded login has handed out. A client with a good one must not get it; one that was handed out and
// then rejected had expired, and the client shall live through that again.
func (s *Server) refusesCredential(hit recordings.Hit, handed map[string]bool) bool {
	o, ok := s.operationOf(hit.Call)
	if ok && refusesVerifySign(hit.Call) {
		return true
	}
	if !ok || !refusedCredential(o.contract.Security, codeOf(hit.Call.ResponseBody)) {
		return false
	}
	switch o.contract.Security {
	case "cmeTicket":
		return !handed[hit.Call.URL.Query().Get("auth")]
	case "h5dsToken":
		return !handed[strings.TrimPrefix(hit.Call.Header.Get("Authorization"), "Bearer ")]
	}
	return true
}

// operationOf finds the operation of a recorded call.
func (s *Server) operationOf(c recordings.Call) (operation, bool) {
	path := c.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	svc := s.serviceAt(strings.ToLower(c.URL.Hostname()), path)
	if svc == nil {
		return operation{}, false
	}
	if svc.lenientSlashes {
		path = collapseSlashes(path)
	}
	id, err := svc.match(c.Method, path)
	if err != nil {
		return operation{}, false
	}
	return svc.operations[id], true
}

// replaying is where a tenant stands in the recordings.
type replaying struct {
	mu              sync.Mutex // guards what follows
	calls, failures *recordings.Library
}

func (r *replaying) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls, r.failures = nil, nil
}

// of returns the tenant's own copies.
func (r *replaying) of(all *replays) (calls, failures *recordings.Library) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls == nil {
		r.calls, r.failures = all.calls.Where(nil), all.failures.Where(nil)
	}
	return r.calls, r.failures
}

// replay answers from the recordings.
func replay(x *exchange, next func()) {
	all := x.srv.replay
	if all == nil {
		next()
		return
	}
	calls, failures := x.tenant.replaying.of(all)
	request := recordings.CallOf(x.r, x.body)
	wrong := x.wrongVerifySign()
	recorded := false // whether there is a response, for a good signature
	hit, miss := calls.FindIf(request, func(recordings.Hit) bool {
		recorded = true
		return wrong == nil
	})
	if wrong != nil {
		if refused, none := failures.Find(request); none == nil {
			recorded = true
			all.use(refused)
		}
	}
	switch {
	case wrong != nil && recorded:
		x.answered = answeredByFake
		x.fail(wrong)
	case miss == nil:
		all.use(hit)
		x.answerRecorded(calls, hit)
	case all.Mixed:
		x.answered = answeredByFake
		next()
	default:
		x.missed(miss)
	}
}

// refusedAsRecorded notes that the fake has rejected a credential. When that was recorded too, the
// recording has been of use.
func (x *exchange) refusedAsRecorded() {
	all := x.srv.replay
	if all == nil {
		return
	}
	x.answered = answeredByFake
	calls, failures := x.tenant.replaying.of(all)
	request := recordings.CallOf(x.r, x.body)
	hit, miss := failures.Find(request)
	if miss != nil { // it may have been good for a time
		hit, miss = calls.FindIf(request, func(hit recordings.Hit) bool {
			return refusedCredential(x.operation.contract.Security, codeOf(hit.Call.ResponseBody))
		})
	}
	if miss == nil {
		all.use(hit)
	}
}

// missed rejects a call that was not recorded. The status is none that a service answers with.
func (x *exchange) missed(miss *recordings.Miss) {
	d := diagnosis.Diagnosis{
		Code:     "replay.miss",
		Sentence: "no recording answers the call: it " + missText(miss),
		Fix:      "record it, correct the client, or let the fake answer the rest (Replay.Mixed, fakecme serve --replay)",
	}
	if miss.Do != "" {
		d.Fix = miss.Do
	}
	x.find(d)
	x.refusePlain(http.StatusNotFound, d)
	x.answer.body = []byte("fakecme: " + miss.Error() + "\n")
	x.replayed = true
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
	const most = 10
	if n := len(changed); n > most {
		changed = append(changed[:most], fmt.Sprintf("and %d more lines, which the response has", n-most))
	}
	if len(changed) > 0 {
		text += "; recorded -, requested +: " + strings.Join(changed, " ")
	}
	return text
}

func (r *replays) use(hit recordings.Hit) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used[placeOf(hit)] = true
}

// placeOf says where a recording stands.
func placeOf(hit recordings.Hit) string {
	return fmt.Sprintf("%s: log.entries[%d]", hit.Archive, hit.Index)
}

// unused returns the recordings that have been of no use to any tenant.
func (r *replays) unused() []recordings.Hit {
	r.mu.Lock()
	defer r.mu.Unlock()
	var unused []recordings.Hit
	for _, hit := range r.all {
		if !r.used[placeOf(hit)] {
			unused = append(unused, hit)
		}
	}
	return unused
}

// Unused lists the recordings of Config.Replay that have answered no call so far, one line each: a client
// that has changed, or recordings that nobody needs.
func (s *Server) Unused() []string {
	if s.replay == nil {
		return nil
	}
	var lines []string
	for _, hit := range s.replay.unused() {
		lines = append(lines, hit.String())
	}
	return lines
}

func (s *Server) unusedFindings() []Finding {
	if s.replay == nil || !s.replay.MustUse {
		return nil
	}
	var found []Finding
	for _, hit := range s.replay.unused() {
		f := Finding{Call: hit.Call.Method + " " + shorten(hit.Call.URL.EscapedPath()), Times: 1, Diagnosis: diagnosis.Diagnosis{
			Code:     "replay.unused",
			Sentence: fmt.Sprintf("the recording %s has answered no call", placeOf(hit)),
			Fix:      "let the client make the call, or take it out of the recording",
		}}
		if o, ok := s.operationOf(hit.Call); ok {
			f.Operation = o.contract.ID
		}
		found = append(found, f)
	}
	return found
}

func listUnused(s *Server, r *http.Request) (any, error) {
	if err := noParameters(r); err != nil {
		return nil, err
	}
	return map[string][]string{"unused": append([]string{}, s.Unused()...)}, nil
}

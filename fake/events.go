package fake

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Limits of GET events.
const (
	mostListeners   = 32               // pages at a time
	mostEvents      = 1000             // calls in one go; older ones are skipped, and counted
	recentEvents    = 200              // calls to begin with, unless ?last= says otherwise
	listenPatience  = 10 * time.Second // for a reader that does not read
	listenHeartbeat = 15 * time.Second // so that a reader that is gone is noticed
)

// listener reads the journal of a tenant as server-sent events.
type listener struct {
	t        *Tenant
	instance string
	w        http.ResponseWriter
	control  *http.ResponseController
	after    int64 // the number of the last call that was told
	oldest   int64 // as it was last told
}

// serveEvents tells of a tenant's calls as they come:
//
//	event: call     data: a call as in the journal, without headers, bodies and compared texts
//	event: oldest   data: {"oldest":7}: the journal holds no call before that number any more; also in the beginning
//	event: skipped  data: {"skipped":3}: so many calls came faster than they were read
//	event: gone     the tenant was removed; nothing follows
//
// Nothing is queued for a reader: each reads the journal itself, which is bounded. One that does not
// read for a while is cut off; a browser then comes back, and says by Last-Event-ID where it stood.
func (s *Server) serveEvents(w http.ResponseWriter, r *http.Request) {
	t, err := s.adminTenant(r)
	if err != nil {
		answerAdminError(w, r, err)
		return
	}
	after, err := eventsAfter(t, r)
	if err != nil {
		answerAdminError(w, r, err)
		return
	}
	defer s.listeners.Add(-1)
	if s.listeners.Add(1) > mostListeners {
		answerAdminError(w, r, adminFault(http.StatusServiceUnavailable, "there are %d listeners already; close a dashboard", mostListeners))
		return
	}
	l := &listener{t: t, instance: s.instance, w: w, control: http.NewResponseController(w), after: after}
	_ = l.control.SetReadDeadline(time.Time{}) // the listener's limit for a request would end it
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	heartbeat := time.NewTicker(listenHeartbeat)
	defer heartbeat.Stop()
	for {
		changed, err := l.tell()
		if err != nil {
			return // it does not read
		}
		select {
		case <-changed:
		case <-heartbeat.C:
		case <-r.Context().Done():
			return
		case <-s.closing:
			return
		}
		if now, ok := find(s.registry, s.registry.byID, t.ID); !ok || now != t {
			_ = l.send("gone", "", map[string]string{"tenant": t.ID})
			return
		}
	}
}

// eventsAfter says where to begin: after the last call that a browser has had, else some calls back.
func eventsAfter(t *Tenant, r *http.Request) (int64, error) {
	q, err := adminQuery(r, "last")
	if err != nil {
		return 0, err
	}
	_, newest, _, _ := t.journal.After(0)
	if number, ours := strings.CutPrefix(r.Header.Get("Last-Event-ID"), t.server.instance+"."); ours {
		if n, err := strconv.ParseInt(number, 10, 64); err == nil && n <= newest {
			return n, nil
		}
	}
	last := int64(recentEvents)
	if text := q.Get("last"); text != "" {
		if last, err = strconv.ParseInt(text, 10, 64); err != nil || last < 0 || last > mostEvents {
			return 0, adminFault(http.StatusBadRequest, "last: %q; write a number from 0 to %d", text, mostEvents)
		}
	}
	return newest - last, nil
}

// tell writes what is new, and a comment in any case: whoever waits for the first byte gets one.
func (l *listener) tell() (changed <-chan struct{}, err error) {
	calls, newest, oldest, changed := l.t.journal.After(l.after)
	if skipped := len(calls) - mostEvents; skipped > 0 {
		calls = calls[skipped:]
		err = l.send("skipped", "", map[string]int{"skipped": skipped})
	}
	for _, c := range calls {
		if err != nil {
			return nil, err
		}
		err = l.send("call", fmt.Sprintf("%s.%d", l.instance, c.Number), c.short())
	}
	if err == nil && oldest != l.oldest {
		err = l.send("oldest", fmt.Sprintf("%s.%d", l.instance, newest), map[string]int64{"oldest": oldest})
	}
	l.after, l.oldest = newest, oldest
	if err == nil {
		_, err = fmt.Fprint(l.w, ":\n\n")
	}
	if err == nil {
		err = l.control.Flush()
	}
	return changed, err
}

// short is the call without what can be large.
func (c Call) short() Call {
	c.RequestHeader, c.RequestBody, c.ResponseHeader, c.ResponseBody = nil, nil, nil, nil
	if c.Diagnosis != nil {
		d := *c.Diagnosis
		d.Received, d.Expected = "", ""
		c.Diagnosis = &d
	}
	return c
}

func (l *listener) send(event, id string, data any) error {
	text, err := encode(data) // without line breaks
	if err != nil {
		return err
	}
	_ = l.control.SetWriteDeadline(time.Now().Add(listenPatience))
	if id != "" {
		id = "id: " + id + "\n"
	}
	_, err = fmt.Fprintf(l.w, "event: %s\n%sdata: %s\n\n", event, id, text)
	return err
}

// readCall is one call of the journal, whole.
func readCall(s *Server, r *http.Request) (any, error) {
	t, err := s.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return nil, adminFault(http.StatusBadRequest, "%q is no number of a call; GET %sjournal shows them", shorten(r.PathValue("number")), adminPrefix)
	}
	call, ok := t.journal.At(n)
	if !ok {
		return nil, adminFault(http.StatusNotFound, "the journal has no call %d, or none any more", n)
	}
	return call, nil
}

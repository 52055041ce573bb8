package admin

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/internal/journal"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/traffic"
)

// Limits of GET events.
const (
	maxListeners    = 32               // pages at a time
	maxEvents       = 1000             // calls in one go; older ones are skipped, and counted
	recentEvents    = 200              // calls to begin with, unless ?last= says otherwise
	listenHeartbeat = 15 * time.Second // so that a reader that is gone is noticed
)

// listener reads the journal of a tenant as server-sent events.
type listener struct {
	t        *tenant.Tenant
	instance string
	w        http.ResponseWriter
	control  *http.ResponseController
	after    journal.Cursor // behind what was told
	oldest   int64          // as it was last told
}

// serveEvents tells of a tenant's calls as they come:
//
//	event: call     data: a call as in the journal, without headers, bodies and compared texts; one that was pending again
//	                when it has ended
//	event: oldest   data: {"oldest":7}: the journal holds no call before that number any more; also in the beginning
//	event: skipped  data: {"skipped":3}: so many calls came faster than they were read
//	event: gone     the tenant was removed; nothing follows
//
// Nothing is queued for a reader: each reads the journal itself, which is bounded. One that does not
// read for a while is cut off; a browser then comes back, and says by Last-Event-ID where it stood.
func (a *API) serveEvents(w http.ResponseWriter, r *http.Request) {
	t, err := a.tenantOf(r)
	if err != nil {
		respond(w, r, nil, err)
		return
	}
	after, err := a.eventsAfter(t, r)
	if err != nil {
		respond(w, r, nil, err)
		return
	}
	defer a.listeners.Add(-1)
	if a.listeners.Add(1) > maxListeners {
		respond(w, r, nil, errorf(http.StatusServiceUnavailable, "there are %d listeners already; close a dashboard", maxListeners))
		return
	}
	l := &listener{t: t, instance: a.Instance, w: w, control: http.NewResponseController(w), after: after}
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
		case <-a.Pipeline.Closing:
			return
		}
		if !a.Pipeline.Registry.Has(t) {
			_ = l.send("gone", "", map[string]string{"tenant": t.ID})
			return
		}
	}
}

// eventsAfter says where to begin: after the last call that a browser has had, else some calls back.
func (a *API) eventsAfter(t *tenant.Tenant, r *http.Request) (journal.Cursor, error) {
	q, err := query(r, "last")
	if err != nil {
		return journal.Cursor{}, err
	}
	end := t.Journal.End()
	if text, ours := strings.CutPrefix(r.Header.Get("Last-Event-ID"), a.Instance+"."); ours {
		var c journal.Cursor
		if n, err := fmt.Sscanf(text, "%d.%d", &c.Number, &c.Turn); n == 2 && err == nil && c.Number <= end.Number && c.Turn <= end.Turn {
			return c, nil
		}
	}
	last := int64(recentEvents)
	if text := q.Get("last"); text != "" {
		if last, err = strconv.ParseInt(text, 10, 64); err != nil || last < 0 || last > maxEvents {
			return end, errorf(http.StatusBadRequest, "last: %q; write a number from 0 to %d", text, maxEvents)
		}
	}
	end.Number -= last
	return end, nil
}

// tell writes what is new, and a comment in any case: whoever waits for the first byte gets one.
func (l *listener) tell() (changed <-chan struct{}, err error) {
	news := l.t.Journal.After(l.after)
	if skipped := len(news.Entries) - maxEvents; skipped > 0 {
		news.Entries = news.Entries[skipped:]
		err = l.send("skipped", "", map[string]int{"skipped": skipped})
	}
	for _, c := range news.Replaced {
		if err != nil {
			return nil, err
		}
		err = l.send("call", l.id(l.after), c.Short()) // who is cut off here gets them again
	}
	for _, c := range news.Entries {
		if err != nil {
			return nil, err
		}
		err = l.send("call", l.id(journal.Cursor{Number: c.Number, Turn: news.End.Turn}), c.Short())
	}
	if err == nil && news.Oldest != l.oldest {
		err = l.send("oldest", l.id(news.End), map[string]int64{"oldest": news.Oldest})
	}
	l.after, l.oldest = news.End, news.Oldest
	if err == nil {
		_, err = fmt.Fprint(l.w, ":\n\n")
	}
	if err == nil {
		err = l.control.Flush()
	}
	return news.Changed, err
}

// id is what a browser gives back as Last-Event-ID.
func (l *listener) id(c journal.Cursor) string {
	return fmt.Sprintf("%s.%d.%d", l.instance, c.Number, c.Turn)
}

func (l *listener) send(event, id string, data any) error {
	text, err := traffic.Encode(data) // without line breaks
	if err != nil {
		return err
	}
	if id != "" {
		id = "id: " + id + "\n"
	}
	_, err = fmt.Fprintf(l.w, "event: %s\n%sdata: %s\n\n", event, id, text)
	return err
}

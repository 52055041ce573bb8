package admin

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/fakecme/fakecme/fake/internal/export"
	"github.com/fakecme/fakecme/fake/internal/journal"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/site"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/traffic"
)

// filter is what of the journal is wanted.
type filter struct {
	operation string
	errors    bool
	findings  bool
	ended     bool // no call that is under way
	since     time.Time
	after     int64 // calls with a greater number only
	paged     bool  // after is given: the oldest calls come first, and the next page after them
	limit     int   // at most so many; zero for all
	count     int   // wait for so many
	wait      time.Duration
}

// defaultLimit is how many calls a response has, unless ?limit= says otherwise.
const defaultLimit = 1000

// maxWait bounds how long a call of the admin API may take.
const maxWait = time.Minute

func filterOf(r *http.Request) (f filter, err error) {
	q, err := query(r, "operation", "errors", "findings", "pending", "since", "after", "limit", "wait", "count")
	if err != nil {
		return f, err
	}
	f.operation, f.limit, f.paged = q.Get("operation"), defaultLimit, q.Get("after") != ""
	if f.operation != "" {
		if err := service.CheckID(f.operation); err != nil {
			return f, err
		}
	}
	parse := []struct {
		name string
		into func(string) error
		like string
	}{
		{"errors", func(v string) (err error) { f.errors, err = strconv.ParseBool(v); return }, "true or false"},
		{"findings", func(v string) (err error) { f.findings, err = strconv.ParseBool(v); return }, "true or false"},
		{"pending", func(v string) error {
			if v != "false" {
				return strconv.ErrSyntax
			}
			f.ended = true
			return nil
		}, "false, or leave it out"},
		{"since", func(v string) (err error) { f.since, err = time.Parse(time.RFC3339Nano, v); return }, "2026-01-02T03:04:05Z"},
		{"after", func(v string) (err error) { f.after, err = strconv.ParseInt(v, 10, 64); return }, "100"},
		{"limit", func(v string) (err error) { f.limit, err = strconv.Atoi(v); return }, "100"},
		{"count", func(v string) (err error) { f.count, err = strconv.Atoi(v); return }, "2"},
		{"wait", func(v string) (err error) { f.wait, err = time.ParseDuration(v); return }, "5s"},
	}
	for _, p := range parse {
		if value := q.Get(p.name); value != "" && p.into(value) != nil {
			return f, errorf(http.StatusBadRequest, "%s: %q; write it like %s", p.name, value, p.like)
		}
	}
	if f.after < 0 || f.limit < 0 || f.count < 0 || f.wait < 0 || f.wait > maxWait {
		return f, errorf(http.StatusBadRequest, "after, limit, count and wait cannot be negative, and wait is at most %s", maxWait)
	}
	if f.wait > 0 && f.count == 0 {
		f.count = 1
	}
	return f, nil
}

func (f filter) matches(c traffic.Call) bool {
	return (f.operation == "" || c.Operation == f.operation) &&
		(!f.errors || c.Error != "") &&
		(!f.findings || len(c.Findings) > 0) &&
		!(f.ended && c.Pending) &&
		!c.Time.Before(f.since)
}

// readJournal answers at once, or with ?wait= as soon as so many calls match. Whether they
// came in time shows in their number.
func readJournal(a *API, r *http.Request) (any, error) {
	t, err := a.tenantOf(r)
	if err != nil {
		return nil, err
	}
	f, err := filterOf(r)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), f.wait)
	defer cancel()
	go func() { // who waits does not hold up the end
		select {
		case <-a.Pipeline.Closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	limit := f.limit
	if !f.paged {
		limit = -limit // the newest
	}
	page, _ := t.Journal.AwaitPage(ctx, f.count, f.after, limit, f.matches) // the time is up: what there is
	return stream(func(w io.Writer) error { return writePage(w, page) }), nil
}

// writePage encodes one call after the other: a journal is large, and its readers are many.
func writePage(w io.Writer, page journal.Page[traffic.Call]) error {
	separator := `{"calls":[`
	for _, c := range page.Entries {
		text, err := traffic.Encode(c)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s", separator, text); err != nil {
			return err // the client is gone
		}
		separator = ","
	}
	if len(page.Entries) > 0 {
		separator = ""
	}
	_, err := fmt.Fprintf(w, "%s],\"total\":%d,\"next\":%d,\"dropped\":%d}\n", separator, page.Total, page.Next, page.Dropped)
	return err
}

func emptyJournal(a *API, r *http.Request) (any, error) {
	t, err := a.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	t.Journal.Clear()
	return done, nil
}

// numberOf is the number of the call in the path.
func numberOf(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(pathValue(r, "number"), 10, 64)
	if err != nil {
		return 0, errorf(http.StatusBadRequest, "%q is no number of a call; GET %sjournal shows them", traffic.Shorten(pathValue(r, "number")), site.Prefix)
	}
	return n, nil
}

// callOf is the call of the journal whose number stands in the path.
func (a *API) callOf(r *http.Request) (*tenant.Tenant, traffic.Call, error) {
	t, err := a.onlyTenant(r)
	if err != nil {
		return nil, traffic.Call{}, err
	}
	n, err := numberOf(r)
	if err != nil {
		return nil, traffic.Call{}, err
	}
	c, ok := t.Journal.At(n)
	if !ok {
		return nil, c, errorf(http.StatusNotFound, "the journal of tenant %q has no call number %d, or none any more; GET %sjournal shows those there are", t.ID, n, site.Prefix)
	}
	return t, c, nil
}

// readCall is one call of the journal, whole.
func readCall(a *API, r *http.Request) (any, error) {
	_, c, err := a.callOf(r)
	return c, err
}

// readCurl is a call of the journal as a command. It is asked for by name, since it holds a live credential.
func readCurl(a *API, r *http.Request) (any, error) {
	t, c, err := a.callOf(r)
	if err != nil {
		return nil, err
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	command, err := export.Curl(t, c, scheme+"://"+r.Host)
	if err != nil {
		return nil, errorf(http.StatusConflict, "%v", err)
	}
	response := fileResponse(http.StatusOK, "text/x-shellscript; charset=utf-8", []byte(command))
	response.Header.Set("Cache-Control", "no-store")
	return response, nil
}

func readHAR(a *API, r *http.Request) (any, error) {
	t, err := a.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	text, err := a.export(r, func() ([]byte, error) {
		return export.HAR(t.Journal.Select(func(traffic.Call) bool { return true }))
	})
	response := fileResponse(http.StatusOK, "application/json", text)
	response.Header.Set("Content-Disposition", `attachment; filename="journal.har"`)
	return response, err
}

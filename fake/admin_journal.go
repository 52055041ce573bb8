package fake

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/fault"
)

// Body is the body of a request or a response. In JSON it is a text, or {"base64":…} when it is
// not UTF-8.
type Body []byte

// MarshalJSON writes a text, or an object with the bytes in base64.
func (b Body) MarshalJSON() ([]byte, error) {
	if utf8.Valid(b) {
		return encode(string(b))
	}
	return json.Marshal(map[string]string{"base64": base64.StdEncoding.EncodeToString(b)})
}

// filter is what of the journal is wanted.
type filter struct {
	operation string
	errors    bool
	findings  bool
	since     time.Time
	limit     int // the newest so many; zero for all
	count     int // wait for so many
	wait      time.Duration
}

// longestWait bounds how long a call of the admin API may take.
const longestWait = time.Minute

func (s *Server) filterOf(r *http.Request) (f filter, err error) {
	q, err := adminQuery(r, "operation", "errors", "findings", "since", "limit", "wait", "count")
	if err != nil {
		return f, err
	}
	f.operation = q.Get("operation")
	if f.operation != "" && !s.knows(f.operation) {
		return f, adminFault(http.StatusBadRequest, "no operation is called %q; did you mean %q?", f.operation, diagnosis.Nearest(f.operation, s.operationIDs()))
	}
	parse := []struct {
		name string
		into func(string) error
		like string
	}{
		{"errors", func(v string) (err error) { f.errors, err = strconv.ParseBool(v); return }, "true or false"},
		{"findings", func(v string) (err error) { f.findings, err = strconv.ParseBool(v); return }, "true or false"},
		{"since", func(v string) (err error) { f.since, err = time.Parse(time.RFC3339Nano, v); return }, "2026-01-02T03:04:05Z"},
		{"limit", func(v string) (err error) { f.limit, err = strconv.Atoi(v); return }, "100"},
		{"count", func(v string) (err error) { f.count, err = strconv.Atoi(v); return }, "2"},
		{"wait", func(v string) (err error) { f.wait, err = time.ParseDuration(v); return }, "5s"},
	}
	for _, p := range parse {
		if value := q.Get(p.name); value != "" && p.into(value) != nil {
			return f, adminFault(http.StatusBadRequest, "%s: %q; write it like %s", p.name, value, p.like)
		}
	}
	if f.limit < 0 || f.count < 0 || f.wait < 0 || f.wait > longestWait {
		return f, adminFault(http.StatusBadRequest, "limit, count and wait cannot be negative, and wait is at most %s", longestWait)
	}
	if f.wait > 0 && f.count == 0 {
		f.count = 1
	}
	return f, nil
}

func (f filter) matches(c Call) bool {
	return (f.operation == "" || c.Operation == f.operation) &&
		(!f.errors || c.Error != "") &&
		(!f.findings || len(c.Findings) > 0) &&
		!c.Time.Before(f.since)
}

// readJournal answers at once, or with ?wait= as soon as so many calls match. Whether they
// came in time shows in their number.
func readJournal(s *Server, r *http.Request) (any, error) {
	t, err := s.adminTenant(r)
	if err != nil {
		return nil, err
	}
	f, err := s.filterOf(r)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), f.wait)
	defer cancel()
	go func() { // who waits does not hold up the end
		select {
		case <-s.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	calls, _ := t.journal.Await(ctx, f.count, f.matches) // the time is up: what there is
	total := len(calls)
	if f.limit > 0 && total > f.limit {
		calls = calls[total-f.limit:]
	}
	if calls == nil {
		calls = []Call{}
	}
	return map[string]any{"calls": calls, "total": total, "dropped": t.journal.Dropped()}, nil
}

func emptyJournal(s *Server, r *http.Request) (any, error) {
	t, err := s.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	t.journal.Clear()
	return done, nil
}

// serveFindings lists what a test in Go would fail for: findings, of one tenant with ?tenant= and
// else of all, and bugs in the fake. With ?fail=true the status is that of a failure when there are any, and
// when no call has come: a CI job whose clients never reached the fake must not be green.
func serveFindings(s *Server, w http.ResponseWriter, r *http.Request) {
	list, err := s.listFindings(r)
	if err != nil {
		answerAdminError(w, r, err)
		return
	}
	status := http.StatusOK
	if list.failed() && r.URL.Query().Get("fail") != "" {
		status = http.StatusConflict
	}
	answerAdmin(w, r, status, list)
}

// findingsJSON is what the admin API says of the findings.
type findingsJSON struct {
	Findings []Finding `json:"findings"`
	Bugs     []string  `json:"bugs"`
	// Calls is how many calls of the services have come, of all tenants, since the fake began.
	Calls int64 `json:"calls"`
}

func (f findingsJSON) failed() bool { return len(f.Findings)+len(f.Bugs) > 0 || f.Calls == 0 }

func (s *Server) listFindings(r *http.Request) (f findingsJSON, err error) {
	tenant, err := s.tenantOrAll(r, "fail")
	if err != nil {
		return f, err
	}
	if fail := r.URL.Query().Get("fail"); fail != "" && fail != "true" {
		return f, adminFault(http.StatusBadRequest, "fail: %q; write it like true, or leave it out", fail)
	}
	found := slices.DeleteFunc(append([]Finding{}, s.Findings()...), func(f Finding) bool {
		return tenant != "" && f.Tenant != tenant
	})
	return findingsJSON{found, append([]string{}, s.Bugs()...), s.came.Load()}, nil
}

// dropFindings drops what readFindings lists, but for what is not over: faults that may fire yet, and recordings that
// may yet be used.
func dropFindings(s *Server, r *http.Request) (any, error) {
	tenant, err := s.tenantOrAll(r)
	if err != nil {
		return nil, err
	}
	s.forget(tenant)
	return done, nil
}

// faultJSON is a fault as the admin API gives and takes it.
type faultJSON struct {
	ID        int    `json:"id,omitempty"`
	Operation string `json:"operation"`
	fault.Fault
	Seen  int `json:"seen,omitempty"`
	Fired int `json:"fired,omitempty"`
}

func listFaults(s *Server, r *http.Request) (any, error) {
	t, err := s.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	return map[string]any{"faults": t.faults.list()}, nil
}

func layFault(s *Server, r *http.Request) (any, error) {
	t, err := s.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	var f faultJSON
	if err := readAdmin(r, &f); err != nil {
		return nil, err
	}
	if f.ID, err = t.lay(f.Operation, f.Fault, "admin API"); err != nil {
		return nil, adminFault(http.StatusBadRequest, "%v", err)
	}
	return f, nil
}

func removeFaults(s *Server, r *http.Request) (any, error) {
	t, err := s.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	t.faults.clear()
	return done, nil
}

func removeFault(s *Server, r *http.Request) (any, error) {
	t, err := s.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || !t.faults.remove(id) {
		return nil, adminFault(http.StatusNotFound, "there is no fault %s", url.PathEscape(r.PathValue("id")))
	}
	return done, nil
}

func (fs *faults) list() []faultJSON {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	all := []faultJSON{}
	for _, l := range fs.injected {
		all = append(all, faultJSON{ID: l.id, Operation: l.operation, Fault: l.fault, Seen: l.seen, Fired: l.fired})
	}
	return all
}

func (fs *faults) clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.injected = nil
}

func (fs *faults) remove(id int) bool {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	before := len(fs.injected)
	fs.injected = slices.DeleteFunc(fs.injected, func(l *injected) bool { return l.id == id })
	return len(fs.injected) < before
}

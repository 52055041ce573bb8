package fake

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/coverage"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/fault"
)

// injected is a fault on an operation, and what became of it.
type injected struct {
	id        int
	operation string
	fault     fault.Fault
	where     string // file:line of the test, or "admin API"

	seen   int // calls since it was injected
	fired  int
	inARow int
}

// faults are those of one tenant, in the order they were injected.
type faults struct {
	mu       sync.Mutex // guards everything below
	injected []*injected
	last     int
}

// Inject lays a fault on an operation of the default tenant; see package fault. Each call
// meets at most one fault: the first injected that fires.
func (s *Server) Inject(operation string, f fault.Fault) {
	s.tb.Helper()
	s.Tenant.inject(operation, f, caller(1))
}

// Inject lays a fault on an operation of this tenant; see [Server.Inject].
func (t *Tenant) Inject(operation string, f fault.Fault) {
	t.server.tb.Helper()
	t.inject(operation, f, caller(1))
}

func (t *Tenant) inject(operation string, f fault.Fault, where string) {
	t.server.tb.Helper()
	t.server.mustKnow(operation)
	if _, err := t.lay(operation, f, where); err != nil {
		t.server.fail("inject: %v", err)
	}
}

// lay checks a fault and puts it behind those there are.
func (t *Tenant) lay(operation string, f fault.Fault, where string) (int, error) {
	if err := f.Check(); err != nil {
		return 0, err
	}
	documented, ok := contracts.Lookup(operation)
	if !ok {
		return 0, fmt.Errorf("no operation is called %q; did you mean %q?", operation, diagnosis.Nearest(operation, t.server.operationIDs()))
	}
	if f.Kind == fault.KindError {
		var err error
		if f, err = withTexts(f, documented, coverage.DialectsOf(t.server.config.Dialect)); err != nil {
			return 0, err
		}
	}
	t.faults.mu.Lock()
	defer t.faults.mu.Unlock()
	t.faults.last++
	t.faults.injected = append(t.faults.injected, &injected{id: t.faults.last, operation: operation, fault: f, where: where})
	return t.faults.last, nil
}

// withTexts gives an error the documented texts of its code, in the dialects.
func withTexts(f fault.Fault, documented contracts.Operation, dialects []string) (fault.Fault, error) {
	var codes []string
	for _, r := range documented.Errors {
		if r.Dialect != "" && !slices.Contains(dialects, r.Dialect) {
			continue
		}
		if r.Code == f.Code && (f.EnglishMessage == "" || f.EnglishMessage == r.EnglishMessage) {
			f.Message, f.EnglishMessage = cmp.Or(f.Message, r.Message), cmp.Or(f.EnglishMessage, r.EnglishMessage)
			return f, nil
		}
		if !slices.Contains(codes, r.Code) {
			codes = append(codes, r.Code)
		}
	}
	if f.Forced {
		return f, nil
	}
	wanted := f.Code
	if f.EnglishMessage != "" {
		wanted += fmt.Sprintf(" with the text %q", f.EnglishMessage)
	}
	return f, fmt.Errorf("%s documents no error %s; there are: %s; to use it all the same: Force (\"forced\": true)",
		documented.ID, wanted, strings.Join(codes, ", "))
}

// next says which fault the next call of the operation meets, and its how-many-th fire it is.
func (fs *faults) next(operation string) (f fault.Fault, fire int, met bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, l := range fs.injected {
		if l.operation != operation {
			continue
		}
		l.seen++
		if met || !l.fault.FiresAt(l.seen, l.fired, l.inARow) {
			l.inARow = 0
			continue
		}
		l.fired++
		l.inARow++
		f, fire, met = l.fault, l.fired, true
	}
	return f, fire, met
}

// settleFaults takes the faults away. Those that never fired are findings from now on.
func (t *Tenant) settleFaults() {
	unmet := t.faults.unmet()
	t.faults.clear()
	t.server.addFindings(t.ID, unmet)
}

// unmet are the faults that never fired: a test that lays one and does not meet it tests nothing.
func (fs *faults) unmet() []Finding {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var found []Finding
	for _, l := range fs.injected {
		if l.fired > 0 {
			continue
		}
		found = append(found, Finding{
			Operation: l.operation, Call: l.where, Times: 1,
			Diagnosis: diagnosis.Diagnosis{
				Code:     "fault.never-fired",
				Sentence: fmt.Sprintf("the fault %q never fired: %d calls came since it was injected", l.fault, l.seen),
				Fix:      "call the operation often enough, or do not inject the fault",
			},
		})
	}
	return found
}

// caller is file:line of who called the caller of this function, without the path.
func caller(skip int) string {
	_, file, line, ok := runtime.Caller(skip + 1)
	if !ok {
		return "unknown place"
	}
	return fmt.Sprintf("%s:%d", file[strings.LastIndexByte(file, '/')+1:], line)
}

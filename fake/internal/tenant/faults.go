package tenant

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/coverage"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/traffic"
)

// Injected is a fault that was injected into an operation, and how often it fired.
type Injected struct {
	ID        int    `json:"id,omitempty"`
	Operation string `json:"operation"`
	fault.Fault
	Seen  int `json:"seen,omitempty"` // calls of the operation since then
	Fired int `json:"fired,omitempty"`

	where  string // file:line of the test, or "admin API"
	inARow int
}

// Faults are those of one tenant, in the order in which they were injected.
type Faults struct {
	mu       sync.Mutex // guards everything below
	injected []*Injected
	last     int
}

// Inject checks a fault and puts it behind those there are. Where is the place that injects it, for findings. An
// error of the service gets its texts from the contract, in the dialect.
func (fs *Faults) Inject(operation string, f fault.Fault, where string, d dialect.Dialect) (Injected, error) {
	if err := f.Check(); err != nil {
		return Injected{}, err
	}
	if err := service.CheckID(operation); err != nil {
		return Injected{}, err
	}
	documented, ok := contracts.Lookup(operation)
	if !ok {
		return Injected{}, fmt.Errorf("%s is a call of the fake to your own server; faults fire at the calls of clients", operation)
	}
	if f.Kind == fault.KindError {
		var err error
		if f, err = withTexts(f, documented, coverage.DialectsOf(d)); err != nil {
			return Injected{}, err
		}
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.last++
	made := &Injected{ID: fs.last, Operation: operation, Fault: f, where: where}
	fs.injected = append(fs.injected, made)
	return *made, nil
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

// Next counts a call of the operation. It returns the fault that fires at the call, and how often that fault has fired
// by now; false when none fires.
func (fs *Faults) Next(operation string) (f fault.Fault, fired int, fires bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, one := range fs.injected {
		if one.Operation != operation {
			continue
		}
		one.Seen++
		if fires || !one.FiresAt(one.Seen, one.Fired, one.inARow) {
			one.inARow = 0
			continue
		}
		one.Fired++
		one.inARow++
		f, fired, fires = one.Fault, one.Fired, true
	}
	return f, fired, fires
}

// NeverFired returns a finding for each fault that has not fired: a test that injects such a fault tests nothing.
func (fs *Faults) NeverFired() []traffic.Finding {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var found []traffic.Finding
	for _, one := range fs.injected {
		if one.Fired > 0 {
			continue
		}
		found = append(found, traffic.Finding{
			Operation: one.Operation, Call: one.where, Times: 1,
			Diagnosis: diagnosis.Diagnosis{
				Code:     "fault.never-fired",
				Sentence: fmt.Sprintf("the fault %q never fired: %d calls came since it was injected", one.Fault, one.Seen),
				Fix:      "call the operation often enough, or do not inject the fault",
			},
		})
	}
	return found
}

// List returns the faults there are.
func (fs *Faults) List() []Injected {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	all := []Injected{}
	for _, one := range fs.injected {
		all = append(all, *one)
	}
	return all
}

// Clear removes all faults.
func (fs *Faults) Clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.injected = nil
}

// Remove removes one fault, and reports whether it was there.
func (fs *Faults) Remove(id int) bool {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	before := len(fs.injected)
	fs.injected = slices.DeleteFunc(fs.injected, func(one *Injected) bool { return one.ID == id })
	return len(fs.injected) < before
}

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

// Injected is a fault that was injected into an operation, or into all of a service, as "webpaas.*", and how often it
// fired.
type Injected struct {
	ID        int    `json:"id,omitempty"`
	Operation string `json:"operation"`
	fault.Fault
	Seen  int `json:"seen,omitempty"` // calls of the operation since then
	Fired int `json:"fired,omitempty"`

	where    string   // file:line of the test, or "admin API"
	dialects []string // whose texts an error has
	inARow   int
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
	operations, err := operationsOf(operation)
	if err != nil {
		return Injected{}, err
	}
	dialects := coverage.DialectsOf(d)
	if f.Kind == fault.KindError {
		for _, documented := range operations {
			withTexts, err := withTexts(f, documented, dialects)
			if err != nil {
				return Injected{}, err
			}
			if documented.ID == operation {
				f = withTexts
			}
		}
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.last++
	made := &Injected{ID: fs.last, Operation: operation, Fault: f, where: where, dialects: dialects}
	fs.injected = append(fs.injected, made)
	return *made, nil
}

// ofService is what follows the name of a service in the name of all its operations.
const ofService = ".*"

// operationsOf returns the operations that a fault is injected into: one, or all of a service.
func operationsOf(name string) ([]contracts.Operation, error) {
	if of, all := strings.CutSuffix(name, ofService); all {
		if !slices.Contains(contracts.Names(), of) {
			return nil, fmt.Errorf("there is no service %q; there are: %s%s", of, strings.Join(contracts.Names(), ofService+", "), ofService)
		}
		return slices.DeleteFunc(contracts.Operations(), func(o contracts.Operation) bool { return o.Service != of }), nil
	}
	if err := service.CheckID(name); err != nil {
		return nil, err
	}
	documented, ok := contracts.Lookup(name)
	if !ok {
		return nil, fmt.Errorf("%s is a call of the fake to your own server; faults fire at the calls of clients", name)
	}
	return []contracts.Operation{documented}, nil
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
func (fs *Faults) Next(operation contracts.Operation) (f fault.Fault, fired int, fires bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, one := range fs.injected {
		if one.Operation != operation.ID && one.Operation != operation.Service+ofService {
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
		if f.Kind == fault.KindError && one.Operation != operation.ID { // the texts of a code differ between operations
			f, _ = withTexts(f, operation, one.dialects)
		}
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

package fake

import (
	"fmt"
	"testing"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// However many findings one tenant has, another one's first is kept, and forgiven ones take no place: whoever asks for
// their own tenant's must not read that there are none.
func TestFindingsOfOneLeaveRoomForOthers(t *testing.T) {
	t.Parallel()
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.forgive("", []string{habitPolling})
	of := func(code string, n int) Finding {
		return Finding{Operation: "Task.DescribeTasks", Diagnosis: diagnosis.Diagnosis{Code: code, Sentence: fmt.Sprint(n)}}
	}
	for n := range 2 * maxFindings {
		s.addFindings("loud", []Finding{of(habitPolling, n)})
	}
	if n := len(s.verdict.findings); n != 0 {
		t.Errorf("%d forgiven findings are kept", n)
	}
	for n := range maxFindings + 7 {
		s.addFindings("loud", []Finding{of("contract.body", n)})
	}
	for n := range 3 {
		s.addFindings("quiet", []Finding{of("contract.body", n)})
	}
	kept := map[string]int{}
	for _, f := range s.Findings() {
		kept[f.Tenant]++
	}
	if kept["loud"] != maxFindings || kept["quiet"] != 1 || s.droppedFindings() != 7+2 {
		t.Errorf("kept %v and dropped %d", kept, s.droppedFindings())
	}
	s.forget("")
	if len(s.Findings()) != 0 || s.droppedFindings() != 0 {
		t.Errorf("after all was forgotten: %d, and %d dropped", len(s.Findings()), s.droppedFindings())
	}
}

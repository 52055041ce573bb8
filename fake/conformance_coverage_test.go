package fake_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
)

// byFaultOnly are documented errors of which no document says what provokes them: no request can.
var byFaultOnly = []string{"Team.DescribeTeams InternalError system error"}

// The documented examples cover every documented operation of webpaas, and every error that a document shows.
func TestExamplesCoverWebPaaS(t *testing.T) {
	t.Parallel()
	calls, byRequest, byFault := map[string]int{}, map[string]int{}, map[string]int{}
	table := conformance()
	for _, d := range documentedExamples(t) {
		x, ok := table[d.name]
		if !ok {
			continue // TestDocumentedExamples says why
		}
		s := setUp(t, d, x)
		s.replay(t, s.srv.URL, d)
		refused := byRequest
		if x.refuse != "" {
			refused = byFault
		}
		for _, o := range s.srv.Tenant.Coverage().Operations {
			calls[o.ID] += o.Calls
			for _, r := range o.Errors {
				refused[o.ID+" "+r.Code+" "+r.EnglishMessage] += r.Times
			}
		}
	}
	var notByRequest []string
	for _, o := range contracts.Operations() {
		if o.Service != "webpaas" {
			continue
		}
		if calls[o.ID] == 0 && o.Provenance == "documented" {
			t.Errorf("no example calls %s", o.ID)
		}
		for _, r := range o.Errors {
			if name := o.ID + " " + r.Code + " " + r.EnglishMessage; r.Provenance == "documented" && byRequest[name] == 0 {
				notByRequest = append(notByRequest, name)
			}
		}
	}
	if diff := cmp.Diff(byFaultOnly, notByRequest); diff != "" {
		t.Errorf("errors that no request provokes (-want +got):\n%s", diff)
	}
	for _, name := range byFaultOnly {
		if byFault[name] == 0 {
			t.Errorf("no fault provokes %s", name)
		}
	}
}

package verify_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts/verify"
)

// Scenarios of a service that were not judged for the same reason are one line. The line of a single one names the step.
func TestReportAsText(t *testing.T) {
	t.Parallel()
	stopped := func(service, scenario, why string) verify.Outcome {
		return verify.Outcome{Service: service, Scenario: scenario, Verdict: verify.VerdictNotJudged, Why: why}
	}
	left := func(service, scenario, why string) verify.Outcome {
		return verify.Outcome{Service: service, Scenario: scenario, Verdict: verify.VerdictLeftOut, Why: why}
	}
	const silent = "the service did not respond before"
	report := verify.Report{Outcomes: []verify.Outcome{
		stopped("opencme", "a", "step 1 OpenCME.Login: no response: rejected"),
		{Service: "opencme", Scenario: "b", Verdict: verify.VerdictBroken, Faults: []string{"step 1 X: wrong"}},
		stopped("opencme", "c", silent),
		stopped("opencme", "d", silent),
		stopped("opencme", "e", silent),
		stopped("opencme", "f", silent),
		left("opencme", "g", "it writes"),
		stopped("webpaas", "a", "step 1 Material.ListMedia: no response: rejected"),
		stopped("webpaas", "b", "step 2 Team.DescribeJoinTeams: no response: rejected"),
		stopped("webpaas", "c", silent),
		left("webpaas", "d", "it writes"),
		left("webpaas", "e", "it is not shown"),
		left("webpaas", "f", "it writes"),
		{Service: "webpaas", Scenario: "h", Verdict: verify.VerdictKept, Notes: []string{"step 1 X: odd"}},
	}}
	const want = `not judged  opencme/a: step 1 OpenCME.Login: no response: rejected
broken      opencme/b: step 1 X: wrong
not judged  opencme: 4 scenarios (c, d, e, …): the service did not respond before
not judged  webpaas: 2 scenarios (a, b): no response: rejected
not judged  webpaas/c: the service did not respond before
note        webpaas/h: step 1 X: odd
left out    opencme: g: it writes
left out    webpaas: d, f: it writes
left out    webpaas: e: it is not shown
1 kept, 1 broken, 8 not judged, 4 left out
`
	if diff := cmp.Diff(want, report.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

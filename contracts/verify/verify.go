package verify

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/contracts/internal/excerpt"
)

// TB is what Test needs of a *testing.T.
type TB interface {
	Helper()
	Context() context.Context
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
}

// Test runs the scenario suite against a provider and fails the test for each fault, and for each scenario that could not
// be judged. Notes are logged. See [Target.Verify].
func Test(t TB, target Target) {
	t.Helper()
	report, err := target.Verify(t.Context())
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	for _, o := range report.Outcomes {
		for _, line := range o.Lines() {
			if strings.HasPrefix(line, "note") {
				t.Logf("%s", line)
			} else {
				t.Errorf("%s", line)
			}
		}
	}
	if report.Verdict() != VerdictKept && report.Count(VerdictBroken)+report.Count(VerdictNotJudged) == 0 {
		t.Errorf("verify: nothing ran: no scenario fits what was asked for")
	}
}

// Verify runs the scenario suite against the target: each operation of the services, and the errors that a client can
// provoke. Every response is checked against the contract, and against what its scenario expects.
//
// A response that breaks a rule which no document backs is a note, unless Assumed is set or a wrong credential succeeds. A scenario
// is not judged if there is no response within Timeout, if the credentials are rejected, or if a precondition is missing. The error
// says that the target makes no sense. The report holds no secrets.
func (t Target) Verify(ctx context.Context) (Report, error) {
	t, err := t.prepare()
	if err != nil {
		return Report{}, err
	}
	suite, err := readScenarios()
	if err != nil {
		return Report{}, fmt.Errorf("verify: %w", err)
	}
	return t.run(ctx, suite), nil
}

// run runs the scenarios that were asked for, one after the other.
func (t Target) run(ctx context.Context, suite []scenario) Report {
	r := &runner{silent: map[string]int{}, sessions: &sessions{
		byUser: map[string]session{}, proven: map[string]bool{},
		client: &client{target: t, run: randomHex(), secrets: excerpt.Secrets{}},
	}}
	r.secrets.Add(t.SecretKey, t.Secret)
	var report Report
	for i := range suite {
		sc := &suite[i]
		o := Outcome{Service: sc.service, Scenario: sc.Name}
		switch {
		case !slices.Contains(t.Services, sc.service), t.Run != nil && !t.Run.MatchString(sc.service+"/"+sc.Name),
			sc.Dialect != "" && sc.Dialect != t.Dialect:
			continue
		case slices.Index(doesLevels, sc.Does) > slices.Index(doesLevels, t.Does):
			o.Verdict, o.Why = VerdictLeftOut, "its level is "+sc.Does+", and only "+t.Does+" was asked for"
		case !t.Assumed && slices.ContainsFunc(sc.Steps, func(s step) bool { return s.operation.Provenance == contracts.Assumed }):
			o.Verdict, o.Why = VerdictLeftOut, "it calls an operation that no document or client shows"
		default:
			r.judge(ctx, sc, &o)
		}
		report.Outcomes = append(report.Outcomes, o)
	}
	return report
}

// runner is one run of the suite.
type runner struct {
	*sessions
	silent map[string]int // by service: how many scenarios in a row got no response
}

// maxSilent is how many scenarios in a row a service may leave without a response. The rest are not tried: each
// would wait as long.
const maxSilent = 2

// judge runs one scenario.
func (r *runner) judge(ctx context.Context, sc *scenario, o *Outcome) {
	stop := func(why string) { o.Verdict, o.Why = VerdictNotJudged, why }
	if why := r.target.lacks(sc.service); why != "" {
		stop(why)
		return
	}
	if r.silent[sc.service] >= maxSilent {
		stop("the service did not respond before")
		return
	}
	values := r.values()
	for i := range sc.Steps {
		s := &sc.Steps[i]
		got := runStep(ctx, r.sessions, s, values)
		label := func(text string) string { return fmt.Sprintf("step %d %s: %s", i+1, s.Call, r.secrets.Hide(text)) }
		for _, note := range got.notes {
			o.Notes = append(o.Notes, label(note))
		}
		if got.silent {
			r.silent[sc.service]++
		} else {
			r.silent[sc.service] = 0
		}
		switch {
		case got.fault != "":
			o.Verdict, o.Faults = VerdictBroken, []string{label(got.fault)}
			return
		case got.notJudged != "":
			stop(label(got.notJudged))
			return
		case got.differs && slices.ContainsFunc(sc.Steps[i+1:], step.sure):
			stop(label("the response differs from an expectation that no document backs, and later steps depend on it"))
			return
		}
	}
	o.Verdict = VerdictKept
}

// values returns the values that a scenario begins with.
func (r *runner) values() map[string]any {
	digits, _ := rand.Int(rand.Reader, big.NewInt(9e11)) // never fails
	return map[string]any{
		"user": r.target.User, "other": r.target.OtherUser, "platform": r.target.Platform,
		"run": r.run, "digits": fmt.Sprint(digits.Int64() + 1e11),
	}
}

func randomHex() string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

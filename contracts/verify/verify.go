package verify

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strings"

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
// be judged: what was not looked at is not kept. Notes are logged. See [Target.Verify].
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
// A response that breaks a rule which no document backs is a note, unless Assumed is set or a wrong credential succeeds. No response, an operation that hangs
// for longer than Timeout, rejected credentials and missing preconditions leave a scenario not judged. The error is for a target
// that makes no sense. The report holds no secrets.
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
	r := &runner{target: t, run: randomHex(), sessions: map[string]session{}, silent: map[string]int{}, opened: map[string]bool{}, secrets: excerpt.Secrets{}}
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
			o.Verdict, o.Why = VerdictLeftOut, "it does "+sc.Does+", and only "+t.Does+" was asked for"
		case !t.Assumed && slices.ContainsFunc(sc.Steps, func(s step) bool { return s.operation.Provenance == "assumed" }):
			o.Verdict, o.Why = VerdictLeftOut, "it calls what no document or client shows"
		default:
			r.judge(ctx, sc, &o)
		}
		report.Outcomes = append(report.Outcomes, o)
	}
	return report
}

// runner is one run of the suite.
type runner struct {
	target   Target
	run      string             // what makes names new
	sessions map[string]session // by service and user
	silent   map[string]int     // by service: how many scenarios in a row got no response
	opened   map[string]bool    // by kind of credential: whether one of the target's has opened something
	secrets  excerpt.Secrets    // what must not get into the report
}

// mostSilent is how many scenarios in a row a service may leave without a response. The rest is not tried: each
// would wait as long.
const mostSilent = 2

// judge runs one scenario.
func (r *runner) judge(ctx context.Context, sc *scenario, o *Outcome) {
	stop := func(why string) { o.Verdict, o.Why = VerdictNotJudged, why }
	if why := r.target.lacks(sc.service); why != "" {
		stop(why)
		return
	}
	if r.silent[sc.service] >= mostSilent {
		stop("the service did not answer before")
		return
	}
	values := r.values(sc)
	for i := range sc.Steps {
		s := &sc.Steps[i]
		w := r.take(ctx, s, values)
		label := func(text string) string { return fmt.Sprintf("step %d %s: %s", i+1, s.Call, r.secrets.Hide(text)) }
		for _, note := range w.notes {
			o.Notes = append(o.Notes, label(note))
		}
		if w.unanswered {
			r.silent[sc.service]++
		} else {
			r.silent[sc.service] = 0
		}
		switch {
		case w.fault != "":
			o.Verdict, o.Faults = VerdictBroken, []string{label(w.fault)}
			return
		case w.notJudged != "":
			stop(label(w.notJudged))
			return
		case w.differs && slices.ContainsFunc(sc.Steps[i+1:], step.sure):
			stop(label("the response differs from what no document promises, and the steps after it count on that"))
			return
		}
	}
	o.Verdict = VerdictKept
}

// values are what a scenario begins with.
func (r *runner) values(sc *scenario) map[string]any {
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

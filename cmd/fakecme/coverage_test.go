package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/coverage"
)

// testCoverage are the files of two processes that covered a little of opencme and webpaas.
const testCoverage = "testdata/coverage"

// Every form of the report, as it is.
func TestCoverageForms(t *testing.T) {
	t.Parallel()
	c, _, err := coverage.Read(testCoverage)
	if err != nil {
		t.Fatal(err)
	}
	whole, _ := c.Sum("opencme", "webpaas")
	var forms strings.Builder
	for _, form := range []string{"text", "junit", "html"} {
		args := []string{"coverage", "--dir", testCoverage, "--service", "opencme,webpaas", "--format", form, "--min-operations", "3", "--min-errors", "50%"}
		got := runAt(t, nil, "", args...)
		fmt.Fprintf(&forms, "-- %s --\n%s", form, got.Stdout)
		wantOutcome(t, outcome{command.StatusFailed, got.Stdout, fmt.Sprintf("fakecme coverage: errors: %s is less than --min-errors 50%% by %d; "+
			"missing first: any operation of webpaas AuthFailure.SessionInvalid (session invalid)\n", share(whole.Errors, whole.OfErrors), missing(whole.Errors, whole.OfErrors, 50))}, got)

		out := filepath.Join(t.TempDir(), "report")
		again := runAt(t, nil, "", append(args, "--out", out)...)
		asText := runAt(t, nil, "", append(args, "--format", "text")...) // the last one counts
		wantOutcome(t, asText, again)
		if text, err := os.ReadFile(out); err != nil || string(text) != got.Stdout {
			t.Errorf("--out has not what stdout has: %v", err)
		}
	}
	got := runAt(t, nil, "", "coverage", "--dir", testCoverage, "--service", "opencme", "--format", "json")
	fmt.Fprintf(&forms, "-- json --\n%s", got.Stdout)
	golden(t, "coverage.golden", forms.String())
	wantOutcome(t, outcome{Stdout: got.Stdout}, got)
}

// share is how the report shows a part of a whole.
func share(done, of int) string {
	return fmt.Sprintf("%d.%d%% (%d of %d)", done*1000/of/10, done*1000/of%10, done, of)
}

// missing is how many more than done would be at least percent of a whole.
func missing(done, of, percent int) int { return (of*percent+99)/100 - done }

// The page brings all it needs along, shows nothing unescaped, and other programs can read the other forms.
func TestCoverageFormsAreWhole(t *testing.T) {
	t.Parallel()
	c, _, err := coverage.Read(testCoverage)
	if err != nil {
		t.Fatal(err)
	}
	c.Dialects = []string{`<script>alert("1")</script>`}
	r := newCoverageReport(c, `a & "b" <c>`, nil, false)
	page, err := r.In("html")
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`(?i)<script|<link|<img|src=|href=|url\(|@import|https?:`).FindString(page); found != "" {
		t.Errorf("the page has %s", found)
	}
	for _, part := range []string{"Of a &amp; &#34;b&#34; &lt;c&gt;", "&lt;script&gt;", "prefers-color-scheme: dark", `content="width=device-width`, "default-src 'none'"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page has no %s", part)
		}
	}
	junit, err := r.In("junit")
	if err != nil || xml.Unmarshal([]byte(junit), new(any)) != nil {
		t.Errorf("JUnit: %v", err)
	}
	whole := runAt(t, nil, "", "coverage", "--dir", testCoverage, "--format", "json")
	if got, err := coverage.Parse([]byte(whole.Stdout)); err != nil || got.Operations[0].Calls != 3 {
		t.Errorf("the JSON does not go back in: %v", err)
	}
}

// Thresholds, on both sides.
func TestCoverageMinimums(t *testing.T) {
	t.Parallel()
	const dir, opencme = "coverage --dir testdata/coverage ", "coverage --dir testdata/coverage --service opencme "
	c, _, err := coverage.Read(testCoverage)
	if err != nil {
		t.Fatal(err)
	}
	webpaas, _ := c.Sum("webpaas")
	thousandths := webpaas.Operations * 100_000 / webpaas.OfOperations // of a percent
	percent := func(thousandths int) string { return fmt.Sprintf("%d.%03d%%", thousandths/1000, thousandths%1000) }
	tests := []struct {
		name, args string
		status     int
		stderr     string
	}{
		{"all of them", opencme + "--min-operations 100 --min-errors 100%", 0, ""},
		{"too few operations", dir + "--service webpaas --min-operations " + percent(thousandths+1), 1,
			"operations: " + share(webpaas.Operations, webpaas.OfOperations) + " is less than --min-operations " + percent(thousandths+1) + " by 1; missing first: Material.AddMaterialFrameTag"},
		{"enough operations", dir + "--service webpaas --min-operations " + percent(thousandths), 0, ""},
		{"assumed errors", opencme + "--assumed --min-errors 100%", 1,
			"errors: 50.0% (1 of 2) is less than --min-errors 100% by 1; missing first: any operation of opencme InternalError (system error), which only a fault provokes"},
		{"several", dir + "--service webpaas --min-fields 90% --min-values 50% --min-responses 1%", 1,
			fmt.Sprintf("fields of requests: %s is less than --min-fields 90%% by %d; missing first: Material.CreateClass body /VerifySign; ",
				share(webpaas.Fields, webpaas.OfFields), missing(webpaas.Fields, webpaas.OfFields, 90)) +
				fmt.Sprintf(`values in requests: %s is less than --min-values 50%% by %d; missing first: Material.CreateClass body /Owner/Type "TEAM"; `,
					share(webpaas.Values, webpaas.OfValues), missing(webpaas.Values, webpaas.OfValues, 50)) +
				fmt.Sprintf(`values in responses: %s is less than --min-responses 1%% by %d; missing first: Material.DescribeClass response /Data/ClassInfoSet/[]/Owner/Type "TEAM"`,
					share(webpaas.Responses, webpaas.OfResponses), missing(webpaas.Responses, webpaas.OfResponses, 1))},
		{"of nothing", opencme + "--min-values 50%", 2, "--min-values: no source documents any for opencme; leave it out, or count what is assumed with --assumed"},
		{"none", dir + "--min-errors 0%", 2, `--min-errors: "0%" is not a percentage above 0; write one such as 80%`},
		{"no number", dir + "--min-errors most", 2, `--min-errors: "most" is not a percentage above 0; write one such as 80%`},
		{"not a number", dir + "--min-errors NaN", 2, `--min-errors: "NaN" is not a percentage above 0; write one such as 80%`},
		{"too much", dir + "--min-errors 101", 2, `--min-errors: "101" is not a percentage above 0; write one such as 80%`},
		{"service that is none", dir + "--service webpass", 2, `--service: there is no service "webpass"; did you mean webpaas?`},
		{"form that is none", dir + "--format xml", 2, `--format: there is no form "xml"; did you mean html?`},
		{"from nowhere", "coverage", 2, "say where the coverage is: --dir (or FAKECME_COVERAGE_DIR) for the files of fakes that have ended, or --url for a running one"},
		{"from two places", dir + "--url 127.0.0.1:1", 2, "give either --dir or --url"},
		{"no directory", "coverage --dir testdata/missing", 1,
			"read coverage: open testdata/missing: no such file or directory; run the tests with FAKECME_COVERAGE_DIR=testdata/missing first"},
		{"no files", "coverage --dir testdata/help", 1,
			"read coverage: testdata/help holds no coverage-*.json: no fake has ended that was started with FAKECME_COVERAGE_DIR=testdata/help"},
		{"no place for it", dir + "--out testdata", 2, "--out: open testdata: is a directory"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := runAt(t, nil, "", strings.Fields(test.args)...)
			want := ""
			if test.stderr != "" {
				want = "fakecme coverage: " + test.stderr + "\n"
			}
			wantOutcome(t, outcome{test.status, got.Stdout, want}, got)
		})
	}
}

// The variable stands for --dir, and a flag on the command line wins over it.
func TestCoverageOfARunningFake(t *testing.T) {
	t.Parallel()
	r := startServe(t)
	get(t, r.base+"/?signature=x")
	env := environment{"FAKECME_COVERAGE_DIR": testCoverage}
	tests := []struct {
		name  string
		env   environment
		args  []string
		calls int
	}{
		{"of files", env, nil, 3},
		{"of a fake", env, []string{"--url", r.base}, 1},
		{"of files, by flag", environment{"FAKECME_URL": r.base}, []string{"--dir", testCoverage}, 3},
	}
	for _, test := range tests {
		got := runAt(t, test.env, "", append([]string{"coverage", "--format", "json"}, test.args...)...)
		c, err := coverage.Parse([]byte(got.Stdout))
		if err != nil || got.Status != 0 || c.Operations[0].Calls != test.calls {
			t.Errorf("%s: %v, status %d, %s", test.name, err, got.Status, got.Stderr)
		}
	}
	var c fake.Coverage
	body, _ := get(t, r.base+"/_fakecme/coverage")
	if err := json.Unmarshal([]byte(body), &c); err != nil {
		t.Fatal(err)
	}
	got := runAt(t, nil, "", "coverage", "--url", r.base, "--format", "json")
	var printed fake.Coverage
	if err := json.Unmarshal([]byte(got.Stdout), &printed); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, printed); diff != "" {
		t.Errorf("coverage (-admin API +command):\n%s", diff)
	}
	both := environment{"FAKECME_COVERAGE_DIR": testCoverage, "FAKECME_URL": r.base}
	wantOutcome(t, outcome{command.StatusUsage, "", "fakecme coverage: give either --dir or --url\n"}, runAt(t, both, "", "coverage"))
	r.stop()
	got = runAt(t, nil, "", "coverage", "--url", r.base)
	if !strings.HasPrefix(got.Stderr, "fakecme coverage: ask "+r.base+": ") || got.Status != command.StatusFailed || got.Stdout != "" {
		t.Errorf("of a fake that is gone: %+v", got)
	}
}

// Processes that end at the same time, each by a signal, leave a file each.
func TestCoverageOfProcesses(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "coverage")
	const processes = 3
	var together sync.WaitGroup
	for range processes {
		p := startProcess(t, []string{"FAKECME_COVERAGE_DIR=" + dir}, "serve")
		get(t, p.base+"/?signature=x")
		together.Go(func() {
			if got := p.stop(syscall.SIGTERM); got.Status != 0 {
				t.Errorf("got %+v", got)
			}
		})
	}
	together.Wait()
	c, files, err := coverage.Read(dir)
	if err != nil || files != processes || c.Operations[0].Calls != processes {
		t.Errorf("%d files: %v", files, err)
	}
	p := startProcess(t, []string{"FAKECME_COVERAGE_DIR=" + dir}, "serve")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	got := p.stop(syscall.SIGTERM)
	if got.Status != command.StatusFailed || !strings.Contains(got.Stderr, "fakecme serve: --coverage-dir: write coverage: open ") {
		t.Errorf("the coverage is lost: got %+v", got)
	}
}

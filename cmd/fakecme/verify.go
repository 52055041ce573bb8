package main

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
)

// verifyRun is what verify is told.
type verifyRun struct {
	target   verify.Target
	key      fake.Credentials
	dialect  fake.Dialect
	readOnly bool
	destroy  bool
	run      *regexp.Regexp
	to       reporting
	ca       string
	insecure bool
}

const verifyLong = `Runs the scenario suite of the contract against a provider: a fake, a container, a
gateway of yours, or the live services. It covers every operation, and every documented
failure that a client can provoke; each answer is checked in full.

Exit status: 0 the contract is kept; 1 it is broken; 3 something could not be judged: no
answer, refused or missing credentials, something missing that no client can make; 2 wrong
usage. Broken wins over not judged. What was left out, by --run, --service or --read-only,
does not count, but a run of nothing is 3.

What no document backs ("assumed") is judged with --assumed only, which is right for a fake;
without it, such a difference is a note. Either reading of documents that contradict each
other is right, unless --dialect names one.

The credentials are those of the default tenant of the fake unless the flags or, better,
their variables say otherwise; they are never printed. "--target live" stands for the real
hosts, and is never assumed: those get nothing without credentials of yours. Begin there with
--read-only and with a --user who exists, since the login of h5ds makes users. Without --read-only the suite makes classes, media, works and
users of its own, and leaves some of them behind. --destroy also changes and deletes a
project of the user, and marks messages as read.

` + environmentHelp

func (p *program) verifyCommand() *cobra.Command {
	var v verifyRun
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Verify that a provider keeps the contract",
		Long:  verifyLong,
		Example: `  fakecme verify --target http://127.0.0.1:11560 --assumed --run 'opencme|webpaas/class'
  fakecme verify --target http://127.0.0.1:11560 --service opencme --read-only --format junit`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.verify(cmd, v) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	v.addAddresses(flags)
	addCMEKey(flags, &v.key)
	addH5DSKey(flags, &v.key)
	add(flags, &v.target.User, "user", "fake-user", "user whose things are looked at", asText)
	add(flags, &v.target.OtherUser, "other-user", "chen-mo", "another user, whose oldest video was recognised", asText)
	addPlain(flags, &v.readOnly, "read-only", "", "run only what changes nothing", asSwitch)
	addPlain(flags, &v.destroy, "destroy", "", "run also what changes or deletes what no client can make again", asSwitch)
	addPlain(flags, &v.target.Assumed, "assumed", "", "judge also what no document backs", asSwitch)
	addPlain(flags, &v.dialect, "dialect", "", "the only reading that is right: original or current", asDialect)
	addPlain(flags, &v.target.Services, "service", "", "services to verify, with commas between them", asServices)
	addPlain(flags, &v.run, "run", "", "run only the scenarios whose service/name fits", asPattern)
	addPlain(flags, &v.target.Timeout, "timeout", "10s", "how long to wait for a response", asSpan)
	v.to.add(flags)
	return cmd
}

func (v *verifyRun) addAddresses(flags *pflag.FlagSet) {
	add(flags, &v.target.URL, "target", baseByDefault, `address of all services, or "live" for the real ones`, asTarget)
	add(flags, &v.target.OpenCMEURL, "opencme-url", "", "address of opencme, where it is another one", asBase)
	add(flags, &v.target.WebPaaSURL, "webpaas-url", "", "address of webpaas, where it is another one", asBase)
	add(flags, &v.target.H5DSURL, "h5ds-url", "", "address of h5ds, where it is another one", asBase)
	addPlain(flags, &v.ca, "ca", "", "PEM file of the authority to trust for HTTPS", asFile)
	addPlain(flags, &v.insecure, "insecure", "", "take any certificate; never for the live services", asSwitch)
}

var (
	asTarget  = kind[string]{"url", parseTarget}
	asPattern = kind[*regexp.Regexp]{"regexp", parsePattern}
)

func parseTarget(text string) (string, error) {
	if text == "live" {
		return text, nil
	}
	return parseFake(text)
}

func parsePattern(text string) (*regexp.Regexp, error) {
	pattern, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("%q is no regular expression; write one such as webpaas/class", text)
	}
	return pattern, nil
}

func (p *program) verify(cmd *cobra.Command, v verifyRun) error {
	if v.apart() && originOf(cmd, "target") == "" {
		v.target.URL = "" // who names the services one by one means no other
	}
	target, err := v.complete(cmd)
	if err != nil {
		return err
	}
	out, err := v.to.open(cmd)
	if err != nil {
		return err
	}
	defer out.close()
	report, err := target.Verify(cmd.Context())
	if err != nil {
		return wrong(cmd, "%s", strings.TrimPrefix(err.Error(), "verify: "))
	}
	if err := p.write(cmd, out, verifyReport{report}); err != nil {
		return err
	}
	switch report.Verdict() {
	case verify.VerdictBroken:
		return &failure{status: statusFailed}
	case verify.VerdictNotJudged:
		return &failure{status: statusUnjudged}
	}
	return nil
}

// apart says whether a service has an address of its own.
func (v *verifyRun) apart() bool {
	return v.target.OpenCMEURL+v.target.WebPaaSURL+v.target.H5DSURL != ""
}

// complete is the target with all that the flags say.
func (v *verifyRun) complete(cmd *cobra.Command) (verify.Target, error) {
	t := v.target
	t.SecretID, t.SecretKey, t.Platform = v.key.SecretID, v.key.SecretKey, v.key.Platform
	t.AppID, t.Secret = v.key.AppID, v.key.Secret
	t.Dialect, t.Run = v.dialect.Name, v.run
	switch {
	case v.readOnly && v.destroy:
		return t, wrong(cmd, "--read-only and --destroy contradict each other")
	case v.insecure && t.URL == live:
		return t, wrong(cmd, "--insecure: the live services have good certificates; leave it out")
	case v.readOnly:
		t.Does = verify.DoesRead
	case v.destroy:
		t.Does = verify.DoesDestroy
	}
	roots, err := readRoots(cmd, v.ca)
	if err != nil {
		return t, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: v.insecure, RootCAs: roots, MinVersion: tls.VersionTLS12}
	if t.URL == live {
		transport.TLSClientConfig.VerifyConnection = notOfAFake
	}
	t.Client = &http.Client{Transport: transport}
	return t, nil
}

// verifyReport is a report of package contracts for people and for CI.
type verifyReport struct{ verify.Report }

func (r verifyReport) in(form reportForm) (string, error) {
	switch form {
	case reportJSON:
		return inJSON(struct {
			Verdict string `json:"verdict"`
			verify.Report
		}{r.Verdict(), r.Report})
	case reportJUnit:
		return inJUnit(r.junit()...)
	}
	return r.String(), nil
}

// junit is a suite a service. What was not judged is skipped there: neither passed nor failed.
func (r verifyReport) junit() []junitSuite {
	var suites []junitSuite
	for _, o := range r.Outcomes {
		if len(suites) == 0 || suites[len(suites)-1].Name != o.Service {
			suites = append(suites, junitSuite{Name: o.Service})
		}
		c := junitCase{Class: o.Service, Name: o.Scenario, Failure: strings.Join(o.Faults, "\n")}
		if o.Why != "" {
			c.Skipped = o.Verdict + ": " + o.Why
		}
		last := &suites[len(suites)-1]
		last.Cases = append(last.Cases, c)
	}
	return suites
}

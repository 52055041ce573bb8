package main

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/report"
	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
)

// verifyFlags are the flags of verify.
type verifyFlags struct {
	target   verify.Target
	key      fake.Credentials
	dialect  fake.Dialect
	readOnly bool
	destroy  bool
	pattern  *regexp.Regexp
	output   report.Output
	ca       string
	insecure bool
}

const verifyLong = `Runs the scenario suite of the contract against a provider: a fake, a container, a
gateway of yours, or the live services. It covers every operation, and every documented
error that a client can provoke; each response is checked in full.

Exit status: 0 the contract is kept; 1 it is broken; 3 something could not be judged: no
response, rejected or missing credentials, something missing that no client can make; 2
wrong usage. Broken wins over not judged. Scenarios that --run, --service or --read-only
leave out do not count, but a run of nothing is 3.

Rules that no document backs ("assumed") are judged with --assumed only, which is right for
a fake; without it, such a difference is a note. Either reading of documents that contradict
each other is right, unless --dialect names one.

The credentials are those of the default tenant of the fake unless the flags or, better,
their variables name others; they are never printed. "--target live" stands for the real
hosts. They are never the default, and get nothing without credentials of yours. Begin there
with --read-only and with a --user who exists, since the login of h5ds makes users. Without
--read-only the suite makes classes, media, works and users of its own, and leaves some of
them behind. --destroy also changes and deletes a project of the user, and marks messages
as read.

` + option.EnvironmentHelp

func newVerifyCommand(env *command.Environment) *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Verify that a provider keeps the contract",
		Long:  verifyLong,
		Example: `  fakecme verify --target http://127.0.0.1:11560 --assumed --run 'opencme|webpaas/class'
  fakecme verify --target http://127.0.0.1:11560 --service opencme --read-only --format junit`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd, env) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	f.addAddresses(flags)
	addCMEKey(flags, &f.key)
	addH5DSKey(flags, &f.key)
	option.Add(flags, &f.target.User, "user", "fake-user", "user whose media and works are read", option.Text)
	option.Add(flags, &f.target.OtherUser, "other-user", "chen-mo", "another user, whose oldest video has recognition results", option.Text)
	option.AddPlain(flags, &f.readOnly, "read-only", "", "run only the scenarios that change nothing", option.Switch)
	option.AddPlain(flags, &f.destroy, "destroy", "", "run also the scenarios that change or delete what no client can make again", option.Switch)
	option.AddPlain(flags, &f.target.Assumed, "assumed", "", "judge also the rules that no document backs", option.Switch)
	option.AddPlain(flags, &f.dialect, "dialect", "", "the only reading that is right: original or current", option.Dialect)
	option.AddPlain(flags, &f.target.Services, "service", "", "services to verify, with commas between them", option.Services)
	option.AddPlain(flags, &f.pattern, "run", "", "run only the scenarios whose service/name matches", option.NewKind("regexp", parsePattern))
	option.AddPlain(flags, &f.target.Timeout, "timeout", "10s", "how long to wait for a response", option.Span)
	f.output.Add(flags)
	return cmd
}

func (f *verifyFlags) addAddresses(flags *pflag.FlagSet) {
	option.Add(flags, &f.target.URL, "target", baseByDefault, `address of all services, or "live" for the real ones`, option.NewKind("url", parseTarget))
	option.Add(flags, &f.target.OpenCMEURL, "opencme-url", "", "address of opencme, if it is not that of --target", option.Base)
	option.Add(flags, &f.target.WebPaaSURL, "webpaas-url", "", "address of webpaas, if it is not that of --target", option.Base)
	option.Add(flags, &f.target.H5DSURL, "h5ds-url", "", "address of h5ds, if it is not that of --target", option.Base)
	option.AddPlain(flags, &f.ca, "ca", "", "PEM file of the authority to trust for HTTPS", option.File)
	option.AddPlain(flags, &f.insecure, "insecure", "", "take any certificate; never for the live services", option.Switch)
}

func parsePattern(text string) (*regexp.Regexp, error) {
	pattern, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("%q is no regular expression; write one such as webpaas/class", text)
	}
	return pattern, nil
}

func (f *verifyFlags) run(cmd *cobra.Command, env *command.Environment) error {
	if f.target.OpenCMEURL+f.target.WebPaaSURL+f.target.H5DSURL != "" && option.Origin(cmd, "target") == "" {
		f.target.URL = "" // only the services with an address of their own
	}
	target, err := f.complete(cmd)
	if err != nil {
		return err
	}
	out, err := f.output.Open(cmd)
	if err != nil {
		return err
	}
	defer out.Close()
	result, err := target.Verify(cmd.Context())
	if err != nil {
		return command.Wrong(cmd, "%s", strings.TrimPrefix(err.Error(), "verify: "))
	}
	if err := out.Write(cmd, env, verifyReport{result}); err != nil {
		return err
	}
	switch result.Verdict() {
	case verify.VerdictBroken:
		return &command.Failure{Status: command.StatusFailed}
	case verify.VerdictNotJudged:
		return &command.Failure{Status: command.StatusUnjudged}
	}
	return nil
}

// complete returns the target that the flags describe.
func (f *verifyFlags) complete(cmd *cobra.Command) (verify.Target, error) {
	t := f.target
	t.SecretID, t.SecretKey, t.Platform = f.key.SecretID, f.key.SecretKey, f.key.Platform
	t.AppID, t.Secret = f.key.AppID, f.key.Secret
	t.Dialect, t.Run = f.dialect.Name, f.pattern
	switch {
	case f.readOnly && f.destroy:
		return t, command.Wrong(cmd, "--read-only and --destroy contradict each other")
	case f.insecure && t.URL == live:
		return t, command.Wrong(cmd, "--insecure: the live services have good certificates; leave it out")
	case f.readOnly:
		t.Does = verify.DoesRead
	case f.destroy:
		t.Does = verify.DoesDestroy
	}
	roots, err := readRoots(cmd, f.ca)
	if err != nil {
		return t, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: f.insecure, RootCAs: roots, MinVersion: tls.VersionTLS12}
	if t.URL == live {
		transport.TLSClientConfig.VerifyConnection = rejectFake
	}
	t.Client = &http.Client{Transport: transport}
	return t, nil
}

// verifyReport is a report of package verify in every form.
type verifyReport struct{ verify.Report }

func (r verifyReport) In(form report.Form) (string, error) {
	switch form {
	case report.JSON:
		return command.Indented(struct {
			Verdict string `json:"verdict"`
			verify.Report
		}{r.Verdict(), r.Report})
	case report.JUnit:
		return report.InJUnit(r.junit()...)
	}
	return r.String(), nil
}

// junit returns a suite for each service. A scenario that was not judged is skipped: it neither passed nor failed.
func (r verifyReport) junit() []report.Suite {
	var suites []report.Suite
	for _, o := range r.Outcomes {
		if len(suites) == 0 || suites[len(suites)-1].Name != o.Service {
			suites = append(suites, report.Suite{Name: o.Service})
		}
		c := report.Case{Class: o.Service, Name: o.Scenario, Failure: strings.Join(o.Faults, "\n")}
		if o.Why != "" {
			c.Skipped = o.Verdict + ": " + o.Why
		}
		last := &suites[len(suites)-1]
		last.Cases = append(last.Cases, c)
	}
	return suites
}

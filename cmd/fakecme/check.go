package main

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/report"
	"github.com/fakecme/fakecme/contracts/check"
	"github.com/fakecme/fakecme/fake"
)

const checkStatuses = `
Ends with status 0 when every rule is kept, 1 when one is broken, 3 when one could not
be judged, and 2 when a flag is wrong. It calls only the addresses that you give.`

func newCheckCommand(env *command.Environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check what your own server gives the services",
		Long: "Checks your own server: the address that h5ds asks whether a user is logged in, or an\n" +
			"endpoint that hands out CME signatures or h5ds tokens.\n" + checkStatuses,
		Example: `  fakecme check login-status http://127.0.0.1:8080/userStatus --logged-in user-1
  fakecme check signer http://127.0.0.1:8080/signature --user user-1`,
		Args: command.Known,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return command.Wrong(cmd, "which one? write fakecme check login-status or fakecme check signer")
		},
	}
	cmd.AddCommand(newCheckLoginStatusCommand(env), newCheckSignerCommand(env))
	return cmd
}

// oneAddress rejects everything but one argument.
func oneAddress(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return command.Wrong(cmd, "it takes one address, such as http://127.0.0.1:8080/path; there are %d", len(args))
	}
	return nil
}

const checkLoginStatusLong = `Checks the address of your server that h5ds asks at every call of a user, with
GET <address>?userID=<userId>, and that answers {"status":1} for a user who is logged in
and {"status":0} for one who is not. It asks for users who exist and users who do not, for
ids that break servers, and for many at once.

Without --logged-in the most important rules cannot be judged.
` + checkStatuses

func newCheckLoginStatusCommand(env *command.Environment) *cobra.Command {
	var s check.LoginStatusServer
	var output report.Output
	var ca string
	cmd := &cobra.Command{
		Use:   "login-status URL",
		Short: "Check the server that says whether a user is logged in",
		Long:  checkLoginStatusLong,
		Example: `  fakecme check login-status http://127.0.0.1:8080/userStatus --logged-in user-1
  fakecme check login-status http://127.0.0.1:8080/userStatus --logged-in user-1 --logged-out user-2 --format junit --out report.xml`,
		Args: oneAddress,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			s.URL = args[0]
			if s.RootCAs, err = readRoots(cmd, ca); err != nil {
				return err
			}
			return runCheck(cmd, env, output, func() (check.Report, error) { return check.LoginStatus(cmd.Context(), s) })
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	option.Add(flags, &s.LoggedIn, "logged-in", "", "a userId that is logged in at your system now", option.Text)
	option.Add(flags, &s.LoggedOut, "logged-out", "", "a userId that your system knows and that is logged out", option.Text)
	option.AddPlain(flags, &s.Limit, "limit", "1s", "how long a response may take to be fast enough", option.Span)
	addAsking(flags, &s.Timeout, &ca)
	output.Add(flags)
	return cmd
}

func addAsking(flags *pflag.FlagSet, timeout *time.Duration, ca *string) {
	option.AddPlain(flags, timeout, "timeout", "3s", "how long one response may take at all", option.Span)
	option.AddPlain(flags, ca, "ca", "", "PEM file with the certificate authority of an https address", option.File)
}

// signerFlags are the flags of check signer.
type signerFlags struct {
	server      check.SignerServer
	key         fake.Credentials
	h5ds        bool
	action      string
	user        string
	maxValidity time.Duration
	api         string
	body        string
	ca          string
}

const checkSignerLong = `Checks an endpoint of your server that hands out CME signatures to your clients, or with
--h5ds the tokens of third/login: that they are valid, for the right user and action,
short-lived and fresh, correctly escaped, and that no response holds the secret. For CME
it also tries to choose the user and the action, by the usual names of parameters; when
your endpoint takes a user by design, name the parameter with --user-parameter.

It asks the endpoint as a client of yours would: --header adds a header that your server
needs. --session names the headers without which the endpoint must hand out nothing. The
keys are those of the default tenant unless flags or variables name others.
` + checkStatuses + `

` + option.EnvironmentHelp

func newCheckSignerCommand(env *command.Environment) *cobra.Command {
	var s signerFlags
	var output report.Output
	cmd := &cobra.Command{
		Use:   "signer URL",
		Short: "Check an endpoint that hands out signatures or tokens",
		Long:  checkSignerLong,
		Example: `  fakecme check signer http://127.0.0.1:8080/signature --user user-1
  fakecme check signer http://127.0.0.1:8080/signature --user user-1 --header "Cookie: session=1" --session cookie
  fakecme check signer http://127.0.0.1:8080/token --h5ds --api http://127.0.0.1:11560 --user user-1`,
		Args: oneAddress,
		RunE: func(cmd *cobra.Command, args []string) error {
			s.server.URL = args[0]
			server, err := s.complete(cmd)
			if err != nil {
				return err
			}
			return runCheck(cmd, env, output, func() (check.Report, error) { return check.Signer(cmd.Context(), server) })
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	option.Add(flags, &s.user, "user", "", "the userId that it must be for; required for CME; with --h5ds it needs --api", option.Text)
	option.AddPlain(flags, &s.action, "action", "Login", "the action that a signature must be for", option.Text)
	option.AddPlain(flags, &s.maxValidity, "max-validity", "1h", "how long a signature may be good", option.Span)
	option.AddPlain(flags, &s.h5ds, "h5ds", "", "the endpoint hands out tokens of h5ds", option.Switch)
	option.AddPlain(flags, &s.api, "api", "", "with --h5ds: base address of a service that knows the token", option.Base)
	option.AddPlain(flags, &s.server.Field, "field", "", "JSON pointer to the signature or token; looked for by default", option.Text)
	option.AddPlain(flags, &s.server.UserParameter, "user-parameter", "", "query parameter by which the endpoint takes a user", option.Text)
	option.AddPlain(flags, &s.server.Method, "method", "GET", "method of the request", option.Text)
	option.AddPlain(flags, &s.body, "body", "", "body of the request", option.Text)
	option.AddPlain(flags, &s.server.Header, "header", "", `header of the request, as "name: value"; may be repeated`, option.NewKind("header", s.addHeader))
	option.AddPlain(flags, &s.server.Session, "session", "", "header that says who asks; may be repeated", option.List(&s.server.Session, "text", func(text string) ([]string, error) { return []string{text}, nil }))
	addAsking(flags, &s.server.Timeout, &s.ca)
	addCMEKey(flags, &s.key)
	addH5DSKey(flags, &s.key)
	output.Add(flags)
	return cmd
}

// complete returns the endpoint that the flags describe.
func (s *signerFlags) complete(cmd *cobra.Command) (check.SignerServer, error) {
	server := s.server
	server.Body = []byte(s.body)
	var err error
	if server.RootCAs, err = readRoots(cmd, s.ca); err != nil {
		return server, err
	}
	if s.h5ds {
		for _, name := range []string{"action", "max-validity"} {
			if cmd.Flags().Changed(name) {
				return server, command.Wrong(cmd, "--%s: it is for CME signatures; leave it out with --h5ds", name)
			}
		}
		server.H5DS = &check.H5DSSigner{AppID: s.key.AppID, Secret: s.key.Secret, API: s.api, UserID: s.user}
		return server, nil
	}
	if s.api != "" {
		return server, command.Wrong(cmd, "--api: it goes with --h5ds")
	}
	if s.user == "" {
		return server, command.Wrong(cmd, "--user: whom must the signature be for? a signature for another user is the worst mistake of all")
	}
	server.CME = &check.CMESigner{Key: cmeKey(s.key), Action: s.action, UserID: s.user, MaxValidity: s.maxValidity}
	return server, nil
}

// addHeader takes a header. Its error does not show the value.
func (s *signerFlags) addHeader(text string) (http.Header, error) {
	name, value, ok := strings.Cut(text, ":")
	if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(name, " \t\r\n") || strings.ContainsAny(value, "\r\n\x00") {
		return nil, errors.New(`a header is written "name: value", on one line`)
	}
	h := s.server.Header
	if h == nil {
		h = http.Header{}
	}
	h.Add(name, strings.TrimSpace(value))
	return h, nil
}

// readRoots reads the certificate authorities of a PEM file. Without a file it returns nil.
func readRoots(cmd *cobra.Command, file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, command.Wrong(cmd, "--ca: %v", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, command.Wrong(cmd, "--ca: %s has no certificate in PEM", file)
	}
	return roots, nil
}

// checkReport is a report of package check in every form.
type checkReport struct{ check.Report }

func (r checkReport) In(form report.Form) (string, error) {
	switch form {
	case report.JSON:
		return command.Indented(r)
	case report.JUnit:
		return report.InJUnit(r.junit())
	}
	return r.text(), nil
}

func (r checkReport) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", r.Target)
	for _, result := range r.Results {
		fmt.Fprintf(&b, "%-19s %s: %s\n", result.Verdict, result.ID, result.Sentence)
		if result.Verdict == check.Broken {
			fmt.Fprintf(&b, "%-19s found:  %s\n%-19s reason: %s\n", "", command.OneLine(result.Found), "", result.Reason)
		} else if result.Found != "" {
			fmt.Fprintf(&b, "%-19s %s\n", "", command.OneLine(result.Found))
		}
	}
	fmt.Fprintf(&b, "\n%d kept, %d broken, %d could not be judged, %d left out\n",
		len(r.Of(check.Kept)), len(r.Of(check.Broken)), len(r.Of(check.Unjudged)), len(r.Of(check.LeftOut)))
	return b.String()
}

func (r checkReport) junit() report.Suite {
	suite := report.Suite{Name: "fakecme check " + r.Target}
	for _, result := range r.Results {
		group, _, _ := strings.Cut(result.ID, ".")
		c := report.Case{Class: group, Name: result.ID + ": " + result.Sentence}
		switch result.Verdict {
		case check.Broken:
			c.Failure = result.Found + "\nreason: " + result.Reason
		case check.Unjudged:
			c.Failure = "could not be judged: " + result.Found
		case check.LeftOut:
			c.Skipped = result.Found
		}
		suite.Cases = append(suite.Cases, c)
	}
	return suite
}

// runCheck makes a check, writes its report, and ends with its status.
func runCheck(cmd *cobra.Command, env *command.Environment, output report.Output, do func() (check.Report, error)) error {
	out, err := output.Open(cmd)
	if err != nil {
		return err
	}
	defer out.Close()
	r, err := do()
	if err != nil {
		return command.Wrong(cmd, "%s", strings.TrimPrefix(err.Error(), strings.TrimPrefix(cmd.CommandPath(), "fakecme ")+": "))
	}
	if err := out.Write(cmd, env, checkReport{r}); err != nil {
		return err
	}
	switch {
	case len(r.Of(check.Broken)) > 0:
		return &command.Failure{Status: command.StatusFailed}
	case len(r.Of(check.Unjudged)) > 0:
		return &command.Failure{Status: command.StatusUnjudged}
	}
	return nil
}

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

	"github.com/fakecme/fakecme/contracts/check"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
)

const checkStatuses = `
Ends with status 0 when every rule is kept, 1 when one is broken, 3 when one could not
be judged, and 2 when a flag is wrong. It calls only the addresses that it is given.`

func (p *program) checkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check what your own server gives the services",
		Long: "Checks your own server: the address that h5ds asks whether a user is logged in, or an\n" +
			"endpoint that hands out CME signatures or h5ds tokens.\n" + checkStatuses,
		Example: `  fakecme check login-status http://127.0.0.1:8080/userStatus --logged-in user-1
  fakecme check signer http://127.0.0.1:8080/signature --user user-1`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return wrong(cmd, "which one? write fakecme check login-status or fakecme check signer")
		},
	}
	cmd.AddCommand(p.checkLoginStatusCommand(), p.checkSignerCommand())
	return cmd
}

// oneAddress takes the address of the user's server, and nothing else.
func oneAddress(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return wrong(cmd, "it takes one address, such as http://127.0.0.1:8080/path; there are %d", len(args))
	}
	return nil
}

const checkLoginStatusLong = `Checks the address of your server that h5ds asks at every call of a user, with
GET <address>?userID=<userId>, and that answers {"status":1} for a user who is logged in
and {"status":0} for one who is not. It asks for users who are there and users who are
not, for ids that break servers, and for many at once.

Without --logged-in the most important rules cannot be judged.
` + checkStatuses

func (p *program) checkLoginStatusCommand() *cobra.Command {
	var s check.LoginStatusServer
	var to reporting
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
			return p.tell(cmd, to, func() (check.Report, error) { return check.LoginStatus(cmd.Context(), s) })
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	add(flags, &s.LoggedIn, "logged-in", "", "a userId that is logged in at your system now", asText)
	add(flags, &s.LoggedOut, "logged-out", "", "a userId that your system knows and that is logged out", asText)
	addPlain(flags, &s.Limit, "limit", "1s", "how long a response may take to be fast enough", asSpan)
	addAsking(flags, &s.Timeout, &ca)
	to.add(flags)
	return cmd
}

func addAsking(flags *pflag.FlagSet, timeout *time.Duration, ca *string) {
	addPlain(flags, timeout, "timeout", "3s", "how long one response may take at all", asSpan)
	addPlain(flags, ca, "ca", "", "PEM file with the certificate authority of an https address", asFile)
}

// signerFlags is what check signer is told.
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
short-lived and fresh, rightly escaped, and that no answer holds the secret. For CME it
also tries to choose the user and the action, by the usual names of parameters; where
your endpoint takes a user by design, say so with --user-parameter.

It asks the endpoint as a client of yours would: --header adds what your server wants to
see. --session names those of the headers without which it must hand out nothing. The
keys are those of the default tenant unless flags or variables say otherwise.
` + checkStatuses + `

` + environmentHelp

func (p *program) checkSignerCommand() *cobra.Command {
	var s signerFlags
	var to reporting
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
			server, err := s.whole(cmd)
			if err != nil {
				return err
			}
			return p.tell(cmd, to, func() (check.Report, error) { return check.Signer(cmd.Context(), server) })
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	add(flags, &s.user, "user", "", "the userId that it must be for; needed for CME, with --h5ds it needs --api", asText)
	addPlain(flags, &s.action, "action", "Login", "the action that a signature must be for", asText)
	addPlain(flags, &s.maxValidity, "max-validity", "1h", "how long a signature may be good", asSpan)
	addPlain(flags, &s.h5ds, "h5ds", "", "it hands out tokens of h5ds", asSwitch)
	addPlain(flags, &s.api, "api", "", "with --h5ds: base address of a service that knows the token", asBase)
	addPlain(flags, &s.server.Field, "field", "", "JSON pointer to the signature or token; looked for by default", asText)
	addPlain(flags, &s.server.UserParameter, "user-parameter", "", "query parameter by which the endpoint takes a user", asText)
	addPlain(flags, &s.server.Method, "method", "GET", "how to ask", asText)
	addPlain(flags, &s.body, "body", "", "what to send along", asText)
	addPlain(flags, &s.server.Header, "header", "", `what to send along, as "name: value"; may be repeated`, headersInto(http.Header{}))
	addPlain(flags, &s.server.Session, "session", "", "a header that says who asks; may be repeated", textsInto(new([]string)))
	addAsking(flags, &s.server.Timeout, &s.ca)
	addCMEKey(flags, &s.key)
	addH5DSKey(flags, &s.key)
	to.add(flags)
	return cmd
}

func (s *signerFlags) whole(cmd *cobra.Command) (check.SignerServer, error) {
	server := s.server
	server.Body = []byte(s.body)
	var err error
	if server.RootCAs, err = readRoots(cmd, s.ca); err != nil {
		return server, err
	}
	if s.h5ds {
		for _, name := range []string{"action", "max-validity"} {
			if cmd.Flags().Changed(name) {
				return server, wrong(cmd, "--%s: it is for CME signatures; leave it out with --h5ds", name)
			}
		}
		server.H5DS = &check.H5DSSigner{AppID: s.key.AppID, Secret: s.key.Secret, API: s.api, UserID: s.user}
		return server, nil
	}
	if s.api != "" {
		return server, wrong(cmd, "--api: it goes with --h5ds")
	}
	if s.user == "" {
		return server, wrong(cmd, "--user: whom must the signature be for? a signature for another user is the worst mistake of all")
	}
	key := cmesign.Key{SecretID: s.key.SecretID, SecretKey: s.key.SecretKey}
	if s.key.Platform != "" {
		key.Platforms = []string{s.key.Platform}
	}
	server.CME = &check.CMESigner{Key: key, Action: s.action, UserID: s.user, MaxValidity: s.maxValidity}
	return server, nil
}

// headersInto collects headers; a value is never repeated in an error.
func headersInto(h http.Header) kind[http.Header] {
	return kind[http.Header]{"header", func(text string) (http.Header, error) {
		name, value, ok := strings.Cut(text, ":")
		if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(name, " \t\r\n") || strings.ContainsAny(value, "\r\n\x00") {
			return nil, errors.New(`a header is written "name: value", on one line`)
		}
		h.Add(name, strings.TrimSpace(value))
		return h, nil
	}}
}

// textsInto collects texts.
func textsInto(all *[]string) kind[[]string] {
	return kind[[]string]{"text", func(text string) ([]string, error) {
		*all = append(*all, text)
		return *all, nil
	}}
}

// readRoots reads the certificate authorities of a PEM file; nil without one.
func readRoots(cmd *cobra.Command, file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, wrong(cmd, "--ca: %v", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, wrong(cmd, "--ca: %s has no certificate in PEM", file)
	}
	return roots, nil
}

// checkReport is a report of package check for people and for CI.
type checkReport struct{ check.Report }

func (r checkReport) in(form reportForm) (string, error) {
	switch form {
	case reportJSON:
		return inJSON(r)
	case reportJUnit:
		return inJUnit(r.junit())
	}
	return r.text(), nil
}

func (r checkReport) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", r.Target)
	for _, result := range r.Results {
		fmt.Fprintf(&b, "%-19s %s: %s\n", result.Verdict, result.ID, result.Sentence)
		if result.Verdict == check.Broken {
			fmt.Fprintf(&b, "%-19s found:  %s\n%-19s reason: %s\n", "", oneLine(result.Found), "", result.Reason)
		} else if result.Found != "" {
			fmt.Fprintf(&b, "%-19s %s\n", "", oneLine(result.Found))
		}
	}
	fmt.Fprintf(&b, "\n%d kept, %d broken, %d could not be judged, %d left out\n",
		len(r.Of(check.Kept)), len(r.Of(check.Broken)), len(r.Of(check.Unjudged)), len(r.Of(check.LeftOut)))
	return b.String()
}

func (r checkReport) junit() junitSuite {
	suite := junitSuite{Name: "fakecme check " + r.Target}
	for _, result := range r.Results {
		group, _, _ := strings.Cut(result.ID, ".")
		c := junitCase{Class: group, Name: result.ID + ": " + result.Sentence}
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

// tell makes the check, writes its report, and ends with the status that it deserves.
func (p *program) tell(cmd *cobra.Command, to reporting, do func() (check.Report, error)) error {
	out, err := to.open(cmd)
	if err != nil {
		return err
	}
	defer out.close()
	r, err := do()
	if err != nil {
		return wrong(cmd, "%s", strings.TrimPrefix(err.Error(), strings.TrimPrefix(cmd.CommandPath(), "fakecme ")+": "))
	}
	if err := p.write(cmd, out, checkReport{r}); err != nil {
		return err
	}
	switch {
	case len(r.Of(check.Broken)) > 0:
		return &failure{status: statusFailed}
	case len(r.Of(check.Unjudged)) > 0:
		return &failure{status: statusUnjudged}
	}
	return nil
}

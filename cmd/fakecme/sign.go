package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// baseByDefault is the fake on this machine: nobody calls the vendor by accident.
const baseByDefault = "http://127.0.0.1:11560"

func (p *program) signCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sign",
		Short: "Sign as a client does",
		Long: "Makes a signature as a client does: of CME, or of h5ds. Without flags it is one of the\n" +
			"default tenant.",
		Example: `  fakecme sign cme
  fakecme sign h5ds`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return wrong(cmd, "which one? write fakecme sign cme or fakecme sign h5ds")
		},
	}
	cmd.AddCommand(p.signCMECommand(), p.signH5DSCommand())
	return cmd
}

// addCMEKey and addH5DSKey are the credentials to sign with; they begin as those of the default tenant.
func addCMEKey(flags *pflag.FlagSet, c *fake.Credentials) {
	d := fake.DefaultTenant()
	add(flags, &c.SecretID, "secret-id", d.SecretID, "CME secretId", asText)
	add(flags, &c.SecretKey, "secret-key", d.SecretKey, "CME secretKey; better in the variable", asText)
	add(flags, &c.Platform, "platform", d.Platform, "CME platform", asText)
}

func addH5DSKey(flags *pflag.FlagSet, c *fake.Credentials) {
	d := fake.DefaultTenant()
	add(flags, &c.AppID, "appid", d.AppID, "h5ds appid", asText)
	add(flags, &c.Secret, "secret", d.Secret, "h5ds secret; better in the variable", asText)
}

// signCME is what sign cme is told.
type signCME struct {
	key      fake.Credentials
	user     string
	action   string
	project  string
	validity time.Duration
	at       time.Time // zero for now
	random   *uint32   // nil for any
	base     string
	url      bool
	verbose  bool
}

const signCMELong = `Prints a CME signature on one line: base64 of HMAC-SHA1(secretKey, text) followed by
the text. With --url it prints the address that exchanges it for a ticket, with the
signature escaped as a query needs it; with --verbose each value on the way there.
The address is one of the fake on this machine unless --base names another: it never
calls the vendor by accident.

A signature that is wrong in itself, such as one without a user or one that ends before
it begins, is printed too, with a note on stderr; only --verbose refuses one that it
cannot read back. Whether a fake knows the key, wants this action, and takes it at the
time it arrives is not looked at: "fakecme explain" judges that.

` + environmentHelp

func (p *program) signCMECommand() *cobra.Command {
	var s signCME
	cmd := &cobra.Command{
		Use:   "cme",
		Short: "Print a CME signature",
		Long:  signCMELong,
		Example: `  fakecme sign cme --user user-1 --action Upload
  fakecme sign cme --verbose --at 2026-01-02T03:04:05Z --random 1
  curl "$(fakecme sign cme --url --base http://127.0.0.1:11560)"`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.signCME(cmd, s) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	addCMEKey(flags, &s.key)
	add(flags, &s.user, "user", "fake-user", "userId", asText)
	add(flags, &s.action, "action", "Login", "Login, Upload or OpenProject", asText)
	add(flags, &s.project, "project", "", "openProject.projectId; left out when empty", asText)
	add(flags, &s.validity, "validity", "5m", "expireTime minus currentTimeStamp", asValidity)
	add(flags, &s.at, "at", "", "when it is signed: RFC 3339 or Unix time; now by default", asMoment)
	add(flags, &s.random, "random", "", "the parameter random; any by default", asRandom)
	add(flags, &s.base, "base", baseByDefault, "what the address of --url and --verbose begins with", asBase)
	addPlain(flags, &s.url, "url", "", "print the address, ready to paste", asSwitch)
	addPlain(flags, &s.verbose, "verbose", "", "print each value on the way, but not the secretKey", asSwitch)
	return cmd
}

func (p *program) signCME(cmd *cobra.Command, s signCME) error {
	switch {
	case s.url && s.verbose:
		return wrong(cmd, "--url: --verbose prints the address too; leave out one of them")
	case cmd.Flags().Changed("base") && !s.url && !s.verbose:
		return wrong(cmd, "--base: it says where the address begins, and goes with --url or --verbose")
	}
	if s.at.IsZero() {
		s.at = p.now()
	}
	if s.random == nil {
		random := rand.Uint32()
		s.random = &random
	}
	original := cmesign.Params{
		SecretID: s.key.SecretID, CurrentTimeStamp: s.at, ExpireTime: s.at.Add(s.validity), Random: *s.random,
		Platform: s.key.Platform, Action: s.action, UserID: s.user, ProjectID: s.project,
	}.Original()
	signature := cmesign.SignOriginal(s.key.SecretKey, original)
	address := s.base + "/?signature=" + url.QueryEscape(signature)
	verifier := cmeVerifier([]fake.Credentials{s.key}, s.at, "", 0)
	if _, err := verifier.Verify(signature); err != nil {
		p.note(cmd, verifier.Explain(signature))
	}
	switch {
	case s.url:
		return p.print(cmd, address+"\n")
	case s.verbose:
		return p.printOnTheWay(cmd, original, signature, address)
	}
	return p.print(cmd, signature+"\n")
}

// note tells on stderr that the fake rejects what is signed. A test may want just that.
func (p *program) note(cmd *cobra.Command, d diagnosis.Diagnosis) {
	_, _ = fmt.Fprintf(p.stderr, "%s: note: the fake rejects this: %s\n", cmd.CommandPath(), oneLine(d.String()))
}

// printOnTheWay prints each value from the parameters to the address.
func (p *program) printOnTheWay(cmd *cobra.Command, original, signature, address string) error {
	parsed, err := cmesign.Parse(signature)
	if err != nil {
		return wrong(cmd, "the signature cannot be read back: %v", err)
	}
	var b strings.Builder
	line := func(label, value string) { fmt.Fprintf(&b, "%-22s %s\n", label, value) }
	for pair := range strings.SplitSeq(original, "&") {
		name, _, _ := strings.Cut(pair, "=")
		line(name, oneLine(parsed.Get(name)))
	}
	line("original text", original)
	line("HMAC-SHA1, in hex", hex.EncodeToString(parsed.MAC[:]))
	line("signature, in base64", signature)
	line("escaped", url.QueryEscape(signature))
	line("URL", address)
	return p.print(cmd, b.String())
}

// signH5DS is what sign h5ds is told.
type signH5DS struct {
	key  fake.Credentials
	at   time.Time // zero for now
	user string
	base string
	curl bool
}

const signH5DSLong = `Prints the three headers that sign an h5ds call, each as "name: value" on its line,
ready for curl -H. sign is the MD5 of the timestamp in milliseconds followed by the
secret. With --curl it prints the whole command that logs a user in, at the fake on
this machine unless --base names another: it never calls the vendor by accident.

` + environmentHelp

func (p *program) signH5DSCommand() *cobra.Command {
	var s signH5DS
	cmd := &cobra.Command{
		Use:   "h5ds",
		Short: "Print the signed headers of h5ds",
		Long:  signH5DSLong,
		Example: `  fakecme sign h5ds --at 2025-09-19T08:21:31.116Z
  fakecme sign h5ds --curl --user user-1 --base http://127.0.0.1:11560 | sh
  fakecme sign h5ds | fakecme explain -`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.signH5DS(cmd, s) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	addH5DSKey(flags, &s.key)
	add(flags, &s.at, "at", "", "when it is signed: RFC 3339 or Unix time; now by default", asMoment)
	add(flags, &s.user, "user", "fake-user", "userId of --curl", asText)
	add(flags, &s.base, "base", baseByDefault, "what the address of --curl begins with", asBase)
	addPlain(flags, &s.curl, "curl", "", "print a curl command for third/login", asSwitch)
	return cmd
}

func (p *program) signH5DS(cmd *cobra.Command, s signH5DS) error {
	for _, name := range []string{"user", "base"} {
		if cmd.Flags().Changed(name) && !s.curl {
			return wrong(cmd, "--%s: it goes with --curl", name)
		}
	}
	if strings.ContainsAny(s.key.AppID, "\r\n\x00") {
		return wrong(cmd, "the appid has a line break or a zero byte, which no header can carry")
	}
	if s.at.IsZero() {
		s.at = p.now()
	}
	h := h5dssign.New(h5dssign.Key{AppID: s.key.AppID, Secret: s.key.Secret}, s.at)
	verifier := h5dsVerifier([]fake.Credentials{s.key}, s.at, 0)
	if _, err := verifier.Verify(h); err != nil {
		p.note(cmd, verifier.Explain(h))
	}
	headers := []string{"appid: " + h.AppID, "sign: " + h.Sign, "timestamp: " + h.Timestamp}
	if !s.curl {
		return p.print(cmd, strings.Join(headers, "\n")+"\n")
	}
	body, _ := json.Marshal(map[string]string{"userId": s.user}) // a string can always be written
	command := "curl -sS " + shellWord(s.base+"/api/v1/third/login")
	for _, header := range append(headers, "content-type: application/json") {
		command += " -H " + shellWord(header)
	}
	return p.print(cmd, command+" -d "+shellWord(string(body))+"\n")
}

// shellWord quotes a text for a POSIX shell where it needs it.
func shellWord(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,"
	if text != "" && strings.Trim(text, plain) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// print writes to stdout; a reader that left is a failure.
func (p *program) print(cmd *cobra.Command, text string) error {
	if _, err := fmt.Fprint(p.stdout, text); err != nil {
		return failed(cmd, "write: %v", err)
	}
	return nil
}

// printJSON writes v on one line.
func (p *program) printJSON(cmd *cobra.Command, v any) error {
	e := json.NewEncoder(p.stdout)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return failed(cmd, "write: %v", err)
	}
	return nil
}

package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// baseByDefault is the fake on this machine, so that nobody calls the vendor by accident.
const baseByDefault = "http://127.0.0.1:11560"

func newSignCommand(env *command.Environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sign",
		Short: "Sign as a client does",
		Long: "Makes a signature as a client does: of CME, or of h5ds. Without flags it has the\n" +
			"credentials of the default tenant.",
		Example: `  fakecme sign cme
  fakecme sign h5ds`,
		Args: command.Known,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return command.Wrong(cmd, "which one? write fakecme sign cme or fakecme sign h5ds")
		},
	}
	cmd.AddCommand(newSignCMECommand(env), newSignH5DSCommand(env))
	return cmd
}

// signCMEFlags are the flags of sign cme.
type signCMEFlags struct {
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
the text. With --url it prints the address that exchanges the signature for a ticket,
with the signature escaped as a query needs it; with --verbose each value on the way
there. The address is that of the fake on this machine unless --base names another: it
never calls the vendor by accident.

A signature that is wrong in itself, such as one without a user or one that ends before
it begins, is printed too, with a note on stderr; only --verbose fails when it cannot read
the signature back. Whether a fake knows the key, wants this action, and takes it at the
time it arrives is not checked here: "fakecme explain" judges that.

` + option.EnvironmentHelp

func newSignCMECommand(env *command.Environment) *cobra.Command {
	var f signCMEFlags
	cmd := &cobra.Command{
		Use:   "cme",
		Short: "Print a CME signature",
		Long:  signCMELong,
		Example: `  fakecme sign cme --user user-1 --action Upload
  fakecme sign cme --verbose --at 2026-01-02T03:04:05Z --random 1
  curl "$(fakecme sign cme --url --base http://127.0.0.1:11560)"`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd, env) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	addCMEKey(flags, &f.key)
	option.Add(flags, &f.user, "user", "fake-user", "userId", option.Text)
	option.Add(flags, &f.action, "action", "Login", "Login, Upload or OpenProject", option.Text)
	option.Add(flags, &f.project, "project", "", "openProject.projectId; left out when empty", option.Text)
	option.Add(flags, &f.validity, "validity", "5m", "expireTime minus currentTimeStamp", option.NewKind("duration", option.ParseDuration))
	option.Add(flags, &f.at, "at", "", "when it is signed: RFC 3339 or Unix time; now by default", option.Moment)
	option.Add(flags, &f.random, "random", "", "the parameter random; any by default", option.NewKind("number", parseRandom))
	option.Add(flags, &f.base, "base", baseByDefault, "what the address of --url and --verbose begins with", option.Base)
	option.AddPlain(flags, &f.url, "url", "", "print the address, ready to paste", option.Switch)
	option.AddPlain(flags, &f.verbose, "verbose", "", "print each value on the way, but not the secretKey", option.Switch)
	return cmd
}

func (f *signCMEFlags) run(cmd *cobra.Command, env *command.Environment) error {
	switch {
	case f.url && f.verbose:
		return command.Wrong(cmd, "--url: --verbose prints the address too; leave out one of them")
	case cmd.Flags().Changed("base") && !f.url && !f.verbose:
		return command.Wrong(cmd, "--base: it says where the address begins, and goes with --url or --verbose")
	}
	if f.at.IsZero() {
		f.at = env.Now()
	}
	if f.random == nil {
		random := rand.Uint32()
		f.random = &random
	}
	original := cmesign.Params{
		SecretID: f.key.SecretID, CurrentTimeStamp: f.at, ExpireTime: f.at.Add(f.validity), Random: *f.random,
		Platform: f.key.Platform, Action: f.action, UserID: f.user, ProjectID: f.project,
	}.Original()
	signature := cmesign.SignOriginal(f.key.SecretKey, original)
	address := f.base + "/?signature=" + url.QueryEscape(signature)
	verifier := cmeVerifier([]fake.Credentials{f.key}, f.at, "", 0)
	if _, err := verifier.Verify(signature); err != nil {
		noteRejected(cmd, env, verifier.Explain(signature))
	}
	switch {
	case f.url:
		return env.Print(cmd, address+"\n")
	case f.verbose:
		return printVerbose(cmd, env, original, signature, address)
	}
	return env.Print(cmd, signature+"\n")
}

// noteRejected says on stderr that the fake rejects the signature. A test may want just that.
func noteRejected(cmd *cobra.Command, env *command.Environment, d diagnosis.Diagnosis) {
	_, _ = fmt.Fprintf(env.Stderr, "%s: note: the fake rejects this: %s\n", cmd.CommandPath(), command.OneLine(d.String()))
}

// printVerbose prints each value from the parameters to the address.
func printVerbose(cmd *cobra.Command, env *command.Environment, original, signature, address string) error {
	parsed, err := cmesign.Parse(signature)
	if err != nil {
		return command.Wrong(cmd, "the signature cannot be read back: %v", err)
	}
	var b strings.Builder
	line := func(label, value string) { fmt.Fprintf(&b, "%-22s %s\n", label, value) }
	for pair := range strings.SplitSeq(original, "&") {
		name, _, _ := strings.Cut(pair, "=")
		line(name, command.OneLine(parsed.Get(name)))
	}
	line("original text", original)
	line("HMAC-SHA1, in hex", hex.EncodeToString(parsed.MAC[:]))
	line("signature, in base64", signature)
	line("escaped", url.QueryEscape(signature))
	line("URL", address)
	return env.Print(cmd, b.String())
}

// signH5DSFlags are the flags of sign h5ds.
type signH5DSFlags struct {
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

` + option.EnvironmentHelp

func newSignH5DSCommand(env *command.Environment) *cobra.Command {
	var f signH5DSFlags
	cmd := &cobra.Command{
		Use:   "h5ds",
		Short: "Print the signed headers of h5ds",
		Long:  signH5DSLong,
		Example: `  fakecme sign h5ds --at 2025-09-19T08:21:31.116Z
  fakecme sign h5ds --curl --user user-1 --base http://127.0.0.1:11560 | sh
  fakecme sign h5ds | fakecme explain -`,
		Args: command.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd, env) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	addH5DSKey(flags, &f.key)
	option.Add(flags, &f.at, "at", "", "when it is signed: RFC 3339 or Unix time; now by default", option.Moment)
	option.Add(flags, &f.user, "user", "fake-user", "userId of --curl", option.Text)
	option.Add(flags, &f.base, "base", baseByDefault, "what the address of --curl begins with", option.Base)
	option.AddPlain(flags, &f.curl, "curl", "", "print a curl command for third/login", option.Switch)
	return cmd
}

func (f *signH5DSFlags) run(cmd *cobra.Command, env *command.Environment) error {
	for _, name := range []string{"user", "base"} {
		if cmd.Flags().Changed(name) && !f.curl {
			return command.Wrong(cmd, "--%s: it goes with --curl", name)
		}
	}
	if strings.ContainsAny(f.key.AppID, "\r\n\x00") {
		return command.Wrong(cmd, "the appid has a line break or a zero byte, which no header can carry")
	}
	if f.at.IsZero() {
		f.at = env.Now()
	}
	h := h5dssign.New(h5dssign.Key{AppID: f.key.AppID, Secret: f.key.Secret}, f.at)
	verifier := h5dsVerifier([]fake.Credentials{f.key}, f.at, 0)
	if _, err := verifier.Verify(h); err != nil {
		noteRejected(cmd, env, verifier.Explain(h))
	}
	headers := []string{"appid: " + h.AppID, "sign: " + h.Sign, "timestamp: " + h.Timestamp}
	if !f.curl {
		return env.Print(cmd, strings.Join(headers, "\n")+"\n")
	}
	body, _ := json.Marshal(map[string]string{"userId": f.user}) // a map of texts always encodes
	line := "curl -sS " + command.ShellWord(f.base+"/api/v1/third/login")
	for _, header := range append(headers, "content-type: application/json") {
		line += " -H " + command.ShellWord(header)
	}
	return env.Print(cmd, line+" -d "+command.ShellWord(string(body))+"\n")
}

func parseRandom(text string) (*uint32, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("%q is not an unsigned 32-bit number; write 0 to %d", text, uint32(math.MaxUint32))
	}
	random := uint32(n)
	return &random, nil
}

package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

const explainLong = `Says whether a signature is valid, and if not, why: what is wrong, what to do, and the
text received above the text expected, with a mark at the first byte that differs.
Ends with status 0 for a valid signature and 1 for another.

It takes a CME signature, an address with ?signature= at any host, or, with - or no
argument, either of these from standard input; there it also takes the h5ds headers
as "name: value" lines, among others. A line end at the end of the input is not part
of it. A bare signature is judged as it is; the signature of an address is decoded
once, as a server does, and must be for Login unless --action says otherwise.

It knows the keys of the default tenant, or of the tenants in --config, and also a key
in flags or variables; a CME key of these is good for any platform unless --platform
names one. --appid is the header to judge when it goes with --sign and --timestamp, and
with --secret it is a key.

` + option.EnvironmentHelp

// explanation are the flags of explain.
type explanation struct {
	settings        settings.Settings
	key             fake.Credentials
	sign, timestamp string
	at              time.Time // zero for now
	action          string
	json            bool
}

func newExplainCommand(env *command.Environment) *cobra.Command {
	var x explanation
	cmd := &cobra.Command{
		Use:   "explain [SIGNATURE | URL | -]",
		Short: "Say why a signature is rejected",
		Long:  explainLong,
		Example: `  fakecme explain "$(fakecme sign cme)"
  fakecme explain "$(fakecme sign cme --url)" --json
  fakecme sign h5ds | fakecme explain -
  fakecme explain --appid fake-appid --sign 6ac80f95b37338f411fd7d55b3b739a5 --timestamp 1758270091116 --at 1758270091116`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return command.Wrong(cmd, "there are %d arguments, but it takes one; put quotes around it", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return x.run(cmd, env, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	addCMEKey(flags, &x.key)
	addH5DSKey(flags, &x.key)
	option.AddPlain(flags, &x.sign, "sign", "", "the header sign to judge", option.Text)
	option.AddPlain(flags, &x.timestamp, "timestamp", "", "the header timestamp to judge", option.Text)
	option.Add(flags, &x.at, "at", "", "when it is judged: RFC 3339 or Unix time; now by default", option.Moment)
	option.Add(flags, &x.action, "action", "", "the CME action that the endpoint demands", option.Text)
	x.settings.AddConfig(flags)
	x.settings.AddTolerance(flags)
	option.AddPlain(flags, &x.json, "json", "", "print the verdict as JSON", option.Switch)
	return cmd
}

func (x *explanation) run(cmd *cobra.Command, env *command.Environment, args []string) error {
	got, err := x.received(cmd, env, args)
	if err != nil {
		return err
	}
	tenants, err := x.tenants(cmd)
	if err != nil {
		return err
	}
	if x.at.IsZero() {
		x.at = env.Now()
	}
	if got.action != "" && x.action == "" {
		x.action = got.action
	}
	v := x.judge(got, tenants)
	if x.json {
		err = env.PrintJSON(cmd, v)
	} else {
		err = env.Print(cmd, v.String())
	}
	if err == nil && !v.Valid {
		err = &command.Failure{Status: command.StatusFailed}
	}
	return err
}

// judge decides by Verify, as a server does, and takes the diagnosis of Explain.
func (x *explanation) judge(got received, tenants []fake.Credentials) verdict {
	if got.headers != nil {
		verifier := h5dsVerifier(tenants, x.at, x.settings.H5DSWindow)
		_, err := verifier.Verify(*got.headers)
		return verdict{err == nil, verifier.Explain(*got.headers)}
	}
	verifier := cmeVerifier(tenants, x.at, x.action, x.settings.Skew)
	_, err := verifier.Verify(got.signature)
	return verdict{err == nil, verifier.Explain(got.signature)}
}

// tenants returns the credentials to judge by: the key of the flags first, then those that serve would know.
func (x *explanation) tenants(cmd *cobra.Command) ([]fake.Credentials, error) {
	set := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return option.Origin(cmd, name) != "" })
	}
	key := x.key
	if !set("platform") {
		key.Platform = "" // any
	}
	if !set("secret-id", "secret-key", "platform") {
		key.SecretID, key.SecretKey = "", ""
	}
	if judged := cmd.Flags().Changed("sign"); !set("secret") && (judged || !set("appid")) {
		key.AppID, key.Secret = "", ""
	}
	tenants := []fake.Credentials{key}
	if err := x.settings.ReadConfig(cmd); err != nil {
		return nil, err
	}
	if len(x.settings.Tenants) == 0 {
		return append(tenants, fake.DefaultTenant()), nil
	}
	_, completed, err := x.settings.NewServer(cmd, nil)
	return append(tenants, completed...), err
}

// received is the thing to judge: headers, or else a signature.
type received struct {
	headers   *h5dssign.Headers
	signature string
	action    string // the action that the endpoint of an address demands
}

// received returns the thing to judge from the flags, the argument or standard input.
func (x *explanation) received(cmd *cobra.Command, env *command.Environment, args []string) (received, error) {
	sign, timestamp := cmd.Flags().Changed("sign"), cmd.Flags().Changed("timestamp")
	switch {
	case (sign || timestamp) && len(args) > 0:
		return received{}, command.Wrong(cmd, "give either the headers in flags or an argument")
	case (sign || timestamp) && !(sign && timestamp && option.Origin(cmd, "appid") != ""):
		return received{}, command.Wrong(cmd, "--appid, --sign and --timestamp go together: a call has all three headers")
	case sign:
		header := http.Header{"Appid": {x.key.AppID}, "Sign": {x.sign}, "Timestamp": {x.timestamp}}
		return receivedHeaders(header), nil
	case len(args) == 1 && args[0] != "-":
		return receivedText(cmd, args[0])
	}
	text, err := readInput(env.Stdin)
	if err != nil {
		return received{}, command.Wrong(cmd, "standard input: %v", err)
	}
	return receivedText(cmd, text)
}

// readInput reads to the end, without the line end that shells and editors add.
func readInput(r io.Reader) (string, error) {
	const maxBytes = 1 << 20
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	text := strings.TrimRight(string(data), "\r\n")
	switch {
	case err != nil:
		return "", err
	case len(data) > maxBytes:
		return "", fmt.Errorf("there are more than %d bytes; give one signature", maxBytes)
	case text == "":
		return "", errors.New("there is nothing; give a signature, an address, or h5ds header lines")
	}
	return text, nil
}

var (
	headerLine = regexp.MustCompile(`(?im)^(?:> )?(appid|sign|timestamp):(.*)$`) // curl -v marks them with "> "
	address    = regexp.MustCompile(`(?i)^https?://|(?:^|[?&])signature=`)
)

// receivedText tells header lines, an address and a bare signature apart: base64 has no ':', '?' or '&', and has '=' only at
// its end.
func receivedText(cmd *cobra.Command, text string) (received, error) {
	if lines := headerLine.FindAllStringSubmatch(text, -1); lines != nil {
		header := http.Header{}
		for _, line := range lines {
			header.Add(line[1], strings.TrimSpace(line[2]))
		}
		return receivedHeaders(header), nil
	}
	if !address.MatchString(text) {
		return received{signature: text}, nil
	}
	signature, ok := queryValue(text, "signature")
	if !ok {
		return received{}, command.Wrong(cmd, "the address has no query parameter signature, which is the only one that is explained")
	}
	return received{signature: signature, action: "Login"}, nil
}

func receivedHeaders(header http.Header) received {
	h := h5dssign.FromHeader(header)
	return received{headers: &h}
}

// queryValue returns the first value of a query parameter of an address. By the rules of the fake, a value is decoded once,
// and stays as it is when it cannot be decoded.
func queryValue(address, name string) (string, bool) {
	address, _, _ = strings.Cut(address, "#")
	query := address
	if _, after, ok := strings.Cut(address, "?"); ok {
		query = after
	}
	for pair := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if key != name {
			continue
		}
		if decoded, err := url.QueryUnescape(value); err == nil {
			return decoded, true
		}
		return value, true
	}
	return "", false
}

// verdict is the result of explain. Its JSON form is the diagnosis and "valid".
type verdict struct {
	Valid bool `json:"valid"`
	diagnosis.Diagnosis
}

// String returns the verdict for people, in a few lines.
func (v verdict) String() string {
	d := v.Diagnosis
	if v.Valid {
		return fmt.Sprintf("valid: %s (%s)\n", command.OneLine(d.Sentence), d.Code)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "rejected: %s (%s)\n", command.OneLine(d.Sentence), d.Code)
	line := func(label, text string) {
		if text != "" {
			b.WriteString(label + ": " + command.OneLine(text) + "\n")
		}
	}
	line("fix", d.Fix)
	if d.DiffersAt == 0 {
		line("received", d.Received)
		line("expected", d.Expected)
		return b.String()
	}
	from, to := window(d.DiffersAt)
	before := len("received: ") + len(dots(from)) + len(columns(d.Received[from:d.DiffersAt-1]))
	fmt.Fprintf(&b, "received: %s\nexpected: %s\n%s^ byte %d", excerpt(d.Received, from, to), excerpt(d.Expected, from, to),
		strings.Repeat(" ", before), d.DiffersAt)
	if from > 0 || to < max(len(d.Received), len(d.Expected)) {
		b.WriteString("; --json prints the whole texts")
	}
	return b.String() + "\n"
}

// window returns the part of both texts that is shown for a first difference at byte number at, counted from 1. It is the
// same for both texts, so that they stand one above the other, and it fits most terminals.
func window(at int) (from, to int) {
	const before, after = 50, 40
	return max(0, at-1-before), at + after
}

// excerpt returns text[from:to], with dots where text is cut.
func excerpt(text string, from, to int) string {
	shown := dots(from) + columns(text[from:min(to, len(text))])
	if to < len(text) {
		shown += "..."
	}
	return shown
}

func dots(from int) string {
	if from > 0 {
		return "..."
	}
	return ""
}

// columns writes a byte of printable ASCII in one column and any other byte in four.
func columns(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c < ' ' || c > '~' {
			fmt.Fprintf(&b, `\x%02x`, c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

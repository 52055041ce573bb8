package main

import (
	"iter"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// explain is what explain is told.
type explain struct {
	settings settings
	key      fake.Credentials
	headers  struct{ sign, timestamp string }
	at       time.Time // zero for now
	action   string
	json     bool
}

const explainLong = `Says whether a signature is valid, and if not, why: what is wrong, what to do, and the
text received under the text expected, with a mark at the first byte that differs.
Ends with status 0 for a valid signature and 1 for another.

It takes a CME signature, an address with ?signature= at any host, or, with - or no
argument, either of these from standard input; there it also takes the h5ds headers
as "name: value" lines, among others. A line end at the end of the input is not part
of it. A bare signature is judged as it is; that of an address is decoded once, as a
server does, and must be one for Login unless --action says otherwise.

The keys it knows are those of the default tenant, or of the tenants in --config. A
key in flags or variables is known besides; a CME one is good for any platform unless
--platform names one. --appid is the header to judge when it goes with --sign and
--timestamp, and with --secret it is a key.

` + environmentHelp

func (p *program) explainCommand() *cobra.Command {
	var x explain
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
				return wrong(cmd, "there are %d arguments, but it takes one; put quotes around it", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return p.explain(cmd, &x, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	addCMEKey(flags, &x.key)
	addH5DSKey(flags, &x.key)
	addPlain(flags, &x.headers.sign, "sign", "", "the header sign to judge", asText)
	addPlain(flags, &x.headers.timestamp, "timestamp", "", "the header timestamp to judge", asText)
	add(flags, &x.at, "at", "", "when it is judged: RFC 3339 or Unix time; now by default", asMoment)
	add(flags, &x.action, "action", "", "the CME action that the endpoint demands", asText)
	addConfig(flags, &x.settings)
	addTolerance(flags, &x.settings)
	addPlain(flags, &x.json, "json", "", "print the verdict as JSON", asSwitch)
	return cmd
}

func (p *program) explain(cmd *cobra.Command, x *explain, args []string) error {
	got, err := p.received(cmd, x, args)
	if err != nil {
		return err
	}
	tenants, err := x.known(cmd)
	if err != nil {
		return err
	}
	if x.at.IsZero() {
		x.at = p.now()
	}
	if got.action != "" && x.action == "" {
		x.action = got.action
	}
	v := x.judge(got, tenants)
	if x.json {
		err = p.printJSON(cmd, v)
	} else {
		err = p.print(cmd, v.String())
	}
	if err == nil && !v.Valid {
		err = &failure{status: statusFailed}
	}
	return err
}

// judge decides by Verify, as a server does, and has Explain say it.
func (x *explain) judge(got received, tenants []fake.Credentials) verdict {
	if got.headers != nil {
		verifier := h5dsVerifier(tenants, x.at, x.settings.h5dsWindow)
		_, err := verifier.Verify(*got.headers)
		return verdict{err == nil, verifier.Explain(*got.headers)}
	}
	verifier := cmeVerifier(tenants, x.at, x.action, x.settings.skew)
	_, err := verifier.Verify(got.signature)
	return verdict{err == nil, verifier.Explain(got.signature)}
}

// known returns the credentials to judge by: a key of the flags first, then those that serve would know.
func (x *explain) known(cmd *cobra.Command) ([]fake.Credentials, error) {
	var tenants []fake.Credentials
	set := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return originOf(cmd, name) != "" })
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
	tenants = append(tenants, key)
	if err := x.settings.readConfig(cmd); err != nil {
		return nil, err
	}
	if len(x.settings.tenants) == 0 {
		return append(tenants, fake.DefaultTenant()), nil
	}
	_, completed, err := x.settings.server(cmd, nil)
	return append(tenants, completed...), err
}

// cmeVerifier judges by the first of the keys with a secretId. Credentials without a platform speak for any.
func cmeVerifier(tenants []fake.Credentials, now time.Time, action string, skew time.Duration) cmesign.Verifier {
	keys := func(yield func(cmesign.Key) bool) {
		for _, t := range tenants {
			key := cmesign.Key{SecretID: t.SecretID, SecretKey: t.SecretKey}
			if t.Platform != "" {
				key.Platforms = []string{t.Platform}
			}
			if t.SecretKey != "" && !yield(key) {
				return
			}
		}
	}
	return cmesign.Verifier{
		Lookup: first(keys, func(k cmesign.Key) string { return k.SecretID }),
		Others: keys, Now: now, Action: action, Skew: skew,
	}
}

func h5dsVerifier(tenants []fake.Credentials, now time.Time, window time.Duration) h5dssign.Verifier {
	keys := func(yield func(h5dssign.Key) bool) {
		for _, t := range tenants {
			if t.Secret != "" && !yield(h5dssign.Key{AppID: t.AppID, Secret: t.Secret}) {
				return
			}
		}
	}
	return h5dssign.Verifier{
		Lookup: first(keys, func(k h5dssign.Key) string { return k.AppID }),
		Others: keys, Now: now, Window: window,
	}
}

// first looks up the first key of a name.
func first[K any](keys iter.Seq[K], name func(K) string) func(string) (K, bool) {
	return func(wanted string) (K, bool) {
		for key := range keys {
			if name(key) == wanted {
				return key, true
			}
		}
		var none K
		return none, false
	}
}

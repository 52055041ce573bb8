package main

import (
	"iter"
	"time"

	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// addCMEKey and addH5DSKey define the flags of the credentials. Their defaults are those of the default tenant.
func addCMEKey(flags *pflag.FlagSet, c *fake.Credentials) {
	d := fake.DefaultTenant()
	option.Add(flags, &c.SecretID, "secret-id", d.SecretID, "CME secretId", option.Text)
	option.Add(flags, &c.SecretKey, "secret-key", d.SecretKey, "CME secretKey; better in the variable", option.Text)
	option.Add(flags, &c.Platform, "platform", d.Platform, "CME platform", option.Text)
}

func addH5DSKey(flags *pflag.FlagSet, c *fake.Credentials) {
	d := fake.DefaultTenant()
	option.Add(flags, &c.AppID, "appid", d.AppID, "h5ds appid", option.Text)
	option.Add(flags, &c.Secret, "secret", d.Secret, "h5ds secret; better in the variable", option.Text)
}

// cmeKey returns the CME key of credentials. Credentials without a platform are good for any platform.
func cmeKey(c fake.Credentials) cmesign.Key {
	key := cmesign.Key{SecretID: c.SecretID, SecretKey: c.SecretKey}
	if c.Platform != "" {
		key.Platforms = []string{c.Platform}
	}
	return key
}

// cmeVerifier judges by the first of the credentials that have the secretId of a signature.
func cmeVerifier(tenants []fake.Credentials, now time.Time, action string, skew time.Duration) cmesign.Verifier {
	keys := func(yield func(cmesign.Key) bool) {
		for _, t := range tenants {
			if t.SecretKey != "" && !yield(cmeKey(t)) {
				return
			}
		}
	}
	return cmesign.Verifier{
		Lookup: first(keys, func(k cmesign.Key) string { return k.SecretID }),
		Others: keys, Now: now, Action: action, Skew: skew,
	}
}

// h5dsVerifier judges by the first of the credentials that have the appid of a call.
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

// first returns the lookup of the first key of a name.
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

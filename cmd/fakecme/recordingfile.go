package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

// isScenario reports whether a text may be the name of a recording. A regular expression that counts to 100 over all letters
// would cost every start of the program 4 MB.
func isScenario(text string) bool {
	inWords := func(r rune) bool { return unicode.In(r, unicode.L, unicode.N) || r == '_' }
	unfit := func(r rune) bool { return !inWords(r) && r != '.' && r != '-' }
	first, _ := utf8.DecodeRuneInString(text)
	return inWords(first) && !strings.ContainsFunc(text, unfit) && utf8.RuneCountInString(text) <= 100
}

func parseScenario(text string) (string, error) {
	if !isScenario(text) {
		return "", fmt.Errorf("%q is not a name for a file; write up to 100 letters, digits, dots, dashes and underlines", text)
	}
	return strings.TrimSuffix(text, har.Extension), nil
}

// newRecordingFile returns the path of a recording to write, and makes its folder.
func newRecordingFile(cmd *cobra.Command, folder, name string, now time.Time, replace bool) (string, error) {
	if folder == "" {
		return "", command.Wrong(cmd, "--out: the folder for the recording is missing")
	}
	if name == "" {
		name = now.UTC().Format("2006-01-02T15-04-05Z")
	}
	file := filepath.Join(folder, name+har.Extension)
	_, err := os.Stat(file)
	switch {
	case err == nil && !replace:
		return "", command.Wrong(cmd, "there is a %s already; choose another --scenario, or write --replace", command.OneLine(file))
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", command.Wrong(cmd, "--out: %v", err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", command.Wrong(cmd, "--out: %v", err)
	}
	return file, nil
}

// countPlaceholders says how many secrets of each kind a recording holds placeholders for.
func countPlaceholders(a *har.Archive) string {
	counts, err := redact.CountPlaceholders(a)
	if err != nil || len(counts) == 0 {
		return "nothing had to be replaced"
	}
	var parts []string
	for kind, n := range counts {
		parts = append(parts, command.Counted(n, kind))
	}
	slices.Sort(parts)
	return "replaced: " + strings.Join(parts, ", ")
}

// secretFlags name the secrets that a recording must not hold, whatever they look like.
type secretFlags struct {
	config    string
	variables []string
	key       fake.Credentials
}

func (s *secretFlags) add(flags *pflag.FlagSet) {
	d := fake.DefaultTenant()
	option.Add(flags, &s.variables, "secret-env", "", "variables, with commas between, that hold more secrets", option.Names)
	option.Add(flags, &s.key.SecretID, "secret-id", d.SecretID, "CME secretId, which must not be recorded", option.Text)
	option.Add(flags, &s.key.SecretKey, "secret-key", d.SecretKey, "CME secretKey; better in the variable", option.Text)
	option.Add(flags, &s.key.Secret, "secret", d.Secret, "h5ds secret; better in the variable", option.Text)
	option.Add(flags, &s.config, "config", "", "configuration file of serve; the secrets of its tenants count too", option.File)
}

// given reports whether the user has named a secret. The defaults do not count, because they are public.
func (s *secretFlags) given() bool {
	d := fake.DefaultTenant()
	return len(s.variables) > 0 || s.config != "" || s.key.SecretKey != d.SecretKey || s.key.Secret != d.Secret
}

// minSecret is the length of the shortest secret that can be searched for.
const minSecret = 4

// all returns every secret once.
func (s *secretFlags) all(cmd *cobra.Command, env *command.Environment) ([]string, error) {
	d := fake.DefaultTenant()
	all := []string{d.SecretKey, d.Secret, s.key.SecretID, s.key.SecretKey, s.key.Secret}
	for _, name := range s.variables {
		value := env.Variable(name)
		if value == "" {
			return nil, command.Wrong(cmd, "--secret-env: the variable %s is not set", command.OneLine(name))
		}
		if len(value) < minSecret {
			return nil, command.Wrong(cmd, "--secret-env: the secret in %s has fewer than %d bytes, which cannot be searched for", command.OneLine(name), minSecret)
		}
		all = append(all, value)
	}
	if s.config != "" {
		tenants, err := settings.ReadTenants(cmd, s.config)
		if err != nil {
			return nil, err
		}
		for _, t := range tenants {
			all = append(all, t.SecretID, t.SecretKey, t.Secret)
		}
	}
	slices.Sort(all)
	all = slices.DeleteFunc(slices.Compact(all), func(secret string) bool { return secret == "" })
	for _, secret := range all {
		if len(secret) < minSecret {
			return nil, command.Wrong(cmd, "a secret has fewer than %d bytes, which cannot be searched for", minSecret)
		}
	}
	return all, nil
}

package main

import (
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/recordings"
)

var (
	asUpstream = kind[string]{"url", parseUpstream}
	asNames    = kind[[]string]{"names", parseNames}
	asScenario = kind[string]{"name", parseScenario}
	asCount    = kind[int]{"number", parseCount}
)

// live is the upstream that is the real service.
const live = "live"

// parseUpstream takes live or a base address. The real hosts are called only when that is asked for in
// the one word: an address may have been copied without a thought.
func parseUpstream(text string) (string, error) {
	if text == live {
		return text, nil
	}
	base, err := parseBase(text)
	if err != nil {
		return "", fmt.Errorf("%w, or live for the real service", err)
	}
	u, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	if isVendor(u.Hostname()) {
		return "", fmt.Errorf("%s is the real service; to record that, write live", u.Hostname())
	}
	return base, nil
}

func isVendor(host string) bool {
	for _, u := range recordings.Live() {
		if strings.EqualFold(host, u.Host) {
			return true
		}
	}
	return strings.EqualFold(host, "www.h5ds.com")
}

// parseNames takes names with commas between them.
func parseNames(text string) ([]string, error) {
	names := strings.Split(text, ",")
	for i, name := range names {
		if names[i] = strings.TrimSpace(name); names[i] == "" {
			return nil, fmt.Errorf("%q has an empty name; write names with commas between them", text)
		}
	}
	return names, nil
}

var scenarioShape = regexp.MustCompile(`^[\pL\pN_][\pL\pN_.-]{0,99}$`)

func parseScenario(text string) (string, error) {
	if !scenarioShape.MatchString(text) {
		return "", fmt.Errorf("%q is not a name for a file; write up to 100 letters, digits, dots, dashes and underlines", text)
	}
	return strings.TrimSuffix(text, recordings.Extension), nil
}

func parseCount(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is not a number of 1 or more", text)
	}
	return int(n), nil
}

// secretSettings say what must not stand in a recording, whatever it looks like.
type secretSettings struct {
	config    string
	variables []string
	key       fake.Credentials
}

func (s *secretSettings) add(flags *pflag.FlagSet) {
	d := fake.DefaultTenant()
	add(flags, &s.variables, "secret-env", "", "variables, with commas between, that hold more secrets", asNames)
	add(flags, &s.key.SecretID, "secret-id", d.SecretID, "CME secretId, which must not be recorded", asText)
	add(flags, &s.key.SecretKey, "secret-key", d.SecretKey, "CME secretKey; better in the variable", asText)
	add(flags, &s.key.Secret, "secret", d.Secret, "h5ds secret; better in the variable", asText)
	add(flags, &s.config, "config", "", "configuration file of serve; the secrets of its tenants count too", asFile)
}

// named says whether anybody named a secret: the defaults are known to everybody.
func (s *secretSettings) named() bool {
	d := fake.DefaultTenant()
	return len(s.variables) > 0 || s.config != "" || s.key.SecretKey != d.SecretKey || s.key.Secret != d.Secret
}

// secrets are all of them, each once.
func (s *secretSettings) secrets(p *program, cmd *cobra.Command) ([]string, error) {
	d := fake.DefaultTenant()
	all := []string{d.SecretKey, d.Secret, s.key.SecretID, s.key.SecretKey, s.key.Secret}
	for _, name := range s.variables {
		value := p.variable(name)
		if value == "" {
			return nil, wrong(cmd, "--secret-env: the variable %s is not set", oneLine(name))
		}
		if len(value) < 4 {
			return nil, wrong(cmd, "--secret-env: the secret in %s has fewer than 4 bytes, which cannot be searched for", oneLine(name))
		}
		all = append(all, value)
	}
	if s.config != "" {
		data, err := os.ReadFile(s.config)
		if err != nil {
			return nil, &failure{statusUsage, fmt.Sprintf("%s: %v; check the path", originOf(cmd, "config"), err)}
		}
		_, tenants, err := parseConfig(s.config, data)
		if err != nil {
			return nil, &failure{statusUsage, err.Error()}
		}
		for _, t := range tenants {
			all = append(all, t.SecretID, t.SecretKey, t.Secret)
		}
	}
	slices.Sort(all)
	all = slices.DeleteFunc(slices.Compact(all), func(secret string) bool { return secret == "" })
	for _, secret := range all {
		if len(secret) < 4 {
			return nil, wrong(cmd, "a secret has fewer than 4 bytes, which cannot be searched for")
		}
	}
	return all, nil
}

// redacted says what was replaced, in numbers.
func redacted(a *recordings.Archive) string {
	counts, err := a.Placeholders()
	if err != nil || len(counts) == 0 {
		return "nothing had to be replaced"
	}
	var parts []string
	for kind, n := range counts {
		parts = append(parts, counted(n, kind))
	}
	slices.Sort(parts)
	return "replaced: " + strings.Join(parts, ", ")
}

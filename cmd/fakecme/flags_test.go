package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// parsed is a value, or the error text.
func parsed[T any](value T, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprint(value)
}

func TestParse(t *testing.T) {
	t.Parallel()
	random := func(text string) string {
		n, err := parseRandom(text)
		if err != nil {
			return parsed(n, err)
		}
		return parsed(*n, nil)
	}
	moment := func(text string) string {
		at, err := parseMoment(text)
		return parsed(at.Format(time.RFC3339Nano), err)
	}
	size := func(text string) string { return parsed(parseSize(text)) }
	address := func(text string) string { return parsed(parseAddress(text)) }
	base := func(text string) string { return parsed(parseBase(text)) }
	span := func(text string) string { return parsed(parseSpan(text)) }
	duration := func(text string) string { return parsed(parseDuration(text)) }
	on := func(text string) string { return parsed(parseSwitch(text)) }
	seed := func(text string) string { return parsed(parseSeed(text)) }
	const (
		noAddress = "error: %q is not an address; write host:port, such as 127.0.0.1:11560, or :11560 for every interface"
		noSize    = "error: %q is not a size; write bytes, or a whole number with KB, MB, GB (1000s) or KiB, MiB, GiB (1024s)"
		badSize   = "error: %q is out of range; write 1 byte to 1GiB"
		noBase    = "error: %q is not a base address; write one such as http://127.0.0.1:11560"
		noMoment  = "error: %q is not a time since 1970; write RFC 3339 such as 2026-01-02T03:04:05Z, Unix seconds, or 13 digits of milliseconds"
		noRandom  = "error: %q is not an unsigned 32-bit number; write 0 to 4294967295"
		noSpan    = "error: %q is not a duration; write one such as 90s, 5m or 24h"
	)
	for _, tt := range []struct {
		name  string
		parse func(string) string
		text  string
		want  string // %q stands for the text
	}{
		{"address", address, "127.0.0.1:11560", "127.0.0.1:11560"},
		{"address of every interface", address, ":0", ":0"},
		{"address of IPv6", address, "[::1]:65535", "[::1]:65535"},
		{"port alone", address, "11560", noAddress},
		{"port too large", address, "127.0.0.1:65536", noAddress},
		{"port by name", address, "127.0.0.1:http", noAddress},
		{"port left out", address, "127.0.0.1:", noAddress},

		{"plain bytes", size, "10485760", "10485760"},
		{"bytes", size, "7B", "7"},
		{"KiB", size, "10KiB", "10240"},
		{"KB", size, "500KB", "500000"},
		{"MiB", size, "10MiB", "10485760"},
		{"MB with a blank, lower case", size, "2 mb", "2000000"},
		{"GiB, the largest", size, "1GiB", "1073741824"},
		{"GB", size, "1GB", "1000000000"},
		{"too large", size, "1073741825", badSize},
		{"too large with unit", size, "2GiB", badSize},
		{"no bytes", size, "0", badSize},
		{"negative", size, "-1", noSize},
		{"unit alone", size, "MiB", noSize},
		{"other unit", size, "10M", noSize},
		{"fraction", size, "1.5MiB", noSize},
		{"beyond 64 bits", size, "99999999999999999999KB", noSize},
		{"empty", size, "", noSize},

		{"base", base, "http://127.0.0.1:11560", "http://127.0.0.1:11560"},
		{"base with slash", base, "https://fake.example/below/", "https://fake.example/below"},
		{"base without scheme", base, "127.0.0.1:11560", noBase},
		{"base without host", base, "http://", noBase},
		{"base of another scheme", base, "ftp://fake.example", noBase},
		{"base with query", base, "http://fake.example/?x=1", noBase},
		{"base with fragment", base, "http://fake.example/#x", noBase},

		{"RFC 3339", moment, "2026-01-02T11:04:05.5+08:00", "2026-01-02T03:04:05.5Z"},
		{"Unix seconds", moment, "1767323045", "2026-01-02T03:04:05Z"},
		{"the beginning", moment, "0", "1970-01-01T00:00:00Z"},
		{"milliseconds", moment, "1758270091116", "2025-09-19T08:21:31.116Z"},
		{"12 digits of seconds", moment, "253402300799", "9999-12-31T23:59:59Z"},
		{"after the year 9999", moment, "253402300800", noMoment},
		{"14 digits", moment, "17582700911160", noMoment},
		{"before 1970", moment, "-1", noMoment},
		{"before 1970 in words", moment, "1969-12-31T23:59:59Z", noMoment},
		{"word", moment, "now", noMoment},
		{"empty time", moment, "", noMoment},

		{"random", random, "4294967295", "4294967295"},
		{"no random", random, "0", "0"},
		{"random as Node.js may make it", random, "4294967296", noRandom},
		{"negative random", random, "-1", noRandom},

		{"span", span, "1h30m", "1h30m0s"},
		{"least span", span, "1ns", "1ns"},
		{"no span", span, "0s", "error: 0s is not more than 0; leave it out for the default, or write 1ns for next to nothing"},
		{"negative span", span, "-1s", "error: -1s is not more than 0; leave it out for the default, or write 1ns for next to nothing"},
		{"span without unit", span, "5", noSpan},
		{"negative duration", duration, "-5m", "-5m0s"},
		{"duration in words", duration, "a while", noSpan},

		{"on", on, "true", "true"},
		{"on as 1", on, "1", "true"},
		{"off", on, "false", "false"},
		{"neither", on, "yes", "error: %q is neither true nor false"},
		{"seed", seed, "18446744073709551615", "18446744073709551615"},
		{"no seed", seed, "-1", "error: %q is not a seed; write a whole number from 0 to 18446744073709551615"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := strings.ReplaceAll(tt.want, "%q", strconv.Quote(tt.text))
			if diff := cmp.Diff(want, tt.parse(tt.text)); diff != "" {
				t.Errorf("parse %q (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

// readSettings is serve up to where it would make the fake.
func readSettings(t *testing.T, env environment, args ...string) (settings, string) {
	t.Helper()
	var s settings
	p := &program{environ: env.list()}
	cmd := &cobra.Command{
		Use: "serve", SilenceUsage: true, SilenceErrors: true, PersistentPreRunE: p.readEnvironment,
		RunE: func(cmd *cobra.Command, _ []string) error { return errors.Join(s.readConfig(cmd), s.readEnvFile(cmd)) },
	}
	cmd.SetFlagErrorFunc(flagError)
	s.add(cmd.Flags())
	cmd.SetArgs(append([]string{}, args...))
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		return settings{}, err.Error()
	}
	return s, ""
}

// Every flag of serve has its variable, and the variable does what the flag does.
func TestEveryFlagHasItsVariable(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"http": ":1", "https": ":2", "proxy": ":3", "proxy-allow": "a.example", "data": "d", "ca-cert": "c", "ca-key": "k", "config": "testdata/config.yaml", "fixtures": "f.yaml", "demo": "true", "dialect": "current", "log": "json", "max-body": "7",
		"seed": "7", "vary": "7", "only-documented": "true", "ticket-life": "7s", "skew": "7s", "h5ds-window": "7s",
		"h5ds-status-url": "http://127.0.0.1:7", "h5ds-status-timeout": "7s", "h5ds-status-cache": "7s", "env-file": "testdata/vendor.env", "h5ds-saas": "true",
		"replay": "recorded", "repeat": "loop", "expire": "90d", "must-use": "true",
		"no-why": "true", "self-check": "true", "coverage-dir": "c",
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	(&settings{}).add(flags)
	flags.VisitAll(func(f *pflag.Flag) {
		value, ok := values[f.Name]
		if !ok {
			t.Errorf("--%s is not tested", f.Name)
			return
		}
		byFlag, flagProblem := readSettings(t, nil, "--"+f.Name+"="+value)
		byVariable, variableProblem := readSettings(t, environment{f.Annotations[annotationVariable][0]: value})
		if flagProblem != "" || variableProblem != "" {
			t.Errorf("--%s: %s %s", f.Name, flagProblem, variableProblem)
		}
		if diff := cmp.Diff(byFlag, byVariable, compareSettings); diff != "" {
			t.Errorf("--%s, flag and variable (-flag +variable):\n%s", f.Name, diff)
		}
		none, _ := readSettings(t, nil)
		if cmp.Equal(none, byFlag, compareSettings) {
			t.Errorf("--%s %s changes nothing", f.Name, value)
		}
	})
}

func TestVariableErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		env  environment
		args []string
		want string
	}{
		{"bad variable", environment{"FAKECME_MAX_BODY": "10M"}, nil,
			`serve: FAKECME_MAX_BODY: "10M" is not a size; write bytes, or a whole number with KB, MB, GB (1000s) or KiB, MiB, GiB (1024s)`},
		{"first of two", environment{"FAKECME_LOG": "x", "FAKECME_HTTP": "y"}, nil,
			`serve: FAKECME_HTTP: "y" is not an address; write host:port, such as 127.0.0.1:11560, or :11560 for every interface`},
		{"bad variable under a flag", environment{"FAKECME_DIALECT": "x"}, []string{"--dialect", "original"}, ""},
		{"empty variable", environment{"FAKECME_DIALECT": ""}, nil, ""},
		{"bad switch", environment{"FAKECME_NO_WHY": "yes"}, nil, `serve: FAKECME_NO_WHY: "yes" is neither true nor false`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, got := readSettings(t, tt.env, tt.args...)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

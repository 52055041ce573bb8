package option

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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
	moment := func(text string) string {
		at, err := parseMoment(text)
		return parsed(at.Format(time.RFC3339Nano), err)
	}
	size := func(text string) string { return parsed(parseSize(text)) }
	address := func(text string) string { return parsed(ParseAddress(text)) }
	base := func(text string) string { return parsed(ParseBase(text)) }
	fakeURL := func(text string) string { return parsed(ParseFakeURL(text)) }
	span := func(text string) string { return parsed(ParseSpan(text)) }
	duration := func(text string) string { return parsed(ParseDuration(text)) }
	on := func(text string) string { return parsed(parseSwitch(text)) }
	age := func(text string) string { return parsed(parseAge(text)) }
	seed := func(text string) string { return parsed(parseSeed(text)) }
	const (
		noAddress = "error: %q is not an address; write host:port, such as 127.0.0.1:11560, or :11560 for every interface"
		noSize    = "error: %q is not a size; write a whole number with B, KB, MB, GB (1000s) or KiB, MiB, GiB (1024s)"
		badSize   = "error: %q is out of range; write 1B to 1GiB"
		noBase    = "error: %q is not a base address; write one such as http://127.0.0.1:11560"
		hidden    = `error: "***" is not a base address; write one such as http://127.0.0.1:11560`
		tooMuch   = "error: the address of fake.example has a user name, a query or a fragment; leave it out"
		noMoment  = "error: %q is not a time since 1970; write RFC 3339 such as 2026-01-02T03:04:05Z, Unix seconds, or 13 digits of milliseconds"
		noAge     = "error: %q is not an age; write days such as 90d, or a duration such as 36h"
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

		{"no unit", size, "10485760", noSize},
		{"bytes", size, "7B", "7"},
		{"KiB", size, "10KiB", "10240"},
		{"KB", size, "500KB", "500000"},
		{"MiB", size, "10MiB", "10485760"},
		{"MB with a blank, lower case", size, "2 mb", "2000000"},
		{"GiB, the largest", size, "1GiB", "1073741824"},
		{"GB", size, "1GB", "1000000000"},
		{"too large", size, "1073741825B", badSize},
		{"too large with unit", size, "2GiB", badSize},
		{"no bytes", size, "0B", badSize},
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
		{"base with query", base, "http://fake.example/?s3cr3t", tooMuch},
		{"base with fragment", base, "http://fake.example/#s3cr3t", tooMuch},
		{"base with user", base, "http://s3cr3t@fake.example", tooMuch},
		{"base with password", base, "https://user:s3cr3t@fake.example/below", tooMuch},
		{"base with a password that is not escaped", base, "http://user:s3cr3t?@fake.example/", hidden},
		{"base with a password and without scheme", base, "user:s3cr3t@fake.example:80", hidden},
		{"base of another scheme with password", base, "ftp://user:s3cr3t@fake.example/a?s3cr3t#s3cr3t",
			`error: "ftp://fake.example/a" is not a base address; write one such as http://127.0.0.1:11560`},
		{"base without host, with query", base, "/?s3cr3t", hidden},
		{"fake with password", fakeURL, "http://user:s3cr3t@fake.example", tooMuch},
		{"fake with port", fakeURL, ":1", "http://127.0.0.1:1"},

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

		{"span", span, "1h30m", "1h30m0s"},
		{"least span", span, "1ns", "1ns"},
		{"no span", span, "0s", "error: 0s is not more than 0; leave it out for the default, or write 1ns for next to nothing"},
		{"negative span", span, "-1s", "error: -1s is not more than 0; leave it out for the default, or write 1ns for next to nothing"},
		{"span without unit", span, "5", noSpan},
		{"negative duration", duration, "-5m", "-5m0s"},
		{"duration in words", duration, "a while", noSpan},

		{"age in days", age, "1d", "24h0m0s"},
		{"the oldest age", age, "100000d", "2400000h0m0s"},
		{"age as a duration", age, "36h", "36h0m0s"},
		{"too many days", age, "100001d", noAge},
		{"no days", age, "0d", noAge},
		{"age without unit", age, "90", noAge},
		{"no age", age, "0s", "error: 0s is not more than 0; leave it out for the default, or write 1ns for next to nothing"},

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
			if strings.Contains(tt.parse(tt.text), "s3cr3t") {
				t.Errorf("parse %q shows a secret: %s", tt.text, tt.parse(tt.text))
			}
		})
	}
}

func TestDialable(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"127.0.0.1:1": "127.0.0.1:1", "0.0.0.0:1": "127.0.0.1:1", "[::]:1": "127.0.0.1:1", ":1": "127.0.0.1:1",
		"[::1]:1": "[::1]:1", "fake.example:1": "fake.example:1", "no address": "no address",
	} {
		if got := Dialable(address); got != want {
			t.Errorf("Dialable(%q): got %q, want %q", address, got, want)
		}
	}
}

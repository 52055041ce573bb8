package option

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake"
)

// Kind is a kind of values: its name in the help, and how a text becomes a value.
type Kind[T any] struct {
	name  string
	parse func(string) (T, error)
}

// NewKind returns the kind of that name, such as "address".
func NewKind[T any](name string, parse func(text string) (T, error)) Kind[T] {
	return Kind[T]{name, parse}
}

// The kinds of more than one command.
var (
	Text     = NewKind("text", anyText)
	File     = NewKind("file", anyText)
	Address  = NewKind("address", ParseAddress)
	Base     = NewKind("url", ParseBase)
	FakeURL  = NewKind("url", ParseFakeURL)
	Switch   = NewKind("bool", parseSwitch)
	Size     = NewKind("size", parseSize)
	Seed     = NewKind("number", parseSeed)
	Span     = NewKind("duration", ParseSpan)
	Moment   = NewKind("time", parseMoment)
	Age      = NewKind("duration", parseAge)
	Names    = NewKind("names", parseNames)
	Services = NewKind("names", parseServices)
	Dialect  = NewKind("name", ParseDialect)
)

// OneOf is the kind of one of several words. The noun says in a message what the words are, such as "form".
func OneOf[T ~string](name, noun string, words ...T) Kind[T] {
	return NewKind(name, func(text string) (T, error) {
		if !slices.Contains(words, T(text)) {
			return "", unknown(noun, text, words)
		}
		return T(text), nil
	})
}

func unknown[T ~string](noun, text string, words []T) error {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = string(word)
	}
	return fmt.Errorf("there is no %s %q; %s", noun, text, command.Suggest(text, "", texts))
}

// List collects the values of a flag that may be repeated.
func List[T any](target *[]T, name string, parse func(text string) ([]T, error)) Kind[[]T] {
	return NewKind(name, func(text string) ([]T, error) {
		more, err := parse(text)
		if err != nil {
			return nil, err
		}
		return append(*target, more...), nil
	})
}

func anyText(text string) (string, error) { return text, nil }

// ParseAddress takes host:port.
func ParseAddress(text string) (string, error) {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", fmt.Errorf("%q is not an address; write host:port, such as 127.0.0.1:11560, or :11560 for every interface", ShownAddress(text))
	}
	return text, nil
}

// ParseBase takes the beginning of an address, without user name, query and fragment.
func ParseBase(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return "", fmt.Errorf("%q is not a base address; write one such as http://127.0.0.1:11560", ShownAddress(text))
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", errTooMuch{u.Host}
	}
	return strings.TrimRight(text, "/"), nil
}

// errTooMuch is the error for a base address with parts that no request would carry.
type errTooMuch struct{ host string }

func (e errTooMuch) Error() string {
	return "the address of " + e.host + " has a user name, a query or a fragment; leave it out"
}

// ShownAddress returns an address without the parts that may hold a secret: user name, password, query and fragment. An
// address in which they cannot be told apart is not shown at all.
func ShownAddress(address string) string {
	u, err := url.Parse(address)
	switch {
	case err == nil && u.Host != "":
		return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	case strings.ContainsAny(address, "@?#"):
		return "***"
	}
	return address
}

// ParseFakeURL takes a base address, or host:port as serve does.
func ParseFakeURL(text string) (string, error) {
	if address, err := ParseAddress(text); err == nil {
		return "http://" + Dialable(address), nil
	}
	base, err := ParseBase(text)
	if tooMuch := (errTooMuch{}); err != nil && !errors.As(err, &tooMuch) {
		err = fmt.Errorf("%w, or host:port", err)
	}
	return base, err
}

// Dialable returns the address that a client on this machine can use for an address to listen on.
func Dialable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

func parseSwitch(text string) (bool, error) {
	on, err := strconv.ParseBool(text)
	if err != nil {
		return false, fmt.Errorf("%q is neither true nor false", text)
	}
	return on, nil
}

// maxSize is the largest limit for bodies: the fake keeps bodies in memory.
const maxSize = 1 << 30

var units = []struct {
	name  string
	bytes float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1},
}

func parseSize(text string) (int64, error) {
	number, factor := "", 0.0 // without a unit it is no size, as a duration without one is none
	for _, unit := range units {
		if at := len(text) - len(unit.name); at >= 0 && strings.EqualFold(text[at:], unit.name) {
			number, factor = strings.TrimSpace(text[:at]), unit.bytes
			break
		}
	}
	n, err := strconv.ParseUint(number, 10, 53)
	size := float64(n) * factor
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is not a size; write a whole number with B, KB, MB, GB (1000s) or KiB, MiB, GiB (1024s)", text)
	case size < 1 || size > maxSize:
		return 0, fmt.Errorf("%q is out of range; write 1B to 1GiB", text)
	}
	return int64(size), nil
}

func parseSeed(text string) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a seed; write a whole number from 0 to %d", text, uint64(math.MaxUint64))
	}
	return n, nil
}

// ParseDuration takes any duration, also a negative one.
func ParseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration; write one such as 90s, 5m or 24h", text)
	}
	return d, nil
}

// ParseSpan takes a positive duration: the zero of fake.Config stands for its default.
func ParseSpan(text string) (time.Duration, error) {
	d, err := ParseDuration(text)
	if err == nil && d <= 0 {
		err = fmt.Errorf("%s is not more than 0; leave it out for the default, or write 1ns for next to nothing", text)
	}
	return d, err
}

// parseAge takes days, or a positive duration.
func parseAge(text string) (time.Duration, error) {
	const maxDays = 100_000 // a time.Duration holds little more
	number, inDays := strings.CutSuffix(text, "d")
	days, err := strconv.ParseUint(number, 10, 32)
	if inDays && err == nil && days > 0 && days <= maxDays {
		return time.Duration(days) * 24 * time.Hour, nil
	}
	if _, err := time.ParseDuration(text); inDays || err != nil {
		return 0, fmt.Errorf("%q is not an age; write days such as 90d, or a duration such as 36h", text)
	}
	return ParseSpan(text)
}

// parseMoment takes RFC 3339 or Unix time. As the services do, it takes a number of 13 digits for milliseconds.
func parseMoment(text string) (time.Time, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	at := time.Unix(n, 0)
	switch {
	case err == nil && len(text) == 13:
		at = time.UnixMilli(n)
	case err != nil:
		at, err = time.Parse(time.RFC3339, text)
	}
	if at = at.UTC(); err != nil || at.Unix() < 0 || at.Year() > 9999 {
		return time.Time{}, fmt.Errorf("%q is not a time since 1970; write RFC 3339 such as 2026-01-02T03:04:05Z, "+
			"Unix seconds, or 13 digits of milliseconds", text)
	}
	return at, nil
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

func parseServices(text string) ([]string, error) {
	names := strings.Split(text, ",")
	for _, name := range names {
		if !slices.Contains(contracts.Names(), name) {
			return nil, unknown("service", name, contracts.Names())
		}
	}
	return names, nil
}

// ParseDialect takes the name of a preset.
func ParseDialect(text string) (fake.Dialect, error) {
	var names []string
	for _, d := range fake.Dialects() {
		if d.Name == text {
			return d, nil
		}
		names = append(names, d.Name)
	}
	return fake.Dialect{}, unknown("dialect", text, names)
}

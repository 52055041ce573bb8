package main

import (
	"fmt"
	"math"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/fake"
)

const environmentHelp = `A flag with a variable in brackets is also read from that environment variable.
A flag wins over its variable, and a variable over the configuration file. An
empty variable counts as unset.`

// The annotations of a flag.
const (
	annotationVariable = "variable" // its environment variable
	annotationOrigin   = "origin"   // where its value came from, for messages; absent for the default
)

// value is what a flag, a variable or a line of the configuration file sets.
type value[T any] struct {
	target *T
	parse  func(text string) (T, error)
	kind   string // in the help, such as "address"
	text   string
}

func (v *value[T]) String() string { return v.text }
func (v *value[T]) Type() string   { return v.kind }

func (v *value[T]) Set(text string) error {
	parsed, err := v.parse(text)
	if err != nil {
		return err
	}
	*v.target, v.text = parsed, text
	return nil
}

// add defines a flag with an environment variable. What the target holds counts as the default when byDefault
// is empty.
func add[T any](flags *pflag.FlagSet, target *T, name, byDefault, usage string, as kind[T]) {
	variable := variablePrefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	addPlain(flags, target, name, byDefault, usage+" ["+variable+"]", as)
	flags.Lookup(name).Annotations = map[string][]string{annotationVariable: {variable}}
}

// addPlain defines a flag without a variable: one that chooses what a single command prints.
func addPlain[T any](flags *pflag.FlagSet, target *T, name, byDefault, usage string, as kind[T]) {
	v := &value[T]{target: target, parse: as.parse, kind: as.name}
	if byDefault != "" {
		if err := v.Set(byDefault); err != nil {
			panic(fmt.Sprintf("default of --%s: %v", name, err))
		}
	}
	flag := flags.VarPF(v, name, "", usage)
	if as.name == "bool" { // the name by which pflag knows a flag without a value
		flag.NoOptDefVal = "true"
	}
}

// readEnvironment gives each flag that is not on the command line the value of its variable.
func (p *program) readEnvironment(cmd *cobra.Command, _ []string) error {
	var first error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		variable := f.Annotations[annotationVariable]
		switch {
		case len(variable) == 0 || first != nil:
			return
		case f.Changed:
			setOrigin(f, cmd.CommandPath()+": --"+f.Name)
			return
		}
		text := p.variable(variable[0])
		if text == "" {
			return
		}
		setOrigin(f, cmd.CommandPath()+": "+variable[0])
		if err := f.Value.Set(text); err != nil {
			first = &failure{statusUsage, fmt.Sprintf("%s: %v", originOf(cmd, f.Name), err)}
		}
	})
	return first
}

func setOrigin(f *pflag.Flag, origin string) { f.Annotations[annotationOrigin] = []string{origin} }

// originOf says where the value of a flag came from, as the beginning of a message; "" when it is the default.
func originOf(cmd *cobra.Command, name string) string {
	return strings.Join(cmd.Flags().Lookup(name).Annotations[annotationOrigin], "")
}

// kind is how a text becomes a value.
type kind[T any] struct {
	name  string
	parse func(string) (T, error)
}

var (
	asText      = kind[string]{"text", anyText}
	asFile      = kind[string]{"file", anyText}
	asAddress   = kind[string]{"address", parseAddress}
	asBase      = kind[string]{"url", parseBase}
	asFake      = kind[string]{"url", parseFake}
	asStatusURL = kind[string]{"url", parseStatusURL}
	asSwitch    = kind[bool]{"bool", parseSwitch}
	asSize      = kind[int64]{"size", parseSize}
	asSeed      = kind[uint64]{"number", parseSeed}
	asRandom    = kind[*uint32]{"number", parseRandom}
	asSpan      = kind[time.Duration]{"duration", parseSpan}
	asValidity  = kind[time.Duration]{"duration", parseDuration}
	asMoment    = kind[time.Time]{"time", parseMoment}
	asDialect   = kind[fake.Dialect]{"name", parseDialect}
	asLogForm   = kind[logForm]{"form", parseLogForm}
)

func anyText(text string) (string, error) { return text, nil }

func parseAddress(text string) (string, error) {
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", fmt.Errorf("%q is not an address; write host:port, such as 127.0.0.1:11560, or :11560 for every interface", text)
	}
	return text, nil
}

func parseBase(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("%q is not a base address; write one such as http://127.0.0.1:11560", text)
	}
	return strings.TrimRight(text, "/"), nil
}

func parseSwitch(text string) (bool, error) {
	on, err := strconv.ParseBool(text)
	if err != nil {
		return false, fmt.Errorf("%q is neither true nor false", text)
	}
	return on, nil
}

// The largest body the fake may be told to take: it keeps bodies in memory.
const largestSize = 1 << 30

var units = []struct {
	name  string
	bytes float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}, {"", 1},
}

func parseSize(text string) (int64, error) {
	number, factor := text, 1.0
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
		return 0, fmt.Errorf("%q is not a size; write bytes, or a whole number with KB, MB, GB (1000s) or KiB, MiB, GiB (1024s)", text)
	case size < 1 || size > largestSize:
		return 0, fmt.Errorf("%q is out of range; write 1 byte to 1GiB", text)
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

func parseRandom(text string) (*uint32, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("%q is not an unsigned 32-bit number; write 0 to %d", text, uint32(math.MaxUint32))
	}
	random := uint32(n)
	return &random, nil
}

// parseDuration takes any duration; a signature that expired before it was made is good for a test.
func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a duration; write one such as 90s, 5m or 24h", text)
	}
	return d, nil
}

// parseSpan takes a positive duration: the zero of fake.Config stands for its default.
func parseSpan(text string) (time.Duration, error) {
	d, err := parseDuration(text)
	if err == nil && d <= 0 {
		err = fmt.Errorf("%s is not more than 0; leave it out for the default, or write 1ns for next to nothing", text)
	}
	return d, err
}

// parseMoment tells seconds from milliseconds by their 13 digits, as the services do.
func parseMoment(text string) (time.Time, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	at := time.Unix(n, 0)
	switch {
	case err == nil && len(text) == 13:
		at = time.UnixMilli(n)
	case err != nil:
		at, err = time.Parse(time.RFC3339, text)
	}
	if err != nil || at.Unix() < 0 || at.Year() > 9999 {
		return time.Time{}, fmt.Errorf("%q is not a time since 1970; write RFC 3339 such as 2026-01-02T03:04:05Z, "+
			"Unix seconds, or 13 digits of milliseconds", text)
	}
	return at.UTC(), nil
}

// parseDialect takes the name of a preset.
func parseDialect(text string) (fake.Dialect, error) {
	var names []string
	for _, d := range fake.Dialects() {
		if d.Name == text {
			return d, nil
		}
		names = append(names, d.Name)
	}
	return fake.Dialect{}, fmt.Errorf("there is no dialect %q; %s", text, meant(text, "", names))
}

// parseLogForm takes text, json or none.
func parseLogForm(text string) (logForm, error) {
	form := logForm(text)
	if !slices.Contains(logForms, form) {
		return "", fmt.Errorf("there is no form %q; %s", text, meant(text, "", []string{"text", "json", "none"}))
	}
	return form, nil
}

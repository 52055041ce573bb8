package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// settings are what flags, variables and the configuration file say about the fake.
type settings struct {
	config        string
	http          string
	names         realNames
	fixtures      string
	demo          bool
	dialect       fake.Dialect
	log           logForm
	maxBody       int64
	seed          uint64
	ticketLife    time.Duration
	skew          time.Duration
	h5dsWindow    time.Duration
	statusURL     string
	statusTimeout time.Duration
	statusCache   time.Duration
	envFile       string
	saas          bool
	replay        replaySettings
	noWhy         bool
	selfCheck     bool
	coverageDir   string
	vary          uint64

	onlyDocumented bool

	tenants []tenant // only from the file
}

// tenant is one entry of the file's list.
type tenant struct {
	fake.Credentials
	line int
}

// add defines the flags of serve. The configuration file has the same names, but for config.
func (s *settings) add(flags *pflag.FlagSet) {
	flags.SortFlags = false
	add(flags, &s.http, "http", "127.0.0.1:11560", "where to listen; port 0 takes a free one", asAddress)
	s.names.add(flags)
	s.addWorld(flags)
}

// addWorld defines the flags that say what the fake is like, wherever it listens.
func (s *settings) addWorld(flags *pflag.FlagSet) {
	addConfig(flags, s)
	add(flags, &s.fixtures, "fixtures", "", "file with the state to begin with: YAML, or a snapshot", asFile)
	add(flags, &s.demo, "demo", "", "begin with a small made-up library, in place of fixtures", asSwitch)
	add(flags, &s.dialect, "dialect", "original", "which documents to follow: original or current", asDialect)
	add(flags, &s.log, "log", "text", "a line a call on stderr: text, json or none", asLogForm)
	add(flags, &s.maxBody, "max-body", "10MiB", "largest request body", asSize)
	add(flags, &s.seed, "seed", "0", "makes made-up data different, and repeatable", asSeed)
	add(flags, &s.vary, "vary", "0", "let answers vary as the contract allows; each number varies otherwise", asSeed)
	add(flags, &s.onlyDocumented, "only-documented", "", "what is assumed, and a client uses, is a finding", asSwitch)
	add(flags, &s.ticketLife, "ticket-life", "24h", "how long a ticket is good", asSpan)
	addTolerance(flags, s)
	add(flags, &s.statusURL, "h5ds-status-url", "", "your server, asked whether an h5ds user is logged in", asStatusURL)
	add(flags, &s.statusTimeout, "h5ds-status-timeout", "3s", "how long your server may take for that", asSpan)
	add(flags, &s.statusCache, "h5ds-status-cache", "", "how long its response is good; each call asks by default", asSpan)
	add(flags, &s.envFile, "env-file", "", ".env file whose host.saas is the h5ds-status-url", asFile)
	add(flags, &s.saas, "h5ds-saas", "", "answer the made-up calls for all users and works", asSwitch)
	s.replay.add(flags)
	add(flags, &s.noWhy, "no-why", "", "leave out the header X-Fakecme-Why", asSwitch)
	add(flags, &s.selfCheck, "self-check", "", "check the fake's own responses too; if one is wrong, exit with 1", asSwitch)
	add(flags, &s.coverageDir, "coverage-dir", "", "directory for what of the contracts was covered; see coverage", asFile)
}

// addConfig and addTolerance are for explain too: it judges as serve does.
func addConfig(flags *pflag.FlagSet, s *settings) {
	add(flags, &s.config, "config", "", "YAML file with these settings and the tenants", asFile)
}

func addTolerance(flags *pflag.FlagSet, s *settings) {
	add(flags, &s.skew, "skew", brief(cmesign.DefaultSkew), "how far a CME client's clock may run ahead", asSpan)
	add(flags, &s.h5dsWindow, "h5ds-window", brief(h5dssign.DefaultWindow), "how far an h5ds timestamp may be off", asSpan)
}

// brief writes 5m0s as 5m.
func brief(d time.Duration) string { return strings.TrimSuffix(d.String(), "0s") }

// readConfig reads the configuration file, if there is one, into the flags of the command that neither the command
// line nor a variable has set.
func (s *settings) readConfig(cmd *cobra.Command) error {
	if s.config == "" {
		return nil
	}
	data, err := os.ReadFile(s.config)
	if err != nil {
		return &failure{statusUsage, fmt.Sprintf("%s: %v; check the path", originOf(cmd, "config"), err)}
	}
	entries, tenants, err := parseConfig(s.config, data)
	if err != nil {
		return &failure{statusUsage, err.Error()}
	}
	s.tenants = tenants
	for _, e := range entries {
		flag := cmd.Flags().Lookup(e.name)
		if flag == nil || originOf(cmd, e.name) != "" {
			continue
		}
		if slices.Contains(pathSettings, e.name) && !filepath.IsAbs(e.text) {
			e.text = filepath.Join(filepath.Dir(s.config), e.text)
		}
		setOrigin(flag, fmt.Sprintf("%s:%d: %s", s.config, e.line, e.name))
		if err := flag.Value.Set(e.text); err != nil {
			return fmt.Errorf("%s: %w", originOf(cmd, e.name), err) // parseConfig has let it through: not the user's fault
		}
	}
	return nil
}

// absolute makes a path one of this process's own folder, unless it is empty.
func absolute(path string) string {
	if whole, err := filepath.Abs(path); err == nil && path != "" {
		return whole
	}
	return path
}

// pathSettings are relative to the configuration file when they stand in it.
var pathSettings = []string{"fixtures", "env-file", "coverage-dir", "replay", "data", "ca-cert", "ca-key"}

// server makes the fake, and returns the credentials of its tenants with what they leave out filled in. What only
// the fake can judge, fixtures and credentials that collide, fails here.
func (s *settings) server(cmd *cobra.Command, onCall func(fake.Call)) (*fake.Server, []fake.Credentials, error) {
	config := fake.Config{
		Dialect: s.dialect, Seed: s.seed, TicketLife: s.ticketLife, SignatureSkew: s.skew, H5DSWindow: s.h5dsWindow,
		LoginStatusURL: s.statusURL, LoginStatusTimeout: s.statusTimeout, LoginStatusCache: s.statusCache, SAAS: s.saas,
		MaxBody: s.maxBody, HideWhy: s.noWhy, SelfCheck: s.selfCheck, CoverageDir: absolute(s.coverageDir), OnCall: onCall,
		OnlyDocumented: s.onlyDocumented, Vary: s.vary, Replay: s.replay.config,
	}
	if err := s.readFixtures(cmd, &config); err != nil {
		return nil, nil, err
	}
	if len(s.tenants) > 0 {
		config.Tenants = []fake.Credentials{s.tenants[0].Credentials}
	}
	srv, err := fake.New(config)
	switch {
	case err != nil && s.fixtures != "":
		return nil, nil, &failure{statusUsage, s.placeInFixtures(err)}
	case err != nil:
		return nil, nil, failed(cmd, "%v", err)
	}
	all := []fake.Credentials{srv.Tenant.Credentials}
	for _, t := range s.tenants[min(1, len(s.tenants)):] {
		made, err := srv.NewTenant(t.Credentials)
		if err != nil {
			return nil, nil, &failure{statusUsage, fmt.Sprintf("%s:%d: %v", s.config, t.line, err)}
		}
		all = append(all, made.Credentials)
	}
	return srv, all, nil
}

// Package settings reads what the user says about a fake: flags, variables, the configuration file, fixtures and
// recordings. It makes the fake of them.
package settings

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/calllog"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// Settings say what the fake is like and where it listens.
type Settings struct {
	Listeners      Listeners
	Config         string
	Fixtures       string
	Demo           bool
	Dialect        fake.Dialect
	Log            calllog.Form
	MaxBody        int64
	Seed           uint64
	Vary           uint64
	OnlyDocumented bool
	TicketLife     time.Duration
	Skew           time.Duration
	H5DSWindow     time.Duration
	StatusURL      string
	StatusTimeout  time.Duration
	StatusCache    time.Duration
	EnvFile        string
	SAAS           bool
	Replay         Replay
	HideWhy        bool
	SelfCheck      bool
	CoverageDir    string
	AdminHosts     []string
	CallbackHosts  []string

	Tenants []Tenant // only from the configuration file

	// Warnings say what is not wrong in the files, but probably not meant.
	Warnings []string
}

// Add defines the flags of serve. All of them but config are settings of the configuration file too.
func (s *Settings) Add(flags *pflag.FlagSet) {
	flags.SortFlags = false
	s.Listeners.add(flags)
	s.AddFake(flags)
}

// AddFake defines the flags that say what the fake is like, wherever it listens.
func (s *Settings) AddFake(flags *pflag.FlagSet) {
	s.AddConfig(flags)
	option.Add(flags, &s.Fixtures, "fixtures", "", "file with the state to begin with: YAML, or a snapshot", option.File)
	option.Add(flags, &s.Demo, "demo", "", "begin with a small made-up library, in place of fixtures", option.Switch)
	option.Add(flags, &s.Dialect, "dialect", "original", "which documents to follow: original or current", option.Dialect)
	option.Add(flags, &s.Log, "log", "text", "a line a call on stderr: text, json or none",
		option.OneOf("form", "form", calllog.Text, calllog.JSON, calllog.None))
	option.Add(flags, &s.MaxBody, "max-body", "10MiB", "largest request body", option.Size)
	option.Add(flags, &s.Seed, "seed", "0", "makes made-up data different, and repeatable", option.Seed)
	option.Add(flags, &s.Vary, "vary", "0", "vary the responses as the contract allows; each number varies them in another way", option.Seed)
	option.Add(flags, &s.OnlyDocumented, "only-documented", "", "make it a finding when a client uses what is assumed", option.Switch)
	option.Add(flags, &s.TicketLife, "ticket-life", "24h", "how long a ticket is good", option.Span)
	s.AddTolerance(flags)
	option.Add(flags, &s.StatusURL, "h5ds-status-url", "", "your server, asked whether an h5ds user is logged in", option.NewKind("url", parseStatusURL))
	option.Add(flags, &s.StatusTimeout, "h5ds-status-timeout", "3s", "how long your server may take for that", option.Span)
	option.Add(flags, &s.StatusCache, "h5ds-status-cache", "", "how long its response is good; each call asks by default", option.Span)
	option.Add(flags, &s.EnvFile, "env-file", "", ".env file whose host.saas is the h5ds-status-url", option.File)
	option.Add(flags, &s.SAAS, "h5ds-saas", "", "answer the made-up calls for all users and works", option.Switch)
	option.Add(flags, &s.CallbackHosts, "callback-allow", "", "host that callbacks may go to beside this machine; repeat it, or put commas",
		option.List(&s.CallbackHosts, "host", separated(callbackHost)))
	option.Add(flags, &s.AdminHosts, "admin-host", "", "host name under which the admin API answers too; repeat it, or put commas",
		option.List(&s.AdminHosts, "host", separated(adminHost)))
	s.Replay.add(flags)
	option.Add(flags, &s.HideWhy, "no-why", "", "leave out the header X-Fakecme-Why", option.Switch)
	option.Add(flags, &s.SelfCheck, "self-check", "", "check the fake's own responses too; if one is wrong, exit with 1", option.Switch)
	option.Add(flags, &s.CoverageDir, "coverage-dir", "", "directory for the coverage of the contracts; see fakecme coverage", option.File)
}

// AddConfig defines the flag of the configuration file.
func (s *Settings) AddConfig(flags *pflag.FlagSet) {
	option.Add(flags, &s.Config, "config", "", "YAML file with these settings and the tenants", option.File)
}

// AddTolerance defines the flags by which signatures are judged.
func (s *Settings) AddTolerance(flags *pflag.FlagSet) {
	brief := func(d time.Duration) string { return strings.TrimSuffix(d.String(), "0s") } // 5m instead of 5m0s
	option.Add(flags, &s.Skew, "skew", brief(cmesign.DefaultSkew), "how far a CME client's clock may run ahead", option.Span)
	option.Add(flags, &s.H5DSWindow, "h5ds-window", brief(h5dssign.DefaultWindow), "how far an h5ds timestamp may be off", option.Span)
}

// Read reads the files that the flags name: the configuration file first, which may name the others.
func (s *Settings) Read(cmd *cobra.Command, now time.Time) error {
	if err := s.ReadConfig(cmd); err != nil {
		return err
	}
	if err := s.readEnvFile(cmd); err != nil {
		return err
	}
	return s.Replay.read(cmd, now)
}

// NewServer makes the fake. It also returns the credentials of the tenants, complete with those that the fake has made
// up. Fixtures that are wrong and credentials that collide fail here, because only the fake can judge them.
func (s *Settings) NewServer(cmd *cobra.Command, onCall func(fake.Call)) (*fake.Server, []fake.Credentials, error) {
	config := fake.Config{
		Dialect: s.Dialect, Seed: s.Seed, TicketLife: s.TicketLife, SignatureSkew: s.Skew, H5DSWindow: s.H5DSWindow,
		LoginStatusURL: s.StatusURL, LoginStatusTimeout: s.StatusTimeout, LoginStatusCache: s.StatusCache, SAAS: s.SAAS,
		MaxBody: s.MaxBody, HideWhy: s.HideWhy, SelfCheck: s.SelfCheck, CoverageDir: absolute(s.CoverageDir), OnCall: onCall,
		OnlyDocumented: s.OnlyDocumented, Vary: s.Vary, Replay: s.Replay.config,
		CallbackHosts: s.CallbackHosts, AdminHosts: s.AdminHosts,
	}
	if err := s.readFixtures(cmd, &config); err != nil {
		return nil, nil, err
	}
	if len(s.Tenants) > 0 {
		config.Tenants = []fake.Credentials{s.Tenants[0].Credentials}
	}
	srv, err := fake.New(config)
	switch {
	case err != nil && s.Fixtures != "":
		return nil, nil, command.Misuse(placeInFixtures(s.Fixtures, err))
	case err != nil:
		return nil, nil, command.Failed(cmd, "%v", err)
	}
	all := []fake.Credentials{srv.Tenant.Credentials}
	for _, t := range s.Tenants[min(1, len(s.Tenants)):] {
		made, err := srv.NewTenant(t.Credentials)
		if err != nil {
			return nil, nil, command.Misuse(fmt.Sprintf("%s:%d: %v", s.Config, t.line, err))
		}
		all = append(all, made.Credentials)
	}
	return srv, all, nil
}

// absolute returns an absolute path; an empty path stays empty.
func absolute(path string) string {
	if whole, err := filepath.Abs(path); err == nil && path != "" {
		return whole
	}
	return path
}

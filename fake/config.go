package fake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/fixtures"
	"github.com/fakecme/fakecme/fake/h5dssign"
	"github.com/fakecme/fakecme/fake/internal/callback"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/proxy"
	"github.com/fakecme/fakecme/recordings"
)

// Config configures a [Server]. The zero value is right for most tests.
type Config struct {
	// Dialect chooses between documents that contradict each other. The zero value is [Original].
	Dialect Dialect
	// Tenants are the credentials that the fake knows, the default tenant first. Without any there is one tenant, with
	// the credentials of [DefaultTenant].
	Tenants []Credentials
	// Fixtures is the first state of every tenant.
	Fixtures Fixtures
	// Seed chooses the made-up data. The same seed always gives the same data.
	Seed uint64

	// TicketLife is how long a ticket of opencme is good; 24 hours when zero. Assumed: the documents say only
	// "long-term".
	TicketLife time.Duration
	// SignatureSkew is how far the clock of a CME client may run ahead; [cmesign.DefaultSkew] when zero. Assumed.
	SignatureSkew time.Duration
	// H5DSWindow is how far the timestamp of an h5ds signature may be from now, either way; [h5dssign.DefaultWindow]
	// when zero. Assumed.
	H5DSWindow time.Duration

	// LoginStatus and LoginStatusURL let h5ds ask your own system whether a user is still logged in there. It asks at
	// every call of a user who came through third/login, beside the check of the token. Give one of the two, or
	// neither: then it does not ask. The URL is the one that the vendor's server gets as host.saas. The fake sends GET
	// <url>?userID=<userId>, and only the response {"status":1} says that the user is logged in. For any other response
	// the diagnosis says what was wrong.
	LoginStatus    func(ctx context.Context, userID string) (bool, error)
	LoginStatusURL string
	// LoginStatusTimeout is how long your system may take, in real time; 3 seconds when zero. LoginStatusCache is how
	// long the fake believes a response, by the tenant's clock; when zero, it asks at each call. Assumed.
	LoginStatusTimeout time.Duration
	LoginStatusCache   time.Duration
	// CallbackHosts are the hosts that the fake may call beside this machine, at LoginStatusURL and at the callback of a
	// render task: "app" or "10.0.0.7" at any port, or "app:8080". A call to another host is not made. It is a finding:
	// a test that keeps the address of production must not reach production.
	CallbackHosts []string

	// SAAS switches on two calls that list the users and the works of a whole application: GET
	// /api/v1/fakecme/saas/users and …/works, signed by headers. The vendor says that such calls exist, and no more.
	// Everything else about them is assumed.
	SAAS bool

	// OnlyDocumented makes a finding of each use of what the contract marks assumed: an operation, a part of a request,
	// an error. A client that was tested with it does not rely on a guess.
	OnlyDocumented bool
	// Vary varies responses in ways that the contract leaves open, to show what a client wrongly relies on: unknown
	// fields, another order of keys, empty lists in place of missing ones, ids of another documented length. The same
	// value always varies in the same way; zero varies nothing.
	Vary uint64
	// Snapshot takes the place of Fixtures: it is what [Tenant.Snapshot] has returned. Every tenant begins with it, and
	// a reset goes back to it.
	Snapshot []byte
	// Replay lets recordings answer before the fake does.
	Replay Replay

	// MaxBody is the largest request body in bytes; 10 MiB when zero.
	MaxBody int64
	// JournalCalls and JournalBytes bound the journal of each tenant; 10,000 calls and 64 MiB when zero. When it is
	// full, the oldest calls are dropped.
	JournalCalls int
	JournalBytes int64

	// MaxTenants bounds the tenants; 100,000 when zero.
	MaxTenants int
	// MaxUsers, MaxTickets and MaxFileBytes bound what each tenant may hold: users of h5ds; tickets of opencme, and apart
	// from them sessions of h5ds; and the bytes of the files that clients store, each with 1 KiB on top. They are 100,000,
	// 1,000,000 and 256 MiB when zero. A call for which there is no room gets the error of a broken service, and is a
	// finding.
	MaxUsers, MaxTickets int
	MaxFileBytes         int64

	// AdminHosts are further host names under which the admin API and the dashboard answer, for a fake behind a
	// forwarded name: "fakecme.example.com", or "*.app.github.dev" for all names below. Without any they answer at IP
	// addresses, the real host names, localhost, names without a dot, and names below internal. Other names may be a
	// stranger's that was pointed here.
	AdminHosts []string

	// InMemory lets [Start] listen in memory, without a port. It is for tests in a bubble of testing/synctest, where
	// time-outs and pauses take no time. Only [Server.Client] reaches such a server.
	InMemory bool
	// HideWhy leaves out the response header X-Fakecme-Why, which explains an error.
	HideWhy bool
	// SelfCheck checks the fake's own responses against the contract too. [Start] always does.
	SelfCheck bool
	// CoverageDir is the absolute path of a directory. Close writes a file there that says what the calls have covered
	// of the contracts; see package coverage and "fakecme coverage". Until then the file says that the fake has not
	// ended. A missing directory is made. When CoverageDir is empty, the environment variable FAKECME_COVERAGE_DIR is
	// used.
	CoverageDir string
	// OnCall is called with every call, once it is in the journal. It may be called concurrently and must not block.
	OnCall func(Call)
}

// Replay lets recordings answer calls. The fake verifies signatures, tickets and tokens as without recordings, and rejects
// wrong ones with its own error. Where a recorded login gives a ticket or a token, the client gets a fresh one.
type Replay struct {
	// Library holds the recordings. Nil stands for no replay. Each tenant replays it from its beginning, and again after
	// a reset.
	Library *recordings.Library
	// Mixed lets the fake answer what was not recorded. Recordings and fake share no state: the fake does not have what
	// a recorded response says was created. Without Mixed, a call that was not recorded is rejected with status 404 and
	// the difference to the closest recording; it is a finding.
	Mixed bool
	// MustUse makes a finding of each recording that has answered no call; see [Server.Unused].
	MustUse bool
}

func (r Replay) validate() error {
	if r.Library == nil && (r.Mixed || r.MustUse) {
		return errors.New("config: Replay has no Library; make one with recordings.NewLibrary")
	}
	return nil
}

// Defaults of [Config].
const (
	largestMaxBody       = 1 << 32
	defaultMaxBody       = 10 << 20
	defaultTicketLife    = 24 * time.Hour
	defaultStatusTimeout = 3 * time.Second
	defaultJournalCalls  = 10_000
	defaultJournalBytes  = 64 << 20
)

func (c Config) withDefaults() Config {
	if c.Dialect == (Dialect{}) {
		c.Dialect = dialect.Original
	}
	c.TicketLife = cmp.Or(c.TicketLife, defaultTicketLife)
	c.SignatureSkew = cmp.Or(c.SignatureSkew, cmesign.DefaultSkew)
	c.H5DSWindow = cmp.Or(c.H5DSWindow, h5dssign.DefaultWindow)
	c.LoginStatusTimeout = cmp.Or(c.LoginStatusTimeout, defaultStatusTimeout)
	c.MaxBody = cmp.Or(c.MaxBody, defaultMaxBody)
	c.JournalCalls = cmp.Or(c.JournalCalls, defaultJournalCalls)
	c.JournalBytes = cmp.Or(c.JournalBytes, defaultJournalBytes)
	c.MaxTenants = cmp.Or(c.MaxTenants, op.DefaultLimits.Tenants)
	c.MaxUsers = cmp.Or(c.MaxUsers, op.DefaultLimits.Users)
	c.MaxTickets = cmp.Or(c.MaxTickets, op.DefaultLimits.Tickets)
	c.MaxFileBytes = cmp.Or(c.MaxFileBytes, op.DefaultLimits.FileBytes)
	if len(c.Tenants) == 0 {
		c.Tenants = []Credentials{DefaultTenant()}
	}
	return c
}

// shown are the settings that the admin API shows.
func (c Config) shown() map[string]any {
	return map[string]any{
		"seed": c.Seed, "ticketLife": c.TicketLife.String(), "signatureSkew": c.SignatureSkew.String(), "h5dsWindow": c.H5DSWindow.String(),
		"loginStatus": c.LoginStatus != nil || c.LoginStatusURL != "", "saas": c.SAAS, "maxBody": c.MaxBody,
		"journalCalls": c.JournalCalls, "journalBytes": c.JournalBytes, "hideWhy": c.HideWhy, "selfCheck": c.SelfCheck,
	}
}

func (c Config) loginStatus() callback.LoginStatusConfig {
	return callback.LoginStatusConfig{
		Function: c.LoginStatus, URL: c.LoginStatusURL, Timeout: c.LoginStatusTimeout, Cache: c.LoginStatusCache, Hosts: c.CallbackHosts,
	}
}

func (c Config) validate() error {
	for _, v := range []struct {
		name  string
		value int64
	}{
		{"TicketLife", int64(c.TicketLife)}, {"SignatureSkew", int64(c.SignatureSkew)},
		{"H5DSWindow", int64(c.H5DSWindow)}, {"LoginStatusTimeout", int64(c.LoginStatusTimeout)},
		{"LoginStatusCache", int64(c.LoginStatusCache)}, {"MaxBody", c.MaxBody},
		{"MaxTenants", int64(c.MaxTenants)}, {"MaxUsers", int64(c.MaxUsers)}, {"MaxTickets", int64(c.MaxTickets)}, {"MaxFileBytes", c.MaxFileBytes},
		{"JournalCalls", int64(c.JournalCalls)}, {"JournalBytes", c.JournalBytes},
	} {
		if v.value < 0 {
			return fmt.Errorf("config: %s is negative (%d); leave it zero for the default", v.name, v.value)
		}
	}
	if len(c.Snapshot) > 0 && !reflect.DeepEqual(c.Fixtures, Fixtures{}) {
		return errors.New("config: there are Fixtures and a Snapshot; give one of them")
	}
	if c.MaxBody > largestMaxBody {
		return fmt.Errorf("config: MaxBody is %d; the largest is %d", c.MaxBody, int64(largestMaxBody))
	}
	if err := c.Dialect.Check(); err != nil {
		return err
	}
	if err := c.Replay.validate(); err != nil {
		return err
	}
	for _, host := range c.AdminHosts {
		if err := proxy.CheckName(host); err != nil {
			return fmt.Errorf("config: AdminHosts: %w", err)
		}
	}
	return c.loginStatus().Check()
}

// coverageVariable names the directory of Config.CoverageDir when that is empty.
const coverageVariable = "FAKECME_COVERAGE_DIR"

// openCoverage makes the directory: that it cannot be written is to be known before any test runs.
func (c *Config) openCoverage() error {
	from := "CoverageDir"
	if c.CoverageDir == "" {
		c.CoverageDir, from = os.Getenv(coverageVariable), coverageVariable
	}
	switch {
	case c.CoverageDir == "":
		return nil
	case !filepath.IsAbs(c.CoverageDir):
		return fmt.Errorf("%s is %q; give an absolute path: go test runs each package in a directory of its own", from, c.CoverageDir)
	}
	if err := os.MkdirAll(c.CoverageDir, 0o755); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	return nil
}

// The values of a configuration that have packages of their own.
type (
	// Credentials are what a client needs in order to be a tenant of the fake.
	Credentials = fixtures.Credentials
	// Fixtures is the state that a tenant begins with; see [fixtures.Read].
	Fixtures = fixtures.Fixtures
	// Dialect chooses one reading for each known contradiction of the documents.
	Dialect = dialect.Dialect
)

// DefaultTenant returns the credentials of the tenant that is there when none is configured. They look fake on purpose:
// a string in the form of a real key would trip secret scanners.
func DefaultTenant() Credentials { return fixtures.DefaultCredentials() }

// Dialects returns the presets, the default first, for a test that runs in each.
func Dialects() []Dialect { return dialect.All() }

// Original is the default dialect: the two documents this project began from.
func Original() Dialect { return dialect.Original }

// Current is the dialect of the newest published pages.
func Current() Dialect { return dialect.Current }

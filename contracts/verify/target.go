package verify

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/contracts"
)

// Target is a provider, and how it is verified. For a fake with its default credentials, the zero value of every field but the
// addresses is right.
type Target struct {
	// URL is the address of a provider of all services, which goes by the path: a fake, a container, a gateway. "live" stands for
	// the real hosts of the vendors.
	URL string
	// OpenCMEURL, WebPaaSURL and H5DSURL are the addresses of one service each, in place of URL. webpaas needs opencme too,
	// which gives out its tickets.
	OpenCMEURL, WebPaaSURL, H5DSURL string

	// SecretID, SecretKey and Platform are the credentials of CME; AppID and Secret those of h5ds. Empty ones stand for those of
	// the default tenant of the fake, except for the live services, which then are not judged.
	SecretID, SecretKey, Platform string
	AppID, Secret                 string
	// User and OtherUser are the names of two users in your own system. The suite reads the things of User. They are fake-user and
	// chen-mo when empty, users of the demo library of the fake. The whole suite can be judged if User has a team, a project and a
	// message, and shares media with OtherUser, whose oldest video was recognised.
	User, OtherUser string

	// Does is how far the scenarios may go: DoesRead, DoesWrite or DoesDestroy. Empty: DoesWrite.
	Does string
	// Assumed makes faults of undocumented fields, and of differences from expectations that no document backs. That is right for
	// the fake, and wrong for a real service. Without it they are notes.
	Assumed bool
	// Dialect is the only dialect that is right. If it is empty, any is.
	Dialect string
	// Services are the services that are verified, by name. If it is empty, all that have an address are.
	Services []string
	// Run chooses scenarios by "service/name". Nil chooses all.
	Run *regexp.Regexp

	// Client makes the calls. Nil stands for a client with the default transport. Redirects are never followed: they are the response.
	Client *http.Client
	// Timeout is for one call; 10 seconds when zero.
	Timeout time.Duration
}

// The values of Target.Does: what scenarios may do to the provider. Each level includes those before it.
const (
	DoesRead    = "read"    // they log in, and change nothing else
	DoesWrite   = "write"   // they create things of their own
	DoesDestroy = "destroy" // they change or remove things that no client can create again
)

var doesLevels = []string{DoesRead, DoesWrite, DoesDestroy}

// dialects are the names of the readings in the documents.
var dialects = []string{"original", "current"}

// Credentials of the default tenant of the fake, which look fake on purpose.
const (
	fakeSecretID  = "fake-secret-id"
	fakeSecretKey = "fake-secret-key"
	fakePlatform  = "fake-platform"
	fakeAppID     = "fake-appid"
	fakeSecret    = "fake-secret"
)

// live is the URL of the real hosts.
const live = "live"

// isLive says whether the calls of a service go to the vendor.
func (t *Target) isLive(service string) bool {
	u, err := url.Parse(t.base(service))
	return err == nil && contracts.ServiceOfHost(contracts.HostName(u.Host)) != ""
}

// base returns the address of a service. It is empty if there is none.
func (t *Target) base(service string) string {
	all := t.URL
	if all == live {
		all = "https://" + contracts.Hosts(service)[0]
	}
	own := map[string]string{"opencme": t.OpenCMEURL, "webpaas": t.WebPaaSURL, "h5ds": t.H5DSURL}[service]
	return strings.TrimRight(cmp.Or(own, all), "/")
}

// prepare checks the target and fills in what is left out.
func (t Target) prepare() (Target, error) {
	t.Does = cmp.Or(t.Does, DoesWrite)
	t.User, t.OtherUser = cmp.Or(t.User, "fake-user"), cmp.Or(t.OtherUser, "chen-mo")
	t.Timeout = cmp.Or(t.Timeout, 10*time.Second)
	if !slices.Contains(doesLevels, t.Does) {
		return t, fmt.Errorf("verify: %q is not one of %s", t.Does, strings.Join(doesLevels, ", "))
	}
	if t.Dialect != "" && !slices.Contains(dialects, t.Dialect) {
		return t, fmt.Errorf("verify: there is no dialect %q; there are %s", t.Dialect, strings.Join(dialects, ", "))
	}
	if t.User == t.OtherUser {
		return t, errors.New("verify: user and other user are the same; give two")
	}
	for _, name := range t.Services {
		if !slices.Contains(contracts.Names(), name) {
			return t, fmt.Errorf("verify: there is no service %q; there are %s", name, strings.Join(contracts.Names(), ", "))
		}
	}
	if len(t.Services) == 0 {
		t.Services = slices.DeleteFunc(contracts.Names(), func(name string) bool { return t.base(name) == "" })
	}
	if len(t.Services) == 0 {
		return t, errors.New("verify: there is no address; give the URL of a target")
	}
	for _, name := range contracts.Names() {
		if err := checkBase(t.base(name)); err != nil {
			return t, fmt.Errorf("verify: %s: %w", name, err)
		}
	}
	if !t.isLive("opencme") {
		t.SecretID, t.SecretKey = cmp.Or(t.SecretID, fakeSecretID), cmp.Or(t.SecretKey, fakeSecretKey)
		t.Platform = cmp.Or(t.Platform, fakePlatform)
	}
	if !t.isLive("h5ds") {
		t.AppID, t.Secret = cmp.Or(t.AppID, fakeAppID), cmp.Or(t.Secret, fakeSecret)
	}
	t.Client = t.httpClient()
	return t, nil
}

func checkBase(base string) error {
	u, err := url.Parse(base)
	if base != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil) {
		return errors.New("the address is not of the form http://127.0.0.1:11560")
	}
	return nil
}

// httpClient returns a client that does not follow redirects.
func (t *Target) httpClient() *http.Client {
	c := http.Client{}
	if t.Client != nil {
		c = *t.Client
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// lacks says which credentials or address the target lacks for a service. The credentials of the fake do not count for the vendor.
func (t *Target) lacks(service string) string {
	switch {
	case service == "h5ds" && (t.AppID == "" || t.Secret == "" || t.isLive(service) && t.AppID == fakeAppID):
		return "there are no credentials: appid and secret of h5ds"
	case service != "h5ds" && t.base("opencme") == "":
		return "there is no address of opencme, which gives out the tickets"
	case service != "h5ds" && (t.SecretID == "" || t.SecretKey == "" || t.Platform == "" || t.isLive("opencme") && t.SecretID == fakeSecretID):
		return "there are no credentials: secretId, secretKey and platform of CME"
	}
	return ""
}

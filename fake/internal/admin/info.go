package admin

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/h5dssign"
	"github.com/fakecme/fakecme/fake/internal/service"
)

// readHealth says too whether responses vary: whoever wonders at one can make it come again.
func readHealth(a *API, r *http.Request) (any, error) {
	if err := noQuery(r); err != nil {
		return nil, err
	}
	health := map[string]any{"status": "ok", "version": a.Version}
	if a.Pipeline.Vary != 0 {
		health["vary"] = a.Pipeline.Vary
	}
	return health, nil
}

// readInfo says what this fake is like: what a client may have to know, and no secret.
func readInfo(a *API, r *http.Request) (any, error) {
	if err := noQuery(r); err != nil {
		return nil, err
	}
	tenants := []map[string]string{}
	for t := range a.Pipeline.Registry.All() {
		tenants = append(tenants, map[string]string{"id": t.ID, "secretId": t.SecretID, "platform": t.Platform, "appid": t.AppID})
	}
	return map[string]any{
		"version":       a.Version,
		"dialect":       a.Pipeline.Dialect,
		"defaultTenant": a.Pipeline.Default.ID,
		"tenants":       tenants,
		"hosts":         service.RealHosts(),
		"faultKinds":    fault.Kinds(),
		"settings":      a.Settings,
	}, nil
}

// operationJSON is an operation as GET operations lists it.
type operationJSON struct {
	contracts.Operation
	Service string `json:"service"`
	// Example is a request to begin with, as one JSON object: of the vendor's documents where they have one, else
	// made from the contract. A query is an object of texts.
	Example json.RawMessage `json:"example"`
	// Documented says that the example is the vendor's.
	Documented bool `json:"documented"`
}

func listOperations(a *API, r *http.Request) (any, error) {
	if err := noQuery(r); err != nil {
		return nil, err
	}
	var examples map[string]json.RawMessage
	if err := json.Unmarshal(documentedRequests, &examples); err != nil {
		return nil, err
	}
	all := []operationJSON{}
	for _, o := range contracts.Operations() {
		one := operationJSON{Operation: o, Service: o.Service, Example: examples[o.ID]}
		if one.Documented = one.Example != nil; !one.Documented {
			document, err := contracts.Load(o.Service)
			if err != nil {
				return nil, err
			}
			one.Example = document.Sample(o.ID)
		}
		all = append(all, one)
	}
	return map[string]any{"operations": all}, nil
}

// documentedRequests are the requests of the vendors' examples, by operation: the first that goes well. They are
// copied from recordings/documented, which is too large to be part of the program; a test keeps them equal.
//
//go:embed examples.json
var documentedRequests []byte

// signRequest is what POST sign is asked.
type signRequest struct {
	User      string `json:"user"`      // userId of a CME signature
	Action    string `json:"action"`    // Login when empty
	ProjectID string `json:"projectId"` // openProject.projectId
}

// signValidity is how long the signatures of POST sign are good, as in the vendor's samples.
const signValidity = 5 * time.Minute

// signFresh signs for a tenant, at the tenant's time, so that a page or a script without the secrets can
// call the services: a signature of CME with its path, and the headers of h5ds.
func signFresh(a *API, r *http.Request) (any, error) {
	t, err := a.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	req := signRequest{Action: "Login"}
	if err := readBody(r, &req); err != nil {
		return nil, err
	}
	if strings.TrimSpace(req.User) == "" {
		return nil, errorf(http.StatusBadRequest, `sign: the user is missing; send {"user":"user_01"}`)
	}
	now := t.Clock.Now()
	signature := cmesign.Sign(t.SecretKey, cmesign.Params{
		SecretID: t.SecretID, CurrentTimeStamp: now, ExpireTime: now.Add(signValidity), Random: rand.Uint32(),
		Platform: t.Platform, Action: req.Action, UserID: req.User, ProjectID: req.ProjectID,
	})
	headers := h5dssign.New(t.H5DSKey(), now)
	return map[string]any{
		"cme": map[string]string{"signature": signature, "path": "/?signature=" + url.QueryEscape(signature)},
		"h5ds": map[string]any{
			"path":    "/api/v1/third/login",
			"headers": map[string]string{"appid": headers.AppID, "sign": headers.Sign, "timestamp": headers.Timestamp},
		},
	}, nil
}

func readContract(a *API, r *http.Request) (any, error) {
	name, isYAML := strings.CutSuffix(pathValue(r, "file"), ".yaml")
	if _, ok := contracts.Source(name); !ok || !isYAML {
		return nil, errorf(http.StatusNotFound, "there is no contract document %q; there are: %s.yaml, callbacks.yaml and admin.yaml",
			pathValue(r, "file"), strings.Join(contracts.Names(), ".yaml, "))
	}
	return a.document(r, name)
}

func readOpenAPI(a *API, r *http.Request) (any, error) { return a.document(r, "admin") }

// document responds with a contract document. The address of the fake stands before those of the vendor, so that tools
// call the fake first. In callbacks.yaml the server is the user's own.
func (a *API) document(r *http.Request, name string) (any, error) {
	if err := noQuery(r); err != nil {
		return nil, err
	}
	source, _ := contracts.Source(name)
	if name != "callbacks" {
		const servers = "\nservers:\n"
		if address := a.address(r, name); address != "" {
			own := fmt.Sprintf("  - {url: %q, description: This fake.}\n", address)
			source = bytes.Replace(source, []byte(servers), []byte(servers+own), 1)
		}
	}
	return fileResponse(http.StatusOK, "application/yaml", source), nil
}

// address is that of the operations of a document, or empty when they have none yet: where the client found the API, unless
// that has an address of its own and the document is that of a service.
func (a *API) address(r *http.Request, name string) string {
	switch {
	case name != "admin" && a.separate.Load():
		u, err := url.Parse(a.Services())
		if err != nil || u.Host == "" {
			return ""
		}
		if ip := net.ParseIP(u.Hostname()); ip.IsUnspecified() { // it listens everywhere, so also where the client found the API
			u.Host = net.JoinHostPort(contracts.HostName(r.Host), u.Port())
		}
		return u.String()
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// readAuthority responds with the certificate that clients are to trust.
func readAuthority(a *API, r *http.Request) (any, error) {
	if err := noQuery(r); err != nil {
		return nil, err
	}
	pem, ok := a.Authority()
	if !ok {
		return nil, errorf(http.StatusNotFound,
			"there is no certificate authority: the fake listens neither for HTTPS nor as a proxy; start it with --https or --proxy")
	}
	return fileResponse(http.StatusOK, "application/x-pem-file", pem), nil
}

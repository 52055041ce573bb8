package fake

import (
	_ "embed"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// readInfo says what this fake is like: what a client may have to know, and no secret.
func readInfo(s *Server, r *http.Request) (any, error) {
	if err := noParameters(r); err != nil {
		return nil, err
	}
	c := s.config
	tenants := []map[string]string{}
	for t := range s.registry.tenants() {
		tenants = append(tenants, map[string]string{"id": t.ID, "secretId": t.SecretID, "platform": t.Platform, "appid": t.AppID})
	}
	return map[string]any{
		"version":       Version(),
		"dialect":       c.Dialect,
		"defaultTenant": s.Tenant.ID,
		"tenants":       tenants,
		"hosts":         realHosts(),
		"faultKinds":    fault.Kinds(),
		"settings": map[string]any{
			"seed": c.Seed, "ticketLife": c.TicketLife.String(), "signatureSkew": c.SignatureSkew.String(), "h5dsWindow": c.H5DSWindow.String(),
			"loginStatus": s.askStatus != nil, "saas": c.SAAS, "maxBody": c.MaxBody, "journalCalls": c.JournalCalls, "journalBytes": c.JournalBytes,
			"hideWhy": c.HideWhy, "selfCheck": c.SelfCheck,
		},
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

func listOperations(s *Server, r *http.Request) (any, error) {
	if err := noParameters(r); err != nil {
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
func signFresh(s *Server, r *http.Request) (any, error) {
	t, err := s.onlyTenant(r)
	if err != nil {
		return nil, err
	}
	req := signRequest{Action: "Login"}
	if err := readAdmin(r, &req); err != nil {
		return nil, err
	}
	if strings.TrimSpace(req.User) == "" {
		return nil, adminFault(http.StatusBadRequest, `sign: the user is missing; send {"user":"user_01"}`)
	}
	now := t.Clock.Now()
	signature := cmesign.Sign(t.SecretKey, cmesign.Params{
		SecretID: t.SecretID, CurrentTimeStamp: now, ExpireTime: now.Add(signValidity), Random: rand.Uint32(),
		Platform: t.Platform, Action: req.Action, UserID: req.User, ProjectID: req.ProjectID,
	})
	headers := h5dssign.New(t.h5dsKey(), now)
	return map[string]any{
		"cme": map[string]string{"signature": signature, "path": "/?signature=" + url.QueryEscape(signature)},
		"h5ds": map[string]any{
			"path":    "/api/v1/third/login",
			"headers": map[string]string{"appid": headers.AppID, "sign": headers.Sign, "timestamp": headers.Timestamp},
		},
	}, nil
}

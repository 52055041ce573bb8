// Package observe looks at finished exchanges and changes nothing in them: it counts what they cover of the contracts,
// and finds what a test author should know although the call went well.
package observe

import (
	"net/http"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/internal/scheme"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/traffic"
)

// Exchange is a finished exchange: the request, who made it, and the response.
type Exchange struct {
	Request   *http.Request
	Body      []byte             // of the request
	Operation *service.Operation // nil when no operation responds to such a call

	Tenant *tenant.Tenant
	Caller scheme.Identity
	Now    time.Time // the tenant's

	Status       int    // zero when the client got no response
	ResponseBody []byte // as the client got it
	// Error is the documented error in the response, before a fault changed it; the zero value for success.
	Error     traffic.Envelope
	Diagnosis *diagnosis.Diagnosis
	Fault     fault.Kind // empty when none fired
	// Bug says that the fake itself failed. Judged says that the steps behind the faults have made the response.
	// Recorded says that it is a recorded one.
	Bug, Judged, Recorded bool
	// Sent and Responded are the documented fields and values in request and response, as contracts numbers them.
	Sent, Responded []bool
}

// succeeded says whether the client got the response it hoped for.
func (e Exchange) succeeded() bool {
	return e.Error.Code == "" && e.Fault == "" && e.Status != 0 && e.Request.Context().Err() == nil
}

// Find returns what a test author should know about the exchange. With onlyDocumented, everything that is assumed is a
// finding too. The error is a failure of the fake.
func Find(e Exchange, onlyDocumented bool) ([]diagnosis.Diagnosis, error) {
	var found []diagnosis.Diagnosis
	if onlyDocumented && e.Judged && !e.Bug {
		var err error
		if found, err = assumptions(e); err != nil {
			return nil, err
		}
	}
	if !e.Bug {
		found = append(found, sentSecrets(e)...)
		found = append(found, warnings(e)...)
	}
	return found, nil
}

// Count counts what the exchange covers of the contracts.
func Count(e Exchange) {
	if e.Operation == nil || e.Status == 0 {
		return
	}
	e.Tenant.Coverage.Count(e.Operation.Operation, e.Error, e.Tenant.Dialect(), e.Sent, e.Responded)
}

package traffic

import (
	"fmt"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// Finding is something a test author should know: the client broke the contract, made a call that nobody
// documents, or does what works and should not be done.
type Finding struct {
	// Operation is empty when no operation responds to such a call.
	Operation string `json:"operation,omitempty"`
	// Call is method and URL of the call, without secrets.
	Call string `json:"call"`
	// Severity is "error", or "warning" for what works and should not be done.
	Severity Severity `json:"severity"`
	// Diagnosis says what is wrong and what to do.
	Diagnosis diagnosis.Diagnosis `json:"diagnosis"`
	// Times is how often it was found.
	Times int `json:"times"`
	// Tenant is the id of the tenant whose call it was.
	Tenant string `json:"tenant,omitempty"`
}

// Severity says how bad a finding is.
type Severity string

// The severities of findings.
const (
	Error   Severity = "error"   // the client broke the contract, made an unknown call, or a fault never fired
	Warning Severity = "warning" // it works, and should not be done
)

// SeverityOf is the severity of a finding whose diagnosis has the code.
func SeverityOf(code string) Severity {
	if strings.HasPrefix(code, "warning.") {
		return Warning
	}
	return Error
}

// String is the finding in one line.
func (f Finding) String() string {
	name := f.Operation
	if name == "" {
		name = unknownCall
	}
	line := fmt.Sprintf("%s: %s (%s)", name, f.Diagnosis, f.Call)
	if f.Times > 1 {
		line += fmt.Sprintf(", %d times", f.Times)
	}
	return line
}

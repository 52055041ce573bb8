package contracts

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"sync"
)

// Operation is one documented call.
type Operation struct {
	// ID is the operationId: "Material.DeleteMaterial".
	ID string `json:"id"`
	// Service is one of Names.
	Service string `json:"-"`
	Method  string `json:"method"`
	// Path is the whole path without host or query: "/PaaS/Material/DeleteMaterial".
	Path    string `json:"path"`
	Summary string `json:"summary"`
	// Provenance is how sure it is that the operation exists: documented, example, vendor-client or assumed.
	Provenance string `json:"provenance"`
	// Source is where that is known from, in the words of the document.
	Source string `json:"source"`
	// Security names the credential that the call must carry: cmeSignature, cmeTicket, h5dsSign,
	// h5dsToken, or "" for none.
	Security string `json:"security,omitempty"`
	// Anonymous says that a call needs no credential.
	Anonymous bool `json:"anonymous,omitempty"`
	// Errors are the operation's own first, then those of its credential, then those of its service.
	Errors []Error `json:"errors,omitempty"`
}

// Error is one documented error response.
type Error struct {
	// Name is that of the error in the list of its service, which has each error once: "MaterialNotExist".
	Name    string `json:"name"`
	Code    string `json:"code"`
	Message string `json:"message"`
	// EnglishMessage is empty where the response has none: h5ds, and the newest shape of opencme.
	EnglishMessage string `json:"englishMessage,omitempty"`
	// WithField is the last of the texts where the response names the field that is wrong, which stands for
	// "{field}". Empty for an error that names none.
	WithField string `json:"withField,omitempty"`
	// When says what the client did to get it.
	When string `json:"when"`
	// Provenance is how sure it is that this situation leads to this code.
	Provenance string `json:"provenance"`
	// TextProvenance is how sure the texts are, where they are less sure than the code. Empty: as sure.
	TextProvenance string `json:"textProvenance,omitempty"`
	Source         string `json:"source"`
	// Dialect is the only dialect that has the error. Empty: all have it.
	Dialect string `json:"dialect,omitempty"`
	// OtherCode is a code that takes the place of Code in a reading that no dialect has by name.
	OtherCode string `json:"otherCode,omitempty"`
	// Cases are reasons for the error that are less sure than the error is.
	Cases []ErrorCase `json:"cases,omitempty"`
	// ByFault says that no request provokes it: the service fails by itself, or a fault is injected on purpose.
	ByFault bool `json:"byFault,omitempty"`
	// Common says that the error is not the operation's own: every operation with the same
	// credential, or of the same service, may return it.
	Common bool `json:"-"`
}

// ErrorCase is one reason for an error, with an origin of its own.
type ErrorCase struct {
	// Diagnosis is the code of the diagnosis that the fake gives for this reason: "webpaas.class-unknown".
	Diagnosis string `json:"diagnosis"`
	When      string `json:"when"`
	Origin
}

// OriginOf returns where it is known from that the error occurs for the reason with this code of a diagnosis.
func (r Error) OriginOf(diagnosis string) Origin {
	for _, c := range r.Cases {
		if c.Diagnosis == diagnosis {
			return c.Origin
		}
	}
	return Origin{r.Provenance, r.Source}
}

// Texts returns the name and the texts of the error, for the fake, which takes them from the contract.
func (r Error) Texts() (name, code, message, english, withField string) {
	return r.Name, r.Code, r.Message, r.EnglishMessage, r.WithField
}

// sameResponse says whether both errors give the same response. An operation that documents a common error
// itself has it as its own only.
func (r Error) sameResponse(other Error) bool {
	return r.Code == other.Code && r.Message == other.Message && r.EnglishMessage == other.EnglishMessage && r.Dialect == other.Dialect
}

// index is what index.json holds: the part of the documents that is needed without parsing them.
type index struct {
	Documents []indexEntry `json:"documents"`
}

// indexEntry is the index of one document. Common errors stand once, as they do in the document.
type indexEntry struct {
	Name        string             `json:"name"`
	Common      []Error            `json:"errors,omitempty"`
	Credentials map[string][]Error `json:"credentials,omitempty"`
	Operations  []Operation        `json:"operations"`
}

// readIndex parses the embedded index, once.
var readIndex = sync.OnceValue(func() index {
	source, err := files.ReadFile("index.json")
	if err != nil {
		panic("contracts: read index: " + err.Error()) // it is embedded: the build is broken
	}
	var all index
	if err := json.Unmarshal(source, &all); err != nil {
		panic("contracts: parse index: " + err.Error())
	}
	return all
})

// entry returns the index of the named document.
func (all index) entry(name string) (indexEntry, bool) {
	i := slices.IndexFunc(all.Documents, func(e indexEntry) bool { return e.Name == name })
	if i < 0 {
		return indexEntry{}, false
	}
	return all.Documents[i], true
}

// expand returns the entry's operations, each with all the errors that it may return.
func (e indexEntry) expand() []Operation {
	operations := make([]Operation, 0, len(e.Operations))
	for _, o := range e.Operations {
		o.Service = e.Name
		own := slices.Clip(o.Errors)
		o.Errors = own
		for _, r := range slices.Concat(e.Credentials[o.Security], e.Common) {
			if !slices.ContainsFunc(own, r.sameResponse) {
				r.Common = true
				o.Errors = append(o.Errors, r)
			}
		}
		operations = append(operations, o)
	}
	return operations
}

var allOperations = sync.OnceValue(func() []Operation {
	var operations []Operation
	for _, name := range Names() {
		if e, ok := readIndex().entry(name); ok {
			operations = append(operations, e.expand()...)
		}
	}
	return operations
})

// Operations returns the operations of all services: in the order of Names, then by ID. It reads a
// small index, not the documents. The slice is the caller's; what its elements hold is shared and
// must not be changed.
func Operations() []Operation {
	return slices.Clone(allOperations())
}

// Errors returns the list of the errors of a service, by name. What an operation says about when an error occurs and
// how sure that is may differ from the list.
func Errors(service string) []Error {
	entry, _ := readIndex().entry(service)
	lists := [][]Error{entry.Common}
	for _, scheme := range slices.Sorted(maps.Keys(entry.Credentials)) {
		lists = append(lists, entry.Credentials[scheme])
	}
	for _, o := range entry.Operations {
		lists = append(lists, o.Errors)
	}
	list := slices.Concat(lists...)
	slices.SortStableFunc(list, func(a, b Error) int { return cmp.Compare(a.Name, b.Name) })
	return slices.CompactFunc(list, func(a, b Error) bool { return a.Name == b.Name })
}

// Lookup returns the operation with the given ID, of any service.
func Lookup(id string) (Operation, bool) {
	all := allOperations()
	i := slices.IndexFunc(all, func(o Operation) bool { return o.ID == id })
	if i < 0 {
		return Operation{}, false
	}
	return all[i], true
}

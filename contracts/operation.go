package contracts

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// operation holds the parts of an operation that checking needs.
type operation struct {
	method       string
	path         string // empty: any
	parameters   []*openapi3.Parameter
	in           map[string][]*openapi3.Parameter // those of the path, the query and the header, with the credential first
	credential   *openapi3.SecurityScheme         // nil for none
	anonymous    bool                             // a call need not have the credential
	body         openapi3.Content                 // nil: the operation takes no body
	bodyRequired bool
	responses    map[int]openapi3.Content // by status
	provenance   string
	outside      map[string]Origin // see outsideOf
}

func newOperation(doc *openapi3.T, item *openapi3.PathItem, described *openapi3.Operation) (*operation, error) {
	o := &operation{responses: map[int]openapi3.Content{}}
	name, scheme, anonymous := credential(doc, described)
	if name != "" && scheme == nil {
		return nil, fmt.Errorf("security scheme %q is not declared", name)
	}
	o.credential, o.anonymous = scheme, anonymous
	for _, p := range slices.Concat(item.Parameters, described.Parameters) {
		// The credential may stand there, too, since many tools make no argument of a security scheme.
		if scheme == nil || p.Value.In != scheme.In || p.Value.Name != scheme.Name {
			o.parameters = append(o.parameters, p.Value)
		}
	}
	o.in = map[string][]*openapi3.Parameter{}
	if scheme != nil {
		p := &openapi3.Parameter{Name: scheme.Name, In: scheme.In, Required: true, Schema: anyText}
		if anonymous { // clients without a credential send its header empty
			p.Required, p.Schema = false, openapi3.NewStringSchema().NewRef()
		}
		o.in[scheme.In] = append(o.in[scheme.In], p)
	}
	for _, p := range o.parameters {
		o.in[p.In] = append(o.in[p.In], p)
	}
	if described.RequestBody != nil {
		o.body, o.bodyRequired = described.RequestBody.Value.Content, described.RequestBody.Value.Required
	}
	for status, response := range described.Responses.Map() {
		code, err := strconv.Atoi(status)
		if err != nil {
			return nil, fmt.Errorf("status %q is not a number", status)
		}
		o.responses[code] = response.Value.Content
	}
	o.provenance, _ = described.Extensions["x-provenance"].(string)
	return o, nil
}

// anyText is the schema of a credential: it must not be empty.
var anyText = openapi3.NewStringSchema().WithMinLength(1).NewRef()

// credential returns the operation's security scheme, by name and content, or "" and nil for none, and whether a call need not
// have it. An operation has at most one.
func credential(doc *openapi3.T, described *openapi3.Operation) (name string, scheme *openapi3.SecurityScheme, anonymous bool) {
	requirements := doc.Security
	if described.Security != nil {
		requirements = *described.Security
	}
	for _, requirement := range requirements {
		anonymous = anonymous || len(requirement) == 0
		for name = range requirement {
			if ref := doc.Components.SecuritySchemes[name]; ref != nil {
				scheme = ref.Value
			}
		}
	}
	return name, scheme, anonymous
}

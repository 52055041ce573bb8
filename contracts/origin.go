package contracts

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Provenances returns the values of a provenance, the surest first.
func Provenances() []string { return slices.Clone(provenances) }

var provenances = []string{"documented", "example", "vendor-client", Assumed}

// sureness orders provenances, the surest first.
func sureness(provenance string) int { return slices.Index(provenances, provenance) }

// Origin says where a rule of the contract is from.
type Origin struct {
	// Provenance is how sure the rule is: documented, example, vendor-client or assumed.
	Provenance string `json:"provenance,omitempty"`
	// Source is where the rule stands, in the words of the document.
	Source string `json:"source,omitempty"`
}

// String returns the origin in brackets and on one line: "(documented, 1156/50862)". It is empty without an origin.
func (o Origin) String() string {
	var parts []string
	for _, part := range []string{o.Provenance, o.Source} {
		if part != "" {
			parts = append(parts, strings.Join(strings.Fields(part), " "))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// After returns a line with the origin behind it.
func (o Origin) After(line string) string { return strings.TrimSuffix(line+" "+o.String(), " ") }

// marks finds the innermost marks on the way to a value.
type marks struct {
	best  Origin
	depth int
}

func newMarks(id string) *marks {
	o, _ := Lookup(id)
	return &marks{best: Origin{o.Provenance, o.Source}}
}

func (m *marks) request(o *operation, header http.Header, v Violation) {
	for _, p := range o.parameters {
		if p.In == v.In && p.Name == v.Pointer {
			m.take(p.Extensions, 1)
			m.descend(p.Schema.Value, nil, 2)
		}
	}
	if v.In == InBody {
		m.content(o.body, header, v)
	}
}

func (m *marks) content(c openapi3.Content, header http.Header, v Violation) {
	schema, _, violation := choose(c, header.Get("Content-Type"))
	if violation == nil {
		m.descend(schema, SplitPointer(v.Pointer), 1)
	}
}

// descend follows path through the schema and all its branches.
func (m *marks) descend(schema *openapi3.Schema, path []string, depth int) {
	m.take(schema.Extensions, depth)
	eachBelow(schema, func(relation relation, name string, below *openapi3.Schema) {
		switch {
		case relation == relationBranch:
			m.descend(below, path, depth)
		case len(path) == 0:
		case relation == relationProperty && name == path[0], relation == relationItems && isIndex(path[0]):
			m.descend(below, path[1:], depth+1)
		}
	})
}

func isIndex(name string) bool {
	_, err := strconv.Atoi(name)
	return err == nil
}

// take keeps the marks that are further in, or the surer ones of two that are equally far in.
func (m *marks) take(extensions map[string]any, depth int) {
	provenance, _ := extensions["x-provenance"].(string)
	source, _ := extensions["x-source"].(string)
	if provenance == "" && source == "" {
		return
	}
	if provenance == "" {
		provenance = m.best.Provenance
	}
	if depth > m.depth || depth == m.depth && sureness(provenance) < sureness(m.best.Provenance) {
		m.best, m.depth = Origin{provenance, source}, depth
	}
}

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

// Origin is where a rule of the contract is from.
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

// requestOrigin and ResponseOrigin say where the rule is from that a violation breaks: the marks of the part of the
// document that the violation leads to, or of the nearest part around it that has any, at last of the operation.
func (d *Document) requestOrigin(id string, header http.Header, v Violation) Origin {
	o, m := d.operations[id], newMarks(id)
	if o == nil {
		return m.best
	}
	for _, p := range o.parameters {
		if p.In == v.In && p.Name == v.Pointer {
			m.take(p.Extensions, 1)
			m.descend(p.Schema.Value, nil, 2)
		}
	}
	if v.In == InBody {
		m.content(o.body, header, v)
	}
	return m.best
}

func (d *Document) ResponseOrigin(id string, status int, header http.Header, v Violation) Origin {
	o, m := d.operations[id], newMarks(id)
	if o != nil && v.In == InBody {
		m.content(o.answers[status], header, v)
	}
	return m.best
}

// marks looks for the innermost marks on the way to a value.
type marks struct {
	best  Origin
	depth int
}

func newMarks(id string) *marks {
	o, _ := Lookup(id)
	return &marks{best: Origin{o.Provenance, o.Source}}
}

func (m *marks) content(c content, header http.Header, v Violation) {
	schema, _, fault := c.choose(header.Get("Content-Type"))
	if fault == nil {
		m.descend(schema, SplitPointer(v.Pointer), 1)
	}
}

// descend follows path through the schema and all its branches.
func (m *marks) descend(schema *openapi3.Schema, path []string, depth int) {
	m.take(schema.Extensions, depth)
	for _, branch := range slices.Concat(schema.AllOf, schema.OneOf, schema.AnyOf) {
		m.descend(branch.Value, path, depth)
	}
	if len(path) == 0 {
		return
	}
	if below := schema.Properties[path[0]]; below != nil {
		m.descend(below.Value, path[1:], depth+1)
	}
	if _, err := strconv.Atoi(path[0]); err == nil && schema.Items != nil {
		m.descend(schema.Items.Value, path[1:], depth+1)
	}
}

// take keeps the marks that stand further in; of two that stand equally far, the surer ones.
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

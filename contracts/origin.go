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

// The names of an x-outside at the root of a document: what its marks of rules outside of a body are about.
const (
	outsideStatus   = "status"   // of a response
	outsideRequest  = "request"  // its Content-Type, charset included
	outsideResponse = "response" // the same
)

// outsideOf reads the x-outside of a document.
func outsideOf(extensions map[string]any) map[string]Origin {
	outside := map[string]Origin{}
	written, _ := extensions["x-outside"].(map[string]any)
	for name, value := range written {
		parts, _ := value.(map[string]any)
		provenance, _ := parts["provenance"].(string)
		source, _ := parts["source"].(string)
		outside[name] = Origin{provenance, source}
	}
	return outside
}

// marks finds where the rule of a violation is from: the innermost marks on the way to its value, or the x-assumed of the
// one constraint that is broken.
type marks struct {
	rule    string // Violation.Rule
	best    Origin
	depth   int
	assumed bool // best is that of the constraint itself
}

func newMarks(id string, v Violation) *marks {
	o, _ := Lookup(id)
	return &marks{rule: v.Rule, best: Origin{o.Provenance, o.Source}}
}

func (m *marks) request(o *operation, header http.Header, v Violation) {
	for _, p := range o.parameters {
		if p.In == v.In && p.Name == v.Pointer {
			m.take(p.Extensions, 1)
			m.assume(p.Extensions, nil)
			m.value(p.Schema.Value, nil, 2)
		}
	}
	if v.In == InBody {
		m.content(o.body, o.typed(header), v)
	}
}

// content follows the violation into a body.
func (m *marks) content(c openapi3.Content, header http.Header, v Violation) {
	schema, media, violation := choose(c, header.Get("Content-Type"))
	if violation != nil {
		return
	}
	m.take(c[media].Extensions, 1)
	m.value(schema, SplitPointer(v.Pointer), 2)
}

// value reads the marks of a value: of the schemas of it that have the broken rule, or of all if none does. The marks of a
// value that the document does not have are those of the nearest one around it.
func (m *marks) value(schema *openapi3.Schema, path []string, depth int) {
	if m.descend(schema, path, depth, m.rule) {
		return
	}
	for !m.descend(schema, path, depth, "") && len(path) > 0 {
		path = path[:len(path)-1]
	}
}

// descend follows path through the schema and all its branches, and says whether one of them has the value, and the
// keyword for it unless that is empty. Branches that do not have it leave no marks.
func (m *marks) descend(schema *openapi3.Schema, path []string, depth int, keyword string) (found bool) {
	found = len(path) == 0 && hasKeyword(schema, keyword)
	inner := *m
	inner.take(schema.Extensions, depth)
	if m.rule != ruleRequired || len(path) > 0 && (len(path) > 1 || requires(schema, path[0])) {
		inner.assume(schema.Extensions, path)
	}
	eachBelow(schema, func(relation relation, name string, below *openapi3.Schema) {
		switch {
		case relation == relationBranch:
			found = inner.descend(below, path, depth, keyword) || found
		case len(path) == 0, keyword == ruleRequired && len(path) == 1 && !requires(schema, path[0]):
		case relation == relationProperty && name == path[0], relation == relationItems && isIndex(path[0]):
			found = inner.descend(below, path[1:], depth+1, keyword) || found
		}
	})
	if found {
		*m = inner
	}
	return found
}

// hasKeyword says whether a schema has a constraint. One that requires a property stands around the schema of the property.
func hasKeyword(schema *openapi3.Schema, keyword string) bool {
	switch keyword {
	case "enum":
		return schema.Enum != nil
	case "type":
		return schema.Type != nil
	case "format":
		return schema.Format != ""
	case "pattern":
		return schema.Pattern != ""
	case "minLength":
		return schema.MinLength > 0
	case "maxLength":
		return schema.MaxLength != nil
	case "minItems":
		return schema.MinItems > 0
	case "maxItems":
		return schema.MaxItems != nil
	case "minimum":
		return schema.Min != nil
	case "maximum":
		return schema.Max != nil
	default:
		return true
	}
}

// requires says whether a schema or one of its branches requires a property.
func requires(schema *openapi3.Schema, property string) bool {
	required := slices.Contains(schema.Required, property)
	eachBelow(schema, func(relation relation, _ string, below *openapi3.Schema) {
		required = required || relation == relationBranch && requires(below, property)
	})
	return required
}

func isIndex(name string) bool {
	_, err := strconv.Atoi(name)
	return err == nil
}

// assume looks for the broken constraint in the x-assumed of a schema or a parameter. Its keys are keywords, behind the
// names of the properties that lead from here to the constraint: "minLength", "urls/url/minLength", and "*" for the items
// of a list. The keyword required belongs to the object that lacks the property.
func (m *marks) assume(extensions map[string]any, path []string) {
	written, _ := extensions["x-assumed"].(map[string]any)
	if len(written) == 0 || m.rule == "" || m.assumed {
		return
	}
	if m.rule == ruleRequired && len(path) > 0 {
		path = path[:len(path)-1]
	}
	var key strings.Builder
	for _, name := range path {
		if isIndex(name) {
			name = "*"
		}
		key.WriteString(name + "/")
	}
	if source, ok := written[key.String()+m.rule].(string); ok {
		m.best, m.assumed = Origin{Assumed, source}, true
	}
}

// take keeps the marks that are further in, or the surer ones of two that are equally far in.
func (m *marks) take(extensions map[string]any, depth int) {
	provenance, _ := extensions["x-provenance"].(string)
	source, _ := extensions["x-source"].(string)
	if m.assumed || provenance == "" && source == "" {
		return
	}
	if provenance == "" {
		provenance = m.best.Provenance
	}
	if depth > m.depth || depth == m.depth && sureness(provenance) < sureness(m.best.Provenance) {
		m.best, m.depth = Origin{provenance, source}, depth
	}
}

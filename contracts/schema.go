package contracts

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fakecme/fakecme/contracts/internal/excerpt"
	"github.com/getkin/kin-openapi/openapi3"
)

// fault is one thing that is wrong with a value.
type fault struct {
	path   []string
	rule   string // see Violation.Rule
	reason string
	found  string // overrides the value in Violation.Found
	// misfit is what the value should be, where it is of the wrong type: "a string".
	misfit string
	// noValue says that there is no value to show: it is missing, or its name is the fault.
	noValue bool
	unknown bool
	// wrongKind says that the value is not in an enum. Such a value, as "Success", often shows which branch of a union is
	// meant.
	wrongKind bool
}

// violation returns the fault as a violation; root is the whole body.
func (f fault) violation(root any) Violation {
	v := Violation{In: InBody, Pointer: Pointer(f.path...), Rule: f.rule, Reason: f.reason, Found: f.found, Unknown: f.unknown}
	if v.Found == "" && !f.noValue {
		// The validator's own errors hold numbers as floats, which have lost digits.
		value, _ := ValueAt(root, f.path...)
		v.Found = excerpt.Value(f.path, value)
	}
	return v
}

// check returns the faults of a value, all or only the first, in an order that depends only on
// schema and value. A value without faults is checked fast.
func check(schema *openapi3.Schema, value any, all bool) []fault {
	if fits(schema, value) {
		return checkIntegers(schema, value, nil)
	}
	e := explainer{options: formats}
	if all {
		e.options = append(slices.Clip(e.options), openapi3.MultiErrors())
	}
	return oneEach(e.explain(schema, value, nil))
}

// formats are passed to every validation. The validator has its own in a map of the process,
// which has no lock; it does not read that map for a format that it is given.
var formats = []openapi3.SchemaValidationOption{
	openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
		"date-time": openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringDateTime),
		"date":      openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringDate),
	}),
	openapi3.WithIntegerFormatValidators(map[string]openapi3.IntegerFormatValidator{
		"int64": openapi3.NewRangeFormatValidator[int64](math.MinInt64, math.MaxInt64),
	}),
}

var failFast = append(slices.Clip(formats), openapi3.FailFast())

// fits says whether the validator accepts the value.
func fits(schema *openapi3.Schema, value any) bool {
	return schema.VisitJSON(value, failFast...) == nil
}

// oneEach keeps the first fault of each place: a number that is far too large breaks two rules, and is one fault.
func oneEach(faults []fault) []fault {
	seen := map[string]bool{}
	return slices.DeleteFunc(faults, func(f fault) bool {
		at := Pointer(f.path...)
		twice := seen[at]
		seen[at] = true
		return twice
	})
}

// explainer turns the errors of the validator into faults.
type explainer struct {
	options []openapi3.SchemaValidationOption
}

// explain describes the faults of the value at the path.
func (e explainer) explain(schema *openapi3.Schema, value any, path []string) []fault {
	return e.describe(schema.VisitJSON(value, e.options...), path)
}

func (e explainer) describe(err error, path []string) []fault {
	switch err := err.(type) {
	case nil:
		return nil
	case openapi3.MultiError:
		var faults []fault
		for _, one := range err {
			faults = append(faults, e.describe(one, path)...)
		}
		return faults
	case *openapi3.SchemaError:
		return e.schemaError(err, slices.Concat(path, err.JSONPointer()))
	default: // the document has a reference that leads nowhere; a test says that none does
		return []fault{{path: path, reason: "cannot be checked: " + err.Error()}}
	}
}

// schemaError translates an error of the validator. Its own text holds the whole schema.
func (e explainer) schemaError(err *openapi3.SchemaError, path []string) []fault {
	schema := err.Schema
	switch err.SchemaField {
	case "oneOf":
		return e.union(err, schema.OneOf, path)
	case "anyOf":
		return e.union(err, schema.AnyOf, path)
	case "allOf":
		var faults []fault
		for _, part := range schema.AllOf {
			faults = append(faults, e.explain(part.Value, err.Value, path)...)
		}
		return faults
	case "properties":
		return []fault{{path: append(path, undocumentedName(err)), rule: "additionalProperties", reason: notDocumented, noValue: true, unknown: true}}
	case "required":
		return []fault{{path: path, rule: ruleRequired, reason: required, noValue: true}}
	default:
		return []fault{describeScalar(err, path)}
	}
}

// undocumentedName returns the name of the field that a closed object does not have. The validator
// gives it in its text only.
func undocumentedName(err *openapi3.SchemaError) string {
	quoted, _ := strconv.QuotedPrefix(strings.TrimPrefix(err.Reason, "property "))
	name, _ := strconv.Unquote(quoted)
	return name
}

// describeScalar describes a value that stands in its place but is not as it must be.
func describeScalar(err *openapi3.SchemaError, path []string) fault {
	schema, f := err.Schema, fault{path: path, rule: err.SchemaField}
	switch err.SchemaField {
	case "type", "nullable":
		f.misfit = typeName(schema)
		f.rule, f.reason = "type", "must be "+f.misfit
		if _, tooLarge := err.Value.(json.Number); tooLarge && schema.Type.Permits("number") {
			f.misfit, f.rule, f.reason = "", "", "must fit a 64-bit float" // a limit of this package, not of the schema
		}
	case "enum":
		f.reason, f.wrongKind = "must be "+oneOf(schema.Enum), true
	case "not":
		f.reason, f.wrongKind = "must not be "+oneOf(schema.Not.Value.Enum), true
	case "minLength":
		f.reason, f.found = "must have at least "+count(schema.MinLength, "character"), foundLength(err.Value)
	case "maxLength":
		f.reason, f.found = "must have at most "+count(*schema.MaxLength, "character"), foundLength(err.Value)
	case "minItems":
		f.reason, f.found = "must have at least "+count(schema.MinItems, "item"), foundLength(err.Value)
	case "maxItems":
		f.reason, f.found = "must have at most "+count(*schema.MaxItems, "item"), foundLength(err.Value)
	case "minimum":
		f.reason = "must be at least " + strconv.FormatFloat(*schema.Min, 'f', -1, 64)
	case "maximum":
		f.reason = "must be at most " + strconv.FormatFloat(*schema.Max, 'f', -1, 64)
	case "pattern":
		f.reason = "must match " + schema.Pattern
	case "format":
		f.reason = "must be " + formatName(schema.Format)
	default: // a keyword that no document uses yet
		f.reason = "must fit the contract: " + err.Reason
	}
	return f
}

// typeName returns the type of a schema with its article.
func typeName(schema *openapi3.Schema) string {
	switch name := strings.Join(schema.Type.Slice(), " or "); { // one, in OpenAPI 3.0
	case name == "":
		return "other than null" // a schema without type rejects nothing else
	case strings.ContainsRune("aeiou", rune(name[0])):
		return "an " + name
	default:
		return "a " + name
	}
}

func formatName(format string) string {
	switch format {
	case "date-time":
		return "a time such as 2020-12-14T09:05:08Z"
	case "date":
		return "a date such as 2020-12-14"
	case "int64":
		return "an integer of 64 bits"
	default:
		return "of the format " + format
	}
}

// oneOf lists the values of an enum as JSON.
func oneOf(values []any) string {
	var texts []string
	for _, v := range values {
		text, _ := json.Marshal(v) // came from JSON
		texts = append(texts, string(text))
	}
	if len(texts) == 1 {
		return texts[0]
	}
	return "one of " + strings.Join(texts, ", ")
}

func count(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func foundLength(value any) string {
	if items, ok := value.([]any); ok {
		return count(uint64(len(items)), "item")
	}
	text, _ := value.(string)
	return count(uint64(utf8.RuneCountInString(text)), "character")
}

// union describes a value that fits no branch of a union. It describes the faults for the closest branch, and those
// for the rest of the schema that has the union, which the validator does not reach.
func (e explainer) union(err *openapi3.SchemaError, branches openapi3.SchemaRefs, path []string) []fault {
	schema, rule, value := err.Schema, err.SchemaField, err.Value
	var faults []fault
	if len(schema.Properties) > 0 {
		rest := *schema
		rest.OneOf, rest.AnyOf = nil, nil
		faults = e.explain(&rest, value, path)
	}
	var closest []fault
	var misfits, missing []string
	for _, branch := range branches {
		found := e.explain(branch.Value, value, path)
		if len(found) == 0 {
			return append(faults, fault{path: path, rule: rule, reason: "fits more than one of its documented shapes"})
		}
		if first := found[0]; len(found) == 1 && first.misfit != "" && len(first.path) == len(path) {
			misfits = append(misfits, first.misfit)
		} else if len(found) == 1 && first.reason == required && len(first.path) == len(path)+1 {
			missing = append(missing, first.path[len(path)])
		}
		if closest == nil || compareFaults(found, closest) < 0 {
			closest = found
		}
	}
	switch len(branches) { // is no branch closer than the others?
	case len(misfits):
		what := strings.Join(slices.Compact(misfits), " or ")
		closest = []fault{{path: path, rule: rule, reason: "must be " + what, misfit: what}}
	case len(missing):
		closest = []fault{{path: path, rule: rule, reason: "must have " + strings.Join(missing, " or "), noValue: true}}
	}
	return append(faults, closest...)
}

// compareFaults compares how close two branches are to a value. The one with fewer faults at the first level where
// they differ is closer: a fault near the root weighs more than any number further in. A value of the
// wrong kind counts as two faults.
func compareFaults(a, b []fault) int {
	return slices.Compare(levels(a), levels(b))
}

// levels counts the faults at each level of nesting.
func levels(faults []fault) []int {
	weights := make([]int, maxLevels+2)
	for _, f := range faults {
		level := min(len(f.path), len(weights)-1)
		weights[level]++
		if f.wrongKind {
			weights[level]++
		}
	}
	return weights
}

// checkIntegers looks again at the integers of a value that the validator accepts. The validator
// compares floats: it takes 1430.0 and 1e3 for integers, and 2^63 for an integer of 64 bits. In
// OpenAPI 3.0.3 an integer is "a JSON number without a fraction or exponent part", and a server
// that reads into an integer type rejects all three.
func checkIntegers(schema *openapi3.Schema, value any, path []string) []fault {
	if !hasOddNumber(value) {
		return nil
	}
	return oddIntegers(schema, value, path)
}

// hasOddNumber says whether there is a number that no integer may be written as. That is rare, and the only
// case in which the schema is walked a second time.
func hasOddNumber(value any) bool {
	switch value := value.(type) {
	case json.Number:
		return isOdd(value)
	case []any:
		return slices.ContainsFunc(value, hasOddNumber)
	case map[string]any:
		for _, v := range value {
			if hasOddNumber(v) {
				return true
			}
		}
	}
	return false
}

// isOdd says whether a number is integral but not written as an integer of 64 bits.
func isOdd(n json.Number) bool {
	if _, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return false
	}
	f, err := n.Float64()
	return err == nil && math.Trunc(f) == f
}

func oddIntegers(schema *openapi3.Schema, value any, path []string) []fault {
	var faults []fault
	walk(schema, value, path, fewestOddIntegers, func(schema *openapi3.Schema, value any, path []string) bool {
		if n, ok := value.(json.Number); ok && schema.Type.Is("integer") && isOdd(n) {
			faults = append(faults, oddInteger(schema, n, path)...)
		}
		return true
	})
	return faults
}

// fewestOddIntegers chooses a branch that accepts the value with its integers, or else the first that accepts the value.
func fewestOddIntegers(branches openapi3.SchemaRefs, value any, path []string) *openapi3.Schema {
	for _, branch := range branches {
		if fits(branch.Value, value) && len(oddIntegers(branch.Value, value, path)) == 0 {
			return branch.Value
		}
	}
	return firstFit(branches, value, path)
}

func oddInteger(schema *openapi3.Schema, n json.Number, path []string) []fault {
	switch {
	case strings.ContainsAny(string(n), ".eE"):
		return []fault{{path: path, rule: "type", reason: "must be an integer, without fraction and exponent"}}
	case schema.Format == "int64":
		return []fault{{path: path, rule: "format", reason: "must be " + formatName(schema.Format)}}
	default:
		return nil
	}
}

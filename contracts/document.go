package contracts

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/fakecme/fakecme/contracts/internal/excerpt"
	"github.com/getkin/kin-openapi/openapi3"
)

// Document is one parsed OpenAPI document. It is never changed, so any number of goroutines may use it.
type Document struct {
	name       string
	operations map[string]*operation
}

// operation is what checking needs to know of one operation.
type operation struct {
	method       string
	path         string // empty: any
	parameters   []*openapi3.Parameter
	credential   *openapi3.SecurityScheme // nil for none
	body         content                  // nil: the operation takes no body
	bodyRequired bool
	guessedMedia map[string]string // see Document.Guesses
	answers      map[int]content
	provenance   string
	shapes       func() shapes // made when they are first needed
}

// content is the schema of a body for each documented media type.
type content map[string]*openapi3.Schema

// loaders parse each document at most once a process, when it is first needed.
var loaders = func() map[string]func() (*Document, error) {
	all := map[string]func() (*Document, error){}
	for _, name := range append(Names(), callbacks, admin) {
		all[name] = sync.OnceValues(func() (*Document, error) { return load(name) })
	}
	return all
}()

// Load returns the document of a service, of "callbacks", what the user's own server must
// provide, or of "admin", the admin API of the fake. The first call for a name parses it, which takes milliseconds; later ones return the
// same document. It is safe for concurrent use. The error says that there is no such document, or
// that the index does not fit it, which is a fault of the build.
func Load(service string) (*Document, error) {
	loader, ok := loaders[service]
	if !ok {
		known := strings.Join(slices.Sorted(maps.Keys(loaders)), ", ")
		return nil, fmt.Errorf("load contract %q: there is none; there are %s", service, known)
	}
	return loader()
}

func load(name string) (*Document, error) {
	document, err := loadWith(name, readIndex())
	if err != nil {
		return nil, fmt.Errorf("load contract %q: %w", name, err)
	}
	return document, nil
}

func loadWith(name string, all index) (*Document, error) {
	parsed, err := parse(name)
	if err != nil {
		return nil, err
	}
	if name == admin {
		return newDocument(name, parsed)
	}
	want, err := indexOf(name, parsed)
	if err != nil {
		return nil, err
	}
	if got, _ := all.entry(name); !reflect.DeepEqual(got, want) {
		return nil, errors.New("index.json does not fit the document: run go test ./contracts -update")
	}
	return newDocument(name, parsed)
}

func newDocument(name string, parsed *openapi3.T) (*Document, error) {
	document := &Document{name: name, operations: map[string]*operation{}}
	for at, item := range parsed.Paths.Map() {
		for method, described := range item.Operations() {
			o, err := newOperation(parsed, item, described)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", described.OperationID, err)
			}
			o.method, o.path = method, at
			if name == callbacks {
				o.path = "" // the user's server chooses it
			}
			document.operations[described.OperationID] = o
		}
	}
	return document, nil
}

// parse reads an embedded document. It does not validate it: a test does, and the document cannot
// change after that.
func parse(name string) (*openapi3.T, error) {
	source, ok := Source(name)
	if !ok {
		return nil, fmt.Errorf("there is no %s.yaml", name)
	}
	return openapi3.NewLoader().LoadFromData(source)
}

func newOperation(doc *openapi3.T, item *openapi3.PathItem, described *openapi3.Operation) (*operation, error) {
	o := &operation{answers: map[int]content{}}
	for _, p := range slices.Concat(item.Parameters, described.Parameters) {
		o.parameters = append(o.parameters, p.Value)
	}
	name, scheme := credential(doc, described)
	if name != "" && scheme == nil {
		return nil, fmt.Errorf("security scheme %q is not declared", name)
	}
	o.credential = scheme
	if described.RequestBody != nil {
		o.body = contentOf(described.RequestBody.Value.Content)
		o.bodyRequired = described.RequestBody.Value.Required
		o.guessedMedia = guessedMedia(described.RequestBody.Value.Content)
	}
	for status, answer := range described.Responses.Map() {
		code, err := strconv.Atoi(status)
		if err != nil {
			return nil, fmt.Errorf("status %q is not a number", status)
		}
		o.answers[code] = contentOf(answer.Value.Content)
	}
	o.provenance, _ = described.Extensions["x-provenance"].(string)
	o.shapes = sync.OnceValue(func() shapes { return shapesOf(o) })
	return o, nil
}

// credential returns the operation's security scheme, by name and content, or "" and nil for none.
// An operation has at most one.
func credential(doc *openapi3.T, described *openapi3.Operation) (string, *openapi3.SecurityScheme) {
	requirements := doc.Security
	if described.Security != nil {
		requirements = *described.Security
	}
	for _, requirement := range requirements {
		for name := range requirement {
			if ref := doc.Components.SecuritySchemes[name]; ref != nil {
				return name, ref.Value
			}
			return name, nil
		}
	}
	return "", nil
}

// Targets returns the operations of the document by method and path, such as "GET /_fakecme/faults/{id}".
func (d *Document) Targets() map[string]string {
	targets := map[string]string{}
	for id, o := range d.operations {
		targets[o.method+" "+o.path] = id
	}
	return targets
}

func contentOf(documented openapi3.Content) content {
	c := content{}
	for media, described := range documented {
		c[media] = described.Schema.Value
	}
	return c
}

// operation returns the named operation, or a violation that says that there is none.
func (d *Document) operation(id string) (*operation, []Violation) {
	if o, ok := d.operations[id]; ok {
		return o, nil
	}
	return nil, []Violation{{In: InOperation, Reason: "must be one of " + d.name, Found: excerpt.String(id)}}
}

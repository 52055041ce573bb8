package contracts

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/fakecme/fakecme/contracts/internal/excerpt"
)

// Document is one OpenAPI document. What checking needs of an operation is read when it is first needed, from a file that
// holds that operation alone. Any number of goroutines may use a document.
type Document struct {
	name       string
	operations map[string]func() documented
}

// documented is an operation with what is read of its schemas when it is first needed.
type documented struct {
	*operation
	shapes func() shapes
}

// loaders make each document at most once a process, when it is first needed.
var loaders = func() map[string]func() *Document {
	all := map[string]func() *Document{}
	for _, name := range append(Names(), callbacks, admin) {
		all[name] = sync.OnceValue(func() *Document { return load(name) })
	}
	return all
}()

// Load returns the document of a service, of "callbacks", the calls to the user's own server, or of
// "admin", the admin API of the fake. It is the same document each time. It is safe for concurrent use. The error says that
// there is no such document.
func Load(service string) (*Document, error) {
	loader, ok := loaders[service]
	if !ok {
		known := strings.Join(slices.Sorted(maps.Keys(loaders)), ", ")
		return nil, fmt.Errorf("load contract %q: there is none; there are %s", service, known)
	}
	return loader(), nil
}

// load lists the operations of a document, and reads none.
func load(name string) *Document {
	entries, err := files.ReadDir(path.Join(operationsDir, name))
	if err != nil {
		panic("contracts: " + err.Error()) // they are embedded: the build is broken
	}
	document := &Document{name, map[string]func() documented{}}
	for _, entry := range entries {
		id := strings.TrimSuffix(entry.Name(), ".json")
		document.operations[id] = sync.OnceValue(func() documented { return readOperation(name, id) })
	}
	return document
}

// readOperation reads the file of one operation, which is an OpenAPI document with that operation alone.
func readOperation(name, id string) documented {
	document, err := readDocument(name, path.Join(operationsDir, name, id+".json"))
	if err != nil {
		panic(fmt.Sprintf("contracts: read %s: %v", id, err)) // it is embedded: the build is broken
	}
	o, _ := document.operation(id)
	return o
}

func readDocument(name, file string) (*Document, error) {
	source, err := files.ReadFile(file)
	if err != nil {
		return nil, err
	}
	parsed, err := openapi3.NewLoader().LoadFromData(source)
	if err != nil {
		return nil, err
	}
	return newDocument(name, parsed)
}

// newDocument returns a document with all operations of a parsed one.
func newDocument(name string, parsed *openapi3.T) (*Document, error) {
	document := &Document{name, map[string]func() documented{}}
	outside := outsideOf(parsed.Extensions)
	for at, item := range parsed.Paths.Map() {
		for method, described := range item.Operations() {
			o, err := newOperation(parsed, item, described)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", described.OperationID, err)
			}
			o.method, o.path, o.outside = method, at, outside
			if name == callbacks {
				o.path = "" // the user's server chooses it
			}
			whole := documented{o, sync.OnceValue(func() shapes { return shapesOf(o) })}
			document.operations[described.OperationID] = func() documented { return whole }
		}
	}
	return document, nil
}

// operation returns an operation of the document.
func (d *Document) operation(id string) (documented, bool) {
	read, ok := d.operations[id]
	if !ok {
		return documented{}, false
	}
	return read(), true
}

// Targets returns the operations of the document by method and path, such as "GET /_fakecme/faults/{id}".
func (d *Document) Targets() map[string]string {
	targets := map[string]string{}
	for id, read := range d.operations {
		o := read()
		targets[o.method+" "+o.path] = id
	}
	return targets
}

// unknown is the violation of a check with a name that no operation has.
func (d *Document) unknown(id string) []Violation {
	return []Violation{{In: InOperation, Reason: "must be one of " + d.name, Found: excerpt.String(id)}}
}

// CheckRequest says how a request for the operation breaks the contract: method, path, query,
// headers, content type, body. There are no violations if it keeps the contract. The caller has read the body
// and passes it; r.Body is not touched, and nothing of r is changed.
//
// A credential is only looked for, not judged. The host is not looked at.
func (d *Document) CheckRequest(id string, r *http.Request, body []byte) []Violation {
	o, ok := d.operation(id)
	if !ok {
		return d.unknown(id)
	}
	return o.checkRequest(r, body, nil)
}

// CheckResponse says how a response to the operation breaks the contract: status, content type, body.
// There are no violations if it keeps the contract. The body is as the server meant it, without compression.
func (d *Document) CheckResponse(id string, status int, h http.Header, body []byte) []Violation {
	o, ok := d.operation(id)
	if !ok {
		return d.unknown(id)
	}
	return o.checkResponse(status, h, body, nil)
}

// Fields returns the fields of an operation: those of its requests by name, parameters first, then those
// of its responses that have at least two documented values. Not among them are the credential, values in the path,
// the parts of a multipart request, and a schema within itself. The slice is shared and must not be changed.
func (d *Document) Fields(id string) []Field {
	if o, ok := d.operation(id); ok {
		return o.shapes().fields
	}
	return nil
}

// ReadRequest checks as [Document.CheckRequest] does, and says which fields and values are present in the request: there is
// one truth value for each of Fields, followed by one for each of its Values.
func (d *Document) ReadRequest(id string, r *http.Request, body []byte) (violations []Violation, present []bool) {
	o, ok := d.operation(id)
	if !ok {
		return d.unknown(id), nil
	}
	shapes := o.shapes()
	present = make([]bool, shapes.points)
	shapes.header(r.Header, present)
	shapes.query(r.URL.RawQuery, present)
	violations = o.checkRequest(r, body, func(value any) { shapes.in[InBody].mark(value, present) })
	return violations, present
}

// ReadResponse checks as [Document.CheckResponse] does, and says which fields and values are present in the response, as ReadRequest does.
func (d *Document) ReadResponse(id string, status int, h http.Header, body []byte) (violations []Violation, present []bool) {
	o, ok := d.operation(id)
	if !ok {
		return d.unknown(id), nil
	}
	shapes := o.shapes()
	present = make([]bool, shapes.points)
	violations = o.checkResponse(status, h, body, func(value any) { shapes.in[InResponse].mark(value, present) })
	return violations, present
}

// Guesses returns the parts of a request for the operation whose provenance is [Assumed]:
// parameters, fields, alternatives of a field, the content type. A part that the contract does not have
// is no guess, but a violation; so is all of an operation that is assumed itself.
func (d *Document) Guesses(id string, r *http.Request, body []byte) []Guess {
	if o, ok := d.operation(id); ok {
		return o.guesses(r, body)
	}
	return nil
}

// Objects returns the objects of a JSON response to the operation that the document describes, outermost first. A
// response that breaks the contract, or that is no JSON, may have none.
func (d *Document) Objects(id string, status int, body []byte) []Object {
	o, ok := d.operation(id)
	if !ok {
		return nil
	}
	media := o.responses[status][mediaJSON]
	value, _, readable := parseJSON(body)
	if media == nil || !readable {
		return nil
	}
	return objectsOf(media.Schema.Value, value)
}

// RequestOrigin says where the rule is from that a violation of a request breaks. It reads the mark of the one constraint
// that is broken; else the marks of the part of the document that the violation leads to, of the nearest part around it
// that has any, or of the operation. Rules outside of a body have marks of their own, at the root of the document.
func (d *Document) RequestOrigin(id string, header http.Header, v Violation) Origin {
	o, known := d.operation(id)
	if known && v.In == InContentType {
		if from, ok := o.outside[outsideRequest]; ok {
			return from
		}
	}
	if from, ok := unsaid(v); ok {
		return from
	}
	m := newMarks(id, v)
	if known {
		m.request(o.operation, header, v)
	}
	return m.best
}

// unsaid returns the origin of a rule that no page has anything to say about, whatever the operation.
func unsaid(v Violation) (Origin, bool) {
	switch {
	case v.In == InEncoding:
		return Origin{Provenance: Assumed, Source: "No page says that a request may be compressed."}, true
	case v.Rule == ruleUnicode:
		return Origin{Provenance: Assumed, Source: "No page shows half of a surrogate pair; programs read it differently."}, true
	}
	return Origin{}, false
}

// ResponseOrigin says where the rule is from that a violation of a response breaks, as RequestOrigin does.
func (d *Document) ResponseOrigin(id string, status int, header http.Header, v Violation) Origin {
	o, known := d.operation(id)
	name := map[string]string{InStatus: outsideStatus, InContentType: outsideResponse}[v.In]
	if known {
		if from, ok := o.outside[name]; ok {
			return from
		}
	}
	if from, ok := unsaid(v); ok {
		return from
	}
	m := newMarks(id, v)
	if known && v.In == InBody {
		m.content(o.responses[status], header, v)
	}
	return m.best
}

// Sample returns a request for the operation as one JSON object, for a person to begin with: the parts that the
// contract requires, or when it requires nothing, everything on the first level. Parameters of
// path and query are texts in it. It keeps the contract, but the values mean nothing. It is empty for an unknown operation.
func (d *Document) Sample(id string) json.RawMessage {
	object := map[string]any{}
	if o, ok := d.operation(id); ok {
		object = sampleRequest(o.operation)
	}
	text, err := json.Marshal(object)
	if err != nil { // it holds maps, lists, texts and numbers only
		return json.RawMessage("{}")
	}
	return text
}

package redact

// Eraser replaces every secret of a request by the same placeholder, <*>, so that requests can be compared. It recognizes
// secrets as a [Redactor] does, and replaces the placeholders of a redactor too.
type Eraser struct {
	redaction redaction
}

// NewEraser returns an Eraser for one request.
func NewEraser() *Eraser {
	return &Eraser{redaction{erase: true, inRequest: true, signed: map[string]string{}}}
}

// Text erases the secrets of a running text.
func (e *Eraser) Text(text string) string { return e.redaction.text(text) }

// Value erases the secrets of the value of a parameter or a header. The value of a secret name is erased as a whole.
func (e *Eraser) Value(name, value string) string { return e.redaction.value(name, value) }

// Query erases the secrets of a raw query.
func (e *Eraser) Query(raw string) string { return e.redaction.query(raw) }

// Body erases the secrets of a body.
func (e *Eraser) Body(contentType, body string) string { return e.redaction.body(contentType, body) }

// Secrets returns the secrets that were erased, in their order. It leaves out signatures, because a client makes a new one
// for every call.
func (e *Eraser) Secrets() []string { return e.redaction.erased }

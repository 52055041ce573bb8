package recordings

import (
	"bytes"
	"embed"
	"encoding/json"
	"io/fs"

	"github.com/fakecme/fakecme/recordings/har"
)

//go:embed documented/*.har
var documented embed.FS

// Documented returns the examples of the vendors' documentation, one archive a class of operations,
// in the order of their names. Each entry's comment names the document and the example, and [ExampleOf] returns more about
// it. Credentials are placeholders: <ticket>, <signature>, <sign>. The caller may change the archives.
func Documented() []*har.Archive {
	names, err := fs.Glob(documented, "documented/*.har")
	if err != nil {
		panic("recordings: documented examples: " + err.Error()) // the pattern is right
	}
	var all []*har.Archive
	for _, name := range names {
		source, err := documented.ReadFile(name)
		if err != nil {
			panic("recordings: documented examples: " + err.Error()) // it is embedded
		}
		a, err := har.Read(name, bytes.NewReader(source))
		if err != nil {
			panic("recordings: documented examples: " + err.Error()) // a test reads it
		}
		all = append(all, a)
	}
	return all
}

// Example describes a documented example beyond its traffic.
type Example struct {
	OperationID string `json:"operationId"`
	Kind        string `json:"kind"` // success or error
	// Contradicts lists where the example disagrees with the tables of its own document. The contracts hold the union
	// of both, so the example may still keep the contract.
	Contradicts []Disagreement `json:"contradicts"`
	// Violates lists the mistakes in the request that the example shows the error of.
	Violates []Disagreement `json:"violates"`
	// SeenInPart says which part of the example was not seen; it is empty if all of it was.
	SeenInPart string `json:"seenInPart"`
}

// Disagreement is one place where an example differs from its table.
type Disagreement struct {
	In      string `json:"in"`      // request or response
	Pointer string `json:"pointer"` // JSON pointer (RFC 6901) into the body
	// Table is what the table says about that place: a type as it is written there; "absent" if it has no such field,
	// "required" if there must be one; "at most 30"; "empty"; or the content, as in "x1,y1,x2,y2".
	Table string `json:"table"`
	Why   string `json:"why"`
}

// ExampleOf returns the description of a documented example. It returns false for any other entry.
func ExampleOf(e *har.Entry) (Example, bool) {
	var example Example
	raw, ok := e.Custom[har.ExampleField]
	if !ok || json.Unmarshal(raw, &example) != nil || example.OperationID == "" {
		return Example{}, false
	}
	return example, true
}

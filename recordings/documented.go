package recordings

import (
	"bytes"
	"embed"
	"encoding/json"
	"io/fs"
)

//go:embed documented/*.har
var documented embed.FS

// Documented returns the examples of the vendors' documentation, one archive a class of operations,
// in the order of their names. Each entry's comment says which document and example it is, and
// [Entry.Example] what a program needs to know of it. Credentials are placeholders: <ticket>,
// <signature>, <sign>. The archives are read anew, so they are the caller's.
func Documented() []*Archive {
	names, err := fs.Glob(documented, "documented/*.har")
	if err != nil {
		panic("recordings: documented examples: " + err.Error()) // the pattern is right
	}
	var all []*Archive
	for _, name := range names {
		source, err := documented.ReadFile(name)
		if err != nil {
			panic("recordings: documented examples: " + err.Error()) // it is embedded
		}
		a, err := Read(name, bytes.NewReader(source))
		if err != nil {
			panic("recordings: documented examples: " + err.Error()) // a test reads it
		}
		all = append(all, a)
	}
	return all
}

// exampleField is the custom field of an entry that holds its Example.
const exampleField = "_fakecme"

// Example is what is known of a documented example beside its traffic.
type Example struct {
	OperationID string `json:"operationId"`
	Kind        string `json:"kind"` // success or error
	// Contradicts lists where the example disagrees with the tables of its own document. The
	// contracts hold the union of both, so such an example may keep the contract all the same.
	Contradicts []Disagreement `json:"contradicts"`
	// Violates lists what the request gets wrong on purpose: the error is about that.
	Violates []Disagreement `json:"violates"`
	// SeenInPart says what of the example was not seen, if not all of it was.
	SeenInPart string `json:"seenInPart"`
}

// Disagreement is one place where an example is not as its table says.
type Disagreement struct {
	In      string `json:"in"`      // request or answer
	Pointer string `json:"pointer"` // JSON pointer (RFC 6901) into the body
	// Table is what the table says of that place: a type as it is written there; "absent" if it has
	// no such field, "required" if there must be one; "at most 30"; "empty"; or what it holds, as in
	// "x1,y1,x2,y2".
	Table string `json:"table"`
	Why   string `json:"why"`
}

// Example returns what the custom field _fakecme says of the entry. It says false if there is none.
func (e *Entry) Example() (Example, bool) {
	var example Example
	raw, ok := e.Custom[exampleField]
	if !ok || json.Unmarshal(raw, &example) != nil || example.OperationID == "" {
		return Example{}, false
	}
	return example, true
}

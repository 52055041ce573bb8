package contracts

import (
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// Assumed is the provenance of what no source says: what a careful vendor would do.
const Assumed = "assumed"

// Guess is a part of a request that is there, and that no source says is understood.
type Guess struct {
	// In and Pointer say which part, as those of [Violation] do.
	In, Pointer string
	// Source is why it is in the contract all the same, in the words of the document.
	Source string
}

// Guesses returns the parts of a request for the operation whose provenance is [Assumed]:
// parameters, fields, alternatives of a field, the content type. What the contract does not have
// is no guess, but a violation; and so is all of an operation that is assumed itself.
func (d *Document) Guesses(id string, r *http.Request, body []byte) []Guess {
	o, unknown := d.operation(id)
	if unknown != nil {
		return nil
	}
	var found []Guess
	query, _ := url.ParseQuery(r.URL.RawQuery)
	for _, p := range o.parameters {
		given := map[string][]string{InQuery: query[p.Name], InHeader: r.Header.Values(p.Name)}[p.In]
		if len(given) == 0 {
			continue
		}
		source, guessed := guessedBy(p.Extensions)
		if !guessed {
			source, guessed = guessedBy(p.Schema.Value.Extensions)
		}
		if guessed {
			found = append(found, Guess{p.In, p.Name, source})
		}
	}
	return append(found, o.bodyGuesses(r.Header, body)...)
}

func (o *operation) bodyGuesses(header http.Header, body []byte) []Guess {
	if o.body == nil || len(body) == 0 || len(body) > mostExplained {
		return nil
	}
	media, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	if source, guessed := o.guessedMedia[media]; guessed {
		return []Guess{{In: InContentType, Source: source}}
	}
	schema, value, readable := o.body[media], any(nil), false
	switch media {
	case mediaForm:
		if schema != nil {
			value, _, readable = decodeForm(schema, body)
		}
	case mediaJSON:
		value, _, readable = decodeJSON(body)
	}
	if schema == nil || !readable {
		return nil
	}
	var found []Guess
	walkGuesses(schema, value, nil, &found)
	return found
}

// walkGuesses follows a value through its schema. What is below a guess is part of it.
func walkGuesses(schema *openapi3.Schema, value any, path []string, found *[]Guess) {
	if source, guessed := guessedBy(schema.Extensions); guessed {
		*found = append(*found, Guess{InBody, Pointer(path...), source})
		return
	}
	for _, part := range schema.AllOf {
		walkGuesses(part.Value, value, path, found)
	}
	for _, branches := range []openapi3.SchemaRefs{schema.OneOf, schema.AnyOf} {
		meant := slices.IndexFunc(branches, func(b *openapi3.SchemaRef) bool { return fits(b.Value, value) })
		if meant >= 0 {
			walkGuesses(branches[meant].Value, value, path, found)
		}
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if property := schema.Properties[name]; property != nil {
				walkGuesses(property.Value, value[name], append(slices.Clip(path), name), found)
			}
		}
	case []any:
		if schema.Items == nil {
			return
		}
		for i, item := range value {
			walkGuesses(schema.Items.Value, item, append(slices.Clip(path), strconv.Itoa(i)), found)
		}
	}
}

// guessedBy says whether a part of the document is assumed, and why it is there.
func guessedBy(extensions map[string]any) (source string, guessed bool) {
	if provenance, _ := extensions["x-provenance"].(string); provenance != Assumed {
		return "", false
	}
	source, _ = extensions["x-source"].(string)
	return source, true
}

// guessedMedia are the media types of a body that are assumed, each with why it is there.
func guessedMedia(documented openapi3.Content) map[string]string {
	guessed := map[string]string{}
	for media, described := range documented {
		for _, extensions := range []map[string]any{described.Extensions, described.Schema.Value.Extensions} {
			if source, ok := guessedBy(extensions); ok {
				guessed[media] = source
			}
		}
	}
	return guessed
}

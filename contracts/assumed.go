package contracts

import (
	"mime"
	"net/http"
	"net/url"

	"github.com/getkin/kin-openapi/openapi3"
)

// Assumed is the provenance of behaviour that no source describes: it is that of a careful vendor.
const Assumed = "assumed"

// Guess is a part of a request that no source says the service understands.
type Guess struct {
	// In and Pointer say which part, as those of [Violation] do.
	In, Pointer string
	// Source is the reason why the contract has it, in the words of the document.
	Source string
}

// guesses returns the assumed parts of a request. See [Document.Guesses].
func (o *operation) guesses(r *http.Request, body []byte) []Guess {
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
	if o.body == nil || len(body) == 0 || len(body) > maxExplained {
		return nil
	}
	media, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	described := o.body[media]
	if described == nil {
		return nil
	}
	schema := described.Schema.Value
	for _, extensions := range []map[string]any{schema.Extensions, described.Extensions} {
		if source, guessed := guessedBy(extensions); guessed {
			return []Guess{{In: InContentType, Source: source}}
		}
	}
	var value any
	readable := false
	switch media {
	case mediaForm:
		value, _, readable = parseForm(schema, body)
	case mediaJSON:
		value, _, readable = parseJSON(body)
	}
	if !readable {
		return nil
	}
	var found []Guess
	walk(schema, value, nil, firstFit, func(schema *openapi3.Schema, _ any, path []string) bool {
		source, guessed := guessedBy(schema.Extensions)
		if guessed {
			found = append(found, Guess{InBody, Pointer(path...), source})
		}
		return !guessed // what is below a guess is part of it
	})
	return found
}

// guessedBy says whether a part of the document is assumed, and why it is there.
func guessedBy(extensions map[string]any) (source string, guessed bool) {
	if provenance, _ := extensions["x-provenance"].(string); provenance != Assumed {
		return "", false
	}
	source, _ = extensions["x-source"].(string)
	return source, true
}

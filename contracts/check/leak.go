package check

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

// holdsNo searches the responses for a secret.
func holdsNo(secret string, responses []handout) (Verdict, string) {
	const minLength = 4 // of what redact.Check can search for
	if len(secret) < minLength {
		return unjudged("the secret has fewer than %d bytes, which is too short to search for", minLength)
	}
	for _, h := range responses {
		if place := h.placeOf(secret); place != "" {
			return broken("%s", place)
		}
		call := har.Call{Method: http.MethodGet, URL: &url.URL{Scheme: "http", Host: "localhost", Path: "/"}, Status: h.status, ResponseHeader: h.header, ResponseBody: h.body}
		if redact.Check(har.NewArchive("the response", call.Entry()), secret) != nil {
			return broken("the response holds it") // in parts, or in a form of the whole response
		}
	}
	return kept()
}

// placeOf says where a response holds a secret, and in which form. It is empty if the response does not.
func (r response) placeOf(secret string) string {
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		for _, value := range r.header[name] {
			if form := redact.SpellingIn(value, secret); form != "" {
				return fmt.Sprintf("the header %s holds it, %s", name, form)
			}
		}
	}
	var body any
	if json.Unmarshal(r.body, &body) == nil {
		if place := placeIn(body, "", secret); place != "" {
			return place
		}
	}
	if form := redact.SpellingIn(string(r.body), secret); form != "" {
		return "the body of the response holds it, " + form
	}
	return ""
}

// placeIn searches the texts and names of a JSON value that stands at a pointer. A name that holds the secret is not shown.
func placeIn(value any, pointer, secret string) string {
	switch v := value.(type) {
	case string:
		if form := redact.SpellingIn(v, secret); form != "" && pointer != "" {
			return placeAt(pointer) + " holds it, " + form
		}
	case []any:
		for i, item := range v {
			if place := placeIn(item, fmt.Sprintf("%s/%d", pointer, i), secret); place != "" {
				return place
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if form := redact.SpellingIn(name, secret); form != "" {
				return "a name in " + placeAt(pointer) + " holds it, " + form
			}
			if place := placeIn(v[name], pointer+contracts.Pointer(name), secret); place != "" {
				return place
			}
		}
	}
	return ""
}

func placeAt(pointer string) string {
	if pointer == "" {
		return "the response"
	}
	return "the field " + shorten(pointer) + " of the response"
}

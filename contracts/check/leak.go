package check

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/recordings"
)

// holdsNo searches all responses for a secret.
func (c *signer) holdsNo(secret string) (Verdict, string) {
	const least = 4 // what recordings.Prove can search for
	if len(secret) < least {
		return unjudged("the secret has fewer than %d bytes, which cannot be searched for", least)
	}
	for _, h := range append([]handedOut{c.first}, c.more...) {
		if place := h.placeOf(secret); place != "" {
			return broken("%s", place)
		}
		call := recordings.Call{Method: http.MethodGet, URL: &url.URL{Scheme: "http", Host: "localhost", Path: "/"}, Status: h.status, ResponseHeader: h.header, ResponseBody: h.body}
		if recordings.Prove(recordings.NewArchive("the response", call.Entry()), secret) != nil {
			return broken("the response holds it") // in parts, or in a form of its whole
		}
	}
	return kept()
}

// placeOf says where a response holds a secret, and in which form; "" when it does not.
func (r reply) placeOf(secret string) string {
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		for _, value := range r.header[name] {
			if form := recordings.FormIn(value, secret); form != "" {
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
	if form := recordings.FormIn(string(r.body), secret); form != "" {
		return "the body of the response holds it, " + form
	}
	return ""
}

// placeIn looks at the texts and names of a JSON value, which stands at a pointer. A name that holds the secret is not shown.
func placeIn(value any, pointer, secret string) string {
	switch v := value.(type) {
	case string:
		if form := recordings.FormIn(v, secret); form != "" && pointer != "" {
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
			if form := recordings.FormIn(name, secret); form != "" {
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

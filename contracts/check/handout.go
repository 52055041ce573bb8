package check

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/cmesign"
)

// handout is one response of an endpoint and the signature or token in it.
type handout struct {
	response
	text  string // empty if nothing was found
	why   string // why nothing was found
	inURL bool   // the text stood in the query of an address, where it must be escaped
	raw   string // that query
}

// find looks for the signature or token at the field. If the field is empty, it looks for a text of the right form anywhere
// in the response.
func (h *handout) find(field string, token bool) {
	var body any
	isJSON := json.Unmarshal(h.body, &body) == nil
	var texts []string
	switch {
	case field != "" && !isJSON:
		h.why = "the response is not JSON, so it has no field " + field
		return
	case field != "":
		value, ok := contracts.ValueAt(body, contracts.SplitPointer(field)...)
		text, isText := value.(string)
		switch {
		case !ok:
			h.why = "the response has no field " + field
			return
		case !isText:
			h.why = fmt.Sprintf("the field %s is not a text; a client that passes it on would send %T", field, value)
			return
		}
		texts = []string{text}
	case isJSON:
		if pointer := objectCalled(body, "", usualNames(token)[0]); pointer != "" {
			h.why = fmt.Sprintf("the field %s is not a text; a client that passes it on would send [object Object]; if the text is meant that stands in it, name its field", pointer)
			return
		}
		texts = textsOf(body, nil)
	default:
		texts = []string{strings.TrimSpace(string(h.body))}
	}
	for _, text := range texts {
		if h.take(text, token, field != "" || !isJSON) {
			return
		}
	}
	if text := called(body, usualNames(token)); text != "" { // signer.valid says what is wrong with it
		h.text = text
		return
	}
	h.why = "nothing in the response looks like one; name the field, such as /data/" + usualNames(token)[0]
}

// usualNames returns the usual names of the field, in lower case.
func usualNames(token bool) []string {
	if token {
		return []string{"token"}
	}
	return []string{"signature", "sign"}
}

// called returns the first text in a JSON value whose field has one of the names, in upper or lower case.
func called(value any, names []string) string {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			if text := called(item, names); text != "" {
				return text
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if text, ok := v[name].(string); ok && text != "" && slices.Contains(names, strings.ToLower(name)) {
				return text
			}
			if text := called(v[name], names); text != "" {
				return text
			}
		}
	}
	return ""
}

// objectCalled returns the pointer of the first object or array in a JSON value whose field has the name, in upper or lower case.
func objectCalled(value any, pointer, name string) string {
	switch v := value.(type) {
	case []any:
		for i, item := range v {
			if found := objectCalled(item, fmt.Sprintf("%s/%d", pointer, i), name); found != "" {
				return found
			}
		}
	case map[string]any:
		for _, field := range slices.Sorted(maps.Keys(v)) {
			at := pointer + contracts.Pointer(field)
			switch v[field].(type) {
			case map[string]any, []any:
				if strings.EqualFold(field, name) {
					return at
				}
			}
			if found := objectCalled(v[field], at, name); found != "" {
				return found
			}
		}
	}
	return ""
}

// take accepts a text that has the right form, or that must be the signature or token.
func (h *handout) take(text string, token, mustBe bool) bool {
	if u, err := url.Parse(text); err == nil && u.Scheme != "" && u.Host != "" {
		name := "signature"
		if token {
			name = "token"
		}
		if text = u.Query().Get(name); text == "" {
			return false
		}
		h.text, h.inURL, h.raw = text, true, u.RawQuery
		return true
	}
	if mustBe && text != "" || token && looksLikeToken(text) || !token && looksLikeSignature(text) {
		h.text = text
		return true
	}
	return false
}

// looksLikeSignature says whether a text can be parsed as a signature, if need be after it is unescaped.
func looksLikeSignature(text string) bool {
	if _, err := cmesign.Parse(text); err == nil {
		return true
	}
	if decoded, err := url.QueryUnescape(text); err == nil && decoded != text {
		if _, err := cmesign.Parse(decoded); err == nil {
			return true
		}
	}
	return false
}

// looksLikeToken says whether a text is a JWT, with or without the word Bearer, escaped or not.
func looksLikeToken(text string) bool {
	jwt := strings.NewReplacer("Bearer", "", "%20", "", " ", "").Replace(text)
	return strings.HasPrefix(jwt, "ey") && strings.Count(jwt, ".") == 2
}

// textsOf collects the texts of a JSON value, in the order of the names.
func textsOf(value any, texts []string) []string {
	switch v := value.(type) {
	case string:
		return append(texts, v)
	case []any:
		for _, item := range v {
			texts = textsOf(item, texts)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			texts = textsOf(v[name], texts)
		}
	}
	return texts
}

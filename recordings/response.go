package recordings

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/internal/jsontext"
	"github.com/fakecme/fakecme/recordings/redact"
)

// Bind sets the value of a placeholder of the recordings, such as the ticket that a client has received for <ticket-1>.
// A request with the value is found as if it had the placeholder, and a response with the placeholder gets the value.
func (l *Library) Bind(placeholder, value string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.placeholders[value], l.values[placeholder] = placeholder, value
}

// recordedSecretsLocked returns the secrets of a request as a recording has them: placeholders, where they are known.
func (l *Library) recordedSecretsLocked(secrets []string) string {
	recorded := make([]string, len(secrets))
	for i, value := range secrets {
		recorded[i] = cmp.Or(l.placeholders[value], value)
	}
	return strings.Join(recorded, "\n")
}

// Response returns the recorded call with the response to the current request. Where the recorded response repeats a value
// of its request, such as a time or a secret, the current response repeats the value of the current request. A placeholder
// becomes the value that an earlier request had in its place, or that [Library.Bind] has set.
func (l *Library) Response(h Hit) har.Call {
	l.mu.Lock()
	values := maps.Clone(h.values)
	if values == nil {
		values = map[string]string{}
	}
	for _, placeholder := range redact.Placeholders(string(h.Call.ResponseBody)) {
		if value, ok := l.values[placeholder]; ok && values[placeholder] == "" {
			values[placeholder] = value
		}
	}
	l.mu.Unlock()
	return withValues(h.Call, values)
}

// NewPlaceholders returns the placeholders in the response that the request did not have. They stand for values that the
// service made, such as a ticket, and that a client may send later. See [Library.Bind].
func (h Hit) NewPlaceholders() []string {
	return slices.DeleteFunc(redact.Placeholders(string(h.Call.ResponseBody)), func(p string) bool {
		return h.values[p] != "" || slices.Contains(h.secrets, p)
	})
}

// minRepeated is the length, in bytes, from which a value that stands in the request and in the response is no accident: a
// time in seconds has ten.
const minRepeated = 8

// currentValues returns the values of the current request by the recorded values in their place. The patterns of the two
// requests are equal, and so their secrets stand in the same order.
func currentValues(it *item, request har.Call, secrets []string) map[string]string {
	values := map[string]string{}
	if len(secrets) == len(it.hit.secrets) {
		for i, recorded := range it.hit.secrets {
			if redact.IsPlaceholder(recorded) && recorded != secrets[i] {
				values[recorded] = secrets[i]
			}
		}
	}
	current := changingValues(request)
	for name, recorded := range changingValues(it.hit.Call) {
		if value := current[name]; value != "" && value != recorded && len(recorded) >= minRepeated {
			values[recorded] = value
		}
	}
	return values
}

// changingHeaders differ from call to call, and services repeat them.
var changingHeaders = []string{"Timestamp", "X-Request-Id"}

// changingValues returns the values of a request that differ from call to call, by name.
func changingValues(c har.Call) map[string]string {
	values := map[string]string{}
	for _, p := range har.Query(c.URL.RawQuery) {
		if isChanging(p.Name) {
			values[p.Name] = p.Value
		}
	}
	for _, name := range changingHeaders {
		if value := c.Header.Get(name); value != "" {
			values[name] = value
		}
	}
	var body map[string]json.RawMessage
	if json.Unmarshal(c.Body, &body) == nil {
		for name, raw := range body {
			if isChanging(name) {
				values["body "+name] = strings.Trim(string(raw), `"`)
			}
		}
	}
	return values
}

// withValues returns the call with recorded values in its response replaced by current ones.
func withValues(c har.Call, values map[string]string) har.Call {
	if len(values) == 0 {
		return c
	}
	isJSON := jsontext.IsCompound(string(c.ResponseBody))
	c.ResponseBody = []byte(replaceValues(string(c.ResponseBody), values, isJSON))
	header := http.Header{}
	for name, list := range c.ResponseHeader {
		for _, value := range list {
			header.Add(name, replaceValues(value, values, false))
		}
	}
	c.ResponseHeader = header
	return c
}

func replaceValues(text string, values map[string]string, isJSON bool) string {
	written := func(value string) string {
		if !isJSON {
			return value
		}
		quoted := jsontext.Quote(value)
		return string(quoted[1 : len(quoted)-1])
	}
	text = redact.ReplacePlaceholders(text, func(placeholder string, inURL bool) string {
		value, ok := values[placeholder]
		switch {
		case ok && inURL:
			return url.QueryEscape(value)
		case ok:
			return written(value)
		}
		return ""
	})
	for _, recorded := range slices.Sorted(maps.Keys(values)) {
		if !redact.IsPlaceholder(recorded) {
			text = redact.ReplaceWord(text, recorded, written(values[recorded]))
		}
	}
	return text
}

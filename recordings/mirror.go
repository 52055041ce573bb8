package recordings

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Bind says that from now on a value stands for a placeholder of the recordings, such as the ticket that
// a client was given for <ticket-1>: its requests are found as if they said <ticket-1>, and responses
// that repeat the placeholder repeat the value.
func (l *Library) Bind(placeholder, value string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bound[value], l.lives[placeholder] = placeholder, value
}

// secretsLocked are the secrets of a request in the words of the recordings, as far as they are known.
func (l *Library) secretsLocked(said []string) string {
	names := make([]string, len(said))
	for i, value := range said {
		names[i] = cmp.Or(l.bound[value], value)
	}
	return strings.Join(names, "\n")
}

// Answer returns the recorded call with the response as it would be today: where the recording shows that
// the service repeated what a request said, such as its time or a secret, the response repeats what
// today's request says. So do placeholders of which an earlier request has said what they stand for, or
// [Library.Bind].
func (l *Library) Response(h Hit) Call {
	l.mu.Lock()
	said := maps.Clone(h.said)
	if said == nil {
		said = map[string]string{}
	}
	for _, placeholder := range placeholdersOf(h.Call) {
		if value, ok := l.lives[placeholder]; ok && said[placeholder] == "" {
			said[placeholder] = value
		}
	}
	l.mu.Unlock()
	return h.Call.repeating(said)
}

// MadeUp lists the placeholders in the response that the request has not said: what the service made up, such as
// a ticket, and a client may send back. See [Library.Bind].
func (h Hit) MadeUp() []string {
	return slices.DeleteFunc(placeholdersOf(h.Call), func(p string) bool {
		return h.said[p] != "" || slices.Contains(h.secrets, p)
	})
}

// placeholdersOf lists the placeholders in a response, each once, in their order.
func placeholdersOf(c Call) []string {
	var all []string
	for _, found := range numberedPlaceholder.FindAllString(string(c.ResponseBody), -1) {
		if !slices.Contains(all, found) {
			all = append(all, found)
		}
	}
	return all
}

// leastMirrored is the length, in bytes, from which a value that is in the request and in the response is no
// accident: a time in seconds has ten.
const leastMirrored = 8

// saidBy pairs what a recorded request says with what today's says in its place. Their shapes are
// the same, and so the secrets stand in the same order.
func saidBy(it *item, request Call, secrets []string) map[string]string {
	said := map[string]string{}
	if len(secrets) == len(it.hit.secrets) {
		for i, recorded := range it.hit.secrets {
			if anyPlaceholder.MatchString(recorded) && recorded != secrets[i] {
				said[recorded] = secrets[i]
			}
		}
	}
	today := changing(request)
	for name, recorded := range changing(it.hit.Call) {
		if value := today[name]; value != "" && value != recorded && len(recorded) >= leastMirrored {
			said[recorded] = value
		}
	}
	return said
}

// headersThatChange differ from call to call, and services repeat them.
var headersThatChange = []string{"Timestamp", "X-Request-Id"}

// changing returns what a request says that is different in every call, by name.
func changing(c Call) map[string]string {
	values := map[string]string{}
	for _, p := range queryOf(c.URL.RawQuery) {
		if isVolatile(p.Name) {
			values[p.Name] = p.Value
		}
	}
	for _, name := range headersThatChange {
		if value := c.Header.Get(name); value != "" {
			values[name] = value
		}
	}
	var body map[string]json.RawMessage
	if json.Unmarshal(c.Body, &body) == nil {
		for name, raw := range body {
			if isVolatile(name) {
				values["body "+name] = strings.Trim(string(raw), `"`)
			}
		}
	}
	return values
}

var escapedPlaceholder = regexp.MustCompile(`%3C([a-z]+-[0-9]+)%3E`)

// repeating returns the call with values in its response replaced by others.
func (c Call) repeating(said map[string]string) Call {
	if len(said) == 0 {
		return c
	}
	isJSON := looksLikeJSON(string(c.ResponseBody))
	c.ResponseBody = []byte(repeatIn(string(c.ResponseBody), said, isJSON))
	header := http.Header{}
	for name, values := range c.ResponseHeader {
		for _, value := range values {
			header.Add(name, repeatIn(value, said, false))
		}
	}
	c.ResponseHeader = header
	return c
}

func repeatIn(text string, said map[string]string, isJSON bool) string {
	quoted := func(value string) string {
		if !isJSON {
			return value
		}
		q, err := marshal(value)
		if err != nil {
			return value
		}
		return string(q[1 : len(q)-1])
	}
	text = numberedPlaceholder.ReplaceAllStringFunc(text, func(found string) string {
		return quoted(cmp.Or(said[found], found))
	})
	text = escapedPlaceholder.ReplaceAllStringFunc(text, func(found string) string {
		plain, _ := url.QueryUnescape(found) // it has two escapes, both good
		if value, ok := said[plain]; ok {
			return url.QueryEscape(value)
		}
		return found
	})
	for _, recorded := range slices.Sorted(maps.Keys(said)) {
		if !anyPlaceholder.MatchString(recorded) {
			text = replaceWords(text, recorded, quoted(said[recorded]))
		}
	}
	return text
}

// replaceWords replaces a text where it does not stand in the middle of a longer word or number.
func replaceWords(text, old, replacement string) string {
	var b strings.Builder
	done := 0
	for {
		at := strings.Index(text[done:], old)
		if at < 0 {
			return b.String() + text[done:]
		}
		at += done
		end := at + len(old)
		b.WriteString(text[done:at])
		if at > 0 && isWordByte(text[at-1]) || end < len(text) && isWordByte(text[end]) {
			b.WriteString(old)
		} else {
			b.WriteString(replacement)
		}
		done = end
	}
}

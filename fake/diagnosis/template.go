package diagnosis

import "strings"

// Templates are the sentences and fixes of a package. A name in braces stands for a value: "no key has the id {id}". The key
// is the code of the diagnosis. Where a code has several templates, "/" and a word follow it: "cme.random-range/2^32".
type Templates map[string]struct{ Sentence, Fix string }

// Fill returns the diagnosis of a template. The values are pairs of a name and its value.
func (t Templates) Fill(key string, values ...string) Diagnosis {
	code, _, _ := strings.Cut(key, "/")
	return Diagnosis{Code: code, Sentence: fill(t[key].Sentence, values), Fix: fill(t[key].Fix, values)}
}

// fill leaves a name without a value as it is, so that a test sees it.
func fill(template string, values []string) string {
	if !strings.Contains(template, "{") {
		return template
	}
	var b strings.Builder
	b.Grow(2 * len(template))
	for {
		before, after, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, rest, _ := strings.Cut(after, "}")
		value := "{" + name + "}"
		for i := 0; i+1 < len(values); i += 2 {
			if values[i] == name {
				value = values[i+1]
			}
		}
		b.WriteString(value)
		template = rest
	}
}

package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"go.yaml.in/yaml/v3"
)

// yamlReader walks a YAML file and notes every fault with its line.
type yamlReader struct {
	file   string
	faults []string
}

func (r *yamlReader) wrong(n *yaml.Node, format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf("%s:%d: %s", r.file, max(n.Line, 1), fmt.Sprintf(format, args...)))
}

var lineOfYAML = regexp.MustCompile(`^line (\d+): `)

// document returns what the one document of the file holds; nil when it is empty.
func (r *yamlReader) document(data []byte) *yaml.Node {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	err := decoder.Decode(&first)
	if err == nil {
		if err = decoder.Decode(&second); err == nil {
			r.wrong(&second, "a second YAML document begins here; write one document a file")
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		text := strings.TrimPrefix(err.Error(), "yaml: ")
		at := &yaml.Node{}
		if m := lineOfYAML.FindStringSubmatch(text); m != nil {
			at.Line, _ = strconv.Atoi(m[1])
			text = strings.TrimPrefix(text, m[0])
		}
		if strings.HasPrefix(text, "unknown anchor") { // its name may be a secret that begins with *
			text = "an alias of an anchor that is not there; quote a text that begins with *"
		}
		r.wrong(at, "this is not YAML: %s", command.OneLine(text))
	}
	if len(r.faults) > 0 || len(first.Content) == 0 || first.Content[0].Tag == "!!null" {
		return nil
	}
	return first.Content[0]
}

// mapping calls each for every name of a mapping that is known and given once.
func (r *yamlReader) mapping(n *yaml.Node, known []string, each func(name string, n *yaml.Node)) {
	n = resolve(n)
	if n == nil {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.wrong(n, "%s where a mapping with %s belongs", describe(n), strings.Join(known, ", "))
		return
	}
	given := map[string]int{}
	hint := func(name string) string {
		if name == "name" && slices.Contains(known, "id") {
			return "did you mean id?" // of a tenant: no spelling is near
		}
		return command.Suggest(name, "", known)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := resolve(n.Content[i])
		if key.Kind != yaml.ScalarNode {
			r.wrong(key, "%s where a name belongs; %s", describe(key), command.Suggest("", "", known))
			continue
		}
		name := key.Value
		switch before, again := given[name]; {
		case !slices.Contains(known, name):
			r.wrong(key, "there is no setting %s here; %s", shownName(name), hint(name))
		case again:
			r.wrong(key, "%s stands in line %d already; give it once", name, before)
		default:
			given[name] = key.Line
			each(name, resolve(n.Content[i+1]))
		}
	}
}

var settingName = regexp.MustCompile(`^[A-Za-z_-]{1,24}$`)

// shownName quotes a name unless it may be a secret, as in "secretKey:abc: ".
func shownName(name string) string {
	if settingName.MatchString(name) {
		return strconv.Quote(name)
	}
	return "of this name"
}

// text returns a scalar as it is written. An empty one is a fault: it is a value that somebody forgot.
func (r *yamlReader) text(name string, n *yaml.Node) string {
	switch {
	case n.Kind != yaml.ScalarNode:
		r.wrong(n, "%s: %s where one value belongs", name, describe(n))
	case n.Tag == "!!null" || n.Value == "":
		r.wrong(n, "%s: the value is empty; leave out the line for the default", name)
	default:
		return n.Value
	}
	return ""
}

func resolve(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "nothing"
	}
	return "one value"
}

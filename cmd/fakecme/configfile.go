package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/fakecme/fakecme/fake"
)

// entry is one setting of a configuration file.
type entry struct {
	name, text string
	line       int
}

// parseConfig reads a configuration file and checks every value. Each line of an error is
// "file:line: what is wrong"; none shows a value of a tenant, which may be a secret.
func parseConfig(file string, data []byte) ([]entry, []tenant, error) {
	r := &configReader{file: file}
	known := pflag.NewFlagSet("", pflag.ContinueOnError)
	(&settings{}).add(known)
	names := []string{"tenants"}
	known.VisitAll(func(f *pflag.Flag) {
		if f.Name != "config" {
			names = append(names, f.Name)
		}
	})
	var entries []entry
	var tenants []tenant
	r.mapping(r.document(data), names, func(name string, n *yaml.Node) {
		if name == "tenants" {
			tenants = r.tenants(n)
			return
		}
		text := r.text(name, n)
		if text == "" {
			return
		}
		if err := known.Lookup(name).Value.Set(text); err != nil {
			r.wrong(n, "%s: %v", name, err)
			return
		}
		entries = append(entries, entry{name, text, n.Line})
	})
	if len(r.faults) > 0 {
		return nil, nil, errors.New(strings.Join(r.faults, "\n"))
	}
	return entries, tenants, nil
}

// configReader walks a YAML file and notes every fault with its line.
type configReader struct {
	file   string
	faults []string
}

func (r *configReader) wrong(n *yaml.Node, format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf("%s:%d: %s", r.file, max(n.Line, 1), fmt.Sprintf(format, args...)))
}

var lineOfYAML = regexp.MustCompile(`^line (\d+): `)

// document returns what the one document of the file holds; nil when it is empty.
func (r *configReader) document(data []byte) *yaml.Node {
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
		r.wrong(at, "this is not YAML: %s", oneLine(text))
	}
	if len(r.faults) > 0 || len(first.Content) == 0 || first.Content[0].Tag == "!!null" {
		return nil
	}
	return first.Content[0]
}

// mapping calls each for every name of a mapping that is known and given once.
func (r *configReader) mapping(n *yaml.Node, known []string, each func(name string, n *yaml.Node)) {
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
		return meant(name, "", known)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := resolve(n.Content[i])
		if key.Kind != yaml.ScalarNode {
			r.wrong(key, "%s where a name belongs; %s", describe(key), meant("", "", known))
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

func (r *configReader) tenants(n *yaml.Node) []tenant {
	if n.Kind != yaml.SequenceNode {
		r.wrong(n, "tenants: %s where a list belongs; begin each tenant with \"- id: \"", describe(n))
		return nil
	}
	var all []tenant
	for _, item := range n.Content {
		t := tenant{line: item.Line}
		given := r.tenant(item, &t.Credentials)
		if given && t.ID == "" {
			r.wrong(item, "tenants: a tenant without id; give it one of your choice")
		}
		all = append(all, t)
	}
	return all
}

// tenant reads one tenant, in the form of the admin API. It reports whether it is a mapping.
func (r *configReader) tenant(n *yaml.Node, c *fake.Credentials) bool {
	set := func(fields map[string]*string) func(string, *yaml.Node) {
		return func(name string, n *yaml.Node) {
			if field, ok := fields[name]; ok {
				*field = r.text(name, n)
			} else if name == "appId" {
				c.CMEAppID = r.appID(n)
			}
		}
	}
	cme := set(map[string]*string{"secretId": &c.SecretID, "secretKey": &c.SecretKey, "platform": &c.Platform})
	h5ds := set(map[string]*string{"appid": &c.AppID, "secret": &c.Secret})
	id := set(map[string]*string{"id": &c.ID})
	r.mapping(n, []string{"id", "cme", "h5ds"}, func(name string, n *yaml.Node) {
		switch name {
		case "cme":
			r.mapping(n, []string{"secretId", "secretKey", "platform", "appId"}, cme)
		case "h5ds":
			r.mapping(n, []string{"appid", "secret"}, h5ds)
		default:
			id(name, n)
		}
	})
	return resolve(n).Kind == yaml.MappingNode
}

func (r *configReader) appID(n *yaml.Node) int64 {
	text := r.text("appId", n)
	id, err := strconv.ParseInt(text, 10, 64)
	if text != "" && (err != nil || id <= 0) {
		r.wrong(n, "appId: it must be a whole number more than 0, such as 1200000001")
	}
	return id
}

// text returns a scalar as it is written. An empty one is a fault: it is a value that somebody forgot.
func (r *configReader) text(name string, n *yaml.Node) string {
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

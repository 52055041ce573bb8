package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/contracts/strictyaml"
	"github.com/fakecme/fakecme/fake"
)

// entry is one setting of a configuration file.
type entry struct {
	name, text string
	line       int
}

// Tenant is one tenant of a configuration file.
type Tenant struct {
	fake.Credentials
	line int
}

// pathSettings are relative to the configuration file when they stand in it.
var pathSettings = []string{"fixtures", "env-file", "coverage-dir", "replay", "data", "ca-cert", "ca-key"}

// ReadConfig reads the configuration file, if there is one, into the flags of the command that neither the command line
// nor a variable has set.
func (s *Settings) ReadConfig(cmd *cobra.Command) error {
	if s.Config == "" {
		return nil
	}
	entries, tenants, err := readConfig(cmd, s.Config)
	if err != nil {
		return err
	}
	s.Tenants = tenants
	for _, e := range entries {
		flag := cmd.Flags().Lookup(e.name)
		if flag == nil || option.Origin(cmd, e.name) != "" {
			continue
		}
		if slices.Contains(pathSettings, e.name) && !filepath.IsAbs(e.text) {
			e.text = filepath.Join(filepath.Dir(s.Config), e.text)
		}
		option.SetOrigin(flag, fmt.Sprintf("%s:%d: %s", s.Config, e.line, e.name))
		if err := flag.Value.Set(e.text); err != nil {
			return fmt.Errorf("%s: %w", option.Origin(cmd, e.name), err) // parseConfig accepted it: not the user's fault
		}
	}
	return nil
}

// ReadTenants returns the tenants of the configuration file that the flag config of cmd names.
func ReadTenants(cmd *cobra.Command, file string) ([]Tenant, error) {
	_, tenants, err := readConfig(cmd, file)
	return tenants, err
}

func readConfig(cmd *cobra.Command, file string) ([]entry, []Tenant, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, command.Misuse(fmt.Sprintf("%s: %v; check the path", option.Origin(cmd, "config"), err))
	}
	entries, tenants, err := parseConfig(file, data)
	if err != nil {
		return nil, nil, command.Misuse(err.Error())
	}
	return entries, tenants, nil
}

// parseConfig reads a configuration file and checks every value. Each line of an error is "file:line: what is wrong". No
// error shows a value of a tenant, which may be a secret.
func parseConfig(file string, data []byte) ([]entry, []Tenant, error) {
	r := strictyaml.NewReader(file, suggest)
	known := pflag.NewFlagSet("", pflag.ContinueOnError)
	(&Settings{}).Add(known)
	names := []string{"tenants"}
	known.VisitAll(func(f *pflag.Flag) {
		if f.Name != "config" {
			names = append(names, f.Name)
		}
	})
	var entries []entry
	var tenants []Tenant
	r.Mapping(r.Document(data), names, func(name string, n *strictyaml.Node) {
		if name == "tenants" {
			tenants = readTenants(r, n)
			return
		}
		text := r.Text(name, n)
		if text == "" {
			return
		}
		if err := known.Lookup(name).Value.Set(text); err != nil {
			r.Fault(n, "%s: %v", name, err)
			return
		}
		entries = append(entries, entry{name, text, n.Line})
	})
	if err := r.Err(); err != nil {
		return nil, nil, err
	}
	return entries, tenants, nil
}

func readTenants(r *strictyaml.Reader, n *strictyaml.Node) []Tenant {
	var all []Tenant
	for _, item := range r.List("tenants", n, `begin each tenant with "- id: "`) {
		t := Tenant{line: item.Line}
		if readTenant(r, item, &t.Credentials) && t.ID == "" {
			r.Fault(item, "tenants: a tenant without id; give it one of your choice")
		}
		all = append(all, t)
	}
	return all
}

// suggest ends the error of an unknown name. No spelling of id is near the name "name" of a tenant.
func suggest(word string, known []string) string {
	if word == "name" && slices.Contains(known, "id") {
		return "did you mean id?"
	}
	return command.Suggest(word, "", known)
}

// readTenant reads one tenant, in the form of the admin API. It reports whether the tenant is a mapping.
func readTenant(r *strictyaml.Reader, n *strictyaml.Node, c *fake.Credentials) bool {
	texts := func(fields map[string]*string) func(string, *strictyaml.Node) {
		return func(name string, n *strictyaml.Node) {
			if field, ok := fields[name]; ok {
				*field = r.Text(name, n)
			} else if name == "appId" {
				c.CMEAppID = readAppID(r, n)
			}
		}
	}
	cme := texts(map[string]*string{"secretId": &c.SecretID, "secretKey": &c.SecretKey, "platform": &c.Platform})
	h5ds := texts(map[string]*string{"appid": &c.AppID, "secret": &c.Secret})
	id := texts(map[string]*string{"id": &c.ID})
	return r.Mapping(n, []string{"id", "cme", "h5ds"}, func(name string, n *strictyaml.Node) {
		switch name {
		case "cme":
			r.Mapping(n, []string{"secretId", "secretKey", "platform", "appId"}, cme)
		case "h5ds":
			r.Mapping(n, []string{"appid", "secret"}, h5ds)
		default:
			id(name, n)
		}
	})
}

func readAppID(r *strictyaml.Reader, n *strictyaml.Node) int64 {
	text := r.Text("appId", n)
	id, err := strconv.ParseInt(text, 10, 64)
	if text != "" && (err != nil || id <= 0) {
		r.Fault(n, "appId: it must be a whole number more than 0, such as 1200000001")
	}
	return id
}

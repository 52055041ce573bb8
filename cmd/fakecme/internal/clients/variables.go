// Package clients leads unmodified clients to a fake: by the environment variables that make them use its proxy, and by the
// files from which they learn to trust its certificate authority.
package clients

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
)

// Variable is an environment variable.
type Variable struct{ Name, Value string }

// Variables returns the variables that lead the clients of an environment through the proxy to the fake, and let them
// trust it. What the environment gives to its clients already is kept, unless it leads them elsewhere.
func Variables(env *command.Environment, fakeURL, proxyURL string, t Trust, given Given) []Variable {
	direct := strings.Join(given.direct, ",")
	pairs := []Variable{
		{"HTTPS_PROXY", proxyURL}, {"HTTP_PROXY", proxyURL}, {"NO_PROXY", direct},
		{"https_proxy", proxyURL}, {"http_proxy", proxyURL}, {"no_proxy", direct},
		{"SSL_CERT_FILE", t.bundle}, {"REQUESTS_CA_BUNDLE", t.bundle}, {"CURL_CA_BUNDLE", t.bundle},
		{"NODE_EXTRA_CA_CERTS", t.ca}, {"NODE_USE_ENV_PROXY", "1"},
		{"NODE_OPTIONS", extended(env, "NODE_OPTIONS", "--require "+nodeWord(t.preload))},
		{"PHP_INI_SCAN_DIR", phpFolders(env, t.php)},
	}
	if env.Variable("GIT_SSL_CAINFO") != "" { // it replaces what git knows without it
		pairs = append(pairs, Variable{"GIT_SSL_CAINFO", t.bundle})
	}
	pairs = append(pairs, javaSettings(env, proxyURL, t, given)...)
	if fakeURL != "" {
		pairs = append(pairs, Variable{"FAKECME_URL", fakeURL})
	}
	return pairs
}

// extended returns the value of a variable with more at its end, unless it ends so already: of settings that contradict each
// other, the last counts.
func extended(env *command.Environment, variable, more string) string {
	before := env.Variable(variable)
	if strings.HasSuffix(" "+before, " "+more) {
		return before
	}
	return strings.TrimPrefix(before+" "+more, " ")
}

// phpFolders lets PHP read one more folder of settings. An empty name in the list stands for the folders of PHP itself.
func phpFolders(env *command.Environment, folder string) string {
	const list = string(os.PathListSeparator)
	before := env.Variable("PHP_INI_SCAN_DIR")
	if strings.HasSuffix(before, list+folder) {
		return before
	}
	return before + list + folder
}

// nodeWord returns text as one word of NODE_OPTIONS.
func nodeWord(text string) string {
	if !strings.ContainsAny(text, " \t\"\\") {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// Shell is how variables are written.
type Shell string

// The shells. JSON is for programs.
const (
	Sh         Shell = "sh"
	Fish       Shell = "fish"
	PowerShell Shell = "powershell"
	JSON       Shell = "json"
)

// Export returns the text that sets variables in a shell.
func (s Shell) Export(variables []Variable) string {
	var b strings.Builder
	for _, v := range variables {
		switch s {
		case Sh:
			fmt.Fprintf(&b, "export %s='%s'\n", v.Name, strings.ReplaceAll(v.Value, "'", `'\''`))
		case Fish:
			fmt.Fprintf(&b, "set -gx %s '%s'\n", v.Name, strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(v.Value))
		case PowerShell: // it takes the typographic quotes for quotes too
			quoted := strings.NewReplacer("'", "''", "‘", "‘‘", "’", "’’", "‚", "‚‚", "‛", "‛‛").Replace(v.Value)
			fmt.Fprintf(&b, "$env:%s = '%s'\n", v.Name, quoted)
		}
	}
	if s == JSON {
		return exportJSON(variables)
	}
	return b.String()
}

func exportJSON(variables []Variable) string {
	all := map[string]string{}
	for _, v := range variables {
		all[v.Name] = v.Value
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		panic(err) // a map of texts always encodes
	}
	return string(text) + "\n"
}

// Fail returns the text that makes the eval of a shell fail: the eval of an empty text would succeed. JSON has none.
func (s Shell) Fail() string {
	return map[Shell]string{Sh: "false\n", Fish: "false\n", PowerShell: "throw 'fakecme env failed'\n"}[s]
}

// ParseProxy takes the address of a proxy for a client, with or without http:// and a user name.
func ParseProxy(text string) (string, error) {
	bare, user := strings.TrimPrefix(text, "http://"), ""
	if at := strings.LastIndex(bare, "@"); at >= 0 {
		user, bare = bare[:at+1], bare[at+1:]
	}
	if _, err := option.ParseAddress(strings.TrimSuffix(bare, "/")); err != nil {
		return "", fmt.Errorf("%q is not the address of a proxy; write host:port, or http://TENANT@host:port", option.ShownAddress(text))
	}
	host, port, _ := net.SplitHostPort(option.Dialable(strings.TrimSuffix(bare, "/")))
	return "http://" + user + net.JoinHostPort(host, port), nil
}

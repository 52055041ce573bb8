// Package clients leads unmodified clients to a fake: by the environment variables that make them use its proxy, and by the
// files from which they learn to trust its certificate authority.
package clients

import (
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
)

// Variable is an environment variable.
type Variable struct{ Name, Value string }

// unproxied are the hosts of this machine, which clients call without a proxy.
const unproxied = "localhost,127.0.0.1,::1"

// Variables returns the variables that lead the clients of an environment through the proxy to the fake, and let them
// trust it. The options that the environment has for Java, Node.js and PHP are kept. A NO_PROXY is replaced: it might lead
// a client to the vendor.
func Variables(env *command.Environment, fakeURL, proxyURL string, t Trust) []Variable {
	host, port := "", ""
	if u, err := url.Parse(proxyURL); err == nil {
		host, port = u.Hostname(), u.Port()
	}
	pairs := []Variable{
		{"HTTPS_PROXY", proxyURL}, {"HTTP_PROXY", proxyURL}, {"NO_PROXY", unproxied},
		{"https_proxy", proxyURL}, {"http_proxy", proxyURL}, {"no_proxy", unproxied},
		{"SSL_CERT_FILE", t.bundle}, {"REQUESTS_CA_BUNDLE", t.bundle}, {"CURL_CA_BUNDLE", t.bundle},
		{"NODE_EXTRA_CA_CERTS", t.ca}, {"NODE_USE_ENV_PROXY", "1"},
		{"NODE_OPTIONS", extended(env, "NODE_OPTIONS", "--require "+nodeWord(t.preload))},
		{"JAVA_TOOL_OPTIONS", extended(env, "JAVA_TOOL_OPTIONS", javaOptions(host, port, t))},
		{"PHP_INI_SCAN_DIR", phpFolders(env, t.php)},
	}
	if fakeURL != "" {
		pairs = append(pairs, Variable{"FAKECME_URL", fakeURL})
	}
	return pairs
}

// extended returns the value of a variable with more at its end, unless it holds that already.
func extended(env *command.Environment, variable, more string) string {
	before := env.Variable(variable)
	if strings.Contains(before, more) {
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

func javaOptions(proxyHost, proxyPort string, t Trust) string {
	options := []string{"-Djavax.net.ssl.trustStore=" + t.java, "-Djavax.net.ssl.trustStoreType=JKS", "-Djavax.net.ssl.trustStorePassword=" + storePassword}
	for _, scheme := range []string{"http", "https"} {
		options = append(options, "-D"+scheme+".proxyHost="+proxyHost, "-D"+scheme+".proxyPort="+proxyPort)
	}
	options = append(options, "-Dhttp.nonProxyHosts=localhost|127.*|[::1]")
	for i, text := range options {
		if strings.ContainsAny(text, " \t") { // Java takes quotes around any part
			options[i] = `"` + text + `"`
		}
	}
	return strings.Join(options, " ")
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

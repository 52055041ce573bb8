package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
)

// pair is an environment variable.
type pair struct{ name, value string }

// unproxied are the hosts that clients call directly: this machine.
const unproxied = "localhost,127.0.0.1,::1"

// clientVariables lead the clients of an environment through the proxy to the fake, and let them trust it.
// What the environment has for Java, Node.js and PHP is kept. A NO_PROXY is not: it might lead a client to the vendor.
func (p *program) clientVariables(fakeURL, proxyURL string, t trust) []pair {
	host, port := "", ""
	if u, err := url.Parse(proxyURL); err == nil {
		host, port = u.Hostname(), u.Port()
	}
	pairs := []pair{
		{"HTTPS_PROXY", proxyURL}, {"HTTP_PROXY", proxyURL}, {"NO_PROXY", unproxied},
		{"https_proxy", proxyURL}, {"http_proxy", proxyURL}, {"no_proxy", unproxied},
		{"SSL_CERT_FILE", t.bundle}, {"REQUESTS_CA_BUNDLE", t.bundle}, {"CURL_CA_BUNDLE", t.bundle},
		{"NODE_EXTRA_CA_CERTS", t.ca}, {"NODE_USE_ENV_PROXY", "1"},
		{"NODE_OPTIONS", p.extended("NODE_OPTIONS", "--require "+nodeWord(t.preload))},
		{"JAVA_TOOL_OPTIONS", p.extended("JAVA_TOOL_OPTIONS", javaOptions(host, port, t))},
		{"PHP_INI_SCAN_DIR", p.phpFolders(t.php)},
	}
	if fakeURL != "" {
		pairs = append(pairs, pair{"FAKECME_URL", fakeURL})
	}
	return pairs
}

// extended is a variable with something more at its end, unless it is there already.
func (p *program) extended(variable, more string) string {
	before := p.variable(variable)
	if strings.Contains(before, more) {
		return before
	}
	return strings.TrimPrefix(before+" "+more, " ")
}

// phpFolders lets PHP read one more folder of settings. An empty name stands for those it reads anyway.
func (p *program) phpFolders(folder string) string {
	const list = string(os.PathListSeparator)
	before := p.variable("PHP_INI_SCAN_DIR")
	if strings.HasSuffix(before, list+folder) {
		return before
	}
	return before + list + folder
}

func javaOptions(proxyHost, proxyPort string, t trust) string {
	options := []string{"-Djavax.net.ssl.trustStore=" + t.java, "-Djavax.net.ssl.trustStoreType=JKS", "-Djavax.net.ssl.trustStorePassword=" + storePassword}
	for _, scheme := range []string{"http", "https"} {
		options = append(options, "-D"+scheme+".proxyHost="+proxyHost, "-D"+scheme+".proxyPort="+proxyPort)
	}
	options = append(options, "-Dhttp.nonProxyHosts=localhost|127.*|[::1]")
	for i, option := range options {
		if strings.ContainsAny(option, " \t") { // Java takes quotes around any part
			options[i] = `"` + option + `"`
		}
	}
	return strings.Join(options, " ")
}

// nodeWord is a word of NODE_OPTIONS.
func nodeWord(text string) string {
	if !strings.ContainsAny(text, " \t\"\\") {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// shells are how variables are written for a shell, or for a program.
var shells = map[string]func([]pair) string{
	"sh": func(pairs []pair) string {
		return eachPair(pairs, func(v pair) string {
			return "export " + v.name + "='" + strings.ReplaceAll(v.value, "'", `'\''`) + "'\n"
		})
	},
	"fish": func(pairs []pair) string {
		return eachPair(pairs, func(v pair) string {
			return "set -gx " + v.name + " '" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(v.value) + "'\n"
		})
	},
	"powershell": func(pairs []pair) string {
		return eachPair(pairs, func(v pair) string {
			// PowerShell takes the typographic quotes for quotes too.
			quoted := strings.NewReplacer("'", "''", "‘", "‘‘", "’", "’’", "‚", "‚‚", "‛", "‛‛").Replace(v.value)
			return "$env:" + v.name + " = '" + quoted + "'\n"
		})
	},
	"json": func(pairs []pair) string {
		all := map[string]string{}
		for _, v := range pairs {
			all[v.name] = v.value
		}
		text, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			panic(err) // a map of texts always encodes
		}
		return string(text) + "\n"
	},
}

func eachPair(pairs []pair, write func(pair) string) string {
	var b strings.Builder
	for _, v := range pairs {
		b.WriteString(write(v))
	}
	return b.String()
}

// parseShell takes the name of a shell.
func parseShell(text string) (string, error) {
	if shells[text] == nil {
		return "", fmt.Errorf("there is no form %q; %s", text, meant(text, "", []string{"sh", "fish", "powershell", "json"}))
	}
	return text, nil
}

// parseProxy takes the address of a proxy, as a client calls it, with or without http:// and a user name.
func parseProxy(text string) (string, error) {
	bare, user := strings.TrimPrefix(text, "http://"), ""
	if at := strings.LastIndex(bare, "@"); at >= 0 {
		user, bare = bare[:at+1], bare[at+1:]
	}
	if _, err := parseAddress(strings.TrimSuffix(bare, "/")); err != nil {
		return "", fmt.Errorf("%q is not the address of a proxy; write host:port, or http://TENANT@host:port", text)
	}
	host, port, _ := net.SplitHostPort(dialable(strings.TrimSuffix(bare, "/")))
	return "http://" + user + net.JoinHostPort(host, port), nil
}

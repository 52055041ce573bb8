package clients

import (
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
)

// javaVariables are those from which Java takes options. Of a property that stands in several, that in the later ones
// counts.
var javaVariables = []string{"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"}

// javaWords splits options as Java does: at white space outside of quotes.
func javaWords(options string) []string {
	var words []string
	var word strings.Builder
	quote, inWord := rune(0), false
	for _, r := range options {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, inWord = r, true
		case strings.ContainsRune(" \t\n\r\v\f", r):
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}

// javaProperty returns the value that options give to a property: the last one.
func javaProperty(options, name string) string {
	value := ""
	for _, word := range javaWords(options) {
		if v, is := strings.CutPrefix(word, "-D"+name+"="); is {
			value = v
		}
	}
	return value
}

// javaSettings returns the variables for Java: the first always, the others when they set what the first must set.
func javaSettings(env *command.Environment, proxyURL string, t Trust, given Given) []Variable {
	host, port := "", ""
	if u, err := url.Parse(proxyURL); err == nil {
		host, port = u.Hostname(), u.Port()
	}
	direct := ""
	for _, name := range javaVariables {
		direct += javaProperty(env.Variable(name), "http.nonProxyHosts") + "|"
	}
	properties := []Variable{
		{"javax.net.ssl.trustStore", t.java}, {"javax.net.ssl.trustStoreType", "JKS"}, {"javax.net.ssl.trustStorePassword", storePassword},
		{"http.proxyHost", host}, {"http.proxyPort", port}, {"https.proxyHost", host}, {"https.proxyPort", port},
		{"http.nonProxyHosts", javaHosts(given.direct, direct)},
	}
	var variables []Variable
	for i, name := range javaVariables {
		sets := slices.ContainsFunc(properties, func(p Variable) bool { return javaProperty(env.Variable(name), p.Name) != "" })
		if i == 0 || sets {
			variables = append(variables, Variable{name, extended(env, name, javaOptions(properties))})
		}
	}
	return variables
}

// javaOptions returns options that set properties, in the order of the list.
func javaOptions(properties []Variable) string {
	var words []string
	for _, p := range properties {
		word := "-D" + p.Name + "=" + p.Value
		if strings.ContainsAny(word, " \t") { // Java takes quotes around any part
			word = `"` + word + `"`
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

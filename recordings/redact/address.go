package redact

import (
	"net/url"
	"strings"
)

// Address returns an address of the user's own server, absolute or not, without its secrets. The password is left out.
// Placeholders replace all values of the query and the fragment, because any of them may be a secret. A text that is no
// address becomes a placeholder as a whole.
func Address(address string) string {
	if _, err := url.Parse(address); err != nil {
		return Placeholder("address", address)
	}
	rest, fragment, _ := strings.Cut(address, "#")
	base, query, hasQuery := strings.Cut(rest, "?")
	shown := withoutPassword(base)
	if hasQuery {
		shown += "?" + withoutValues(query)
	}
	if fragment != "" {
		shown += "#" + Placeholder("fragment", fragment)
	}
	return shown
}

// withoutPassword removes the password from the part before the query. A scheme without slashes is removed with it.
func withoutPassword(base string) string {
	begin := 0 // of the user, the password and the host
	slash := strings.IndexByte(base, '/')
	if slash >= 0 && strings.HasPrefix(base[slash:], "//") {
		begin = slash + len("//")
	}
	end := len(base)
	if slash := strings.IndexByte(base[begin:], '/'); slash >= 0 {
		end = begin + slash
	}
	at := strings.LastIndexByte(base[begin:end], '@')
	if at < 0 {
		return base
	}
	user, _, _ := strings.Cut(base[begin:begin+at], ":")
	return base[:begin] + user + base[begin+at:]
}

// withoutValues puts placeholders for all values of a query.
func withoutValues(query string) string {
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, found := strings.Cut(pair, "=")
		switch {
		case value != "":
			pairs[i] = name + "=" + Placeholder(name, value)
		case !found && pair != "": // a key may stand alone
			pairs[i] = Placeholder("query", pair)
		}
	}
	return strings.Join(pairs, "&")
}

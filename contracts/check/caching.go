package check

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// mayBeKept says why a cache may keep a response to a GET. It is empty if a cache may not, or must ask again each time.
func mayBeKept(header http.Header) string {
	said := strings.ToLower(strings.Join(header.Values("Cache-Control"), ","))
	directives := map[string]string{}
	for directive := range strings.SplitSeq(said, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		directives[name] = value
	}
	has := func(name string) bool { value, ok := directives[name]; return ok && value != "0" }
	switch {
	case has("no-store"), has("no-cache"):
		return ""
	case has("public"), has("immutable"), has("s-maxage"), has("max-age"):
		return fmt.Sprintf("Cache-Control is %q; respond with no-store", shorten(said))
	case directives["max-age"] == "0" || directives["s-maxage"] == "0":
		return ""
	}
	until, err := http.ParseTime(header.Get("Expires"))
	old := header.Get("Expires") != "" && (err != nil || until.Before(time.Now())) // a value that is no time counts as past
	if err == nil && !old || !old && header.Get("Last-Modified") != "" {
		return "the response has Expires or Last-Modified and no Cache-Control; respond with Cache-Control: no-store"
	}
	return ""
}

package check

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// mayBeKept says why a cache may keep a response to a GET; "" when it may not, or would ask again each time.
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
		return fmt.Sprintf("Cache-Control is %q; answer with no-store", shorten(said))
	case directives["max-age"] == "0" || directives["s-maxage"] == "0":
		return ""
	}
	until, err := http.ParseTime(header.Get("Expires"))
	old := header.Get("Expires") != "" && (err != nil || until.Before(time.Now())) // what is no time is of the past
	if err == nil && !old || !old && header.Get("Last-Modified") != "" {
		return "the response has Expires or Last-Modified and no Cache-Control; answer with Cache-Control: no-store"
	}
	return ""
}

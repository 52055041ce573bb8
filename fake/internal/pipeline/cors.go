package pipeline

import "net/http"

// corsHeaders are the request headers that the vendors' own web clients send: two of them are response headers sent by
// mistake, but a preflight lists them all the same.
const corsHeaders = "authorization, content-type, accept, appid, sign, timestamp, x-requested-with, " +
	"access-control-allow-origin, access-control-allow-headers"

// allowOrigins lets pages of any origin call the services, with credentials, as the vendors' web clients need; the rules
// of the real hosts are not documented (assumed). The origin is echoed, because browsers refuse "*" together with
// credentials.
func allowOrigins(x *Exchange, next func()) {
	origin := x.Header.Get("Origin")
	if x.Method == http.MethodOptions && origin != "" && x.Header.Get("Access-Control-Request-Method") != "" {
		x.preflight = true
		x.Response = Response{Status: http.StatusNoContent, Header: http.Header{}}
		x.Response.Header.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
		x.Response.Header.Set("Access-Control-Allow-Headers", corsHeaders)
		x.Response.Header.Set("Access-Control-Max-Age", "600")
	} else {
		next()
	}
	header := x.Response.Header
	if header == nil {
		return
	}
	header.Add("Vary", "Origin") // without one too: a cache must not give this response to a page
	if origin == "" {
		return
	}
	header.Set("Access-Control-Allow-Origin", origin)
	header.Set("Access-Control-Allow-Credentials", "true")
	header.Set("Access-Control-Expose-Headers", WhyHeader+", Retry-After")
}

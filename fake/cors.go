package fake

import "net/http"

// corsHeaders are the request headers that the vendors' own web clients send: two of them are
// response headers sent by mistake, but a preflight lists them all the same.
const corsHeaders = "authorization, content-type, accept, appid, sign, timestamp, x-requested-with, " +
	"access-control-allow-origin, access-control-allow-headers"

// answerCORS lets pages of any origin call the services, with credentials, as the vendors' web
// clients need; the rules of the real hosts are not documented (assumed). The origin is
// echoed, because browsers reject "*" together with credentials.
func answerCORS(x *exchange, next func()) {
	origin := x.r.Header.Get("Origin")
	if x.r.Method == http.MethodOptions && origin != "" && x.r.Header.Get("Access-Control-Request-Method") != "" {
		x.preflight = true
		x.answer = answer{status: http.StatusNoContent, header: http.Header{}}
		x.answer.header.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
		x.answer.header.Set("Access-Control-Allow-Headers", corsHeaders)
		x.answer.header.Set("Access-Control-Max-Age", "600")
	} else {
		next()
	}
	if x.answer.header == nil {
		return
	}
	x.answer.header.Add("Vary", "Origin") // without one too: a cache must not give this response to a page
	if origin == "" {
		return
	}
	x.answer.header.Set("Access-Control-Allow-Origin", origin)
	x.answer.header.Set("Access-Control-Allow-Credentials", "true")
	x.answer.header.Set("Access-Control-Expose-Headers", whyHeader+", Retry-After")
}

package site

import (
	_ "embed"
	"net/http"

	"github.com/fakecme/fakecme/fake/internal/pipeline"
	"github.com/fakecme/fakecme/fake/internal/scheme"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/internal/token"
	"github.com/fakecme/fakecme/fake/traffic"
)

// handOffPage stands in for the page to which a third party's page sends its users:
// https://video.h5ds.com?token={token} (documented). It does with the token what the vendor's
// newest client does, and then says who is logged in, or why nobody is.
//
//go:embed handoff.html
var handOffPage []byte

// handOffHeader lets the page do what it does, and nothing else: no other script, no other host.
// A token in an address must go no further, so neither caches nor the next page learn it.
var handOffHeader = http.Header{
	"Content-Type": {"text/html; charset=utf-8"},
	"Content-Security-Policy": {"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; connect-src 'self'; " +
		"script-src " + hashOf(handOffPage, "script") + "; style-src " + hashOf(handOffPage, "style")},
	"Referrer-Policy":        {"no-referrer"},
	"Cache-Control":          {"no-store"},
	"X-Content-Type-Options": {"nosniff"},
}

// handOff is the page: the root of a host of h5ds, and of an address that is no vendor's when there is a token.
var handOff = pipeline.Site{Kind: traffic.HandOff, Claims: isHandOff, Serve: serveHandOff}

// isHandOff says whether a call is for the page. A signature is for opencme, even at the wrong host.
func isHandOff(host string, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.URL.Path != "" && r.URL.Path != "/" {
		return false
	}
	query := r.URL.Query()
	if query.Has("signature") {
		return false
	}
	if service.Named("h5ds").OnHost(host) {
		return true
	}
	return query.Has("token") && !service.VendorHost(host)
}

// serveHandOff answers with the page. The call is journalled for the tenant whose token it
// claims to carry; the page itself holds nothing of the call.
func serveHandOff(x *pipeline.Exchange) {
	x.Service = service.Named("h5ds")
	sent, _ := x.Request.Query("token")
	if t, found := scheme.TenantOfToken(x.Registry, token.Read(sent)); found {
		x.Locate(t)
	}
	x.Response = pipeline.Response{Status: http.StatusOK, Header: handOffHeader.Clone(), Body: handOffPage}
}

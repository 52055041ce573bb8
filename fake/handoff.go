package fake

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"

	"github.com/fakecme/fakecme/fake/internal/token"
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

// hashOf is the source expression of the one inline element of that name.
func hashOf(page []byte, element string) string {
	_, inside, _ := bytes.Cut(page, []byte("<"+element+">"))
	inside, _, _ = bytes.Cut(inside, []byte("</"+element+">"))
	sum := sha256.Sum256(inside)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// isHandOff says whether a call is for the page: the root of a host of h5ds, and of an address
// that is no vendor's when there is a token. A signature is for opencme, even at the wrong host.
func isHandOff(host string, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.URL.Path != "" && r.URL.Path != "/" {
		return false
	}
	query := r.URL.Query()
	if query.Has("signature") {
		return false
	}
	for _, h := range places["h5ds"].hosts {
		if host == h {
			return true
		}
	}
	return query.Has("token") && !vendorHost(host)
}

// serveHandOff answers with the page. The call is journalled for the tenant whose token it
// claims to carry; the page itself holds nothing of the call.
func (x *exchange) serveHandOff() {
	x.service, x.handOff = x.srv.serviceAt(apiHost, ""), true
	sent, _ := x.query("token")
	if appid, ok := token.AppID(sent); ok {
		if t, found := find(x.srv.registry, x.srv.registry.byAppID, appid); found {
			x.tenant, x.located = t, true
		}
	}
	x.answer = answer{status: http.StatusOK, header: handOffHeader.Clone(), body: handOffPage}
}

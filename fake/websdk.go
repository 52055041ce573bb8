package fake

import (
	"bytes"
	_ "embed"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/dialect"
)

// The stand-in for the vendor's Web SDK: a script for pages of any origin, and the page that its
// editor frame shows. Both are written from the documented interface; what no document says is
// marked in them as assumed.
var (
	//go:embed websdk/cme.js
	sdkScript []byte
	//go:embed websdk/editor.html
	editorPage []byte
)

// sdkHosts serve the script, and nothing else of the fake but what the script needs.
var sdkHosts = []string{"imgcache.qq.com", "vs-cdn.tencent-cloud.com"}

// sdkPrefix begins the fake's own paths that pages of other origins may call.
const sdkPrefix = adminPrefix + "sdk/"

// sdkVersion is what differs between the documented scripts. The script reads it as its settings.
type sdkVersion struct {
	// Version is the label in the banner.
	Version string `json:"version"`
	// Callback is what the callback of send gets: "result" for the whole result, or "error-first".
	Callback string `json:"callback"`
	// Click is how the names of user events end: ":click" in older documents, ":Click" in newer ones.
	Click string `json:"click"`
	// Create and Result are the dialect's NetCreate and NetResult.
	Create dialect.NetCreate `json:"create"`
	Result dialect.NetResult `json:"result"`
}

var (
	sdkV1  = sdkVersion{Version: "1", Callback: "result", Click: ":click"}
	sdkV20 = sdkVersion{Version: "2.0.1", Callback: "error-first", Click: ":Click"}
	sdkV21 = sdkVersion{Version: "2.1", Callback: "result", Click: ":click"}
)

// sdkScripts are the documented paths, each at its host, and all at the fake's own address, where
// there are two short ones too.
var sdkScripts = []struct {
	host, path string // no host: the fake's own address only
	version    sdkVersion
}{
	{"imgcache.qq.com", "/qcloud/cme/sdk_v1.js", sdkV1},
	{"vs-cdn.tencent-cloud.com", "/sdk/cme_v2.0.1.js", sdkV20},
	{"vs-cdn.tencent-cloud.com", "/sdk/cme_v2.1.js", sdkV21},
	{"", sdkPrefix + "v1.js", sdkV1},
	{"", sdkPrefix + "v2.js", sdkV20},
}

// isSDK says whether a call is for the Web SDK: anything at its hosts, its paths at any address
// that is no vendor's, and what the editor page needs.
func isSDK(host, path string) bool {
	if slices.Contains(sdkHosts, host) || strings.HasPrefix(path, sdkPrefix) {
		return true
	}
	_, ok := sdkScriptAt("", path)
	return ok && !vendorHost(host)
}

// sdkScriptAt finds the script of a path, at one of the vendor's hosts or, without a host, anywhere.
func sdkScriptAt(host, path string) (sdkVersion, bool) {
	for _, s := range sdkScripts {
		if s.path == path && (host == "" || s.host == host || s.host == "") {
			return s.version, true
		}
	}
	return sdkVersion{}, false
}

// serveSDK answers what belongs to the Web SDK.
func (x *exchange) serveSDK(host string) {
	x.sdk = true
	if !slices.Contains(sdkHosts, host) {
		host = ""
	}
	if version, ok := sdkScriptAt(host, x.path); ok && isRead(x.r) {
		version.Create, version.Result = x.srv.config.Dialect.NetCreate, x.srv.config.Dialect.NetResult
		x.serveScript(version)
		return
	}
	if x.path == sdkPrefix+"editor.html" && isRead(x.r) {
		x.answer = answer{status: http.StatusOK, header: editorHeader.Clone(), body: editorPage}
		return
	}
	if command, ok := editorCommands[strings.TrimPrefix(x.path, sdkPrefix)]; ok && x.r.Method == http.MethodPost {
		x.runEditor(command)
		return
	}
	var known []string
	for _, s := range sdkScripts {
		if host == "" || s.host == host {
			known = append(known, s.host+s.path)
		}
	}
	x.refuseUnknown(http.StatusNotFound, diagnosis.Diagnosis{
		Code:     "call.unknown-script",
		Sentence: fmt.Sprintf("the stand-in for the Web SDK has no %s %s", x.r.Method, shorten(x.path)),
		Fix:      "the scripts are " + strings.Join(known, ", "),
	})
}

func isRead(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// serveScript answers with the script, its settings filled in. It is the same for everybody.
func (x *exchange) serveScript(version sdkVersion) {
	settings, err := encode(version)
	if err != nil {
		x.bug("encode the settings of the Web SDK: %v", err)
		return
	}
	x.answer = answer{
		status: http.StatusOK,
		header: http.Header{
			"Content-Type":           {"text/javascript; charset=utf-8"},
			"Cache-Control":          {"no-cache"},
			"X-Content-Type-Options": {"nosniff"},
			// A page may demand this of everything it embeds.
			"Cross-Origin-Resource-Policy": {"cross-origin"},
		},
		body: bytes.Replace(sdkScript, []byte("'SETTINGS'"), settings, 1),
	}
}

// editorHeader lets any page frame the editor, which itself reaches only the fake: "frame-ancestors *" would shut out
// pages without an origin, and those of files.
var editorHeader = http.Header{
	"Content-Type": {"text/html; charset=utf-8"},
	"Content-Security-Policy": {"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; connect-src 'self'; " +
		"script-src " + hashOf(editorPage, "script") + "; style-src " + hashOf(editorPage, "style")},
	"Referrer-Policy":              {"no-referrer"},
	"Cache-Control":                {"no-store"},
	"X-Content-Type-Options":       {"nosniff"},
	"Cross-Origin-Resource-Policy": {"cross-origin"},
}

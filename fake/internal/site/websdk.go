package site

import (
	"bytes"
	_ "embed"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/pipeline"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/traffic"
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

// SDKPrefix begins the fake's own paths that pages of other origins may call.
const SDKPrefix = Prefix + "sdk/"

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
	{"", SDKPrefix + "v1.js", sdkV1},
	{"", SDKPrefix + "v2.js", sdkV20},
}

// webSDK is everything at the hosts of the Web SDK, its paths at any address that is no vendor's, and what the editor
// page needs.
var webSDK = pipeline.Site{Kind: traffic.WebSDK, Claims: isSDK, Serve: serveSDK}

func isSDK(host string, r *http.Request) bool {
	path := r.URL.EscapedPath()
	if slices.Contains(service.SDKHosts, host) || strings.HasPrefix(path, SDKPrefix) {
		return true
	}
	_, ok := sdkScriptAt("", path)
	return ok && !service.VendorHost(host)
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
func serveSDK(x *pipeline.Exchange) {
	host := contracts.HostName(x.Host)
	if !slices.Contains(service.SDKHosts, host) {
		host = ""
	}
	if version, ok := sdkScriptAt(host, x.Path); ok && isRead(x.Request.Request) {
		version.Create, version.Result = x.Dialect.NetCreate, x.Dialect.NetResult
		serveScript(x, version)
		return
	}
	if x.Path == SDKPrefix+"editor.html" && isRead(x.Request.Request) {
		x.Response = pipeline.Response{Status: http.StatusOK, Header: editorHeader.Clone(), Body: editorPage}
		return
	}
	if command, ok := editorCommands[strings.TrimPrefix(x.Path, SDKPrefix)]; ok && x.Method == http.MethodPost {
		runEditor(x, command)
		return
	}
	var known []string
	for _, s := range sdkScripts {
		if host == "" || s.host == host {
			known = append(known, s.host+s.path)
		}
	}
	x.RejectUnknown(http.StatusNotFound, diagnosis.Diagnosis{
		Code:     "call.unknown-script",
		Sentence: fmt.Sprintf("the stand-in for the Web SDK has no %s %s", x.Method, traffic.Shorten(x.Path)),
		Fix:      "the scripts are " + strings.Join(known, ", "),
	})
}

// serveScript answers with the script, its settings filled in. It is the same for everybody.
func serveScript(x *pipeline.Exchange, version sdkVersion) {
	settings, err := traffic.Encode(version)
	if err != nil {
		x.Bug("encode the settings of the Web SDK: %v", err)
		return
	}
	x.Response = pipeline.Response{
		Status: http.StatusOK,
		Header: http.Header{
			"Content-Type":           {"text/javascript; charset=utf-8"},
			"Cache-Control":          {"no-cache"},
			"X-Content-Type-Options": {"nosniff"},
			// A page may demand this of everything it embeds.
			"Cross-Origin-Resource-Policy": {"cross-origin"},
		},
		Body: bytes.Replace(sdkScript, []byte("'SETTINGS'"), settings, 1),
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

package pipeline

import (
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/traffic"
)

// sandbox keeps what others have written from running as a page of the fake: a stored file, a recorded page, a response
// whose Content-Type a fault has changed. Such a page would have the origin of the admin API. Only the fake's own pages
// and scripts go out as they are.
func sandbox(x *Exchange, next func()) {
	next()
	header := x.Response.Header
	if header == nil || x.Kind == traffic.HandOff || x.Kind == traffic.WebSDK {
		return
	}
	active := canScript(header)
	if !active && x.Kind != traffic.File {
		return
	}
	header.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	// The hosts of stored files have no admin API. An image runs no script where a page shows it as one.
	if active && x.Kind == traffic.File && !slices.Contains(service.StorageHosts, contracts.HostName(x.Host)) && x.Header.Get("Sec-Fetch-Dest") != "image" {
		header.Set("Content-Type", "text/plain; charset=utf-8")
	}
}

// canScript reports whether a browser may run scripts in a response, given its Content-Type.
func canScript(header http.Header) bool {
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil { // a browser guesses
		return true
	}
	main, sub, _ := strings.Cut(kind, "/")
	return main == "multipart" || main == "message" || sub == "html" || sub == "xml" || strings.HasSuffix(sub, "+xml") ||
		strings.Contains(sub, "script") || strings.HasSuffix(sub, "pdf")
}

// Package site answers calls for something beside operations: stored files of h5ds, the hand-off page, the stand-in for
// the Web SDK. A site is a file.
package site

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/fakecme/fakecme/fake/internal/pipeline"
)

// Prefix begins the paths that are the fake's own and no service's.
const Prefix = "/_fakecme/"

// All are the sites, in the order in which they are asked whether a call is theirs.
func All() []pipeline.Site { return []pipeline.Site{storage, webSDK, handOff} }

// hashOf is the source expression, in a Content-Security-Policy, of the one inline element of that name.
func hashOf(page []byte, element string) string {
	_, inside, _ := strings.Cut(string(page), "<"+element+">")
	inside, _, _ = strings.Cut(inside, "</"+element+">")
	sum := sha256.Sum256([]byte(inside))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func isRead(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

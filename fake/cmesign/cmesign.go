// Package cmesign makes, checks and explains the client signature of CME.
//
// A signature is base64(HMAC-SHA1(secretKey, text) followed by text). The text is a list of URL-encoded parameters such as
// "secretId=…&currentTimeStamp=…". The sources are the documents "signature algorithm" (43777) and "signature examples"
// (43778).
//
// The HMAC is computed over the bytes received. The text is never parsed and written again for that, because the official
// samples order and encode the same parameters in five ways, all of which are right.
//
// Verify accepts a signature or not; Explain says why not. Both use the same judge.
package cmesign

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"hash"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The names of the parameters, as documented.
const (
	nameSecretID         = "secretId"
	nameCurrentTimeStamp = "currentTimeStamp"
	nameExpireTime       = "expireTime"
	nameRandom           = "random"
	namePlatform         = "platform"
	nameAction           = "action"
	nameUserID           = "userId"
	nameProjectID        = "openProject.projectId"
	// nameBareProjectID is the name in official tutorials for nameProjectID of the reference.
	nameBareProjectID = "projectId"
)

// The documented actions.
const (
	actionOpenProject = "OpenProject" // opens the iframe editor
	actionUpload      = "Upload"      // goes with the upload of a file
	actionLogin       = "Login"       // exchanges the signature for a ticket
)

// required are the parameters that every signature has, in the order of the documented template.
var required = []string{
	nameSecretID, nameCurrentTimeStamp, nameExpireTime, nameRandom, namePlatform, nameAction, nameUserID,
}

// documentedNames are the names of all parameters in official documents.
var documentedNames = slices.Concat(required, []string{nameProjectID, nameBareProjectID})

// Params are the parameters of a signature, in the order of the documented template.
type Params struct {
	SecretID         string
	CurrentTimeStamp time.Time // when it was signed; sent as Unix seconds
	ExpireTime       time.Time // CurrentTimeStamp plus the validity; sent as Unix seconds
	Random           uint32
	Platform         string
	Action           string // "OpenProject", "Upload" or "Login"
	UserID           string // the developer's own name for the user
	ProjectID        string // openProject.projectId; optional, left out when empty
}

// Original returns the text to sign: the parameters in the order of the documented template, with values encoded by
// url.QueryEscape. It checks nothing, so that a test can sign nonsense.
func (p Params) Original() string {
	values := []string{
		p.SecretID,
		strconv.FormatInt(p.CurrentTimeStamp.Unix(), 10),
		strconv.FormatInt(p.ExpireTime.Unix(), 10),
		strconv.FormatUint(uint64(p.Random), 10),
		p.Platform, p.Action, p.UserID,
	}
	var b strings.Builder
	for i, name := range required {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(name + "=" + url.QueryEscape(values[i]))
	}
	if p.ProjectID != "" {
		b.WriteString("&" + nameProjectID + "=" + url.QueryEscape(p.ProjectID))
	}
	return b.String()
}

// Sign makes the signature of p. A signature can contain '+', '/' and '=', so it must be URL-encoded once in a query.
func Sign(secretKey string, p Params) string {
	return SignOriginal(secretKey, p.Original())
}

// SignOriginal makes the signature of a text that Original or another program has made.
func SignOriginal(secretKey, original string) string {
	mac := sum(sha1.New, secretKey, original)
	return base64.StdEncoding.EncodeToString(append(mac, original...))
}

// sum returns the HMAC of text.
func sum(h func() hash.Hash, key, text string) []byte {
	mac := hmac.New(h, []byte(key))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

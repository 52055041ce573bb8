package verify

import (
	"crypto/rand"
	"encoding/binary"
	"net/http"
	"net/url"
	"time"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// scheme is a way to prove who calls: a value of contracts.Operation.Security.
type scheme struct {
	// wrong are the names of the ways to get the credential wrong. A wrong signature is right in everything but one.
	wrong []string
	// rejections are the documented codes that reject the credentials of the target.
	rejections []string
	// login is the operation that returns the credential, and ticket the place in its response. A signature has none.
	login, ticket string
	// unknown is a credential of the right form that the provider never gave out.
	unknown string
	// authorize adds the credential of a call to its header or query.
	authorize func(c credential, header http.Header, query url.Values)
}

// credential is what a call proves itself with.
type credential struct {
	target Target
	user   string
	ticket string
	wrong  string // one of the ways of the scheme; empty: right
}

var schemes = map[string]scheme{
	"cmeSignature": {
		wrong:      []string{"none", "garbled", "wrong-key", "unknown-id", "other-platform", "other-action", "expired"},
		rejections: []string{"SignatureVerifyFail", "InvalidParameterValue.Platform"},
		authorize: func(c credential, _ http.Header, query url.Values) {
			query.Set("signature", signCME(c.target, c.user, "Login", c.wrong))
		},
	},
	"cmeTicket": {
		wrong: []string{"none", "unknown"}, login: "OpenCME.Login", ticket: "/Data/Authorization or /Response/Authorization",
		unknown:   "tf_000000000000000000000unknown",
		authorize: func(c credential, _ http.Header, query url.Values) { query.Set("auth", c.ticket) },
	},
	"h5dsSign": {
		wrong:      []string{"none", "wrong-secret", "unknown-id", "old"},
		rejections: []string{"401"},
		authorize:  func(c credential, header http.Header, _ url.Values) { signH5DS(c.target, header, c.wrong) },
	},
	"h5dsToken": {
		wrong: []string{"none", "unknown"}, login: "Third.Login", ticket: "/data/token",
		unknown:   "Bearer eyJ.unknown.unknown",
		authorize: func(c credential, header http.Header, _ url.Values) { header.Set("Authorization", c.ticket) },
	},
}

// authorize adds the credential for a scheme; the empty scheme, of operations without a credential, adds nothing.
func authorize(security string, c credential, header http.Header, query url.Values) {
	if s, needed := schemes[security]; needed && c.wrong != "none" {
		s.authorize(c, header, query)
	}
}

// signCME makes a CME signature, wrong in the given way.
func signCME(target Target, user, action, wrong string) string {
	now := time.Now()
	p := cmesign.Params{
		SecretID: target.SecretID, Platform: target.Platform, Action: action, UserID: user,
		CurrentTimeStamp: now, ExpireTime: now.Add(time.Hour), Random: random32(),
	}
	key := target.SecretKey
	switch wrong {
	case "wrong-key":
		key = "not the key"
	case "unknown-id":
		p.SecretID = "fakecme-verify-nobody"
	case "other-platform":
		p.Platform = "fakecme-verify-nowhere"
	case "other-action":
		p.Action = "Upload"
	case "expired":
		p.CurrentTimeStamp, p.ExpireTime = now.Add(-48*time.Hour), now.Add(-47*time.Hour)
	case "garbled":
		return "bm90IGEgc2lnbmF0dXJl"
	}
	return cmesign.Sign(key, p)
}

// signH5DS sets the three headers of h5ds, wrong in the given way.
func signH5DS(target Target, header http.Header, wrong string) {
	key, at := h5dssign.Key{AppID: target.AppID, Secret: target.Secret}, time.Now()
	switch wrong {
	case "wrong-secret":
		key.Secret = "not the secret"
	case "unknown-id":
		key.AppID = "fakecme-verify-nobody"
	case "old":
		at = at.Add(-48 * time.Hour)
	}
	h5dssign.New(key, at).Set(header)
}

func random32() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint32(b[:])
}

package cmesign_test

import (
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/cmesign"
)

const secretKey = "fake-secret-key"

var (
	now  = unix(1600000000)
	keys = []cmesign.Key{
		{SecretID: "fake-secret-id", SecretKey: secretKey, Platforms: []string{"fake-platform", "fake-platform-2"}},
		{SecretID: "other-secret-id", SecretKey: "other/secret key~1"},
	}
)

// judge is the verifier of these tests: two keys, and an endpoint that demands Login.
func judge() cmesign.Verifier {
	return cmesign.Verifier{Lookup: lookup(keys...), Others: slices.Values(keys), Now: now, Action: "Login"}
}

// replace is the text of a valid signature, with the values of some parameters replaced:
// name, value, name, value. A value goes in as it is.
func replace(pairs ...string) string {
	values := map[string]string{
		"secretId": "fake-secret-id", "currentTimeStamp": "1600000000", "expireTime": "1600000300",
		"random": "7", "platform": "fake-platform", "action": "Login", "userId": "user+%7E1",
	}
	for pair := range slices.Chunk(pairs, 2) {
		values[pair[0]] = pair[1]
	}
	var parts []string
	for _, name := range []string{"secretId", "currentTimeStamp", "expireTime", "random", "platform", "action", "userId"} {
		parts = append(parts, name+"="+values[name])
	}
	return strings.Join(parts, "&")
}

var _ = url.QueryEscape

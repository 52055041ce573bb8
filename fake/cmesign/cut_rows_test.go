package cmesign_test

import (
	"crypto/sha1"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// Parts of the diagnoses of texts that are cut off.
const (
	sendAll = "the signature was probably cut off at its end: find what shortens it (cut, head, a column, a terminal) and send all of it; " +
		"if it is whole, put what is missing into the text before signing"
	doesNotFit = "; the HMAC does not fit what is left, as when the end was cut off"
)

// cutRows end too early, or seem to.
var cutRows = []row{
	{
		name:      "cut in a name",
		signature: sign(textWith())[:100],
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.cut-off",
			Sentence: `the text ends after "exp"; 5 required parameters are missing (expireTime, random, platform, action, userId)` + doesNotFit,
			Fix:      sendAll,
			Received: "secretId=fake-secret-id&currentTimeStamp=1600000000&exp",
		},
	},
	{
		name:      "cut in a value",
		signature: sign(textWith())[:120],
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.cut-off",
			Sentence: `the text ends after "expireTime=1600000"; 4 required parameters are missing (random, platform, action, userId)` + doesNotFit,
			Fix:      sendAll,
			Received: "secretId=fake-secret-id&currentTimeStamp=1600000000&expireTime=1600000",
		},
	},
	{
		name:      "cut before the last parameter",
		signature: cut(textWith(), "&userId="),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.cut-off",
			Sentence: `the text ends after "action=Login"; 1 required parameter is missing (userId)` + doesNotFit,
			Fix:      sendAll,
			Received: before(textWith(), "&userId="),
		},
	},
	{
		name:      "cut behind an '&'",
		signature: cut(textWith(), "userId="),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.cut-off",
			Sentence: `the text ends after "action=Login"; 1 required parameter is missing (userId)` + doesNotFit,
			Fix:      sendAll,
			Received: before(textWith(), "userId="),
		},
	},
	{
		name:      "cut behind a name",
		signature: cut(textWith(), "=7"),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.cut-off",
			Sentence: `the text ends after "random"; 4 required parameters are missing (random, platform, action, userId)` + doesNotFit,
			Fix:      sendAll,
			Received: before(textWith(), "=7"),
		},
	},
	{
		name:      "cut in the order of the Python sample",
		signature: cut(pythonOrder, "erId="),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.cut-off",
			Sentence: `the text ends after "us"; 2 required parameters are missing (action, userId)` + doesNotFit,
			Fix:      sendAll,
			Received: before(pythonOrder, "erId="),
		},
	},
	{
		name:      "cut in alphabetical order, secretId with it",
		signature: cut(goOrder, "jectId="),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code: "cme.cut-off",
			Sentence: `the text ends after "openProject.pro"; 4 required parameters are missing (secretId, random, platform, userId); ` +
				"without secretId the HMAC cannot be checked, as when the end was cut off",
			Fix:      sendAll,
			Received: "action=Login&currentTimeStamp=1600000000&expireTime=1600000300&openProject.pro",
		},
	},
	{
		name:      "cut in alphabetical order, behind secretId",
		signature: cut(goOrder, "&userId="),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.cut-off",
			Sentence: `the text ends after "secretId=fake-secret-id"; 1 required parameter is missing (userId)` + doesNotFit,
			Fix:      sendAll,
			Received: before(goOrder, "&userId="),
		},
	},
	{
		name:      "cut in the value of secretId",
		signature: cut(textWith(), "ret-id&"),
		failure:   "cme.unknown-secret-id: secretId",
		want: diagnosis.Diagnosis{
			Code: "cme.cut-off",
			Sentence: `the text ends after "secretId=fake-sec"; 6 required parameters are missing (currentTimeStamp, expireTime, random, platform, action, userId); ` +
				"no key has the secretId that is left, as when the end was cut off",
			Fix:      sendAll,
			Received: "secretId=fake-sec",
		},
	},
	{
		name:      "cut in base64 with a lone character",
		signature: sign(textWith())[:101],
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.cut-off",
			Sentence: `the text ends after "exp"; 5 required parameters are missing (expireTime, random, platform, action, userId)` + doesNotFit,
			Fix:      sendAll,
			Received: "secretId=fake-secret-id&currentTimeStamp=1600000000&exp",
		},
	},
	{
		name:      "cut in base64 with bits left",
		signature: sign(textWith())[:102],
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.cut-off",
			Sentence: `the text ends after "expi"; 5 required parameters are missing (expireTime, random, platform, action, userId)` + doesNotFit,
			Fix:      sendAll,
			Received: "secretId=fake-secret-id&currentTimeStamp=1600000000&expi",
		},
	},
	{
		name:      "cut off, and URL-encoded twice",
		signature: strings.ReplaceAll(sign(withPlus())[:100], "+", "%2B"),
		failure:   "cme.not-base64",
		want: diagnosis.Diagnosis{
			Code:     "cme.percent-encoded",
			Sentence: "the signature is still URL-encoded after one decoding, at byte 9",
			Fix: onceOnly + `; then it is still rejected with cme.cut-off: the text ends after "exp"; 5 required parameters are missing ` +
				"(expireTime, random, platform, action, userId)" + doesNotFit,
		},
	},
	{
		name:      "cut in the first name",
		signature: cut(goOrder, "ion=Login"),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.missing-parameter",
			Sentence: `the parameter "secretId" is missing`,
			Fix:      putIn,
		},
	},
	{
		name:      "last parameter missing, but signed",
		signature: sign(before(textWith(), "&userId=")),
		failure:   "cme.missing-parameter: userId",
		want: diagnosis.Diagnosis{
			Code:     "cme.missing-parameter",
			Sentence: `the parameter "userId" is missing`,
			Fix:      putIn,
		},
	},
	{
		name:      "secretId and userId missing at the end, but signed with a known key",
		signature: sign(before(goOrder, "&secretId=")),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.missing-parameter",
			Sentence: `the parameter "secretId" is missing`,
			Fix:      putIn,
		},
	},
	{
		name:      "unknown secretId that is whole, end cut off",
		signature: cut(textWith("secretId", "nobody"), "&random="),
		failure:   "cme.unknown-secret-id: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.unknown-secret-id",
			Sentence: `no key has the secretId "nobody"`,
			Fix:      "use the secretId that belongs to the secret key",
		},
	},
	{
		name:      "unknown secretId alone, but signed with a known key",
		signature: sign("secretId=nobody"),
		failure:   "cme.unknown-secret-id: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.unknown-secret-id",
			Sentence: `no key has the secretId "nobody"`,
			Fix:      `send the secretId "fake-secret-id": the HMAC was made with its secret key`,
		},
	},
	{
		name:      "unknown secretId at the end, nothing missing",
		signature: from("unknown", "", secretIDLast),
		failure:   "cme.unknown-secret-id: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.unknown-secret-id",
			Sentence: `no key has the secretId "nobody"`,
			Fix:      "use the secretId that belongs to the secret key",
		},
	},
	notCutOff("missing in the middle", strings.Replace(textWith(), "random=7&", "", 1)),
	notCutOff("cut behind an undocumented name", "secretId=fake-secret-id&currentTimeStamp=1600000000&exq"),
	notCutOff("cut behind an undocumented parameter", "secretId=fake-secret-id&currentTimeStamp=1600000000&exp=1"),
	notCutOff("cut in a name that is not the next", "secretId=fake-secret-id&currentTimeStamp=1600000000&us"),
	notCutOff("cut in the last value", strings.TrimSuffix(textWith(), "%7E1")),
	notCutOff("cut in an optional name", textWith()+"&openPro"),
	notCutOff("more parameters than there are names", strings.Repeat("secretId=fake-secret-id&", 9)+"currentTimeStamp=1600000000"),
}

const (
	pythonOrder  = "secretId=fake-secret-id&currentTimeStamp=1600000000&expireTime=1600000300&random=7&platform=fake-platform&userId=u&action=Login"
	goOrder      = "action=Login&currentTimeStamp=1600000000&expireTime=1600000300&openProject.projectId=p&platform=fake-platform&random=7&secretId=fake-secret-id&userId=u"
	secretIDLast = "currentTimeStamp=1600000000&expireTime=1600000300&random=7&platform=fake-platform&action=Login&userId=u&secretId=nobody"
)

// notCutOff is a text that the key did not sign, and that no known order explains.
func notCutOff(name, text string) row {
	return row{
		name:      name,
		signature: from("unknown", text, text),
		failure:   "cme.wrong-mac",
		want: diagnosis.Diagnosis{
			Code:     "cme.wrong-secret",
			Sentence: `the HMAC was not made with the secret key of secretId "fake-secret-id" over this text, nor in another way that was tried`,
			Fix:      "check the secret key, and that the signed text was byte for byte the received one",
			Received: text,
		},
	}
}

// cut is the signature of a text without what begins with rest; the HMAC is that of the whole.
func cut(text, rest string) string {
	return put(mac(sha1.New, secretKey, text), before(text, rest))
}

// before is the part of a text before rest, which must be in it.
func before(text, rest string) string {
	part, _, found := strings.Cut(text, rest)
	if !found {
		panic("no " + rest + " in " + text)
	}
	return part
}

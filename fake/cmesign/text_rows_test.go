package cmesign_test

import (
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// textRows have a right HMAC over parameters that are no good as such.
var textRows = []row{
	{
		name:      "escape without digits",
		signature: sign(textWith("userId", "100%")),
		failure:   "cme.bad-escape: userId",
		want: diagnosis.Diagnosis{
			Code:     "cme.bad-escape",
			Sentence: `in the parameter "userId" a '%' without two hexadecimal digits stands at byte 130 of the text`,
			Fix:      "URL-encode the value: '%' itself becomes %25",
		},
	},
	{
		name:      "byte that is not encoded",
		signature: sign(textWith("userId", "a+b@example.com")),
		failure:   "cme.unescaped: userId",
		want: diagnosis.Diagnosis{
			Code:     "cme.unescaped",
			Sentence: `the parameter "userId" is not URL-encoded: "@" stands at byte 130 of the text`,
			Fix:      "URL-encode every value before signing",
		},
	},
	{
		name:      "character that is not encoded",
		signature: sign(textWith("userId", "用户")),
		failure:   "cme.unescaped: userId",
		want: diagnosis.Diagnosis{
			Code:     "cme.unescaped",
			Sentence: `the parameter "userId" is not URL-encoded: "用" stands at byte 127 of the text`,
			Fix:      "URL-encode every value before signing",
		},
	},
	{
		name:      "second of two namesakes is not encoded",
		signature: sign(textWith() + "&x=1&x=a/b"),
		failure:   "cme.unescaped: x",
		want: diagnosis.Diagnosis{
			Code:     "cme.unescaped",
			Sentence: `the parameter "x" is not URL-encoded: "/" stands at byte 144 of the text`,
			Fix:      "URL-encode every value before signing",
		},
	},
	{
		name:      "value not in UTF-8",
		signature: sign(textWith("userId", "%D3%C3")),
		failure:   "cme.not-utf8: userId",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-utf8",
			Sentence: `the parameter "userId" is not UTF-8 after URL decoding`,
			Fix:      "URL-encode the UTF-8 bytes of the value, not those of another character set",
		},
	},
	{
		name:      "duplicate",
		signature: sign(textWith() + "&userId=user_02"),
		failure:   "cme.duplicate-parameter: userId",
		want: diagnosis.Diagnosis{
			Code:     "cme.duplicate-parameter",
			Sentence: `the parameter "userId" is given twice`,
			Fix:      "send every parameter once",
		},
	},
	{
		name:      "nameless duplicate",
		signature: sign(textWith() + "&=1&=2"),
		failure:   "cme.duplicate-parameter",
		want: diagnosis.Diagnosis{
			Code:     "cme.duplicate-parameter",
			Sentence: `the parameter "" is given twice`,
			Fix:      "send every parameter once",
		},
	},
	{
		name:      "missing",
		signature: sign(strings.Replace(textWith(), "random=7&", "", 1)),
		failure:   "cme.missing-parameter: random",
		want: diagnosis.Diagnosis{
			Code:     "cme.missing-parameter",
			Sentence: `the parameter "random" is missing`,
			Fix:      putIn,
		},
	},
	{
		name:      "missing secretId",
		signature: sign(strings.Replace(textWith(), "secretId=fake-secret-id&", "", 1)),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.missing-parameter",
			Sentence: `the parameter "secretId" is missing`,
			Fix:      putIn,
		},
	},
	{
		name:      "name in wrong case",
		signature: sign(strings.Replace(textWith(), "userId=", "userID=", 1)),
		failure:   "cme.missing-parameter: userId",
		want: diagnosis.Diagnosis{
			Code:     "cme.misnamed-parameter",
			Sentence: `the parameter "userId" is missing, but there is one named "userID"`,
			Fix:      `if that is the one meant, name it exactly "userId"`,
		},
	},
	{
		name:      "secretId in wrong case",
		signature: sign(strings.Replace(textWith(), "secretId=", "secretID=", 1)),
		failure:   "cme.missing-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.misnamed-parameter",
			Sentence: `the parameter "secretId" is missing, but there is one named "secretID"`,
			Fix:      `if that is the one meant, name it exactly "secretId"`,
		},
	},
	{
		name:      "timestamp in wrong case",
		signature: sign(strings.Replace(textWith(), "currentTimeStamp=", "currentTimestamp=", 1)),
		failure:   "cme.missing-parameter: currentTimeStamp",
		want: diagnosis.Diagnosis{
			Code:     "cme.misnamed-parameter",
			Sentence: `the parameter "currentTimeStamp" is missing, but there is one named "currentTimestamp"`,
			Fix:      `if that is the one meant, name it exactly "currentTimeStamp"`,
		},
	},
	{
		name:      "name with a typing error",
		signature: sign(strings.Replace(textWith(), "platform=", "platfrom=", 1)),
		failure:   "cme.missing-parameter: platform",
		want: diagnosis.Diagnosis{
			Code:     "cme.misnamed-parameter",
			Sentence: `the parameter "platform" is missing, but there is one named "platfrom"`,
			Fix:      `if that is the one meant, name it exactly "platform"`,
		},
	},
	{
		name:      "name with three typing errors",
		signature: sign(strings.Replace(textWith(), "platform=", "plotfurn=", 1)),
		failure:   "cme.missing-parameter: platform",
		want: diagnosis.Diagnosis{
			Code:     "cme.missing-parameter",
			Sentence: `the parameter "platform" is missing`,
			Fix:      putIn,
		},
	},
	{
		name:      "name with something before it",
		signature: sign(strings.Replace(textWith(), "random=", "myVeryOwnRandom=", 1)),
		failure:   "cme.missing-parameter: random",
		want: diagnosis.Diagnosis{
			Code:     "cme.misnamed-parameter",
			Sentence: `the parameter "random" is missing, but there is one named "myVeryOwnRandom"`,
			Fix:      `if that is the one meant, name it exactly "random"`,
		},
	},
	{
		name:      "name as the end of another name",
		signature: sign(strings.Replace(textWith(), "random=", "myrandom=", 1)),
		failure:   "cme.missing-parameter: random",
		want: diagnosis.Diagnosis{
			Code:     "cme.misnamed-parameter",
			Sentence: `the parameter "random" is missing, but there is one named "myrandom"`,
			Fix:      `if that is the one meant, name it exactly "random"`,
		},
	},
	{
		name:      "name cut short",
		signature: sign(strings.Replace(textWith(), "currentTimeStamp=", "timestamp=", 1)),
		failure:   "cme.missing-parameter: currentTimeStamp",
		want: diagnosis.Diagnosis{
			Code:     "cme.misnamed-parameter",
			Sentence: `the parameter "currentTimeStamp" is missing, but there is one named "timestamp"`,
			Fix:      `if that is the one meant, name it exactly "currentTimeStamp"`,
		},
	},
	{
		name:      "name in capitals",
		signature: sign(strings.Replace(textWith(), "platform=", "PLAT_FORM=", 1)),
		failure:   "cme.missing-parameter: platform",
		want: diagnosis.Diagnosis{
			Code:     "cme.misnamed-parameter",
			Sentence: `the parameter "platform" is missing, but there is one named "PLAT_FORM"`,
			Fix:      `if that is the one meant, name it exactly "platform"`,
		},
	},
	{
		name:      "name unlike any other",
		signature: sign(strings.Replace(textWith(), "platform=", "app=", 1)),
		failure:   "cme.missing-parameter: platform",
		want: diagnosis.Diagnosis{
			Code:     "cme.missing-parameter",
			Sentence: `the parameter "platform" is missing`,
			Fix:      putIn,
		},
	},
	{
		name:      "name too short to be like another",
		signature: sign(strings.Replace(textWith(), "userId=", "id=", 1)),
		failure:   "cme.missing-parameter: userId",
		want: diagnosis.Diagnosis{
			Code:     "cme.missing-parameter",
			Sentence: `the parameter "userId" is missing`,
			Fix:      putIn,
		},
	},
	{
		name:      "name too long to be like another",
		signature: sign(strings.Replace(textWith(), "userId=", strings.Repeat("userId", 7)+"=", 1)),
		failure:   "cme.missing-parameter: userId",
		want: diagnosis.Diagnosis{
			Code:     "cme.missing-parameter",
			Sentence: `the parameter "userId" is missing`,
			Fix:      putIn,
		},
	},
	{
		name:      "empty parameter",
		signature: sign(textWith("userId", "")),
		failure:   "cme.empty-parameter: userId",
		want: diagnosis.Diagnosis{
			Code:     "cme.empty-parameter",
			Sentence: `the parameter "userId" is empty`,
			Fix:      "give it a value before signing",
		},
	},
	{
		name:      "empty secretId",
		signature: sign(textWith("secretId", "")),
		failure:   "cme.empty-parameter: secretId",
		want: diagnosis.Diagnosis{
			Code:     "cme.empty-parameter",
			Sentence: `the parameter "secretId" is empty`,
			Fix:      "give it a value before signing",
		},
	},
}

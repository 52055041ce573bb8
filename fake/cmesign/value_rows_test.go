package cmesign_test

import (
	"github.com/fakecme/fakecme/fake/diagnosis"
)

// valueRows have a right HMAC over values that are rejected.
var valueRows = []row{
	{
		name:      "time that is no integer",
		signature: sign(textWith("currentTimeStamp", "1.6E%2B9")),
		failure:   "cme.not-integer: currentTimeStamp",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-integer",
			Sentence: `currentTimeStamp is "1.6E+9", not whole Unix seconds in decimal digits`,
			Fix:      "send whole Unix seconds, digits only",
		},
	},
	{
		name:      "negative time",
		signature: sign(textWith("expireTime", "-1")),
		failure:   "cme.not-integer: expireTime",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-integer",
			Sentence: `expireTime is "-1", not whole Unix seconds in decimal digits`,
			Fix:      "send whole Unix seconds, digits only",
		},
	},
	{
		name:      "random that is no integer",
		signature: sign(textWith("random", "0.25")),
		failure:   "cme.not-integer: random",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-integer",
			Sentence: `random is "0.25", not an unsigned integer in decimal digits`,
			Fix:      "send an unsigned 32-bit integer, digits only",
		},
	},
	{
		name:      "random of Math.round",
		signature: sign(textWith("random", "4294967296")),
		failure:   "cme.random-range: random",
		want: diagnosis.Diagnosis{
			Code:     "cme.random-range",
			Sentence: "random is 4294967296, one more than the largest unsigned 32-bit integer",
			Fix:      "use Math.floor: the official Node.js sample makes it with Math.round(Math.random()*2^32), which can reach 2^32",
		},
	},
	{
		name:      "random too large",
		signature: sign(textWith("random", "99999999999999999999999")),
		failure:   "cme.random-range: random",
		want: diagnosis.Diagnosis{
			Code:     "cme.random-range",
			Sentence: `random is "99999999999999999999999", more than 4294967295, the largest unsigned 32-bit integer`,
			Fix:      "send an unsigned 32-bit integer",
		},
	},
	{
		name:      "currentTimeStamp in milliseconds",
		signature: sign(textWith("currentTimeStamp", "1600000000000")),
		failure:   "cme.not-seconds: currentTimeStamp",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-seconds",
			Sentence: `currentTimeStamp is "1600000000000", too large for seconds, as milliseconds it is 2020-09-13T12:26:40Z`,
			Fix:      wholeSeconds,
		},
	},
	{
		name:      "expireTime in milliseconds",
		signature: sign(textWith("expireTime", "1600000300000")),
		failure:   "cme.not-seconds: expireTime",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-seconds",
			Sentence: `expireTime is "1600000300000", too large for seconds, as milliseconds it is 2020-09-13T12:31:40Z`,
			Fix:      wholeSeconds,
		},
	},
	{
		name:      "expireTime in microseconds",
		signature: sign(textWith("expireTime", "1600000300000000")),
		failure:   "cme.not-seconds: expireTime",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-seconds",
			Sentence: `expireTime is "1600000300000000", too large for seconds, as microseconds it is 2020-09-13T12:31:40Z`,
			Fix:      wholeSeconds,
		},
	},
	{
		name:      "expireTime in nanoseconds",
		signature: sign(textWith("expireTime", "1600000300000000000")),
		failure:   "cme.not-seconds: expireTime",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-seconds",
			Sentence: `expireTime is "1600000300000000000", too large for seconds, as nanoseconds it is 2020-09-13T12:31:40Z`,
			Fix:      wholeSeconds,
		},
	},
	{
		name:      "expireTime beyond all units",
		signature: sign(textWith("expireTime", "160000030000000000000")),
		failure:   "cme.not-seconds: expireTime",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-seconds",
			Sentence: `expireTime is "160000030000000000000", too large for seconds, and for nanoseconds too`,
			Fix:      wholeSeconds,
		},
	},
	{
		name:      "negative validity",
		signature: sign(textWith("expireTime", "1599999999")),
		failure:   "cme.negative-validity: expireTime",
		want: diagnosis.Diagnosis{
			Code:     "cme.negative-validity",
			Sentence: "expireTime is 1s before currentTimeStamp",
			Fix:      "expireTime is currentTimeStamp plus the validity, both in Unix seconds",
		},
	},
	{
		name:      "duration",
		signature: sign(textWith("expireTime", "300")),
		failure:   "cme.negative-validity: expireTime",
		want: diagnosis.Diagnosis{
			Code:     "cme.duration",
			Sentence: "expireTime is 300, a moment in 1970: as a validity it would end at 2020-09-13T12:31:40Z",
			Fix:      "expireTime is a moment, currentTimeStamp plus the validity: send 1600000300",
		},
	},
	{
		name:      "duration of a year",
		signature: sign(textWith("expireTime", "31536000")),
		failure:   "cme.negative-validity: expireTime",
		want: diagnosis.Diagnosis{
			Code:     "cme.duration",
			Sentence: "expireTime is 31536000, a moment in 1971: as a validity it would end at 2021-09-13T12:26:40Z",
			Fix:      "expireTime is a moment, currentTimeStamp plus the validity: send 1631536000",
		},
	},
	{
		name:      "negative validity of long ago",
		signature: sign(textWith("currentTimeStamp", "500", "expireTime", "300")),
		failure:   "cme.negative-validity: expireTime",
		want: diagnosis.Diagnosis{
			Code:     "cme.negative-validity",
			Sentence: "expireTime is 3m20s before currentTimeStamp",
			Fix:      "expireTime is currentTimeStamp plus the validity, both in Unix seconds",
		},
	},
	{
		name:      "not yet valid",
		signature: sign(textWith("currentTimeStamp", "1600000600", "expireTime", "1600000900")),
		failure:   "cme.not-yet-valid: currentTimeStamp",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-yet-valid",
			Sentence: "currentTimeStamp is 10m0s ahead of the clock here, more than the 5m0s allowed",
			Fix:      "set the clock of the machine that signs; here it is 2020-09-13T12:26:40Z",
		},
	},
	{
		name:      "expired by a second",
		signature: sign(textWith("currentTimeStamp", "1599990000", "expireTime", "1599999999")),
		failure:   "cme.expired: expireTime",
		want: diagnosis.Diagnosis{
			Code:     "cme.expired",
			Sentence: "the signature expired 1s ago: expireTime is 2020-09-13T12:26:39Z, and here it is 2020-09-13T12:26:40Z",
			Fix:      "sign again; if it was just signed, set the clock of the machine that signs",
		},
	},
	{
		name:      "expired by a second less than two days",
		signature: sign(textWith("currentTimeStamp", "1599820000", "expireTime", "1599827201")),
		failure:   "cme.expired: expireTime",
		want: diagnosis.Diagnosis{
			Code:     "cme.expired",
			Sentence: "the signature expired 47h59m59s ago: expireTime is 2020-09-11T12:26:41Z, and here it is 2020-09-13T12:26:40Z",
			Fix:      "sign again; if it was just signed, set the clock of the machine that signs",
		},
	},
	{
		name:      "expired by two days",
		signature: sign(textWith("currentTimeStamp", "1599820000", "expireTime", "1599827200")),
		failure:   "cme.expired: expireTime",
		want: diagnosis.Diagnosis{
			Code:     "cme.expired",
			Sentence: "the signature expired 2 days ago: expireTime is 2020-09-11T12:26:40Z, and here it is 2020-09-13T12:26:40Z",
			Fix:      "sign again; if it was just signed, set the clock of the machine that signs",
		},
	},
	{
		name:      "not valid for days",
		signature: sign(textWith("currentTimeStamp", "1600300000", "expireTime", "1600300300")),
		failure:   "cme.not-yet-valid: currentTimeStamp",
		want: diagnosis.Diagnosis{
			Code:     "cme.not-yet-valid",
			Sentence: "currentTimeStamp is 3 days ahead of the clock here, more than the 5m0s allowed",
			Fix:      "set the clock of the machine that signs; here it is 2020-09-13T12:26:40Z",
		},
	},
	{
		name:      "expired by years",
		signature: sign(textWith("currentTimeStamp", "1500000000", "expireTime", "1500000300")),
		failure:   "cme.expired: expireTime",
		want: diagnosis.Diagnosis{
			Code:     "cme.expired",
			Sentence: "the signature expired 1157 days ago: expireTime is 2017-07-14T02:45:00Z, and here it is 2020-09-13T12:26:40Z",
			Fix:      "sign again; if it was just signed, set the clock of the machine that signs",
		},
	},
	{
		name:      "action of the old demo",
		signature: sign(textWith("action", "CreateUploadMaterial")),
		failure:   "cme.undocumented-action: action",
		want: diagnosis.Diagnosis{
			Code:     "cme.undocumented-action",
			Sentence: `the action "CreateUploadMaterial" is not documented: the vendor's old Node.js demo uses it for uploads`,
			Fix:      `sign uploads with the action "Upload"`,
		},
	},
	{
		name:      "action in wrong case",
		signature: sign(textWith("action", "login")),
		failure:   "cme.undocumented-action: action",
		want: diagnosis.Diagnosis{
			Code:     "cme.undocumented-action",
			Sentence: `the action "login" is not documented`,
			Fix:      `did you mean "Login"? ` + actionUses,
		},
	},
	{
		name:      "undocumented action",
		signature: sign(textWith("action", "Preview")),
		failure:   "cme.undocumented-action: action",
		want: diagnosis.Diagnosis{
			Code:     "cme.undocumented-action",
			Sentence: `the action "Preview" is not documented`,
			Fix:      actionUses,
		},
	},
	{
		name:      "wrong action",
		signature: sign(textWith("action", "OpenProject")),
		failure:   "cme.wrong-action: action",
		want: diagnosis.Diagnosis{
			Code:     "cme.wrong-action",
			Sentence: `the action is "OpenProject", but this call demands "Login"`,
			Fix:      actionUses,
		},
	},
	{
		name:      "unknown platform",
		signature: sign(textWith("platform", "fake-platfrom")),
		failure:   "cme.unknown-platform: platform",
		want: diagnosis.Diagnosis{
			Code:     "cme.unknown-platform",
			Sentence: `secretId "fake-secret-id" has no platform "fake-platfrom"`,
			Fix:      `its platforms: "fake-platform, fake-platform-2"`,
		},
	},
	{
		name:      "secret key as platform",
		signature: sign(textWith("platform", secretKey)),
		failure:   "cme.unknown-platform: platform",
		want: diagnosis.Diagnosis{
			Code:     "cme.unknown-platform",
			Sentence: `secretId "fake-secret-id" has no platform "[secret key]"`,
			Fix:      `its platforms: "fake-platform, fake-platform-2"`,
		},
	},
}

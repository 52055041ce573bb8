package h5dssign_test

import (
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// call returns the headers with a sign that the caller chose.
func call(appid, sign, timestamp string) h5dssign.Headers {
	return h5dssign.Headers{AppID: appid, Sign: sign, Timestamp: timestamp}
}

func headerRows() []row {
	h := h5dssign.New(mine, sampleTime)
	empty := func(appid, sign, timestamp string, names ...string) h5dssign.Headers {
		return h5dssign.Headers{AppID: appid, Sign: sign, Timestamp: timestamp, Empty: names}
	}
	twice := func(names ...string) h5dssign.Headers {
		return h5dssign.Headers{AppID: h.AppID, Sign: h.Sign, Timestamp: h.Timestamp, Repeated: names}
	}
	valid := diagnosis.Diagnosis{Code: "h5ds.valid", Sentence: "the signature is valid"}
	return []row{
		{name: "good", headers: h, want: valid},
		{name: "an empty header that has a value", headers: empty(h.AppID, h.Sign, h.Timestamp, "appid"), want: valid},
		missingRow("nothing sent", h5dssign.Headers{}, "appid", "sign", "timestamp"),
		missingRow("no appid", call("", h.Sign, h.Timestamp), "appid"),
		missingRow("no sign", call(h.AppID, "", h.Timestamp), "sign"),
		missingRow("no timestamp", call(h.AppID, h.Sign, ""), "timestamp"),
		missingRow("missing goes before empty", empty("", "", h.Timestamp, "appid"), "sign"),
		emptyRow("all empty", empty("", "", "", headerNames...), "appid", "sign", "timestamp"),
		emptyRow("empty appid", empty("", h.Sign, h.Timestamp, "appid"), "appid"),
		emptyRow("empty sign", empty(h.AppID, "", h.Timestamp, "sign"), "sign"),
		emptyRow("empty timestamp", empty(h.AppID, h.Sign, "", "timestamp"), "timestamp"),
		repeatedRow("all twice", twice(headerNames...), "appid", "sign", "timestamp"),
		repeatedRow("appid twice", twice("appid"), "appid"),
		repeatedRow("sign twice", twice("sign"), "sign"),
		repeatedRow("timestamp twice", twice("timestamp"), "timestamp"),
		repeatedRow("named out of order", twice("timestamp", "sign"), "sign", "timestamp"),
	}
}

func missingRow(name string, h h5dssign.Headers, names ...string) row {
	const fix = "send appid, sign and timestamp; curl, and PHP with it, leaves out a header whose value is empty"
	return headerRow(name, h, "h5ds.missing-header", "missing header: ", fix, names)
}

func emptyRow(name string, h h5dssign.Headers, names ...string) row {
	const fix = "give each header its value; the vendor's samples come with an empty appid and an empty secret to fill in"
	return headerRow(name, h, "h5ds.empty-header", "header without a value: ", fix, names)
}

func repeatedRow(name string, h h5dssign.Headers, names ...string) row {
	const fix = "send each header once; look for a default header or an interceptor that adds it again"
	return headerRow(name, h, "h5ds.duplicate-header", "header sent more than once: ", fix, names)
}

func headerRow(name string, h h5dssign.Headers, code, sentence, fix string, names []string) row {
	return row{
		name:    name,
		headers: h,
		failure: &h5dssign.Failure{Code: code, Header: names[0]},
		want:    diagnosis.Diagnosis{Code: code, Sentence: sentence + strings.Join(names, ", "), Fix: fix},
	}
}

func appidRows() []row {
	good, theirs := h5dssign.New(mine, sampleTime), h5dssign.New(other, sampleTime)
	const hidden = "(not shown, it holds a credential)"
	wrong := hexMD5("x")
	long := strings.Repeat("a", 100)
	known := otherKeyRow("another tenant's secret", call(mine.AppID, theirs.Sign, sampleTimestamp), `"fake-appid"`)
	upper := otherKeyRow("another tenant's secret, upper-case", call(mine.AppID, strings.ToUpper(theirs.Sign), sampleTimestamp), `"fake-appid"`)
	known.failure = &h5dssign.Failure{Code: "h5ds.wrong-sign", Header: "sign"}
	upper.failure = known.failure
	return []row{
		unknownRow("appid unknown", call("nobody", wrong, sampleTimestamp), `"nobody"`),
		unknownRow("appid with line break and Chinese", call("应用\n", wrong, sampleTimestamp), `"应用\n"`),
		unknownRow("appid of 100 bytes", call(long, wrong, sampleTimestamp), `"`+long+`"`),
		unknownRow("appid of 101 bytes", call(long+"a", wrong, sampleTimestamp), "(not shown, it has 101 bytes)"),
		unknownRow("a key without a secret", h5dssign.New(broken, sampleTime), `"no-secret-appid"`),
		unknownRow("appid and sign have changed places", call(good.Sign, good.AppID, good.Timestamp), hidden),
		unknownRow("all three have changed places", call(good.Sign, good.Timestamp, good.AppID), hidden),
		unknownRow("secret inside appid", call("id="+mine.Secret, wrong, sampleTimestamp), hidden),
		unknownRow("secret inside appid, upper-case", call("ID="+strings.ToUpper(mine.Secret), wrong, sampleTimestamp), hidden),
		{
			name:    "secret as appid",
			headers: call(other.Secret, wrong, sampleTimestamp),
			failure: &h5dssign.Failure{Code: "h5ds.unknown-appid", Header: "appid"},
			want: diagnosis.Diagnosis{
				Code:     "h5ds.appid-is-secret",
				Sentence: `the header appid holds the secret of appid "another-appid"`,
				Fix:      "send the appid, and keep the secret out of every header",
			},
		},
		otherKeyRow("unknown appid, known secret", call("nobody", theirs.Sign, sampleTimestamp), `"nobody"`),
		otherKeyRow("sign in both headers", call(theirs.Sign, theirs.Sign, sampleTimestamp), hidden),
		known, upper,
	}
}

func unknownRow(name string, h h5dssign.Headers, shown string) row {
	return row{
		name:    name,
		headers: h,
		failure: &h5dssign.Failure{Code: "h5ds.unknown-appid", Header: "appid"},
		want: diagnosis.Diagnosis{
			Code:     "h5ds.unknown-appid",
			Sentence: "the appid " + shown + " is unknown here",
			Fix:      "send the appid of an application that this server has, or give it this one",
		},
	}
}

// otherKeyRow is a call signed with the secret that two keys share: the one that sorts first is named.
func otherKeyRow(name string, h h5dssign.Headers, shown string) row {
	return row{
		name:    name,
		headers: h,
		failure: &h5dssign.Failure{Code: "h5ds.unknown-appid", Header: "appid"},
		want: diagnosis.Diagnosis{
			Code:     "h5ds.other-key",
			Sentence: `the sign was made with the secret of appid "another-appid", but the header appid says ` + shown,
			Fix:      "take the appid and the secret of one and the same application",
		},
	}
}

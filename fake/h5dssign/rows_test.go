package h5dssign_test

import (
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// call returns the headers with a sign that the caller chose.
func call(appid, sign, timestamp string) h5dssign.Headers {
	return h5dssign.Headers{AppID: appid, Sign: sign, Timestamp: timestamp}
}

func headerRows() []row {
	good := h5dssign.New(mine, sampleTime)
	failure := func(kind, header string) *h5dssign.Failure {
		return &h5dssign.Failure{Code: "h5ds.header-" + kind, Header: header}
	}
	missing := func(names string) diagnosis.Diagnosis {
		return diagnosis.Diagnosis{
			Code:     "h5ds.header-missing",
			Sentence: "missing header: " + names,
			Fix:      "send appid, sign and timestamp; some clients, curl and PHP among them, leave out a header whose value is empty",
		}
	}
	empty := func(names string) diagnosis.Diagnosis {
		return diagnosis.Diagnosis{
			Code:     "h5ds.header-empty",
			Sentence: "header without a value: " + names,
			Fix:      "give each header its value; the vendor's samples come with an empty appid and an empty secret to fill in",
		}
	}
	repeated := func(names string) diagnosis.Diagnosis {
		return diagnosis.Diagnosis{
			Code:     "h5ds.header-repeated",
			Sentence: "header sent more than once: " + names,
			Fix:      "send each header once; look for a default header or an interceptor that adds it again",
		}
	}
	with := func(change func(h *h5dssign.Headers)) h5dssign.Headers {
		h := good
		change(&h)
		return h
	}
	return []row{
		{name: "good", headers: good, want: diagnosis.Diagnosis{Code: "h5ds.valid", Sentence: "the signature is good"}},
		{
			name: "nothing sent", headers: h5dssign.Headers{},
			failure: failure("missing", "appid"), want: missing("appid, sign, timestamp"),
		},
		{
			name: "no appid", headers: call("", good.Sign, good.Timestamp),
			failure: failure("missing", "appid"), want: missing("appid"),
		},
		{
			name: "no sign", headers: call(good.AppID, "", good.Timestamp),
			failure: failure("missing", "sign"), want: missing("sign"),
		},
		{
			name: "no timestamp", headers: call(good.AppID, good.Sign, ""),
			failure: failure("missing", "timestamp"), want: missing("timestamp"),
		},
		{
			name:    "all empty",
			headers: h5dssign.Headers{Empty: []string{"appid", "sign", "timestamp"}},
			failure: failure("empty", "appid"), want: empty("appid, sign, timestamp"),
		},
		{
			name:    "empty appid",
			headers: with(func(h *h5dssign.Headers) { h.AppID, h.Empty = "", []string{"appid"} }),
			failure: failure("empty", "appid"), want: empty("appid"),
		},
		{
			name:    "empty sign",
			headers: with(func(h *h5dssign.Headers) { h.Sign, h.Empty = "", []string{"sign"} }),
			failure: failure("empty", "sign"), want: empty("sign"),
		},
		{
			name:    "empty timestamp",
			headers: with(func(h *h5dssign.Headers) { h.Timestamp, h.Empty = "", []string{"timestamp"} }),
			failure: failure("empty", "timestamp"), want: empty("timestamp"),
		},
		{
			name:    "missing goes before empty",
			headers: with(func(h *h5dssign.Headers) { h.AppID, h.Sign, h.Empty = "", "", []string{"appid"} }),
			failure: failure("missing", "sign"), want: missing("sign"),
		},
		{
			name:    "appid twice",
			headers: with(func(h *h5dssign.Headers) { h.Repeated = []string{"appid"} }),
			failure: failure("repeated", "appid"), want: repeated("appid"),
		},
		{
			name:    "sign twice",
			headers: with(func(h *h5dssign.Headers) { h.Repeated = []string{"sign"} }),
			failure: failure("repeated", "sign"), want: repeated("sign"),
		},
		{
			name:    "timestamp twice",
			headers: with(func(h *h5dssign.Headers) { h.Repeated = []string{"timestamp"} }),
			failure: failure("repeated", "timestamp"), want: repeated("timestamp"),
		},
		{
			name:    "a name in Empty whose header has a value",
			headers: with(func(h *h5dssign.Headers) { h.Empty = []string{"appid"} }),
			want:    diagnosis.Diagnosis{Code: "h5ds.valid", Sentence: "the signature is good"},
		},
	}
}

func appidRows() []row {
	good := h5dssign.New(mine, sampleTime)
	theirs := h5dssign.New(other, sampleTime)
	unknown := func(shown string) diagnosis.Diagnosis {
		return diagnosis.Diagnosis{
			Code:     "h5ds.appid-unknown",
			Sentence: "the appid " + shown + " is unknown here",
			Fix:      "send the appid of an application that this server has, or give it this one",
		}
	}
	otherSecret := func(shown string) diagnosis.Diagnosis {
		return diagnosis.Diagnosis{
			Code:     "h5ds.other-secret",
			Sentence: `the sign was made with the secret of appid "another-appid", but the header appid says ` + shown,
			Fix:      "take the appid and the secret of one and the same application",
		}
	}
	unknownAppID := &h5dssign.Failure{Code: "h5ds.appid-unknown", Header: "appid"}
	wrongSign := &h5dssign.Failure{Code: "h5ds.sign-wrong", Header: "sign"}
	const hidden = "(not shown, it holds a credential)"
	return []row{
		{
			name: "appid unknown", headers: call("nobody", hexMD5("x"), sampleTimestamp),
			failure: unknownAppID, want: unknown(`"nobody"`),
		},
		{
			name: "appid with line break and Chinese", headers: call("应用\n", hexMD5("x"), sampleTimestamp),
			failure: unknownAppID, want: unknown(`"应用\n"`),
		},
		{
			name: "appid of 100 bytes", headers: call(strings.Repeat("a", 100), hexMD5("x"), sampleTimestamp),
			failure: unknownAppID, want: unknown(`"` + strings.Repeat("a", 100) + `"`),
		},
		{
			name: "appid of 101 bytes", headers: call(strings.Repeat("a", 101), hexMD5("x"), sampleTimestamp),
			failure: unknownAppID, want: unknown("(not shown, it has 101 bytes)"),
		},
		{
			name: "a key without a secret", headers: h5dssign.New(broken, sampleTime),
			failure: unknownAppID, want: unknown(`"no-secret-appid"`),
		},
		{
			name: "appid and sign have changed places", headers: call(good.Sign, good.AppID, good.Timestamp),
			failure: unknownAppID, want: unknown(hidden),
		},
		{
			name: "all three have changed places", headers: call(good.Sign, good.Timestamp, good.AppID),
			failure: unknownAppID, want: unknown(hidden),
		},
		{
			name: "secret inside appid", headers: call("id="+mine.Secret, hexMD5("x"), sampleTimestamp),
			failure: unknownAppID, want: unknown(hidden),
		},
		{
			name: "secret as appid", headers: call(other.Secret, hexMD5("x"), sampleTimestamp),
			failure: unknownAppID,
			want: diagnosis.Diagnosis{
				Code:     "h5ds.appid-is-secret",
				Sentence: `the header appid holds the secret of appid "another-appid"`,
				Fix:      "send the appid, and keep the secret out of every header",
			},
		},
		{
			name: "unknown appid, known secret", headers: call("nobody", theirs.Sign, sampleTimestamp),
			failure: unknownAppID, want: otherSecret(`"nobody"`),
		},
		{
			name: "another tenant's secret", headers: call(mine.AppID, theirs.Sign, sampleTimestamp),
			failure: wrongSign, want: otherSecret(`"fake-appid"`),
		},
		{
			name: "another tenant's secret, upper-case", headers: call(mine.AppID, strings.ToUpper(theirs.Sign), sampleTimestamp),
			failure: wrongSign, want: otherSecret(`"fake-appid"`),
		},
		{
			name: "sign in both headers", headers: call(theirs.Sign, theirs.Sign, sampleTimestamp),
			failure: unknownAppID, want: otherSecret(hidden),
		},
	}
}

func timestampRows() []row {
	const (
		unitFix     = "sign and send milliseconds since 1970, 13 digits"
		floatFix    = "make it an integer before it is signed and sent; in PHP: (int) round(microtime(true) * 1000)"
		floatText   = "the timestamp is written as a floating-point number with an exponent, not as an integer"
		fractionFix = "convert it to whole milliseconds before it is signed and sent"
		agrees      = "; the sign agrees with it"
	)
	bad := func(name, timestamp, sign string, want diagnosis.Diagnosis) row {
		return row{
			name: name, headers: call(mine.AppID, sign, timestamp), want: want,
			failure: &h5dssign.Failure{Code: "h5ds.timestamp-shape", Header: "timestamp"},
		}
	}
	agreeing := func(timestamp string) string { return hexMD5(timestamp + mine.Secret) }
	number := func(code, sentence, fix, received, expected string, at int) diagnosis.Diagnosis {
		return diagnosis.Diagnosis{
			Code: "h5ds." + code, Sentence: sentence, Fix: fix, Received: received, Expected: expected, DiffersAt: at,
		}
	}
	unit := func(name, received, expected string, at int) diagnosis.Diagnosis {
		return number("timestamp-unit", "the timestamp is in "+name+", not in milliseconds"+agrees, unitFix, received, expected, at)
	}
	signedMs := func(sent, signed string, at int) diagnosis.Diagnosis {
		sentence := "the sign was made over the milliseconds " + signed + ", but the header timestamp says " + sent
		return number("signed-milliseconds", sentence, "put the milliseconds into one variable, sign it and send it", sent, signed, at)
	}
	shape := func(received string) diagnosis.Diagnosis {
		return diagnosis.Diagnosis{
			Code:     "h5ds.timestamp-shape",
			Sentence: "the timestamp is not a time in milliseconds: it has " + received,
			Fix:      "sign and send milliseconds since 1970, 13 digits and nothing else",
			Received: received,
			Expected: "13 digits, the first not 0",
		}
	}
	const seconds, php, fraction = "1758270091", "1.7582700911E+12", "1758270091116.53"
	return []row{
		bad("seconds", seconds, agreeing(seconds), unit("seconds", seconds, "1758270091000", 11)),
		bad("microseconds", "1758270091116530", agreeing("1758270091116530"), unit("microseconds", "1758270091116530", sampleTimestamp, 14)),
		bad("nanoseconds", "1758270091116530123", agreeing("1758270091116530123"), unit("nanoseconds", "1758270091116530123", sampleTimestamp, 14)),
		bad("seconds, sign does not agree", seconds, hexMD5("x"), number("timestamp-unit", "the timestamp is in seconds, not in milliseconds", unitFix, seconds, "1758270091000", 11)),
		bad("PHP float", php, agreeing(php), number("timestamp-float", floatText+agrees, floatFix, php, "1758270091100", 2)),
		bad("float, small e", "1.758e12", hexMD5("x"), number("timestamp-float", floatText, floatFix, "1.758e12", "1758000000000", 2)),
		bad("fraction", fraction, agreeing(fraction), number("timestamp-fraction", "the timestamp is a decimal fraction in milliseconds, not an integer in milliseconds"+agrees, fractionFix, fraction, sampleTimestamp, 14)),
		bad("seconds with a fraction", "1758270091.11653", hexMD5("x"), number("timestamp-fraction", "the timestamp is a decimal fraction in seconds, not an integer in milliseconds", fractionFix, "1758270091.11653", sampleTimestamp, 11)),
		bad("sent in seconds, signed in milliseconds", seconds, agreeing(sampleTimestamp), signedMs(seconds, sampleTimestamp, 11)),
		bad("sent as a float, signed in milliseconds", php, agreeing(sampleTimestamp), signedMs(php, sampleTimestamp, 2)),
		bad("sent as a fraction, signed in milliseconds", fraction, strings.ToUpper(agreeing(sampleTimestamp)), signedMs(fraction, sampleTimestamp, 14)),
		bad("12 digits", "175827009111", agreeing("175827009111"), shape("12 characters")),
		bad("leading zero", "0758270091116", agreeing("0758270091116"), shape("13 characters")),
		bad("a date", "2025-09-19T08:21:31Z", agreeing("2025-09-19T08:21:31Z"), shape("20 characters, number 5 is not a digit")),
		bad("a negative time", "-1758270091116", agreeing("-1758270091116"), shape("14 characters, number 1 is not a digit")),
		bad("a number too large for any unit", "1e99", agreeing("1e99"), shape("4 characters, number 2 is not a digit")),
		bad("JavaScript's NaN", "NaN", agreeing("NaN"), shape("3 characters, number 1 is not a digit")),
		bad("sign and timestamp have changed places", agreeing(sampleTimestamp), sampleTimestamp, shape("32 characters, number 2 is not a digit")),
		{
			name:    "a secret of digits, after the timestamp",
			headers: call("digits-appid", hexMD5("x"), "1758270091116987"),
			adjust: func(v *h5dssign.Verifier) {
				v.Lookup = func(string) (h5dssign.Key, bool) { return h5dssign.Key{AppID: "digits-appid", Secret: "987"}, true }
			},
			failure: &h5dssign.Failure{Code: "h5ds.timestamp-shape", Header: "timestamp"},
			want:    shape("16 characters"),
		},
	}
}

func clockRows() []row {
	good := h5dssign.New(mine, sampleTime)
	const fix = "sign each call when it is sent, and compare the two clocks; the real service does not document how far they may differ"
	at := func(distance time.Duration) func(*h5dssign.Verifier) {
		return func(v *h5dssign.Verifier) { v.Now = sampleTime.Add(distance) }
	}
	return []row{
		{
			name: "clock behind", headers: good, adjust: at(6*time.Minute + 1500*time.Millisecond),
			failure: &h5dssign.Failure{Code: "h5ds.clock-behind", Header: "timestamp"},
			want: diagnosis.Diagnosis{
				Code:     "h5ds.clock-behind",
				Sentence: "the timestamp is 6m1.5s behind this server's clock, more than the 5m0s allowed here",
				Fix:      fix,
				Received: "2025-09-19T08:21:31.116Z",
				Expected: "2025-09-19T08:22:32.616Z to 2025-09-19T08:32:32.616Z",
			},
		},
		{
			name: "clock ahead", headers: good, adjust: at(-8 * time.Hour),
			failure: &h5dssign.Failure{Code: "h5ds.clock-ahead", Header: "timestamp"},
			want: diagnosis.Diagnosis{
				Code:     "h5ds.clock-ahead",
				Sentence: "the timestamp is 8h0m0s ahead of this server's clock, more than the 5m0s allowed here",
				Fix:      fix,
				Received: "2025-09-19T08:21:31.116Z",
				Expected: "2025-09-19T00:16:31.116Z to 2025-09-19T00:26:31.116Z",
			},
		},
	}
}

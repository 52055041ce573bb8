package h5dssign_test

import (
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// agreeing is the sign that fits a timestamp, legal or not.
func agreeing(timestamp string) string { return hexMD5(timestamp + mine.Secret) }

// timestampRow is a call whose timestamp is not legal. at is the position of the first
// difference between the timestamp and expected.
func timestampRow(name, timestamp, sign, expected string, at int, code, sentence, fix string) row {
	return row{
		name:    name,
		headers: call(mine.AppID, sign, timestamp),
		failure: &h5dssign.Failure{Code: "h5ds.timestamp-shape", Header: "timestamp"},
		want: diagnosis.Diagnosis{
			Code: code, Sentence: sentence, Fix: fix,
			Received: timestamp, Expected: expected, DiffersAt: at,
		},
	}
}

func numberRows() []row {
	const (
		seconds, micros, nanos = "1758270091", "1758270091116530", "1758270091116530123"
		php, fraction          = "1.7582700911E+12", "1758270091116.53"
		agrees                 = "; the sign agrees with it"

		unitFix     = "sign and send milliseconds since 1970, 13 digits"
		inSeconds   = "the timestamp is in seconds, not in milliseconds"
		inMicros    = "the timestamp is in microseconds, not in milliseconds"
		inNanos     = "the timestamp is in nanoseconds, not in milliseconds"
		floatFix    = "make it an integer before it is signed and sent; in PHP: (int) round(microtime(true) * 1000)"
		isFloat     = "the timestamp is written as a floating-point number with an exponent, not as an integer"
		fractionFix = "convert it to whole milliseconds before it is signed and sent"
		ofMillis    = "the timestamp is a decimal fraction in milliseconds, not an integer in milliseconds"
		ofSeconds   = "the timestamp is a decimal fraction in seconds, not an integer in milliseconds"
	)
	return []row{
		timestampRow("seconds", seconds, agreeing(seconds), "1758270091000", 11, "h5ds.timestamp-unit", inSeconds+agrees, unitFix),
		timestampRow("seconds, sign does not agree", seconds, hexMD5("x"), "1758270091000", 11, "h5ds.timestamp-unit", inSeconds, unitFix),
		timestampRow("the least seconds", "1000000000", agreeing("1000000000"), "1000000000000", 11, "h5ds.timestamp-unit", inSeconds+agrees, unitFix),
		timestampRow("microseconds", micros, agreeing(micros), sampleTimestamp, 14, "h5ds.timestamp-unit", inMicros+agrees, unitFix),
		timestampRow("nanoseconds", nanos, agreeing(nanos), sampleTimestamp, 14, "h5ds.timestamp-unit", inNanos+agrees, unitFix),
		timestampRow("PHP float", php, agreeing(php), "1758270091100", 2, "h5ds.timestamp-float", isFloat+agrees, floatFix),
		timestampRow("float, small e", "1.758e12", hexMD5("x"), "1758000000000", 2, "h5ds.timestamp-float", isFloat, floatFix),
		timestampRow("fraction", fraction, agreeing(fraction), sampleTimestamp, 14, "h5ds.timestamp-fraction", ofMillis+agrees, fractionFix),
		timestampRow("seconds with a fraction", "1758270091.11653", hexMD5("x"), sampleTimestamp, 11, "h5ds.timestamp-fraction", ofSeconds, fractionFix),
	}
}

// signedMillisecondsRows have a header and a signed text that do not agree.
func signedMillisecondsRows() []row {
	signed := func(name, sent, sign string, at int) row {
		return timestampRow(name, sent, sign, sampleTimestamp, at, "h5ds.signed-milliseconds",
			"the sign was made over the milliseconds "+sampleTimestamp+", but the header timestamp says "+sent,
			"put the milliseconds into one variable, sign it and send it")
	}
	good := agreeing(sampleTimestamp)
	return []row{
		signed("sent in seconds, signed in milliseconds", "1758270091", good, 11),
		signed("sent in rounded seconds, signed in milliseconds", "1758270092", good, 10),
		signed("sent as a float, signed in milliseconds", "1.7582700911E+12", good, 2),
		signed("sent as a fraction, signed in milliseconds", "1758270091116.53", strings.ToUpper(good), 14),
	}
}

func shapeRows() []row {
	shape := func(name, timestamp, sign, received string) row {
		r := timestampRow(name, timestamp, sign, "13 digits, the first not 0", 0, "h5ds.timestamp-shape",
			"the timestamp is not a time in milliseconds: it has "+received,
			"sign and send milliseconds since 1970, 13 digits and nothing else")
		r.want.Received = received
		return r
	}
	fits := func(name, timestamp, received string) row {
		return shape(name, timestamp, agreeing(timestamp), received)
	}
	secretInside := fits("a secret of digits, after the timestamp", "1758270091116987", "16 characters")
	secretInside.adjust = func(v *h5dssign.Verifier) {
		v.Lookup = func(appid string) (h5dssign.Key, bool) { return h5dssign.Key{AppID: appid, Secret: "987"}, true }
	}
	return []row{
		fits("11 digits, the least that are no seconds", "10000000000", "11 characters"),
		fits("12 digits", "175827009111", "12 characters"),
		fits("14 digits", "17582700911165", "14 characters"),
		fits("leading zero", "0758270091116", "13 characters"),
		fits("a date", "2025-09-19T08:21:31Z", "20 characters, number 5 is not a digit"),
		fits("a negative time", "-1758270091116", "14 characters, number 1 is not a digit"),
		fits("a number too large for any unit", "1e99", "4 characters, number 2 is not a digit"),
		fits("JavaScript's NaN", "NaN", "3 characters, number 1 is not a digit"),
		shape("sign and timestamp have changed places", agreeing(sampleTimestamp), sampleTimestamp, "32 characters, number 2 is not a digit"),
		secretInside,
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
				Sentence: "the timestamp is 6m1s behind this server's clock, more than the 5m0s allowed here",
				Fix:      fix,
				Received: "2025-09-19T08:21:31.116Z",
				Expected: "2025-09-19T08:22:32.616Z to 2025-09-19T08:32:32.616Z",
			},
		},
		{
			name: "clock behind by days", headers: good, adjust: at(72*time.Hour + 1500*time.Millisecond),
			failure: &h5dssign.Failure{Code: "h5ds.clock-behind", Header: "timestamp"},
			want: diagnosis.Diagnosis{
				Code:     "h5ds.clock-behind",
				Sentence: "the timestamp is 3 days behind this server's clock, more than the 5m0s allowed here",
				Fix:      fix,
				Received: "2025-09-19T08:21:31.116Z",
				Expected: "2025-09-22T08:16:32.616Z to 2025-09-22T08:26:32.616Z",
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

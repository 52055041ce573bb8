package h5dssign_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/h5dssign"
)

// mistake is a call, most often one that a client signed wrongly.
type mistake struct {
	name    string
	headers h5dssign.Headers
	adjust  func(*h5dssign.Verifier) // nil for the verifier as it is
}

func (m mistake) verifier() h5dssign.Verifier {
	v := newVerifier()
	if m.adjust != nil {
		m.adjust(&v)
	}
	return v
}

// call returns the headers with a sign that the caller chose.
func call(appid, sign, timestamp string) h5dssign.Headers {
	return h5dssign.Headers{AppID: appid, Sign: sign, Timestamp: timestamp}
}

// agreeing is the sign that fits a timestamp, legal or not.
func agreeing(timestamp string) string { return hexMD5(timestamp + mine.Secret) }

// signed is a call at the sample's time with a wrong sign.
func signed(name, sign string) mistake {
	return mistake{name: name, headers: call(mine.AppID, sign, sampleTimestamp)}
}

// mistakes are known mistakes. The file testdata/diagnoses.txt holds the diagnosis of each.
func mistakes() []mistake {
	return slices.Concat(headerMistakes(), appidMistakes(), timestampMistakes(), textMistakes(), digestMistakes(), encodingMistakes(), unknownMistakes())
}

// headerMistakes are headers that are missing, empty or repeated.
func headerMistakes() []mistake {
	h := h5dssign.New(mine, sampleTime)
	empty := func(name, appid, sign, timestamp string, names ...string) mistake {
		return mistake{name: name, headers: h5dssign.Headers{AppID: appid, Sign: sign, Timestamp: timestamp, Empty: names}}
	}
	twice := func(name string, names ...string) mistake {
		return mistake{name: name, headers: h5dssign.Headers{AppID: h.AppID, Sign: h.Sign, Timestamp: h.Timestamp, Repeated: names}}
	}
	return []mistake{
		{name: "good", headers: h},
		empty("an empty header that has a value", h.AppID, h.Sign, h.Timestamp, "appid"),
		{name: "nothing sent"},
		{name: "no appid", headers: call("", h.Sign, h.Timestamp)},
		{name: "no sign", headers: call(h.AppID, "", h.Timestamp)},
		{name: "no timestamp", headers: call(h.AppID, h.Sign, "")},
		empty("missing goes before empty", "", "", h.Timestamp, "appid"),
		empty("all empty", "", "", "", headerNames...),
		empty("empty appid", "", h.Sign, h.Timestamp, "appid"),
		empty("empty sign", h.AppID, "", h.Timestamp, "sign"),
		empty("empty timestamp", h.AppID, h.Sign, "", "timestamp"),
		twice("all twice", headerNames...),
		twice("appid twice", "appid"),
		twice("sign twice", "sign"),
		twice("timestamp twice", "timestamp"),
		twice("named out of order", "timestamp", "sign"),
	}
}

// appidMistakes are appids that do not belong to the secret. Two keys share a secret: the appid that sorts first is named.
func appidMistakes() []mistake {
	good, theirs, wrong := h5dssign.New(mine, sampleTime), h5dssign.New(other, sampleTime), hexMD5("x")
	hiding := func(m mistake) mistake {
		m.adjust = func(v *h5dssign.Verifier) {
			v.Hide = func(text string) string { return strings.ReplaceAll(text, "hidden", "***") }
		}
		return m
	}
	at := func(name, appid, sign string) mistake {
		return mistake{name: name, headers: call(appid, sign, sampleTimestamp)}
	}
	return []mistake{
		at("appid unknown", "nobody", wrong),
		at("appid with line break and Chinese", "应用\n", wrong),
		at("appid of 100 bytes", strings.Repeat("a", 100), wrong),
		at("appid of 101 bytes", strings.Repeat("a", 101), wrong),
		{name: "a key without a secret", headers: h5dssign.New(broken, sampleTime)},
		{name: "appid and sign have changed places", headers: call(good.Sign, good.AppID, good.Timestamp)},
		{name: "all three have changed places", headers: call(good.Sign, good.Timestamp, good.AppID)},
		at("secret inside appid", "id="+mine.Secret, wrong),
		at("secret inside appid, upper-case", "ID="+strings.ToUpper(mine.Secret), wrong),
		at("secret as appid", other.Secret, wrong),
		at("sign inside appid", "x"+theirs.Sign, wrong),
		{name: "sign inside appid, timestamp as sign", headers: call("x"+theirs.Sign, sampleTimestamp, "1758270091117")},
		at("sign with an unknown secret as appid", hexMD5("y"), wrong),
		hiding(at("appid that the server hides", "hidden-appid", wrong)),
		hiding(at("appid that the server does not hide", "nobody", wrong)),
		at("unknown appid, known secret", "nobody", theirs.Sign),
		at("sign in both headers", theirs.Sign, theirs.Sign),
		at("another tenant's secret", mine.AppID, theirs.Sign),
		at("another tenant's secret, upper-case", mine.AppID, strings.ToUpper(theirs.Sign)),
	}
}

// timestampMistakes are timestamps that are not legal, and clocks that differ.
func timestampMistakes() []mistake {
	const (
		seconds, micros, nanos = "1758270091", "1758270091116530", "1758270091116530123"
		php, fraction          = "1.7582700911E+12", "1758270091116.53"
	)
	good := agreeing(sampleTimestamp)
	at := func(name, timestamp, sign string) mistake {
		return mistake{name: name, headers: call(mine.AppID, sign, timestamp)}
	}
	fits := func(name, timestamp string) mistake { return at(name, timestamp, agreeing(timestamp)) }
	digits := fits("a secret of digits, after the timestamp", "1758270091116987")
	digits.adjust = func(v *h5dssign.Verifier) {
		v.Lookup = func(appid string) (h5dssign.Key, bool) { return h5dssign.Key{AppID: appid, Secret: "987"}, true }
	}
	clock := func(name string, distance time.Duration) mistake {
		return mistake{name, h5dssign.New(mine, sampleTime), func(v *h5dssign.Verifier) { v.Now = sampleTime.Add(distance) }}
	}
	return []mistake{
		fits("seconds", seconds),
		at("seconds, sign does not agree", seconds, hexMD5("x")),
		fits("the least seconds", "1000000000"),
		fits("microseconds", micros),
		fits("nanoseconds", nanos),
		fits("PHP float", php),
		at("float, small e", "1.758e12", hexMD5("x")),
		fits("fraction", fraction),
		at("seconds with a fraction", "1758270091.11653", hexMD5("x")),

		at("sent in seconds, signed in milliseconds", seconds, good),
		at("sent in rounded seconds, signed in milliseconds", "1758270092", good),
		at("sent as a float, signed in milliseconds", php, good),
		at("sent as a fraction, signed in milliseconds", fraction, strings.ToUpper(good)),

		fits("11 digits, the least that are no seconds", "10000000000"),
		fits("12 digits", "175827009111"),
		fits("14 digits", "17582700911165"),
		fits("leading zero", "0758270091116"),
		fits("a date", "2025-09-19T08:21:31Z"),
		fits("a negative time", "-1758270091116"),
		fits("a number too large for any unit", "1e99"),
		fits("JavaScript's NaN", "NaN"),
		at("sign and timestamp have changed places", good, sampleTimestamp),
		digits,

		clock("clock behind", 6*time.Minute+1500*time.Millisecond),
		clock("clock behind by days", 72*time.Hour+1500*time.Millisecond),
		clock("clock ahead", -8*time.Hour),
	}
}

// textMistakes are signs over another text than the timestamp followed by the secret.
func textMistakes() []mistake {
	const ts, secret = sampleTimestamp, "fake-secret"
	list := []mistake{
		signed("secret first", hexMD5(secret+ts)),
		signed("secret alone", hexMD5(secret)),
		signed("empty secret", "d0f49fa800945abb0d20d026a0454cf2"),
		signed("line feed after the secret", hexMD5(ts+secret+"\n")),
		signed("Windows line break after the secret", hexMD5(ts+secret+"\r\n")),
		signed("carriage return after the secret", hexMD5(ts+secret+"\r")),
		signed("space after the secret", hexMD5(ts+secret+" ")),
		signed("tab after the secret", hexMD5(ts+secret+"\t")),
		signed("secret in double quotes", hexMD5(ts+`"`+secret+`"`)),
		signed("secret in single quotes", hexMD5(ts+"'"+secret+"'")),
		signed("byte order mark before the secret", hexMD5(ts+"\ufeff"+secret)),
	}
	for _, word := range []string{"undefined", "null", "None", "nil"} {
		list = append(list, signed(fmt.Sprintf("the word %q was signed in place of the secret", word), hexMD5(ts+word)))
	}
	list = append(list,
		signed("appid, timestamp, secret", hexMD5("fake-appid"+ts+secret)),
		signed("timestamp, appid, secret", hexMD5(ts+"fake-appid"+secret)),
		signed("timestamp, secret, appid", hexMD5(ts+secret+"fake-appid")),
		signed("appid, secret, timestamp", hexMD5("fake-appid"+secret+ts)),
		signed("secret, appid, timestamp", hexMD5(secret+"fake-appid"+ts)),
		signed("secret, timestamp, appid", hexMD5(secret+ts+"fake-appid")),
		signed("appid as secret", hexMD5(ts+"fake-appid")),
		signed("appid as secret, first", hexMD5("fake-appid"+ts)),

		signed("signed in seconds", hexMD5("1758270091"+secret)),
		signed("signed in seconds, rounded up", hexMD5("1758270092"+secret)),
		signed("signed in whole seconds", hexMD5("1758270091000"+secret)),
		signed("signed in whole seconds, rounded up", hexMD5("1758270092000"+secret)),
		signed("clock read again", hexMD5("1758270091119"+secret)),
		signed("clock read before", hexMD5("1758270089116"+secret)),
	)
	for _, separator := range []string{"+", "&", ":", ";", ",", ".", "_", "-", "|", "/", "#", "=", " ", "\t", "\n"} {
		name := fmt.Sprintf("there is a %q between timestamp and secret in the signed text", separator)
		list = append(list, signed(name, hexMD5(ts+separator+secret)), signed(name+", secret first", hexMD5(secret+separator+ts)))
	}
	return list
}

// digestMistakes are signs made with another digest, or with none.
func digestMistakes() []mistake {
	const text = sampleTimestamp + "fake-secret"
	hashed := func(newHash func() hash.Hash) string {
		h := newHash()
		h.Write([]byte(text))
		return fmt.Sprintf("%x", h.Sum(nil))
	}
	mac := func(newHash func() hash.Hash, text string) string {
		h := hmac.New(newHash, []byte("fake-secret"))
		h.Write([]byte(text))
		return fmt.Sprintf("%x", h.Sum(nil))
	}
	raw := md5.Sum([]byte(text))
	return []mistake{
		signed("MD5 of the hex MD5", hexMD5(hexMD5(text))),
		signed("MD5 of the raw MD5", hexMD5(string(raw[:]))),
		signed("SHA-1", "f54331a4f1d33082644a0f36b7a212ea4cac334a"),
		signed("SHA-256", "842d84800f632b22b79a3fc13bf637d31b0803b672a0efe7b594e36218488e75"),
		signed("SHA-512", hashed(sha512.New)),
		signed("HMAC-MD5", "ceabcd50424be3fb393fc2fc59bfbe86"),
		signed("HMAC-MD5 of both", mac(md5.New, text)),
		signed("HMAC-SHA-1", mac(sha1.New, sampleTimestamp)),
		signed("HMAC-SHA-256", mac(sha256.New, sampleTimestamp)),
		signed("the text itself", text),
		signed("the secret itself", "fake-secret"),
		signed("the timestamp itself", sampleTimestamp),
		signed("the text in hex", fmt.Sprintf("%x", text)),
		signed("two mistakes: digest and order", fmt.Sprintf("%x", sha1.Sum([]byte("fake-secret"+sampleTimestamp)))),
	}
}

// encodingMistakes are signs written in another way than in 32 lower-case hex digits.
func encodingMistakes() []mistake {
	const sign = "6ac80f95b37338f411fd7d55b3b739a5"
	raw, err := hex.DecodeString(sign)
	if err != nil {
		panic(err)
	}
	return []mistake{
		signed("upper-case", strings.ToUpper(sign)),
		signed("mixed case", "6AC80f95b37338f411fd7d55b3b739a5"),
		signed("dashes", "6A-C8-0F-95-B3-73-38-F4-11-FD-7D-55-B3-B7-39-A5"),
		signed("0x", "0x"+sign),
		signed("quotes", `"`+sign+`"`),
		signed("as md5sum prints it", sign+"  -"),
		signed("zero of a byte lost", "6ac8f95b37338f411fd7d55b3b739a5"),
		signed("16 digits", "b37338f411fd7d55"),
		signed("base64", "asgPlbNzOPQR/X1Vs7c5pQ=="),
		signed("base64 for URLs, no padding", "asgPlbNzOPQR_X1Vs7c5pQ"),
		signed("base64 of the hex", base64.StdEncoding.EncodeToString([]byte(sign))),
		signed("raw bytes", string(raw)),
		signed("two mistakes: order and case", strings.ToUpper(hexMD5("fake-secret"+sampleTimestamp))),
		// This millisecond's MD5 begins with a zero, as one in sixteen does: 0c05b139cb0cad98dbc80a11ef00b5e3.
		{name: "leading zero lost", headers: call(mine.AppID, "c05b139cb0cad98dbc80a11ef00b5e3", "1758270091257")},
	}
}

// unknownMistakes are signs that no known mistake explains.
func unknownMistakes() []mistake {
	wrong := hexMD5("something else")
	withSecret := func(m mistake, secret func(appid string) string) mistake {
		m.adjust = func(v *h5dssign.Verifier) {
			v.Lookup = func(appid string) (h5dssign.Key, bool) {
				return h5dssign.Key{AppID: appid, Secret: secret(appid)}, true
			}
		}
		return m
	}
	alone := signed("another tenant's secret, but no list of keys", hexMD5(sampleTimestamp+other.Secret))
	alone.adjust = func(v *h5dssign.Verifier) { v.Others = nil }
	return []mistake{
		withSecret(signed("a secret shorter than a digest", "nonsense"), func(string) string { return "9" }),
		withSecret(signed("an appid that is its own secret", wrong), func(appid string) string { return appid }),
		signed("16 digits of SHA-256", "0f632b22b79a3fc1"),
		signed("too short", wrong[:31]),
		signed("too long", wrong+"0"),
		signed("sign of the next millisecond, and a character more", hexMD5("1758270091117"+mine.Secret)+"z"),
		signed("SHA-1 of something", wrong+wrong[:8]),
		signed("upper-case, wrong secret", strings.ToUpper(wrong)),
		signed("mixed case, wrong secret", "aA"+wrong[2:]),
		signed("not hex", "g"+wrong[1:]),
		signed("not hex inside", wrong[:16]+"-"+wrong[17:]),
		signed("very long", strings.Repeat("z", 1<<20)),
		signed("wrong secret", wrong),
		signed("2,001 ms later", hexMD5("1758270093117"+mine.Secret)),
		signed("2,001 ms earlier", hexMD5("1758270089115"+mine.Secret)),
		alone,
	}
}

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
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// rightRecipe is what Expected says when the sign is wrong.
const rightRecipe = `MD5 of "1758270091116<secret>" as lower-case hex`

// signRow is a call with a wrong sign. at is the position of the first difference between
// received and rightRecipe.
func signRow(name, sign, received string, at int, code, sentence, fix string) row {
	return row{
		name:    name,
		headers: call(mine.AppID, sign, sampleTimestamp),
		failure: &h5dssign.Failure{Code: "h5ds.wrong-sign", Header: "sign"},
		want: diagnosis.Diagnosis{
			Code: code, Sentence: sentence, Fix: fix,
			Received: received, Expected: rightRecipe, DiffersAt: at,
		},
	}
}

const (
	ts     = sampleTimestamp
	secret = "fake-secret"
	order  = "sign the timestamp followed by the secret"
)

func secretTextRows() []row {
	const (
		trim  = "trim the secret where it is read; in a shell, echo adds a line feed and printf does not"
		unset = "set the secret; the variable that should hold it has no value"
	)
	list := []row{
		signRow("secret first", hexMD5(secret+ts), `MD5 of "<secret>1758270091116" as lower-case hex`, 9, "h5ds.secret-first", "the secret was signed before the timestamp, not after it", order),
		signRow("secret alone", hexMD5(secret), `MD5 of "<secret>" as lower-case hex`, 9, "h5ds.timestamp-unsigned", "the secret was signed without the timestamp", order),
		signRow("empty secret", "d0f49fa800945abb0d20d026a0454cf2", `MD5 of "1758270091116" as lower-case hex`, 22, "h5ds.secret-empty", "the timestamp was signed without the secret", "set the secret; the vendor's samples come with an empty one"),
		signRow("line feed after the secret", hexMD5(ts+secret+"\n"), `MD5 of "1758270091116<secret>\n" as lower-case hex`, 30, "h5ds.secret-extra", "the secret was signed with a line feed after it", trim),
		signRow("Windows line break after the secret", hexMD5(ts+secret+"\r\n"), `MD5 of "1758270091116<secret>\r\n" as lower-case hex`, 30, "h5ds.secret-extra", "the secret was signed with a Windows line break after it", trim),
		signRow("carriage return after the secret", hexMD5(ts+secret+"\r"), `MD5 of "1758270091116<secret>\r" as lower-case hex`, 30, "h5ds.secret-extra", "the secret was signed with a carriage return after it", trim),
		signRow("space after the secret", hexMD5(ts+secret+" "), `MD5 of "1758270091116<secret> " as lower-case hex`, 30, "h5ds.secret-extra", "the secret was signed with a space after it", trim),
		signRow("tab after the secret", hexMD5(ts+secret+"\t"), `MD5 of "1758270091116<secret>\t" as lower-case hex`, 30, "h5ds.secret-extra", "the secret was signed with a tab after it", trim),
		signRow("secret in double quotes", hexMD5(ts+`"`+secret+`"`), `MD5 of "1758270091116\"<secret>\"" as lower-case hex`, 22, "h5ds.secret-extra", "the secret was signed with double quotes around it", trim),
		signRow("secret in single quotes", hexMD5(ts+"'"+secret+"'"), `MD5 of "1758270091116'<secret>'" as lower-case hex`, 22, "h5ds.secret-extra", "the secret was signed with single quotes around it", trim),
		signRow("byte order mark before the secret", hexMD5(ts+"\ufeff"+secret), `MD5 of "1758270091116\ufeff<secret>" as lower-case hex`, 22, "h5ds.secret-extra", "the secret was signed with a byte order mark before it", trim),
	}
	for _, word := range []string{"undefined", "null", "None", "nil"} {
		sentence := fmt.Sprintf("the word %q was signed in place of the secret", word)
		list = append(list, signRow(sentence, hexMD5(ts+word), `MD5 of "1758270091116`+word+`" as lower-case hex`, 22, "h5ds.secret-empty", sentence, unset))
	}
	return list
}

func appidTextRows() []row {
	const (
		leaveOut = "sign timestamp and secret only; the appid goes into its header"
		included = "the appid is part of the signed text"
		instead  = "the appid was signed in place of the secret"
	)
	return []row{
		signRow("appid, timestamp, secret", hexMD5("fake-appid"+ts+secret), `MD5 of "<appid>1758270091116<secret>" as lower-case hex`, 9, "h5ds.appid-included", included, leaveOut),
		signRow("timestamp, appid, secret", hexMD5(ts+"fake-appid"+secret), `MD5 of "1758270091116<appid><secret>" as lower-case hex`, 23, "h5ds.appid-included", included, leaveOut),
		signRow("timestamp, secret, appid", hexMD5(ts+secret+"fake-appid"), `MD5 of "1758270091116<secret><appid>" as lower-case hex`, 30, "h5ds.appid-included", included, leaveOut),
		signRow("appid, secret, timestamp", hexMD5("fake-appid"+secret+ts), `MD5 of "<appid><secret>1758270091116" as lower-case hex`, 9, "h5ds.appid-included", included, leaveOut),
		signRow("secret, appid, timestamp", hexMD5(secret+"fake-appid"+ts), `MD5 of "<secret><appid>1758270091116" as lower-case hex`, 9, "h5ds.appid-included", included, leaveOut),
		signRow("secret, timestamp, appid", hexMD5(secret+ts+"fake-appid"), `MD5 of "<secret>1758270091116<appid>" as lower-case hex`, 9, "h5ds.appid-included", included, leaveOut),
		signRow("appid as secret", hexMD5(ts+"fake-appid"), `MD5 of "1758270091116<appid>" as lower-case hex`, 23, "h5ds.appid-as-secret", instead, order),
		signRow("appid as secret, first", hexMD5("fake-appid"+ts), `MD5 of "<appid>1758270091116" as lower-case hex`, 9, "h5ds.appid-as-secret", instead, order),
	}
}

func timeTextRows() []row {
	const (
		oneVar   = "put the milliseconds into one variable, sign it and send it"
		oneClock = "read the clock once, and use that one value for the sign and for the header"
		seconds  = "the timestamp was signed in seconds and sent in milliseconds"
		rounded  = "the timestamp was rounded to whole seconds in the signed text, but not in the header"
	)
	return []row{
		signRow("signed in seconds", hexMD5("1758270091"+secret), `MD5 of "1758270091<secret>" as lower-case hex`, 19, "h5ds.signed-seconds", seconds, oneVar),
		signRow("signed in seconds, rounded up", hexMD5("1758270092"+secret), `MD5 of "1758270092<secret>" as lower-case hex`, 18, "h5ds.signed-seconds", seconds, oneVar),
		signRow("signed in whole seconds", hexMD5("1758270091000"+secret), `MD5 of "1758270091000<secret>" as lower-case hex`, 19, "h5ds.signed-rounded", rounded, oneVar),
		signRow("signed in whole seconds, rounded up", hexMD5("1758270092000"+secret), `MD5 of "1758270092000<secret>" as lower-case hex`, 18, "h5ds.signed-rounded", rounded, oneVar),
		signRow("clock read again", hexMD5("1758270091119"+secret), `MD5 of "1758270091119<secret>" as lower-case hex`, 21, "h5ds.signed-other-time", "the sign was made over a time 3ms after the one in the header timestamp", oneClock),
		signRow("clock read before", hexMD5("1758270089116"+secret), `MD5 of "1758270089116<secret>" as lower-case hex`, 17, "h5ds.signed-other-time", "the sign was made over a time 2s before the one in the header timestamp", oneClock),
	}
}

func separatorRows() []row {
	const join = "join timestamp and secret with nothing between them"
	var list []row
	for _, separator := range []string{"+", "&", ":", ";", ",", ".", "_", "-", "|", "/", "#", "=", " ", "\t", "\n"} {
		sentence := fmt.Sprintf("there is a %q between timestamp and secret in the signed text", separator)
		shown := strings.Trim(fmt.Sprintf("%q", separator), `"`)
		list = append(list,
			signRow(sentence, hexMD5(ts+separator+secret), `MD5 of "1758270091116`+shown+`<secret>" as lower-case hex`, 22, "h5ds.separator", sentence, join),
			signRow(sentence+", secret first", hexMD5(secret+separator+ts), `MD5 of "<secret>`+shown+`1758270091116" as lower-case hex`, 9, "h5ds.separator", sentence, join))
	}
	return list
}

func digestRows() []row {
	const (
		text = sampleTimestamp + "fake-secret"
		use  = "use MD5 over timestamp followed by secret"
		send = "send the MD5 of timestamp followed by secret; the secret itself must never be sent"
		bare = "the sign is a text to be signed, not the MD5 of one"
		once = "use MD5 once, over timestamp followed by secret"
	)
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
	other := func(name string) string { return "the sign was made with " + name + " instead of MD5" }
	keyed := func(name string) string {
		return "the sign was made with " + name + ", keyed with the secret, instead of plain MD5"
	}
	raw := md5.Sum([]byte(text))
	return []row{
		signRow("MD5 of the hex MD5", hexMD5(hexMD5(text)), `MD5 of the hex MD5 of "1758270091116<secret>" as lower-case hex`, 8, "h5ds.md5-twice", "the sign went through MD5 twice", once),
		signRow("MD5 of the raw MD5", hexMD5(string(raw[:])), `MD5 of the raw MD5 of "1758270091116<secret>" as lower-case hex`, 8, "h5ds.md5-twice", "the sign went through MD5 twice", once),
		signRow("SHA-1", "f54331a4f1d33082644a0f36b7a212ea4cac334a", `SHA-1 of "1758270091116<secret>" as lower-case hex`, 1, "h5ds.digest", other("SHA-1"), use),
		signRow("SHA-256", "842d84800f632b22b79a3fc13bf637d31b0803b672a0efe7b594e36218488e75", `SHA-256 of "1758270091116<secret>" as lower-case hex`, 1, "h5ds.digest", other("SHA-256"), use),
		signRow("SHA-512", hashed(sha512.New), `SHA-512 of "1758270091116<secret>" as lower-case hex`, 1, "h5ds.digest", other("SHA-512"), use),
		signRow("HMAC-MD5", "ceabcd50424be3fb393fc2fc59bfbe86", `HMAC-MD5 of "1758270091116" as lower-case hex`, 1, "h5ds.hmac", keyed("HMAC-MD5"), use),
		signRow("HMAC-MD5 of both", mac(md5.New, text), `HMAC-MD5 of "1758270091116<secret>" as lower-case hex`, 1, "h5ds.hmac", keyed("HMAC-MD5"), use),
		signRow("HMAC-SHA-1", mac(sha1.New, sampleTimestamp), `HMAC-SHA-1 of "1758270091116" as lower-case hex`, 1, "h5ds.hmac", keyed("HMAC-SHA-1"), use),
		signRow("HMAC-SHA-256", mac(sha256.New, sampleTimestamp), `HMAC-SHA-256 of "1758270091116" as lower-case hex`, 1, "h5ds.hmac", keyed("HMAC-SHA-256"), use),
		signRow("the text itself", text, `no digest of "1758270091116<secret>" as raw bytes`, 1, "h5ds.not-hashed", bare, send),
		signRow("the secret itself", "fake-secret", `no digest of "<secret>" as raw bytes`, 1, "h5ds.not-hashed", bare, send),
		signRow("the timestamp itself", sampleTimestamp, `no digest of "1758270091116" as raw bytes`, 1, "h5ds.not-hashed", bare, send),
		signRow("the text in hex", fmt.Sprintf("%x", text), `no digest of "1758270091116<secret>" as lower-case hex`, 1, "h5ds.not-hashed", bare, send),
		signRow("two mistakes: digest and order", fmt.Sprintf("%x", sha1.Sum([]byte("fake-secret"+sampleTimestamp))), `SHA-1 of "<secret>1758270091116" as lower-case hex`, 1, "h5ds.digest", other("SHA-1"), use),
	}
}

func encodingRows() []row {
	const (
		sign      = "6ac80f95b37338f411fd7d55b3b739a5"
		write     = "write the MD5 as 32 lower-case hex digits"
		alone     = "send the 32 hex digits alone; in C#, BitConverter puts a dash after each byte"
		base      = "the sign is written in base64, not in hex"
		upper     = "the sign is written in upper-case hex digits, not in lower-case ones"
		decorated = "the sign is hex with other characters between or around the digits"
		lost      = "the sign has lost zeros of its hex form"
		digits    = "write each byte as two digits (%02x); BigInteger.toString(16) and Integer.toHexString drop leading zeros, so only some signs fail"
		inBase64  = `MD5 of "1758270091116<secret>" as base64`
		dashed    = `MD5 of "1758270091116<secret>" as hex with other characters`
	)
	raw, err := hex.DecodeString(sign)
	if err != nil {
		panic(err)
	}
	rows := []row{
		signRow("upper-case", strings.ToUpper(sign), `MD5 of "1758270091116<secret>" as upper-case hex`, 35, "h5ds.sign-case", upper, write),
		signRow("mixed case", "6AC80f95b37338f411fd7d55b3b739a5", `MD5 of "1758270091116<secret>" as hex in mixed case`, 35, "h5ds.sign-case", "the sign is written in hex digits in mixed case, not in lower-case ones", write),
		signRow("dashes", "6A-C8-0F-95-B3-73-38-F4-11-FD-7D-55-B3-B7-39-A5", dashed, 35, "h5ds.sign-decorated", decorated, alone),
		signRow("0x", "0x"+sign, dashed, 35, "h5ds.sign-decorated", decorated, alone),
		signRow("quotes", `"`+sign+`"`, dashed, 35, "h5ds.sign-decorated", decorated, alone),
		signRow("as md5sum prints it", sign+"  -", dashed, 35, "h5ds.sign-decorated", decorated, alone),
		signRow("zero of a byte lost", "6ac8f95b37338f411fd7d55b3b739a5", `MD5 of "1758270091116<secret>" as hex without some zeros`, 35, "h5ds.sign-zeros", lost, digits),
		signRow("16 digits", "b37338f411fd7d55", `MD5 of "1758270091116<secret>" as the middle 16 hex digits`, 35, "h5ds.sign-short", "the sign is the 16-digit form of the MD5, its digits 9 to 24", "send all 32 hex digits"),
		signRow("base64", "asgPlbNzOPQR/X1Vs7c5pQ==", inBase64, 35, "h5ds.sign-base64", base, write),
		signRow("base64 for URLs, no padding", "asgPlbNzOPQR_X1Vs7c5pQ", inBase64, 35, "h5ds.sign-base64", base, write),
		signRow("base64 of the hex", base64.StdEncoding.EncodeToString([]byte(sign)), inBase64, 35, "h5ds.sign-base64", base, write),
		signRow("raw bytes", string(raw), `MD5 of "1758270091116<secret>" as raw bytes`, 35, "h5ds.sign-raw", "the sign is sent as raw bytes, not in hex", write),
		signRow("two mistakes: order and case", strings.ToUpper(hexMD5("fake-secret"+sampleTimestamp)), `MD5 of "<secret>1758270091116" as upper-case hex`, 9, "h5ds.secret-first", "the secret was signed before the timestamp, not after it", "sign the timestamp followed by the secret"),
	}
	// This millisecond's MD5 begins with a zero, as one in sixteen does: 0c05b139cb0cad98dbc80a11ef00b5e3.
	zero := signRow("leading zero lost", "c05b139cb0cad98dbc80a11ef00b5e3", `MD5 of "1758270091257<secret>" as hex without some zeros`, 35, "h5ds.sign-zeros", lost, digits)
	zero.headers.Timestamp = "1758270091257"
	zero.want.Expected = `MD5 of "1758270091257<secret>" as lower-case hex`
	return append(rows, zero)
}

func nothingFitsRows() []row {
	shape := func(name, sign, received string) row {
		r := signRow(name, sign, received, 0, "h5ds.sign-shape",
			"the sign cannot be an MD5 in hex: it has "+received+" instead of 32 lower-case hex digits",
			"send the MD5 of timestamp followed by secret as 32 lower-case hex digits")
		r.want.Expected = "32 lower-case hex digits"
		return r
	}
	wrong := hexMD5("something else")
	wrongSecret := func(name, sign string) row {
		return signRow(name, sign, "", 0, "h5ds.wrong-secret",
			`no known mistake explains the sign, so it was most likely made with a secret that is not the one of appid "fake-appid"`,
			"compare the secret with the application's, and sign the very text that is sent as timestamp")
	}
	alone := wrongSecret("another tenant's secret, but no list of keys", hexMD5(sampleTimestamp+other.Secret))
	alone.adjust = func(v *h5dssign.Verifier) { v.Others = nil }
	short := shape("a secret shorter than a digest", "nonsense", "8 characters, not all of them hex digits")
	short.adjust = func(v *h5dssign.Verifier) {
		v.Lookup = func(appid string) (h5dssign.Key, bool) { return h5dssign.Key{AppID: appid, Secret: "9"}, true }
	}
	same := wrongSecret("an appid that is its own secret", wrong)
	same.adjust = func(v *h5dssign.Verifier) {
		v.Lookup = func(appid string) (h5dssign.Key, bool) { return h5dssign.Key{AppID: appid, Secret: appid}, true }
	}
	same.want.Sentence = "no known mistake explains the sign, so it was most likely made with a secret that is not the one of appid (not shown, it holds a credential)"
	return []row{
		short, same,
		shape("16 digits of SHA-256", "0f632b22b79a3fc1", "16 lower-case hex digits"),
		shape("too short", wrong[:31], "31 lower-case hex digits"),
		shape("too long", wrong+"0", "33 lower-case hex digits"),
		shape("SHA-1 of something", wrong+wrong[:8], "40 lower-case hex digits"),
		shape("upper-case, wrong secret", strings.ToUpper(wrong), "32 upper-case hex digits"),
		shape("mixed case, wrong secret", "aA"+wrong[2:], "32 hex digits in mixed case"),
		shape("not hex", "g"+wrong[1:], "32 characters, not all of them hex digits"),
		shape("not hex inside", wrong[:16]+"-"+wrong[17:], "32 characters, not all of them hex digits"),
		shape("very long", strings.Repeat("z", 1<<20), "1048576 characters, not all of them hex digits"),
		wrongSecret("wrong secret", wrong),
		wrongSecret("2,001 ms later", hexMD5("1758270093117"+mine.Secret)),
		wrongSecret("2,001 ms earlier", hexMD5("1758270089115"+mine.Secret)),
		alone,
	}
}

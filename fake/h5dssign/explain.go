package h5dssign

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// Explain says what is wrong with a signature, or that it is good (code "h5ds.valid"). It
// finds the cause by signing again in the ways in which clients are known to err. What it says
// never holds a secret, nor a sign: the right one would be a usable credential.
func (v Verifier) Explain(h Headers) diagnosis.Diagnosis {
	key, failure := v.judge(h)
	if failure == nil {
		return diagnosis.Diagnosis{Code: codeValid, Sentence: "the signature is valid"}
	}
	switch failure.Code {
	case codeUnknownAppID:
		return v.explainAppID(h)
	case codeTimestampShape:
		return v.explainTimestamp(h, key)
	case codeWrongSign:
		return v.explainSign(h, key)
	case codeClockBehind, codeClockAhead:
		return v.explainClock(h, failure.Code)
	default:
		return explainHeaders(h, failure.Code)
	}
}

// explainHeaders names every header that has the same failure.
func explainHeaders(h Headers, code string) diagnosis.Diagnosis {
	d := diagnosis.Diagnosis{Code: code}
	var names []string
	switch code {
	case codeMissingHeader:
		names = h.having(h.missing)
		d.Sentence = "missing header: "
		d.Fix = "send appid, sign and timestamp; curl, and PHP with it, leaves out a header whose value is empty"
	case codeEmptyHeader:
		names = h.having(h.empty)
		d.Sentence = "header without a value: "
		d.Fix = "give each header its value; the vendor's samples come with an empty appid and an empty secret to fill in"
	case codeDuplicateHeader:
		names = h.having(h.repeated)
		d.Sentence = "header sent more than once: "
		d.Fix = "send each header once; look for a default header or an interceptor that adds it again"
	}
	d.Sentence += strings.Join(names, ", ")
	return d
}

func (v Verifier) explainAppID(h Headers) diagnosis.Diagnosis {
	if owner, ok := v.first(func(key Key) bool { return key.Secret == h.AppID }); ok {
		return diagnosis.Diagnosis{
			Code:     codeAppIDIsSecret,
			Sentence: fmt.Sprintf("the header appid holds the secret of appid %s", v.quote(h, owner.AppID)),
			Fix:      "send the appid, and keep the secret out of every header",
		}
	}
	if owner, ok := v.owner(h); ok {
		return v.explainOwner(h, owner)
	}
	return diagnosis.Diagnosis{
		Code:     codeUnknownAppID,
		Sentence: fmt.Sprintf("the appid %s is unknown here", v.quote(h, h.AppID)),
		Fix:      "send the appid of an application that this server has, or give it this one",
	}
}

func (v Verifier) explainOwner(h Headers, owner Key) diagnosis.Diagnosis {
	return diagnosis.Diagnosis{
		Code:     codeOtherKey,
		Sentence: fmt.Sprintf("the sign was made with the secret of appid %s, but the header appid says %s", v.quote(h, owner.AppID), v.quote(h, h.AppID)),
		Fix:      "take the appid and the secret of one and the same application",
	}
}

// explainSign looks for the recipe that the sign was made by: first with this key's secret,
// then with another key's, then over another time.
func (v Verifier) explainSign(h Headers, key Key) diagnosis.Diagnosis {
	if d, ok := explainRecipe(h, key); ok {
		return d
	}
	if owner, ok := v.owner(h); ok {
		return v.explainOwner(h, owner)
	}
	at, _ := milliseconds(h.Timestamp)
	if signed, ok := signedNearby(h.Sign, key.Secret, at.UnixMilli()); ok {
		return explainOtherTime(at, time.UnixMilli(signed)).Compare(
			recipe{}.show(strconv.FormatInt(signed, 10)), recipe{}.show(h.Timestamp))
	}
	if shape := shapeOf(h.Sign); shape != goodShape {
		return diagnosis.Diagnosis{
			Code:     codeSignShape,
			Sentence: "the sign cannot be an MD5 in hex: it has " + shape + " instead of " + goodShape,
			Fix:      "send the MD5 of timestamp followed by secret as " + goodShape,
			Received: shape,
			Expected: goodShape,
		}
	}
	return diagnosis.Diagnosis{
		Code:     codeWrongSecret,
		Sentence: fmt.Sprintf("no known mistake explains the sign, so it was most likely made with a secret that is not the one of appid %s", v.quote(h, key.AppID)),
		Fix:      "compare the secret with the application's, and sign the very text that is sent as timestamp",
		Expected: recipe{}.show(h.Timestamp),
	}
}

func explainOtherTime(sent, signed time.Time) diagnosis.Diagnosis {
	distance, side := signed.Sub(sent), "after"
	if distance < 0 {
		distance, side = -distance, "before"
	}
	return diagnosis.Diagnosis{
		Code:     codeSignedOtherTime,
		Sentence: fmt.Sprintf("the sign was made over a time %s %s the one in the header timestamp", distance, side),
		Fix:      "read the clock once, and use that one value for the sign and for the header",
	}
}

// goodShape is what shapeOf says about every sign in the legal form.
const goodShape = "32 lower-case hex digits"

// shapeOf describes a sign without showing it.
func shapeOf(sign string) string {
	const digits = "0123456789"
	kind := "characters, not all of them hex digits"
	switch {
	case strings.Trim(sign, digits+"abcdef") == "":
		kind = "lower-case hex digits"
	case strings.Trim(sign, digits+"ABCDEF") == "":
		kind = "upper-case hex digits"
	case strings.Trim(sign, digits+"abcdefABCDEF") == "":
		kind = "hex digits in mixed case"
	}
	return fmt.Sprintf("%d %s", len(sign), kind)
}

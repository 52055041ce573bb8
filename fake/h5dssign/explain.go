package h5dssign

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// Explain says what is wrong with a signature, or that it is good (code "h5ds.valid"). It finds the cause by signing again in
// the ways in which clients are known to err. A diagnosis never holds a secret, nor a sign, because the right one would be a
// usable credential.
func (v Verifier) Explain(h Headers) diagnosis.Diagnosis {
	key, failure := v.judge(h)
	if failure == nil {
		return templates.Fill(codeValid)
	}
	switch failure.Code {
	case codeMissingHeader:
		return templates.Fill(failure.Code, "names", h.having(h.missing))
	case codeEmptyHeader:
		return templates.Fill(failure.Code, "names", h.having(h.empty))
	case codeDuplicateHeader:
		return templates.Fill(failure.Code, "names", h.having(h.repeated))
	case codeUnknownAppID:
		return v.explainAppID(h)
	case codeTimestampShape:
		return v.explainTimestamp(h, key)
	case codeWrongSign:
		return v.explainSign(h, key)
	}
	return v.explainClock(h, failure.Code)
}

func (v Verifier) explainAppID(h Headers) diagnosis.Diagnosis {
	if owner, ok := v.first(func(key Key) bool { return key.Secret == h.AppID }); ok {
		return templates.Fill(codeAppIDIsSecret, "owner", v.quote(h, owner.AppID))
	}
	if owner, ok := v.owner(h); ok {
		return v.explainOwner(h, owner)
	}
	return templates.Fill(codeUnknownAppID, "appid", v.quote(h, h.AppID))
}

func (v Verifier) explainOwner(h Headers, owner Key) diagnosis.Diagnosis {
	return templates.Fill(codeOtherKey, "owner", v.quote(h, owner.AppID), "appid", v.quote(h, h.AppID))
}

// explainSign looks for the recipe that made the sign: first with the secret of this key, then with that of another key, then
// over another time.
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
		d := templates.Fill(codeSignShape, "shape", shape)
		d.Received, d.Expected = shape, goodShape
		return d
	}
	d := templates.Fill(codeWrongSecret, "appid", v.quote(h, key.AppID))
	d.Expected = recipe{}.show(h.Timestamp)
	return d
}

func explainOtherTime(sent, signed time.Time) diagnosis.Diagnosis {
	if signed.After(sent) {
		return templates.Fill(codeSignedOtherTime+"/late", "span", signed.Sub(sent).String())
	}
	return templates.Fill(codeSignedOtherTime, "span", sent.Sub(signed).String())
}

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

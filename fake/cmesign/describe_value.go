package cmesign

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// sinceThisCentury is the Unix second 10^9, in 2001: what lies before is no expiry of today.
const sinceThisCentury = 1_000_000_000

func (e *explainer) describeNumber(found verdict) diagnosis.Diagnosis {
	name := found.failure.Parameter
	value := found.sig.Get(name)
	d := diagnosis.Diagnosis{Code: found.failure.Code}
	switch {
	case found.failure.Code == codeNotSeconds:
		d.Sentence = fmt.Sprintf("%s is %s, too large for seconds, %s", name, e.quote(value), inOtherUnit(value))
		d.Fix = "send whole Unix seconds (Math.floor(Date.now() / 1000), System.currentTimeMillis() / 1000)"
	case found.failure.Code == codeRandomRange && value == "4294967296":
		d.Sentence = "random is 4294967296, one more than the largest unsigned 32-bit integer"
		d.Fix = "use Math.floor: the official Node.js sample makes it with Math.round(Math.random()*2^32), which can reach 2^32"
	case found.failure.Code == codeRandomRange:
		d.Sentence = fmt.Sprintf("random is %s, more than 4294967295, the largest unsigned 32-bit integer", e.quote(value))
		d.Fix = "send an unsigned 32-bit integer"
	case name == nameRandom:
		d.Sentence = fmt.Sprintf("random is %s, not an unsigned integer in decimal digits", e.quote(value))
		d.Fix = "send an unsigned 32-bit integer, digits only"
	default:
		d.Sentence = fmt.Sprintf("%s is %s, not whole Unix seconds in decimal digits", name, e.quote(value))
		d.Fix = "send whole Unix seconds, digits only"
	}
	return d
}

// inOtherUnit says which moment a number is that is too large for seconds.
func inOtherUnit(value string) string {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil {
		return "and for nanoseconds too"
	}
	for _, unit := range []struct {
		name      string
		perSecond uint64
	}{{"milliseconds", 1e3}, {"microseconds", 1e6}} {
		if seconds := n / unit.perSecond; seconds < endOfSeconds {
			return "as " + unit.name + " it is " + moment(time.Unix(int64(seconds), 0))
		}
	}
	return "as nanoseconds it is " + moment(time.Unix(int64(n/1e9), 0))
}

func (e *explainer) describeTime(found verdict) diagnosis.Diagnosis {
	d := diagnosis.Diagnosis{Code: found.failure.Code}
	now, current, expire := e.Now.Unix(), found.params.CurrentTimeStamp.Unix(), found.params.ExpireTime.Unix()
	switch {
	case d.Code == codeNotYetValid:
		d.Sentence = fmt.Sprintf("currentTimeStamp is %s ahead of the clock here, more than the %s allowed", span(current-now), span(e.skewSeconds()))
		d.Fix = "set the clock of the machine that signs; here it is " + moment(e.Now)
	case d.Code == codeExpired:
		d.Sentence = fmt.Sprintf("the signature expired %s ago: expireTime is %s, and here it is %s",
			span(now-expire), moment(found.params.ExpireTime), moment(e.Now))
		d.Fix = "sign again; if it was just signed, set the clock of the machine that signs"
	case expire < sinceThisCentury && current >= sinceThisCentury:
		d.Code = codeDuration
		d.Sentence = fmt.Sprintf("expireTime is %d, a moment in %d: as a validity it would end at %s",
			expire, found.params.ExpireTime.Year(), moment(time.Unix(current+expire, 0)))
		d.Fix = fmt.Sprintf("expireTime is a moment, currentTimeStamp plus the validity: send %d", current+expire)
	default:
		d.Sentence = fmt.Sprintf("expireTime is %s before currentTimeStamp", span(current-expire))
		d.Fix = "expireTime is currentTimeStamp plus the validity, both in Unix seconds"
	}
	return d
}

// actionUses says which action is for what, as documented.
const actionUses = "Login is for the exchange of the ticket, Upload for the VerifySign of an upload, OpenProject for the iframe editor"

func (e *explainer) describeRight(found verdict) diagnosis.Diagnosis {
	d := diagnosis.Diagnosis{Code: found.failure.Code, Fix: actionUses}
	action := found.sig.Get(nameAction)
	switch {
	case d.Code == codeWrongAction:
		d.Sentence = fmt.Sprintf("the action is %q, but this call demands %q", action, e.Action)
	case d.Code == codeUnknownPlatform:
		d.Sentence = fmt.Sprintf("secretId %s has no platform %s", e.quote(found.key.SecretID), e.quote(found.sig.Get(namePlatform)))
		d.Fix = "its platforms: " + e.quote(strings.Join(found.key.Platforms, ", "))
	case action == "CreateUploadMaterial":
		d.Sentence = "the action \"CreateUploadMaterial\" is not documented: the vendor's old Node.js demo uses it for uploads"
		d.Fix = "sign uploads with the action \"Upload\""
	default:
		d.Sentence = fmt.Sprintf("the action %s is not documented", e.quote(action))
		for _, documented := range []string{actionLogin, actionUpload, actionOpenProject} {
			if resembles(action, documented) {
				d.Fix = fmt.Sprintf("did you mean %q? %s", documented, actionUses)
			}
		}
	}
	return d
}

// resembles reports whether name is a slip of the pen for want: other case, other separators,
// up to two wrong letters, or a part of it.
func resembles(name, want string) bool {
	const longest = 40
	name, want = plain(name), plain(want)
	if len(name) < 4 || len(name) > longest {
		return false
	}
	return strings.Contains(want, name) || strings.Contains(name, want) || diagnosis.Distance(name, want) <= 2
}

// plain is a name in lower case without '_', '-' and '.'.
func plain(name string) string {
	return strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
}

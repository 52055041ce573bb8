package cmesign

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// maxRepairs bounds how many damages, one upon the other, are undone to see what lies beneath.
const maxRepairs = 5

// Explain names the cause for which Verify rejects a signature, found by recomputing what the
// signer may have done. For a valid signature, and for no other, the code is "cme.valid".
//
// A diagnosis shows signed texts, never an HMAC, a repaired signature or a secret key.
func (v Verifier) Explain(signature string) diagnosis.Diagnosis {
	e := &explainer{Verifier: v}
	d, _ := e.explain(signature, maxRepairs)
	return d
}

// explainer explains one signature.
type explainer struct {
	Verifier
	secrets   []string // every spelling of every secret key that must not be shown
	sorted    bool     // secrets has the longest first
	sawOthers bool     // secrets has those of Others
}

// explain also reports whether beneath all damage there are 20 bytes and a text with a documented
// parameter: that is what proves that a repair was the right one.
func (e *explainer) explain(text string, repairs int) (d diagnosis.Diagnosis, whole bool) {
	found := e.judge(text)
	e.hide(found.key)
	ok := false
	switch {
	case found.failure == nil || found.authentic || repairs == 0:
	case found.failure.Code == codeNotBase64:
		d, whole, ok = e.onItsWay(text, repairs-1)
	case found.raw != nil:
		d, ok = e.recompute(found, repairs-1)
		whole = ok
	}
	if ok {
		return d, whole
	}
	return e.describe(found), slices.ContainsFunc(found.sig.parameters, parameter.documented)
}

// recompute tries what the signer may have done, and reports the first that fits.
func (e *explainer) recompute(found verdict, repairs int) (diagnosis.Diagnosis, bool) {
	if d, ok := e.putTogether(found.raw, repairs); ok {
		return d, true
	}
	if found.failure.Code == codeWrongMAC {
		return e.madeFrom(found.sig, found.key)
	}
	return diagnosis.Diagnosis{}, false
}

// beneath says what else is wrong with a signature whose HMAC is explained.
func (e *explainer) beneath(sig Signature, key Key) string {
	found := verdict{sig: sig, key: key, authentic: true}
	found.params, found.failure = e.judgeText(sig, key)
	return remainder(e.describe(found))
}

// remainder says, as the end of a fix, what comes after it.
func remainder(d diagnosis.Diagnosis) string {
	if d.Code == codeValid {
		return "; nothing else is wrong with it"
	}
	return "; then it is still rejected with " + d.Code + ": " + d.Sentence
}

// hide adds the spellings of a secret key to what must not be shown.
func (e *explainer) hide(key Key) {
	if key.SecretKey == "" {
		return
	}
	secret := []byte(key.SecretKey)
	e.secrets = append(e.secrets, key.SecretKey,
		base64.StdEncoding.EncodeToString(secret), base64.RawStdEncoding.EncodeToString(secret),
		base64.RawURLEncoding.EncodeToString(secret),
		hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret)))
	for _, enc := range encoders {
		e.secrets = append(e.secrets, enc.encode(key.SecretKey))
	}
	e.sorted = false
}

// shown is a text of the client as it may be shown. A client can put anything into a text,
// the secret key of another tenant too.
func (e *explainer) shown(text string) string {
	if !e.sawOthers {
		e.sawOthers = true
		for key := range e.others {
			e.hide(key)
		}
	}
	if !e.sorted { // a secret that is a part of another must not uncover the rest of it
		slices.SortFunc(e.secrets, func(a, b string) int {
			return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
		})
		e.secrets, e.sorted = slices.Compact(e.secrets), true
	}
	for _, secret := range e.secrets {
		text = strings.ReplaceAll(text, secret, "[secret key]")
	}
	return text
}

// quote is a value of the client in a sentence, cut when it is long.
func (e *explainer) quote(value string) string {
	const limit = 80
	value = e.shown(value)
	if len(value) > limit {
		return strconv.Quote(value[:limit]) + "…"
	}
	return strconv.Quote(value)
}

func (e *explainer) compare(d diagnosis.Diagnosis, received, expected string) diagnosis.Diagnosis {
	return d.Compare(e.shown(received), e.shown(expected))
}

// others is Verifier.Others without the keys that open nothing.
func (e *explainer) others(yield func(Key) bool) {
	if e.Others == nil {
		return
	}
	for key := range e.Others {
		if key.SecretKey != "" && !yield(key) {
			return
		}
	}
}

// moment writes a time as a person reads it.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// span writes a number of seconds as a person reads it. The years of a signature reach further than
// a duration does.
func span(seconds int64) string {
	if seconds > math.MaxInt64/int64(time.Second) {
		return "more than " + diagnosis.Span(math.MaxInt64)
	}
	return diagnosis.Span(time.Duration(seconds) * time.Second)
}

package cmesign

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// maxRepairs bounds how many damages, one upon the other, Explain undoes.
const maxRepairs = 5

// Explain names the cause for which Verify rejects a signature. It finds the cause by computing what the signer may have
// done. For a valid signature, and for no other, the code is "cme.valid".
//
// A diagnosis shows signed texts, never an HMAC, a repaired signature or a secret key.
func (v Verifier) Explain(signature string) diagnosis.Diagnosis {
	e := &explainer{Verifier: v, censor: censor{others: v.others, more: v.Hide}}
	d, _ := e.explain(signature, maxRepairs)
	return d
}

// explainer explains one signature.
type explainer struct {
	Verifier
	censor
}

// explain also reports whether 20 bytes and a text with a documented parameter stand beneath all damage. That proves that
// the repairs were the right ones.
func (e *explainer) explain(text string, repairs int) (d diagnosis.Diagnosis, whole bool) {
	found := e.judge(text)
	e.hide(found.key)
	switch {
	case found.authentic || repairs == 0: // the valid ones are authentic
	case found.failure.Code == codeNotBase64:
		if d, whole, ok := e.repair(text, repairs-1); ok {
			return d, whole
		}
	case found.raw != nil:
		if x, ok := recompute(e.Verifier, found); ok {
			return e.diagnose(x, repairs), true
		}
	}
	return e.diagnose(describe(e.Verifier, found), 0), slices.ContainsFunc(found.sig.parameters, parameter.documented)
}

// repair explains a text that is not base64 by what happened to it on its way. Like explain, it reports whether that is
// proved.
func (e *explainer) repair(text string, repairs int) (d diagnosis.Diagnosis, whole, ok bool) {
	for _, damage := range damages {
		at, repaired := damage.find(text)
		if repaired == text {
			continue
		}
		if beneath, whole := e.explain(repaired, repairs); whole || damage.certain {
			if damage.atEnd && beneath.Code == codeCutOff {
				return beneath, whole, true
			}
			d := e.diagnose(explained(damage.code, "at", at+1), repairs)
			d.Fix += remainder(beneath)
			return d, whole, true
		}
	}
	return diagnosis.Diagnosis{}, false, false
}

// recompute returns the explanation of the first hypothesis that fits.
func recompute(v Verifier, found verdict) (explanation, bool) {
	hypotheses := layoutHypotheses
	if found.failure.Code == codeWrongMAC {
		hypotheses = slices.Concat(layoutHypotheses, macHypotheses)
	}
	for _, hypothesis := range hypotheses {
		if x, ok := hypothesis(v, found); ok {
			return x, true
		}
	}
	return explanation{}, false
}

// diagnose puts an explanation into words. The fix ends with what is wrong with the rest.
func (e *explainer) diagnose(x explanation, repairs int) diagnosis.Diagnosis {
	e.hide(x.key)
	values := make([]string, len(x.values))
	for i, value := range x.values {
		switch value := value.(type) {
		case quoted:
			values[i] = e.quote(string(value))
		case string:
			values[i] = value
		default:
			values[i] = fmt.Sprint(value)
		}
	}
	d := templates.Fill(x.template, values...)
	if x.expected != "" {
		d = d.Compare(e.show(x.received), e.show(x.expected))
	} else if x.received != "" {
		d.Received = e.show(x.received)
	}
	switch {
	case x.signature != "":
		beneath, _ := e.explain(x.signature, repairs)
		d.Fix += remainder(beneath)
	case x.text != nil:
		found := verdict{sig: *x.text, key: x.key, authentic: true}
		found.params, found.failure = e.judgeText(found.sig, found.key)
		d.Fix += remainder(e.diagnose(describe(e.Verifier, found), 0))
	}
	return d
}

// remainder is the end of a fix: it says what is wrong after it.
func remainder(d diagnosis.Diagnosis) string {
	if d.Code == codeValid {
		return "; nothing else is wrong with it"
	}
	return "; then it is still rejected with " + d.Code + ": " + d.Sentence
}

// censor knows the secret keys that must not be shown.
type censor struct {
	others  iter.Seq[Key] // keys to hide as soon as anything is shown
	secrets []string      // every spelling of every hidden key
	sorted  bool          // secrets has the longest first
	more    func(string) string
}

// hide adds every spelling of a key to the secrets.
func (c *censor) hide(key Key) {
	if key.SecretKey == "" {
		return
	}
	secret := []byte(key.SecretKey)
	c.secrets = append(c.secrets, key.SecretKey,
		base64.StdEncoding.EncodeToString(secret), base64.RawStdEncoding.EncodeToString(secret),
		base64.RawURLEncoding.EncodeToString(secret),
		hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret)))
	for _, enc := range encoders {
		c.secrets = append(c.secrets, enc.encode(key.SecretKey))
	}
	c.sorted = false
}

// show returns a text of the client without secret keys. A client can put anything into a text, even the secret key of
// another tenant.
func (c *censor) show(text string) string {
	if c.others != nil {
		for key := range c.others {
			c.hide(key)
		}
		c.others = nil
	}
	if !c.sorted { // a secret that is a part of another one must not leave the rest of that one
		slices.SortFunc(c.secrets, func(a, b string) int {
			return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
		})
		c.secrets, c.sorted = slices.Compact(c.secrets), true
	}
	for _, secret := range c.secrets {
		text = strings.ReplaceAll(text, secret, "[secret key]")
	}
	if c.more != nil {
		return c.more(text)
	}
	return text
}

// quote writes a value of the client for a sentence. It cuts a long one.
func (c *censor) quote(value string) string {
	const limit = 80
	value = c.show(value)
	if len(value) > limit {
		return strconv.Quote(value[:limit]) + "…"
	}
	return strconv.Quote(value)
}

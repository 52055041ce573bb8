package h5dssign

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// recipe is one way to make a sign: the digest of a text, written in an encoding. The three numbers are indices into texts,
// digests and encodings. The zero recipe is the right one.
type recipe struct{ text, digest, encoding int }

// flaw is what is wrong with one step of a recipe: the key of a template, and the value in that, if it has one. The right
// steps have no flaw.
type flaw struct{ template, value string }

// explainRecipe looks for the recipe that made the sign. Each table starts with its right step, so that a sign with only one
// mistake is found as such.
func explainRecipe(h Headers, key Key) (diagnosis.Diagnosis, bool) {
	sign, fill := spell(h.Sign), filler(h.Timestamp, key.AppID, key.Secret)
	for t, text := range texts {
		signed := fill.Replace(text.pattern)
		for d, digest := range digests {
			if e, ok := written(sign, digest.sum(key.Secret, signed)); ok {
				return recipe{t, d, e}.explain(h.Timestamp), true
			}
		}
	}
	return diagnosis.Diagnosis{}, false
}

// explain names the flaw of the recipe. Of several flaws it names the most basic one; Received and Expected show them all.
func (r recipe) explain(timestamp string) diagnosis.Diagnosis {
	f := cmp.Or(digests[r.digest].flaw, texts[r.text].flaw, encodings[r.encoding].flaw)
	return templates.Fill(f.template, "value", f.value).Compare(r.show(timestamp), recipe{}.show(timestamp))
}

// show writes the recipe in words, with <secret> for the secret and <appid> for the appid.
func (r recipe) show(timestamp string) string {
	text := filler(timestamp, "<appid>", "<secret>").Replace(texts[r.text].pattern)
	return fmt.Sprintf("%s of %q as %s", digests[r.digest].name, text, encodings[r.encoding].name)
}

// filler fills the patterns of texts. {seconds} is the timestamp in whole seconds, {next} one more.
func filler(timestamp, appid, secret string) *strings.Replacer {
	ms, _ := strconv.ParseInt(timestamp, 10, 64)
	return strings.NewReplacer(
		"{timestamp}", timestamp,
		"{seconds}", strconv.FormatInt(ms/1000, 10),
		"{next}", strconv.FormatInt(ms/1000+1, 10),
		"{appid}", appid,
		"{secret}", secret)
}

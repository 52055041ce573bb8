package h5dssign

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// recipe is one way to make a sign: a text, put through a digest, written in an encoding.
// The zero recipe is the right way. The three are indices into texts, digests and encodings.
type recipe struct{ text, digest, encoding int }

// flaw is what is wrong with one step of a recipe. The right steps have none.
type flaw struct{ code, sentence, fix string }

// explainRecipe looks for the recipe that made the sign. Each table starts with its right step,
// so a sign that is right but for its encoding, or its digest, is found as that.
func explainRecipe(h Headers, key Key) (diagnosis.Diagnosis, bool) {
	sign, fill := spell(h.Sign), filler(h.Timestamp, key.AppID, key.Secret)
	for t, text := range texts {
		signed := fill.Replace(text.template)
		for d, digest := range digests {
			if e, ok := written(sign, digest.sum(key.Secret, signed)); ok {
				return recipe{t, d, e}.explain(h.Timestamp), true
			}
		}
	}
	return diagnosis.Diagnosis{}, false
}

// explain names the flaw of the recipe; of several the most basic one, since Received and
// Expected show them all.
func (r recipe) explain(timestamp string) diagnosis.Diagnosis {
	f := cmp.Or(digests[r.digest].flaw, texts[r.text].flaw, encodings[r.encoding].flaw)
	return diagnosis.Diagnosis{Code: f.code, Sentence: f.sentence, Fix: f.fix}.
		Compare(r.show(timestamp), recipe{}.show(timestamp))
}

// show writes the recipe in words, with <secret> for the secret and <appid> for the appid.
func (r recipe) show(timestamp string) string {
	text := filler(timestamp, "<appid>", "<secret>").Replace(texts[r.text].template)
	return fmt.Sprintf("%s of %q as %s", digests[r.digest].name, text, encodings[r.encoding].name)
}

// filler fills the templates of texts. {seconds} is the timestamp in whole seconds, {next} one more.
func filler(timestamp, appid, secret string) *strings.Replacer {
	ms, _ := strconv.ParseInt(timestamp, 10, 64)
	return strings.NewReplacer(
		"{timestamp}", timestamp,
		"{seconds}", strconv.FormatInt(ms/1000, 10),
		"{next}", strconv.FormatInt(ms/1000+1, 10),
		"{appid}", appid,
		"{secret}", secret)
}

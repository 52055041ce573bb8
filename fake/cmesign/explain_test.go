package cmesign_test

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/golden"
	"github.com/google/go-cmp/cmp"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, m := range mistakes {
		_, err := judge().Verify(m.signature)
		b.WriteString(golden.Block(m.name, err, judge().Explain(m.signature)))
	}
	golden.Compare(t, "diagnoses.txt", b.String())
}

// TestExplainKnowsOnlyWhatItIsGiven is about the same signatures before a judge who knows less.
func TestExplainKnowsOnlyWhatItIsGiven(t *testing.T) {
	t.Parallel()
	otherKey := from("other/secret key~1", textWith(), textWith())
	keyAsID := sign(textWith("secretId", secretKey))
	tests := []struct {
		name      string
		verifier  cmesign.Verifier
		signature string
		want      string
	}{
		{"another key, and Others", judge(), otherKey, "cme.other-key"},
		{"another key, no Others", cmesign.Verifier{Lookup: lookup(keys...), Now: now}, otherKey, "cme.wrong-secret"},
		{"another key, alone in Others", cmesign.Verifier{Lookup: lookup(keys...), Others: slices.Values(keys[1:]), Now: now}, otherKey, "cme.other-key"},
		{"older secret of the same key", cmesign.Verifier{Lookup: lookup(keys...), Now: now,
			Others: slices.Values([]cmesign.Key{{SecretID: "fake-secret-id", SecretKey: "old"}})}, from("old", textWith(), textWith()), "cme.wrong-secret"},
		{"another key without a secret", cmesign.Verifier{Lookup: lookup(keys[0]), Others: slices.Values([]cmesign.Key{{SecretID: "x"}}), Now: now},
			from("", textWith(), textWith()), "cme.key-empty"},
		{"secret key as secretId, no Others", cmesign.Verifier{Lookup: lookup(keys...), Now: now}, keyAsID, "cme.unknown-secret-id"},
		{"nothing known", cmesign.Verifier{Now: now}, sign(textWith()), "cme.unknown-secret-id"},
		{"no action demanded", cmesign.Verifier{Lookup: lookup(keys...), Now: now}, sign(textWith("action", "Upload")), "cme.valid"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, tc.verifier.Explain(tc.signature).Code); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestKeyWithoutSecretMakesNothing holds for the HMAC that anyone can make, the one without a key.
func TestKeyWithoutSecretMakesNothing(t *testing.T) {
	t.Parallel()
	v := judge()
	v.Others = slices.Values([]cmesign.Key{{SecretID: "without-secret"}})
	got := v.Explain(cmesign.SignOriginal("", textWith("secretId", "nobody")))
	if got.Code != "cme.unknown-secret-id" || strings.Contains(got.Fix, "without-secret") {
		t.Errorf("got %s", got)
	}
}

// TestEveryOrderAndEncodingIsRecognised signs each vector's text and sends that of every other
// vector with the same parameters: all languages, all orders.
func TestEveryOrderAndEncodingIsRecognised(t *testing.T) {
	t.Parallel()
	compared := map[string]int{}
	for _, signed := range vectors(t) {
		for _, sent := range vectors(t) {
			if signed.Name != sent.Name || signed.Original == sent.Original {
				continue
			}
			v := signed.verifier(signed.params(t).CurrentTimeStamp)
			got := v.Explain(from(signed.SecretKey, signed.Original, sent.Original))
			if got.Code != "cme.re-encoded" && got.Code != "cme.re-ordered" {
				t.Errorf("%s, signed by %s, sent by %s: got %s", signed.Name, signed.Encoder, sent.Encoder, got)
			}
			want := diagnosis.Diagnosis{}.Compare(sent.Original, signed.Original)
			if diff := cmp.Diff(want, diagnosis.Diagnosis{Received: got.Received, Expected: got.Expected, DiffersAt: got.DiffersAt}); diff != "" {
				t.Errorf("%s, signed by %s, sent by %s (-want +got):\n%s", signed.Name, signed.Encoder, sent.Encoder, diff)
			}
			compared[got.Code]++
		}
	}
	if compared["cme.re-encoded"] == 0 || compared["cme.re-ordered"] == 0 {
		t.Errorf("compared %v, want some of both", compared)
	}
}

// TestEveryTemplateIsUsed holds that the mistakes cover all that can be said: each code of the package and each template.
func TestEveryTemplateIsUsed(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	var diagnoses []diagnosis.Diagnosis
	for _, m := range mistakes {
		_, err := judge().Verify(m.signature)
		if failure := failureOf(t, err); failure != nil {
			covered[failure.Code] = true
		}
		d := judge().Explain(m.signature)
		covered[d.Code] = true
		diagnoses = append(diagnoses, d)
	}
	placeholder := regexp.MustCompile(`\\\{\w+\\\}`)
	like := func(template string) *regexp.Regexp {
		return regexp.MustCompile("^" + placeholder.ReplaceAllString(regexp.QuoteMeta(template), "(?s:.*)"))
	}
	for key, template := range cmesign.Templates {
		code, _, _ := strings.Cut(key, "/")
		sentence, fix := like(template.Sentence), like(template.Fix)
		if !slices.ContainsFunc(diagnoses, func(d diagnosis.Diagnosis) bool {
			return d.Code == code && sentence.MatchString(d.Sentence) && fix.MatchString(d.Fix)
		}) {
			t.Errorf("no mistake is explained by the template %s", key)
		}
	}
	source, err := os.ReadFile("codes.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`"(cme\.[a-z0-9-]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(codes) < len(covered) {
		t.Errorf("found %d codes in codes.go, but %d in the diagnoses", len(codes), len(covered))
	}
	for _, code := range codes {
		if !covered[code[1]] {
			t.Errorf("no mistake has the code %s", code[1])
		}
	}
}

// TestNoDiagnosisGivesAnythingAway looks for secret keys, for HMACs that the sender did not
// have, and for signatures made good.
func TestNoDiagnosisGivesAnythingAway(t *testing.T) {
	t.Parallel()
	for _, r := range mistakes {
		got := judge().Explain(r.signature)
		text := strings.Join([]string{got.Code, got.Sentence, got.Fix, got.Received, got.Expected}, "\n")
		asJSON, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var hidden []string
		for _, key := range keys {
			hidden = append(hidden, spellings(key.SecretKey)...)
			for _, original := range []string{textWith(), got.Received, got.Expected} {
				sum := mac(sha1.New, key.SecretKey, original)
				hidden = append(hidden, hex.EncodeToString(sum), base64.RawStdEncoding.EncodeToString(sum)[:26])
			}
		}
		for _, h := range hidden {
			if strings.Contains(text, h) || strings.Contains(string(asJSON), h) {
				t.Errorf("%s: the diagnosis holds %q: %s", r.name, h, asJSON)
			}
		}
	}
}

// spellings are a secret key in plain, hexadecimal, base64 and URL form.
func spellings(secret string) []string {
	raw := []byte(secret)
	return []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret),
		hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)),
		base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw),
	}
}

// TestSecretsAreHiddenInEverySpelling sends each secret where a diagnosis repeats what was sent.
func TestSecretsAreHiddenInEverySpelling(t *testing.T) {
	t.Parallel()
	long := cmesign.Key{SecretID: "long", SecretKey: secretKey + `-and"more"`}
	v := judge()
	v.Others = slices.Values(append(slices.Clone(keys), long))
	for _, key := range append(slices.Clone(keys), long) {
		for _, spelling := range spellings(key.SecretKey) {
			got := v.Explain(sign(textWith("platform", url.QueryEscape(spelling))))
			want := `secretId "fake-secret-id" has no platform "[secret key]"`
			if diff := cmp.Diff(want, got.Sentence); diff != "" {
				t.Errorf("%s (-want +got):\n%s", spelling, diff)
			}
		}
	}
}

// TestSecretsAreHiddenBeneath has no Others: the key is known only once the HMAC is explained.
func TestSecretsAreHiddenBeneath(t *testing.T) {
	t.Parallel()
	v := judge()
	v.Others = nil
	text := textWith("platform", secretKey)
	for name, front := range map[string][]byte{
		"cme.hex-mac":            hexOf(mac(sha1.New, secretKey, text)),
		"cme.plain-hash":         hexOf(plainSHA1(text)),
		"cme.mac-through-string": latin1(mac(sha1.New, secretKey, text)),
	} {
		got := v.Explain(put(front, text))
		want := `; then it is still rejected with cme.unknown-platform: secretId "fake-secret-id" has no platform "[secret key]"`
		if got.Code != name || !strings.HasSuffix(got.Fix, want) {
			t.Errorf("got %s, want %s with a fix that ends in %q", got, name, want)
		}
	}
}

func TestLongValuesAreCut(t *testing.T) {
	t.Parallel()
	for length, end := range map[int]string{80: `"`, 81: `"…`} {
		got := judge().Explain(sign(textWith("platform", strings.Repeat("x", length)))).Sentence
		want := `secretId "fake-secret-id" has no platform "` + strings.Repeat("x", 80) + end
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d bytes (-want +got):\n%s", length, diff)
		}
	}
}

// TestTooLongIsNotRead holds the promise that an over-long signature costs next to nothing.
func TestTooLongIsNotRead(t *testing.T) {
	long, v := strings.Repeat("A", 1<<20), judge()
	if allocs := testing.AllocsPerRun(10, func() { v.Explain(long) }); allocs > 10 {
		t.Errorf("got %v allocations for a signature of 1 MiB, want a few", allocs)
	}
}

func BenchmarkExplainWorst(b *testing.B) {
	text := textWith()
	for i := range 50 {
		text += "&x" + strconv.Itoa(i) + "=" + strings.Repeat("%20", 300)
	}
	signature := url.PathEscape(strings.TrimRight(lines(from("wrong", text, text), "\n"), "=\n"))
	if len(signature) > cmesign.MaxLength {
		b.Fatal("too long")
	}
	v := judge()
	b.ReportAllocs()
	for b.Loop() {
		v.Explain(signature)
	}
}

package cmesign_test

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

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

// Explain uses only the keys that the verifier has.
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

// A key without a secret is never named, although anybody can make its HMAC.
func TestKeyWithoutSecretMakesNothing(t *testing.T) {
	t.Parallel()
	v := judge()
	v.Others = slices.Values([]cmesign.Key{{SecretID: "without-secret"}})
	got := v.Explain(cmesign.SignOriginal("", textWith("secretId", "nobody")))
	if got.Code != "cme.unknown-secret-id" || strings.Contains(got.Fix, "without-secret") {
		t.Errorf("got %s", got)
	}
}

// The test signs the text of each vector and sends that of every other vector with the same parameters: all languages and
// orders.
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

// The mistakes cover every code and every template of the package.
func TestMistakesCoverEverything(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	var diagnoses []diagnosis.Diagnosis
	for _, m := range mistakes {
		if _, err := judge().Verify(m.signature); err != nil {
			covered[failureOf(t, err).Code] = true
		}
		d := judge().Explain(m.signature)
		covered[d.Code] = true
		diagnoses = append(diagnoses, d)
	}
	if diff := cmp.Diff(golden.Codes(t, "codes.go", "cme."), covered); diff != "" {
		t.Errorf("codes (-in the package +of the mistakes):\n%s", diff)
	}
	if unused := golden.Unused(cmesign.Templates, diagnoses); len(unused) > 0 {
		t.Errorf("no mistake has the templates %q", unused)
	}
}

// No diagnosis holds a secret key, an HMAC that the client did not have, or a repaired signature.
func TestNoDiagnosisHoldsACredential(t *testing.T) {
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

// The test sends each secret in a value that the diagnosis shows.
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

// Without Others, the key is known only when the HMAC is explained.
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

// A signature that is too long costs next to nothing.
func TestTooLongIsNotRead(t *testing.T) {
	long, v := strings.Repeat("A", 1<<20), judge()
	if allocs := testing.AllocsPerRun(10, func() { v.Explain(long) }); allocs > 10 {
		t.Errorf("got %v allocations for a signature of 1 MiB, want a few", allocs)
	}
}

// The test has keys of many shapes, and the bytes to which Buffer.from of Node.js decodes them.
func TestDecodedKeys(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, key, decoded, as string
	}{
		{"base64 with padding", "QUI=", "\x41\x42", "base64"},
		{"base64 with a lone character", "QUJDR", "\x41\x42\x43", "base64"},
		{"standard alphabet", "+/+/", "\xfb\xff\xbf", "base64"},
		{"URL alphabet", "_-_-", "\xff\xef\xfe", "base64"},
		{"characters beyond ASCII", "é QUJD", "\x41\x42\x43", "base64"},
		{"hexadecimal digits", "0aFf", "\x0a\xff", "hexadecimal"},
		{"hexadecimal digits, one too many", "abc", "\xab", "hexadecimal"},
		{"hexadecimal digits and others", "0aFfx0", "\x0a\xff", "hexadecimal"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			v := judge()
			v.Lookup = lookup(cmesign.Key{SecretID: "fake-secret-id", SecretKey: tc.key})
			got := v.Explain(from(tc.decoded, textWith(), textWith()))
			if got.Code != "cme.key-decoded" || !strings.Contains(got.Sentence, tc.as) {
				t.Errorf("got %s, want the word %s", got, tc.as)
			}
		})
	}
}

// The clock and the skew have fractions of a second.
func TestSpansAreWholeSeconds(t *testing.T) {
	t.Parallel()
	v := judge()
	v.Now = now.Add(1855990)
	v.Skew = 90*time.Minute + 1855990
	tests := []struct {
		name, text, want string
	}{
		{"expired", textWith("currentTimeStamp", "1599990000", "expireTime", "1599996400"),
			"the signature expired 1h0m0s ago: expireTime is 2020-09-13T11:26:40Z, and here it is 2020-09-13T12:26:40Z"},
		{"not yet valid", textWith("currentTimeStamp", "1600089700", "expireTime", "1600090000"),
			"currentTimeStamp is 24h55m0s ahead of the clock here, more than the 1h30m0s allowed"},
		{"in days", textWith("currentTimeStamp", "1600689700", "expireTime", "1600690000"),
			"currentTimeStamp is 7 days ahead of the clock here, more than the 1h30m0s allowed"},
		{"further than a duration reaches", textWith("currentTimeStamp", "99999999998", "expireTime", "99999999999"),
			"currentTimeStamp is more than 106751 days ahead of the clock here, more than the 1h30m0s allowed"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, v.Explain(sign(tc.text)).Sentence); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The test has HMACs that the decoders of the languages treat in different ways: with surrogates, incomplete and overlong
// characters, and quotes.
func TestStringsOfLanguagesAreRecognised(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/strings.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct{ Name, Encoder, Signature string }
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) != 41 {
		t.Fatalf("got %d vectors, want 41", len(file.Vectors))
	}
	for _, vec := range file.Vectors {
		got := judge().Explain(vec.Signature)
		if diff := cmp.Diff("cme.mac-through-string", got.Code); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", vec.Name, vec.Encoder, diff)
		}
		if !strings.HasSuffix(got.Fix, "; nothing else is wrong with it") {
			t.Errorf("%s, %s: the HMAC was not recomputed: %s", vec.Name, vec.Encoder, got.Fix)
		}
		language, _, _ := strings.Cut(vec.Encoder, " ")
		if !strings.Contains(got.Sentence, language) {
			t.Errorf("%s, %s: the language is not in %q", vec.Name, vec.Encoder, got.Sentence)
		}
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

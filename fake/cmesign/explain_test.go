package cmesign_test

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/google/go-cmp/cmp"
)

// row is one signature and what is said about it.
type row struct {
	name      string
	signature string
	failure   string // what Verify says, without "check signature: "; empty when it accepts
	want      diagnosis.Diagnosis
}

func rows() []row {
	return slices.Concat(shapeRows, paddingRows, cutRows, layoutRows, plainRows, stringRows, madeRows, keyRows, textRows, valueRows)
}

// Parts of diagnoses that occur in many rows.
const (
	howTo        = "a signature is base64 of the 20 raw bytes of HMAC-SHA1(secretKey, text) followed by the text"
	thenExpired  = "; then it is still rejected with cme.expired: the signature expired 1s ago: expireTime is 2020-09-13T12:26:39Z, and here it is 2020-09-13T12:26:40Z"
	sameText     = "build the text once, and send the very text that was signed"
	nothingElse  = "; nothing else is wrong with it"
	actionUses   = "Login is for the exchange of the ticket, Upload for the VerifySign of an upload, OpenProject for the iframe editor"
	wholeSeconds = "send whole Unix seconds (Math.floor(Date.now() / 1000), System.currentTimeMillis() / 1000)"
	putIn        = "put it into the text before signing; required are secretId, currentTimeStamp, expireTime, random, platform, action, userId"
	encodeOnce   = "URL-encode the signature once (encodeURIComponent, url.QueryEscape, urllib.parse.quote_plus), so that '+' goes as %2B"
	rawBytes     = "use the raw bytes of the HMAC (Node.js digest() without an argument, PHP hash_hmac with true at the end, Python digest())"
	inFront      = "put the 20 raw bytes of HMAC-SHA1 in front of the text"
	noLines      = "use an encoder that does not break lines (Java Base64.getEncoder, Python b64encode, openssl base64 -A)"
	onceOnly     = "URL-encode it once: most HTTP clients do it themselves for query values"
	standard     = "use the standard alphabet with '+' and '/' (Java getEncoder, Go base64.StdEncoding, Python b64encode)"
	padded       = "use an encoder with padding (Go base64.StdEncoding, not RawStdEncoding), and look whether the end was cut off"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	for _, tc := range rows() {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, judge().Explain(tc.signature)); diff != "" {
				t.Errorf("explain (-want +got):\n%s", diff)
			}
			_, err := judge().Verify(tc.signature)
			got := ""
			if err != nil {
				got = strings.TrimPrefix(err.Error(), "check signature: ")
			}
			if diff := cmp.Diff(tc.failure, got); diff != "" {
				t.Errorf("verify (-want +got):\n%s", diff)
			}
		})
	}
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
	want := diagnosis.Diagnosis{
		Code:     "cme.unknown-secret-id",
		Sentence: `no key has the secretId "nobody"`,
		Fix:      "use the secretId that belongs to the secret key",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
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

// TestJavaHashMapOrder has orders printed by java.util.HashMap (OpenJDK), below and above the
// number of keys at which the map grows.
func TestJavaHashMapOrder(t *testing.T) {
	t.Parallel()
	for _, signed := range []string{
		"random=7&expireTime=1600000300&x0=&secretId=fake-secret-id&action=Login&x1=&currentTimeStamp=1600000000" +
			"&x2=&x3=&x4=&userId=u&platform=fake-platform",
		"%E7%94%A8%E6%88%B7=&secretId=fake-secret-id&userId=u&platform=fake-platform&random=7&expireTime=1600000300" +
			"&x0=&action=Login&x1=&currentTimeStamp=1600000000&x2=&x3=&x4=",
	} {
		sent := sorted(signed)
		got := judge().Explain(from(secretKey, signed, sent))
		want := diagnosis.Diagnosis{
			Code:     "cme.re-ordered",
			Sentence: "the parameters are not in the order in which they were signed: the HMAC fits the text in the order of a Java HashMap",
			Fix:      sameText + nothingElse,
		}.Compare(sent, signed)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestEveryCodeHasARow reads the package's own source.
func TestEveryCodeHasARow(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, r := range rows() {
		code, _, _ := strings.Cut(r.failure, ":")
		covered[code], covered[r.want.Code] = true, true
	}
	codes := codesInSource(t)
	for _, code := range codes {
		if !covered[code] {
			t.Errorf("%s is in the package, but in no row of the table", code)
		}
		delete(covered, code)
	}
	delete(covered, "")
	for code := range covered {
		t.Errorf("%s is in the table, but not in the package", code)
	}
	if len(codes) < 40 {
		t.Errorf("found only %d codes in the package: %v", len(codes), codes)
	}
}

// codesInSource are the string literals of the package that begin with "cme.".
func codesInSource(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(node ast.Node) bool {
			if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if code, err := strconv.Unquote(literal.Value); err == nil && strings.HasPrefix(code, "cme.") {
					codes = append(codes, code)
				}
			}
			return true
		})
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// TestNoDiagnosisGivesAnythingAway looks for secret keys, for HMACs that the sender did not
// have, and for signatures made good.
func TestNoDiagnosisGivesAnythingAway(t *testing.T) {
	t.Parallel()
	for _, r := range rows() {
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

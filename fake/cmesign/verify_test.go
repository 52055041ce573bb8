package cmesign_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/google/go-cmp/cmp"
)

// vector is a signature made by the standard encoder of a language.
type vector struct {
	Name      string            `json:"name"`
	Encoder   string            `json:"encoder"`
	SecretKey string            `json:"secretKey"`
	Params    map[string]string `json:"params"`
	Original  string            `json:"original"`
	Signature string            `json:"signature"`
}

func vectors(tb testing.TB) []vector {
	tb.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		tb.Fatal(err)
	}
	var file struct{ Vectors []vector }
	if err := json.Unmarshal(data, &file); err != nil {
		tb.Fatal(err)
	}
	if len(file.Vectors) != 25 {
		tb.Fatalf("got %d vectors, want 25", len(file.Vectors))
	}
	return file.Vectors
}

// params are the vector's parameters with their types.
func (v vector) params(tb testing.TB) cmesign.Params {
	tb.Helper()
	number := func(name string) int64 {
		n, err := strconv.ParseInt(v.Params[name], 10, 64)
		if err != nil {
			tb.Fatal(err)
		}
		return n
	}
	return cmesign.Params{
		SecretID:         v.Params["secretId"],
		CurrentTimeStamp: unix(number("currentTimeStamp")),
		ExpireTime:       unix(number("expireTime")),
		Random:           uint32(number("random")),
		Platform:         v.Params["platform"],
		Action:           v.Params["action"],
		UserID:           v.Params["userId"],
		ProjectID:        v.Params["openProject.projectId"],
	}
}

// verifier knows only the key that made the vector.
func (v vector) verifier(now time.Time) cmesign.Verifier {
	return cmesign.Verifier{
		Lookup: lookup(cmesign.Key{
			SecretID: v.Params["secretId"], SecretKey: v.SecretKey, Platforms: []string{v.Params["platform"]},
		}),
		Now:    now,
		Action: v.Params["action"],
	}
}

func unix(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

func lookup(keys ...cmesign.Key) func(string) (cmesign.Key, bool) {
	return func(secretID string) (cmesign.Key, bool) {
		i := slices.IndexFunc(keys, func(k cmesign.Key) bool { return k.SecretID == secretID })
		if i < 0 {
			return cmesign.Key{}, false
		}
		return keys[i], true
	}
}

// failureOf returns the failure in an error, or nil if there is no error.
func failureOf(tb testing.TB, err error) *cmesign.Failure {
	tb.Helper()
	var failure *cmesign.Failure
	if err != nil && !errors.As(err, &failure) {
		tb.Fatalf("got the error %v (%T), want a *Failure", err, err)
	}
	return failure
}

func TestVectorsVerify(t *testing.T) {
	t.Parallel()
	for _, vec := range vectors(t) {
		t.Run(vec.Name+"/"+vec.Encoder, func(t *testing.T) {
			t.Parallel()
			want := vec.params(t)
			for _, now := range []time.Time{want.CurrentTimeStamp, want.ExpireTime.Add(time.Second - 1)} {
				v := vec.verifier(now)
				got, err := v.Verify(vec.Signature)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(cmesign.Claims{Params: want}, got); diff != "" {
					t.Errorf("claims (-want +got):\n%s", diff)
				}
				if got := v.Explain(vec.Signature).Code; got != "cme.valid" {
					t.Errorf("explain: got %s", got)
				}
			}
			_, err := vec.verifier(want.ExpireTime.Add(time.Second)).Verify(vec.Signature)
			expired := &cmesign.Failure{Code: "cme.expired", Parameter: "expireTime"}
			if diff := cmp.Diff(expired, failureOf(t, err)); diff != "" {
				t.Errorf("a second after expireTime (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryFlippedBitIsRejected(t *testing.T) {
	t.Parallel()
	for _, vec := range vectors(t) {
		v := vec.verifier(vec.params(t).CurrentTimeStamp)
		raw, err := base64.StdEncoding.DecodeString(vec.Signature)
		if err != nil {
			t.Fatal(err)
		}
		for bit := range 8 * len(raw) {
			raw[bit/8] ^= 1 << (bit % 8)
			if _, err := v.Verify(base64.StdEncoding.EncodeToString(raw)); err == nil {
				t.Errorf("%s/%s: accepted with bit %d of byte %d flipped", vec.Name, vec.Encoder, bit%8, bit/8)
			}
			raw[bit/8] ^= 1 << (bit % 8)
		}
		if _, err := v.Verify(base64.StdEncoding.EncodeToString(raw)); err != nil {
			t.Errorf("%s/%s: rejected with no bit flipped: %v", vec.Name, vec.Encoder, err)
		}
	}
}

// The test compares Sign with the vectors that are in template order, if url.QueryEscape encodes the values like the encoder of
// the vector.
func TestSignReproducesVectors(t *testing.T) {
	t.Parallel()
	template := []string{"secretId", "currentTimeStamp", "expireTime", "random", "platform", "action", "userId", "openProject.projectId"}
	compared := 0
	for _, vec := range vectors(t) {
		var order []string
		for _, part := range strings.Split(vec.Original, "&") {
			name, _, _ := strings.Cut(part, "=")
			order = append(order, name)
		}
		values := strings.Join(slices.Collect(maps.Values(vec.Params)), "")
		sameEncoder := strings.HasPrefix(vec.Encoder, "Python") || strings.HasPrefix(vec.Encoder, "Go") || !strings.ContainsAny(values, " ~*!'()")
		if !slices.Equal(order, template[:len(order)]) || !sameEncoder {
			continue
		}
		compared++
		if diff := cmp.Diff(vec.Signature, cmesign.Sign(vec.SecretKey, vec.params(t))); diff != "" {
			t.Errorf("%s/%s (-want +got):\n%s", vec.Name, vec.Encoder, diff)
		}
	}
	if compared != 3 {
		t.Errorf("compared %d vectors, want the 3 in template order", compared)
	}
	for _, vec := range vectors(t) { // all of them, without the order and the encoding
		if diff := cmp.Diff(vec.Signature, cmesign.SignOriginal(vec.SecretKey, vec.Original)); diff != "" {
			t.Errorf("%s/%s: SignOriginal (-want +got):\n%s", vec.Name, vec.Encoder, diff)
		}
	}
}

func TestOriginal(t *testing.T) {
	t.Parallel()
	p := cmesign.Params{
		SecretID: "id", CurrentTimeStamp: unix(1600000000), ExpireTime: unix(1600000300), Random: 4294967295,
		Platform: "平台 1", Action: "OpenProject", UserID: "a+b&c=d~", ProjectID: "p/1",
	}
	want := "secretId=id&currentTimeStamp=1600000000&expireTime=1600000300&random=4294967295" +
		"&platform=%E5%B9%B3%E5%8F%B0+1&action=OpenProject&userId=a%2Bb%26c%3Dd~&openProject.projectId=p%2F1"
	if diff := cmp.Diff(want, p.Original()); diff != "" {
		t.Errorf("with a project (-want +got):\n%s", diff)
	}
	p.ProjectID = ""
	if diff := cmp.Diff(strings.TrimSuffix(want, "&openProject.projectId=p%2F1"), p.Original()); diff != "" {
		t.Errorf("without a project (-want +got):\n%s", diff)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	const text = "secretId=fake-secret-id&a=%E7%94%A8+1&a=2&b=%zz&empty="
	sig, err := cmesign.Parse(cmesign.SignOriginal(secretKey, text))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{"original": sig.Original, "SecretID()": sig.SecretID()}
	for _, name := range []string{"a", "b", "empty", "absent"} {
		got[name] = sig.Get(name)
	}
	want := map[string]string{
		"original": text, "SecretID()": "fake-secret-id", "a": "用 1", "b": "%zz", "empty": "", "absent": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = cmesign.Parse("")
	if diff := cmp.Diff(&cmesign.Failure{Code: "cme.empty"}, failureOf(t, err)); diff != "" {
		t.Errorf("empty (-want +got):\n%s", diff)
	}
}

func TestFailureError(t *testing.T) {
	t.Parallel()
	got := []string{
		(&cmesign.Failure{Code: "cme.empty"}).Error(),
		(&cmesign.Failure{Code: "cme.expired", Parameter: "expireTime"}).Error(),
	}
	want := []string{"check signature: cme.empty", "check signature: cme.expired: expireTime"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// limits are both sides of every limit, and signatures that are allowed on purpose.
var limits = []struct {
	name string
	text string
	set  func(*cmesign.Verifier)
	want string
}{
	{name: "last second", text: textWith("expireTime", "1600000000")},
	{name: "end of the last second", text: textWith("expireTime", "1600000000"),
		set: func(v *cmesign.Verifier) { v.Now = v.Now.Add(time.Second - 1) }},
	{name: "second after the last", text: textWith("expireTime", "1600000000"),
		set: func(v *cmesign.Verifier) { v.Now = v.Now.Add(time.Second) }, want: "cme.expired"},
	{name: "no validity at all", text: textWith("expireTime", "1599999999", "currentTimeStamp", "1600000000"), want: "cme.negative-validity"},
	{name: "default skew", text: textWith("currentTimeStamp", "1600000300")},
	{name: "over the default skew", text: textWith("currentTimeStamp", "1600000301", "expireTime", "1600000900"), want: "cme.not-yet-valid"},
	{name: "own skew", text: textWith("currentTimeStamp", "1600000010"),
		set: func(v *cmesign.Verifier) { v.Skew = 10 * time.Second }},
	{name: "over the own skew", text: textWith("currentTimeStamp", "1600000011"),
		set: func(v *cmesign.Verifier) { v.Skew = 10*time.Second + time.Second - 1 }, want: "cme.not-yet-valid"},
	{name: "no skew, same second", text: textWith(), set: func(v *cmesign.Verifier) { v.Skew = -10 * time.Second }},
	{name: "no skew, a second ahead", text: textWith("currentTimeStamp", "1600000001"),
		set: func(v *cmesign.Verifier) { v.Skew = -time.Hour }, want: "cme.not-yet-valid"},
	{name: "last moment that is in seconds", text: textWith("expireTime", "99999999999")},
	{name: "first moment that is not", text: textWith("expireTime", "100000000000"), want: "cme.not-seconds"},
	{name: "signed long ago, valid for centuries", text: textWith("currentTimeStamp", "0", "expireTime", "9999999999")},
	{name: "largest random", text: textWith("random", "4294967295")},
	{name: "random too large", text: textWith("random", "4294967296"), want: "cme.random-range"},
	{name: "unknown parameters", text: textWith() + "&projectId=p&x=&y"},
	{name: "empty openProject.projectId", text: textWith() + "&openProject.projectId="},
	{name: "an '&' too many, but signed", text: textWith() + "&"},
	{name: "parameter given twice", text: textWith() + "&x=1&x=1", want: "cme.duplicate-parameter"},
	{name: "'=' in a value", text: textWith() + "&x=a=b", want: "cme.unescaped"},
	{name: "name not in UTF-8", text: textWith() + "&%FF=1", want: "cme.not-utf8"},
	{name: "nameless parameter given twice", text: textWith() + "&=1&=1", want: "cme.duplicate-parameter"},
	{name: "any documented action", text: textWith("action", "Upload"), set: func(v *cmesign.Verifier) { v.Action = "" }},
	{name: "another action", text: textWith("action", "Upload"), want: "cme.wrong-action"},
	{name: "any platform", text: textWith("platform", "x"),
		set: func(v *cmesign.Verifier) {
			v.Lookup = lookup(cmesign.Key{SecretID: "fake-secret-id", SecretKey: secretKey})
		}},
	{name: "another platform", text: textWith("platform", "x"), want: "cme.unknown-platform"},
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for _, tc := range limits {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			v := judge()
			if tc.set != nil {
				tc.set(&v)
			}
			signature := cmesign.SignOriginal(secretKey, tc.text)
			_, err := v.Verify(signature)
			got := ""
			if failure := failureOf(t, err); failure != nil {
				got = failure.Code
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("verify (-want +got):\n%s", diff)
			}
			if valid := v.Explain(signature).Code == "cme.valid"; valid != (err == nil) {
				t.Errorf("explain says valid=%t, verify says %v", valid, err)
			}
		})
	}
}

// A key without a secret makes no signature valid, although anybody can make its HMAC.
func TestKeyWithoutSecretOpensNothing(t *testing.T) {
	t.Parallel()
	signature := cmesign.SignOriginal("", textWith())
	for name, v := range map[string]cmesign.Verifier{
		"empty secret": {Lookup: lookup(cmesign.Key{SecretID: "fake-secret-id"}), Now: now},
		"no lookup":    {Now: now},
	} {
		_, err := v.Verify(signature)
		want := &cmesign.Failure{Code: "cme.unknown-secret-id", Parameter: "secretId"}
		if diff := cmp.Diff(want, failureOf(t, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestLongestSignature(t *testing.T) {
	t.Parallel()
	text := textWith() + "&x="
	fill := cmesign.MaxLength/4*3 - 20 - len(text)
	longest := cmesign.SignOriginal(secretKey, text+strings.Repeat("x", fill))
	if len(longest) != cmesign.MaxLength {
		t.Fatalf("made a signature of %d bytes, want %d", len(longest), cmesign.MaxLength)
	}
	if _, err := judge().Verify(longest); err != nil {
		t.Errorf("the longest: %v", err)
	}
	_, err := judge().Verify(cmesign.SignOriginal(secretKey, text+strings.Repeat("x", fill+1)))
	if diff := cmp.Diff(&cmesign.Failure{Code: "cme.too-long"}, failureOf(t, err)); diff != "" {
		t.Errorf("one longer (-want +got):\n%s", diff)
	}
}

func BenchmarkVerify(b *testing.B) {
	signature, v := cmesign.SignOriginal(secretKey, textWith()), judge()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(signature); err != nil {
			b.Fatal(err)
		}
	}
}

func TestUndocumented(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, original string
		want           []string
	}{
		{"none", "secretId=a&userId=b&openProject.projectId=c&projectId=d", nil},
		{"empty segments", "secretId=a&&userId=b", nil},
		{"a value that was not escaped", "secretId=a&userId=b&c=d&e", []string{"c", "e"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sig, err := cmesign.Parse(cmesign.SignOriginal("key", tt.original))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, sig.Undocumented()); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

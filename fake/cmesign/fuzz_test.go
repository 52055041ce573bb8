package cmesign_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/url"
	"regexp"
	"strconv"
	"testing"
	"unicode/utf8"

	"github.com/fakecme/fakecme/fake/cmesign"
)

var (
	// encodedText is a list of parameters in the bytes that URL encoders write.
	encodedText = regexp.MustCompile(`^([\w.~*!'()+-]|%[0-9A-Fa-f]{2}|[=&])*$`)
	twoEquals   = regexp.MustCompile(`=[^&]*=`)
	digits      = regexp.MustCompile(`^[0-9]{1,20}$`)
)

// believable reports whether a signature is valid for judge(). It is a second implementation of the rules.
func believable(signature string) bool {
	raw, err := base64.StdEncoding.Strict().DecodeString(signature)
	if err != nil || len(signature) > 65536 || len(raw) < 21 || base64.StdEncoding.EncodeToString(raw) != signature {
		return false
	}
	text := string(raw[20:])
	values, err := url.ParseQuery(text)
	if err != nil || !utf8.ValidString(text) || !encodedText.MatchString(text) || twoEquals.MatchString(text) {
		return false
	}
	for name, list := range values {
		if len(list) != 1 || !utf8.ValidString(name+list[0]) {
			return false
		}
	}
	key, ok := lookup(keys...)(values.Get("secretId"))
	if !ok {
		return false
	}
	h := hmac.New(sha1.New, []byte(key.SecretKey))
	h.Write(raw[20:])
	if !bytes.Equal(h.Sum(nil), raw[:20]) {
		return false
	}
	number := func(name string, below uint64) (int64, bool) {
		n, err := strconv.ParseUint(values.Get(name), 10, 64)
		return int64(n), err == nil && n < below && digits.MatchString(values.Get(name))
	}
	current, ok1 := number("currentTimeStamp", 1e11)
	expire, ok2 := number("expireTime", 1e11)
	_, ok3 := number("random", 1<<32)
	platform := values.Get("platform")
	return ok1 && ok2 && ok3 && current <= expire && current <= now.Unix()+300 && now.Unix() <= expire &&
		platform != "" && (len(key.Platforms) == 0 || platform == "fake-platform" || platform == "fake-platform-2") &&
		values.Get("action") == "Login" && values.Get("userId") != ""
}

// FuzzVerify compares Verify with Explain and with believable. With sign the text gets a right HMAC, because a fuzzer would
// never find one.
func FuzzVerify(f *testing.F) {
	for _, vec := range vectors(f) {
		f.Add(vec.Signature, false)
		f.Add(vec.Original, true)
	}
	for _, r := range mistakes {
		f.Add(r.signature, false)
		if sig, err := cmesign.Parse(r.signature); err == nil {
			f.Add(sig.Original, true)
		}
	}
	f.Fuzz(func(t *testing.T, text string, sign bool) {
		signature := text
		if sign {
			signature = cmesign.SignOriginal(secretKey, text)
		}
		claims, err := judge().Verify(signature)
		d := judge().Explain(signature)
		if valid := d.Code == "cme.valid"; valid != (err == nil) {
			t.Errorf("verify says %v, explain says %s", err, d)
		}
		if want := believable(signature); want != (err == nil) {
			t.Errorf("verify says %v, the test says believable=%t", err, want)
		}
		if err == nil && (claims.Action != "Login" || claims.SecretID == "" || claims.UserID == "") {
			t.Errorf("claims of a valid signature: %+v", claims)
		}
		if err != nil && (failureOf(t, err).Code == "" || d.Code == "" || d.Sentence == "" || d.Fix == "") {
			t.Errorf("%v is explained by %+v", err, d)
		}
	})
}

// FuzzParse checks that Parse neither loses nor adds a byte.
func FuzzParse(f *testing.F) {
	for _, vec := range vectors(f) {
		f.Add(vec.Signature)
	}
	for _, r := range mistakes {
		f.Add(r.signature)
	}
	f.Fuzz(func(t *testing.T, signature string) {
		sig, err := cmesign.Parse(signature)
		if err != nil {
			failureOf(t, err)
			return
		}
		if got := put(sig.MAC[:], sig.Original); got != signature {
			t.Errorf("%q was taken apart into what makes %q", signature, got)
		}
		if !utf8.ValidString(sig.Original) || sig.Original == "" {
			t.Errorf("original %q", sig.Original)
		}
		values, err := url.ParseQuery(sig.Original)
		if err != nil {
			return
		}
		for name := range values {
			if got := sig.Get(name); got != values.Get(name) {
				t.Errorf("%s: got %q, want %q", name, got, values.Get(name))
			}
		}
	})
}

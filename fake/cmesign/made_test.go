package cmesign_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/google/go-cmp/cmp"
)

// TestDecodedKeys has keys of many shapes, and what Buffer.from of Node.js decodes them to.
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

// TestSpansAreWholeSeconds has a clock and a skew with fractions.
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

package h5dssign_test

import (
	"crypto/md5"
	"fmt"
	"math"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/h5dssign"
)

// The keys of the server under test, and the timestamp of the vendor's sample response.
var (
	mine    = h5dssign.Key{AppID: "fake-appid", Secret: "fake-secret"}
	other   = h5dssign.Key{AppID: "other-appid", Secret: "their-secret"}
	another = h5dssign.Key{AppID: "another-appid", Secret: "their-secret"}
	broken  = h5dssign.Key{AppID: "no-secret-appid"}
	all     = []h5dssign.Key{mine, other, another, broken}
)

const sampleTimestamp = "1758270091116"

var sampleTime = time.Date(2025, 9, 19, 8, 21, 31, 116e6, time.UTC)

// newVerifier returns a verifier that knows all keys, at the time of the sample.
func newVerifier() h5dssign.Verifier {
	return h5dssign.Verifier{Lookup: lookup, Others: slices.Values(all), Now: sampleTime}
}

func lookup(appid string) (h5dssign.Key, bool) {
	for _, key := range all {
		if key.AppID == appid {
			return key, true
		}
	}
	return h5dssign.Key{}, false
}

// hexMD5 is the vendor's md5(), written without the package under test.
func hexMD5(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }

// Made with other tools: printf %s "$timestamp$secret" | md5sum.
func TestSign(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, secret, timestamp, want string }{
		{"sample time", "fake-secret", "1758270091116", "6ac80f95b37338f411fd7d55b3b739a5"},
		{"the samples as they ship, without a secret", "", "1758270091116", "d0f49fa800945abb0d20d026a0454cf2"},
		{"neither", "", "", "d41d8cd98f00b204e9800998ecf8427e"},
		{"the timestamp is signed as it is", "fake-secret", "1.7582700911E+12", "8fd6443aa2d3665c1fe4af409071291c"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, h5dssign.Sign(test.secret, test.timestamp)); diff != "" {
				t.Errorf("Sign (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	want := h5dssign.Headers{AppID: "fake-appid", Sign: "6ac80f95b37338f411fd7d55b3b739a5", Timestamp: sampleTimestamp}
	// What is less than a millisecond is cut off, and the zone does not matter.
	at := sampleTime.Add(999 * time.Microsecond).In(time.FixedZone("CST", 8*3600))
	if diff := cmp.Diff(want, h5dssign.New(mine, at)); diff != "" {
		t.Errorf("New (-want +got):\n%s", diff)
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	header := http.Header{"Sign": {"old", "older"}, "Accept": {"application/json"}}
	h5dssign.Headers{AppID: "a", Sign: "s", Timestamp: "t"}.Set(header)
	want := http.Header{"Appid": {"a"}, "Sign": {"s"}, "Timestamp": {"t"}, "Accept": {"application/json"}}
	if diff := cmp.Diff(want, header); diff != "" {
		t.Errorf("Set (-want +got):\n%s", diff)
	}
}

func TestFromHeader(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		header http.Header
		want   h5dssign.Headers
	}{
		{"nothing", nil, h5dssign.Headers{}},
		{
			"all three",
			http.Header{"Appid": {"a"}, "Sign": {"s"}, "Timestamp": {"t"}},
			h5dssign.Headers{AppID: "a", Sign: "s", Timestamp: "t"},
		},
		{
			"missing is not empty",
			http.Header{"Appid": {""}, "Timestamp": {""}},
			h5dssign.Headers{Empty: []string{"appid", "timestamp"}},
		},
		{
			"repeated, first value kept",
			http.Header{"Appid": {"a", "a"}, "Sign": {"s", ""}, "Timestamp": {"", "t"}},
			h5dssign.Headers{
				AppID: "a", Sign: "s",
				Empty: []string{"timestamp"}, Repeated: []string{"appid", "sign", "timestamp"},
			},
		},
		{"a name without a value is missing", http.Header{"Sign": {}}, h5dssign.Headers{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, h5dssign.FromHeader(test.header)); diff != "" {
				t.Errorf("FromHeader (-want +got):\n%s", diff)
			}
		})
	}
}

func TestVerifyReturnsTheKey(t *testing.T) {
	t.Parallel()
	for _, key := range []h5dssign.Key{mine, other, another} {
		header := http.Header{}
		h5dssign.New(key, sampleTime).Set(header)
		got, err := newVerifier().Verify(h5dssign.FromHeader(header))
		if err != nil {
			t.Errorf("Verify(%s): %v", key.AppID, err)
		}
		if diff := cmp.Diff(key, got); diff != "" {
			t.Errorf("Verify(%s) (-want +got):\n%s", key.AppID, diff)
		}
	}
}

func TestVerifyWindow(t *testing.T) {
	t.Parallel()
	const behind, ahead = "check signature: h5ds.clock-behind: timestamp", "check signature: h5ds.clock-ahead: timestamp"
	for _, test := range []struct {
		name   string
		window time.Duration
		now    time.Time
		want   string
	}{
		{"same time", 0, sampleTime, ""},
		{"5 minutes behind", 0, sampleTime.Add(5 * time.Minute), ""},
		{"a bit more", 0, sampleTime.Add(5*time.Minute + 1), behind},
		{"5 minutes ahead", 0, sampleTime.Add(-5 * time.Minute), ""},
		{"a bit more ahead", 0, sampleTime.Add(-5*time.Minute - 1), ahead},
		{"own window, inside", time.Second, sampleTime.Add(time.Second), ""},
		{"own window, outside", time.Second, sampleTime.Add(time.Second + 1), behind},
		{"own window, inside ahead", time.Hour, sampleTime.Add(-time.Hour), ""},
		{"own window, outside ahead", time.Hour, sampleTime.Add(-time.Hour - 1), ahead},
		{"no window, same time", -1, sampleTime, ""},
		{"no window", -1, sampleTime.Add(1), behind},
		{"no window, ahead", -1, sampleTime.Add(-1), ahead},
		{"a clock that was never set", 0, time.Time{}, ahead},
		{"centuries", 1 << 62, sampleTime.AddDate(10000, 0, 0), behind},
		{"centuries ahead", 1 << 62, sampleTime.AddDate(-10000, 0, 0), ahead},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := newVerifier()
			v.Window, v.Now = test.window, test.now
			_, err := v.Verify(h5dssign.New(mine, sampleTime))
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("Verify: got %q, want %q", got, test.want)
			}
		})
	}
}

// The first and the last legal timestamp are accepted.
func TestVerifyLegalTimestamps(t *testing.T) {
	t.Parallel()
	for timestamp, legal := range map[string]bool{
		"1000000000000": true, "9999999999999": true,
		"0999999999999": false, "999999999999": false, "10000000000000": false,
		"+758270091116": false, "-758270091116": false, " 758270091116": false, "175827009111 ": false,
		"１７５８２７００９１１１６": false, "0x1758270091f": false, "1_758_270_091": false,
	} {
		v := newVerifier()
		v.Window = math.MaxInt64
		h := h5dssign.Headers{AppID: mine.AppID, Sign: hexMD5(timestamp + mine.Secret), Timestamp: timestamp}
		if _, err := v.Verify(h); (err == nil) != legal {
			t.Errorf("Verify with timestamp %q: got error %v, want legal %v", timestamp, err, legal)
		}
	}
}

func TestVerifyWithoutLookupOrOthers(t *testing.T) {
	t.Parallel()
	v := h5dssign.Verifier{Now: sampleTime}
	if _, err := v.Verify(h5dssign.New(mine, sampleTime)); err == nil {
		t.Error("Verify without Lookup: got no error, want one")
	}
	if got, want := v.Explain(h5dssign.New(mine, sampleTime)).Code, "h5ds.unknown-appid"; got != want {
		t.Errorf("Explain without Lookup: got %s, want %s", got, want)
	}
	v.Lookup = func(string) (h5dssign.Key, bool) { return mine, false }
	if _, err := v.Verify(h5dssign.New(mine, sampleTime)); err == nil {
		t.Error("Verify with a key that Lookup does not vouch for: got no error, want one")
	}
	v.Lookup = lookup
	if _, err := v.Verify(h5dssign.New(mine, sampleTime)); err != nil {
		t.Errorf("Verify without Others: %v", err)
	}
}

// Every flipped bit in the headers or in the secret makes Verify reject the call.
func TestBitFlips(t *testing.T) {
	t.Parallel()
	good := h5dssign.New(mine, sampleTime)
	rejected := func(v h5dssign.Verifier, h h5dssign.Headers) {
		t.Helper()
		if _, err := v.Verify(h); err == nil {
			t.Errorf("Verify(%q): got no error, want one", h)
		}
	}
	v := newVerifier()
	v.Window = math.MaxInt64 // so that the timestamp is rejected for its sign, not for its distance
	for _, flipped := range flips(good.AppID) {
		rejected(v, h5dssign.Headers{AppID: flipped, Sign: good.Sign, Timestamp: good.Timestamp})
	}
	for _, flipped := range flips(good.Sign) {
		rejected(v, h5dssign.Headers{AppID: good.AppID, Sign: flipped, Timestamp: good.Timestamp})
	}
	for _, flipped := range flips(good.Timestamp) {
		rejected(v, h5dssign.Headers{AppID: good.AppID, Sign: good.Sign, Timestamp: flipped})
	}
	for _, flipped := range flips(mine.Secret) {
		v.Lookup = func(string) (h5dssign.Key, bool) { return h5dssign.Key{AppID: mine.AppID, Secret: flipped}, true }
		rejected(v, good)
	}
}

// flips returns the texts that differ from text in one bit.
func flips(text string) []string {
	var list []string
	for bit := range 8 * len(text) {
		b := []byte(text)
		b[bit/8] ^= 1 << (bit % 8)
		list = append(list, string(b))
	}
	return list
}

func BenchmarkVerify(b *testing.B) {
	v, h := newVerifier(), h5dssign.New(mine, sampleTime)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(h); err != nil {
			b.Fatal(err)
		}
	}
}

// The most expensive explanation: no mistake fits, so all are tried.
func BenchmarkExplainWrongSecret(b *testing.B) {
	v, h := newVerifier(), h5dssign.New(h5dssign.Key{AppID: mine.AppID, Secret: "not the secret"}, sampleTime)
	b.ReportAllocs()
	for b.Loop() {
		if d := v.Explain(h); d.Code != "h5ds.wrong-secret" {
			b.Fatal(d)
		}
	}
}

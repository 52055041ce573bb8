package h5dssign_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/h5dssign"
)

// headerNames give the bits of the flags in FuzzVerify: Empty has the lowest three, Repeated the next three. The flag signWell
// makes the sign fit, because a random one never does.
const signWell = 1 << 6

var headerNames = []string{"appid", "sign", "timestamp"}

func FuzzVerify(f *testing.F) {
	for _, m := range mistakes() {
		h, v := m.headers, m.verifier()
		var flags uint8
		for bit, name := range headerNames {
			if slices.Contains(h.Empty, name) {
				flags |= 1 << bit
			}
			if slices.Contains(h.Repeated, name) {
				flags |= 8 << bit
			}
		}
		f.Add(h.AppID, h.Sign, h.Timestamp, flags|signWell, v.Now.UnixMilli(), int64(v.Window))
		f.Add(h.AppID, h.Sign, h.Timestamp, flags, v.Now.UnixMilli(), int64(v.Window))
	}
	f.Fuzz(func(t *testing.T, appid, sign, timestamp string, flags uint8, now, window int64) {
		h := call(appid, sign, timestamp)
		for bit, name := range headerNames {
			if flags&(1<<bit) != 0 {
				h.Empty = append(h.Empty, name)
			}
			if flags&(8<<bit) != 0 {
				h.Repeated = append(h.Repeated, name)
			}
		}
		if key, ok := lookup(appid); ok && flags&signWell != 0 {
			h.Sign = hexMD5(timestamp + key.Secret)
		}
		v := newVerifier()
		v.Now, v.Window = time.UnixMilli(now%1e14), time.Duration(window)
		judgeTheJudge(t, v, h)
	})
}

func FuzzFromHeader(f *testing.F) {
	good := h5dssign.New(mine, sampleTime)
	lines := []string{"appid:" + good.AppID, "sign:" + good.Sign, "timestamp:" + good.Timestamp}
	f.Add(strings.Join(lines, "\n"))
	f.Add(strings.ToUpper(lines[0]) + "\n" + strings.Join(lines[1:], "\n"))
	f.Add(strings.Join(append(lines, lines[0], "sign:", "accept:*/*"), "\n"))
	f.Add("appid:\nsign\n:timestamp\nſign:x\n\n sign:y")
	f.Fuzz(func(t *testing.T, block string) {
		header := http.Header{}
		values := map[string][]string{}
		for line := range strings.Lines(block) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
			header.Add(name, value)
			values[strings.ToLower(name)] = append(values[strings.ToLower(name)], value)
		}
		var want h5dssign.Headers
		for i, field := range []*string{&want.AppID, &want.Sign, &want.Timestamp} {
			name := headerNames[i]
			if len(values[name]) == 0 {
				continue
			}
			*field = values[name][0]
			if *field == "" {
				want.Empty = append(want.Empty, name)
			}
			if len(values[name]) > 1 {
				want.Repeated = append(want.Repeated, name)
			}
		}
		h := h5dssign.FromHeader(header)
		if diff := cmp.Diff(want, h); diff != "" {
			t.Fatalf("FromHeader (-want +got):\n%s", diff)
		}
		judgeTheJudge(t, newVerifier(), h)
	})
}

var legalTimestamp = regexp.MustCompile(`^[1-9][0-9]{12}$`)

// judgeTheJudge compares Verify and Explain with each other, and with a second implementation of the rules.
func judgeTheJudge(t *testing.T, v h5dssign.Verifier, h h5dssign.Headers) {
	t.Helper()
	key, err := v.Verify(h)
	d := v.Explain(h)
	if good := d.Code == "h5ds.valid"; good != (err == nil) {
		t.Fatalf("Verify says %v, Explain says %v, of %+v", err, d, h)
	}
	want, good := expectedKey(v, h)
	if good != (err == nil) || key != want {
		t.Fatalf("Verify(%+v) = %v, %v; want %v, good is %v", h, key, err, want, good)
	}
	if d.Sentence == "" || (d.Fix == "") != good {
		t.Fatalf("Explain(%+v) = %+v: a sentence or a fix is missing", h, d)
	}
	if !good {
		noCredential(t, d.Sentence+d.Fix+d.Received+d.Expected, h)
	}
}

func expectedKey(v h5dssign.Verifier, h h5dssign.Headers) (h5dssign.Key, bool) {
	if h.AppID == "" || h.Sign == "" || h.Timestamp == "" || len(h.Repeated) > 0 || !legalTimestamp.MatchString(h.Timestamp) {
		return h5dssign.Key{}, false
	}
	var ms int64
	for _, digit := range h.Timestamp {
		ms = 10*ms + int64(digit-'0')
	}
	window := int64(v.Window) / 1e6
	if v.Window == 0 {
		window = 5 * 60 * 1000
	}
	distance := max(v.Now.UnixMilli()-ms, ms-v.Now.UnixMilli())
	for _, key := range all {
		if key.AppID == h.AppID && key.Secret != "" && hexMD5(h.Timestamp+key.Secret) == h.Sign && distance <= max(window, 0) {
			return key, true
		}
	}
	return h5dssign.Key{}, false
}

// noCredential is like credentialIn, but it looks for whole credentials only.
func noCredential(t *testing.T, said string, h h5dssign.Headers) {
	t.Helper()
	said = strings.ToLower(said)
	for _, key := range all {
		if key.Secret == "" {
			continue
		}
		for _, credential := range []string{key.Secret, hexMD5(h.Timestamp + key.Secret), hexMD5(h.Sign + key.Secret)} {
			if strings.Contains(said, credential) {
				t.Fatalf("the diagnosis of %+v holds a credential of %s: %s", h, key.AppID, said)
			}
		}
	}
}

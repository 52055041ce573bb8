package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/diagnosis"
)

func TestVerdictText(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("0123456789", 10)
	for _, tt := range []struct {
		name    string
		verdict verdict
		want    string
	}{
		{"valid", verdict{true, diagnosis.Diagnosis{Code: "c", Sentence: "good\n"}}, "valid: good\\u000a (c)\n"},
		{"without fix", verdict{false, diagnosis.Diagnosis{Code: "c", Sentence: "bad"}}, "rejected: bad (c)\n"},
		{"with fix", verdict{false, diagnosis.Diagnosis{Code: "c", Sentence: "bad", Fix: "mend"}}, "rejected: bad (c)\nfix: mend\n"},
		{
			"nothing to compare", verdict{false, diagnosis.Diagnosis{Code: "c", Sentence: "bad", Received: "r\n", Expected: "e"}},
			"rejected: bad (c)\nreceived: r\\u000a\nexpected: e\n",
		},
		{
			"first byte", verdict{false, diagnosis.Diagnosis{Code: "c", Sentence: "bad"}.Compare("xb", "ab")},
			"rejected: bad (c)\nreceived: xb\nexpected: ab\n          ^ byte 1\n",
		},
		{
			"within a character", verdict{false, diagnosis.Diagnosis{Code: "c", Sentence: "bad"}.Compare("张x", "弡x")},
			"rejected: bad (c)\nreceived: \\xe5\\xbc\\xa0x\nexpected: \\xe5\\xbc\\xa1x\n                  ^ byte 3\n",
		},
		{
			"one ends", verdict{false, diagnosis.Diagnosis{Code: "c", Sentence: "bad"}.Compare("ab", "ab\n")},
			"rejected: bad (c)\nreceived: ab\nexpected: ab\\x0a\n            ^ byte 3\n",
		},
		{
			"short texts whole", verdict{false, diagnosis.Diagnosis{Code: "c", Sentence: "bad"}.Compare(long[:50]+"x", long[:50]+"y")},
			"rejected: bad (c)\nreceived: " + long[:50] + "x\nexpected: " + long[:50] + "y\n" + strings.Repeat(" ", 60) + "^ byte 51\n",
		},
		{
			"long texts cut", verdict{false, diagnosis.Diagnosis{Code: "c", Sentence: "bad"}.Compare(long+"x"+long, long+"y")},
			"rejected: bad (c)\nreceived: ..." + long[50:] + "x" + long[:40] + "...\nexpected: ..." + long[50:] + "y\n" +
				strings.Repeat(" ", 63) + "^ byte 101; --json prints the whole texts\n",
		},
		{
			"long end cut", verdict{false, diagnosis.Diagnosis{Code: "c", Sentence: "bad"}.Compare("x"+long, "y")},
			"rejected: bad (c)\nreceived: x" + long[:40] + "...\nexpected: y\n          ^ byte 1; --json prints the whole texts\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, tt.verdict.String()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

// The two texts stand one above the other, with a mark at the first byte that differs.
func TestExplainDifference(t *testing.T) {
	t.Parallel()
	const text = "secretId=fake-secret-id&currentTimeStamp=1767323045&expireTime=1767323345&random=1&platform=fake-platform&action=Login&userId="
	raw, sent := cmesign.SignOriginal("fake-secret-key", text+"张"), cmesign.SignOriginal("fake-secret-key", text+"%E5%BC%A0")
	const mac = 28 // the base64 of the first 21 bytes: the HMAC and one byte that both texts share
	var stdout bytes.Buffer
	status, _ := runHere([]string{"explain", "--at", "1767323045", raw[:mac] + sent[mac:]}, nil, &stdout)
	want := regexp.MustCompile(`^rejected: .*\(cme\.signed-unencoded\)\nfix: .*\n` +
		`received: \.\.\..*&userId=%E5%BC%A0\nexpected: \.\.\..*&userId=\\xe5\\xbc\\xa0\n {63}\^ byte 127; --json prints the whole texts\n$`)
	if status != 1 || !want.MatchString(stdout.String()) {
		t.Errorf("status %d:\n%s", status, &stdout)
	}
}

func TestExplainInput(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		stdin io.Reader
		want  string
	}{
		"broken":   {iotest.ErrReader(errors.New("gone")), "gone"},
		"too much": {strings.NewReader(strings.Repeat("A", 1<<20+1)), "there are more than 1048576 bytes; give one signature"},
	} {
		if status, stderr := runHere([]string{"explain"}, tt.stdin, io.Discard); status != 2 || stderr != "fakecme explain: standard input: "+tt.want+"\n" {
			t.Errorf("%s: status %d, stderr %s", name, status, stderr)
		}
	}
}

// Signatures that encoders of five languages made are valid.
func TestExplainVectors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../fake/cmesign/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Name, SecretKey, Signature string
			Params                     map[string]string
		}
	}
	if err := json.Unmarshal(data, &file); err != nil || len(file.Vectors) < 20 {
		t.Fatalf("%d vectors, %v", len(file.Vectors), err)
	}
	for _, v := range file.Vectors {
		args := []string{"explain", "--secret-id", v.Params["secretId"], "--secret-key", v.SecretKey, "--at", v.Params["currentTimeStamp"], v.Signature}
		if status, _ := runHere(args, nil, io.Discard); status != 0 {
			t.Errorf("%s: status %d", v.Name, status)
		}
	}
}

func TestSignCMERandom(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	const times = 20
	for range times {
		var stdout bytes.Buffer
		runHere([]string{"sign", "cme"}, nil, &stdout)
		parsed, err := cmesign.Parse(strings.TrimSpace(stdout.String()))
		if err != nil {
			t.Fatal(err)
		}
		seen[parsed.Get("random")] = true
	}
	// Two of 20 are equal by chance once in 20 million runs; 19 different ones are chance enough.
	if len(seen) < times-1 {
		t.Errorf("%d signatures have only %d random numbers", times, len(seen))
	}
	status, stderr := runHere([]string{"sign", "cme", "--verbose", "--user", strings.Repeat("u", cmesign.MaxLength)}, nil, io.Discard)
	if status != 2 || !strings.HasPrefix(stderr, "fakecme sign cme: note: the fake rejects this: cme.too-long: ") {
		t.Errorf("a signature that cannot be read back: status %d, stderr %s", status, stderr)
	}
}

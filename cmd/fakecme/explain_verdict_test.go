package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

package main

import (
	"encoding/xml"
	"regexp"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake/coverage"
)

// The page needs no other file and shows nothing unescaped, and other programs can read the other forms.
func TestCoverageForms(t *testing.T) {
	t.Parallel()
	c, _, err := coverage.Read("testdata/coverage")
	if err != nil {
		t.Fatal(err)
	}
	c.Dialects = []string{`<script>alert("1")</script>`}
	r := newCoverageReport(c, `a & "b" <c>`, []coverage.Run{{File: "x/<run>"}}, nil, false)
	page, err := r.In("html")
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`(?i)<script|<link|<img|src=|href=|url\(|@import|https?:`).FindString(page); found != "" {
		t.Errorf("the page has %s", found)
	}
	for _, part := range []string{"Of a &amp; &#34;b&#34; &lt;c&gt;", "&lt;script&gt;", "&lt;run&gt;", "prefers-color-scheme: dark", `content="width=device-width`, "default-src 'none'"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page has no %s", part)
		}
	}
	junit, err := r.In("junit")
	if err != nil || xml.Unmarshal([]byte(junit), new(any)) != nil {
		t.Errorf("JUnit: %v", err)
	}
	text, err := r.In("json")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := coverage.Parse([]byte(text)); err != nil || got.Operations[0].Calls != 3 {
		t.Errorf("the JSON does not go back in: %v", err)
	}
}

func TestCoverageMinimum(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		atLeast  float64
		done, of int
		want     string
	}{
		{9.375, 3, 32, ""},
		{9.376, 3, 32, "operations: 9.3% (3 of 32) is less than --min-operations X by 1; missing first: A"},
		{12.5, 3, 32, "operations: 9.3% (3 of 32) is less than --min-operations X by 1; missing first: A"},
		{100, 31, 32, "operations: 96.8% (31 of 32) is less than --min-operations X by 1; missing first: A"},
		{100, 9_999, 10_000, "operations: 99.9% (9999 of 10000) is less than --min-operations X by 1; missing first: A"},
		{100, 1, 10_000, "operations: 0.1% (1 of 10000) is less than --min-operations X by 9999; missing first: A"},
		{100, 32, 32, ""},
	} {
		m := minimum{kind: coverage.Operations, atLeast: percentage{"X", tt.atLeast}, done: tt.done, of: tt.of, first: "A"}
		if got := m.failure(); got != tt.want {
			t.Errorf("%d of %d, at least %v%%: got %q, want %q", tt.done, tt.of, tt.atLeast, got, tt.want)
		}
	}
}

package excerpt

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValue(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		path  []string
		value any
		want  string
	}{
		{"a text", []string{"a"}, "媒体\n", `"媒体\n"`},
		{"a long text", nil, strings.Repeat("媒", maxString+1), "a string of 31 characters"},
		{"a ticket in the wrong place", nil, "tf_1", "a string of 4 characters"},
		{"a token in the wrong place", nil, "Bearer x", "a string of 8 characters"},
		{"null", nil, nil, "null"},
		{"a truth value", nil, true, "true"},
		{"a number", nil, json.Number("38192156030633420589"), "38192156030633420589"},
		{"a long number", nil, json.Number(strings.Repeat("1", maxNumber+1)), strings.Repeat("1", maxNumber) + "…"},
		{"a list", nil, []any{1}, "an array"},
		{"an object", nil, map[string]any{}, "an object"},
		{"a secret", []string{"verifySign"}, "short", ""},
		{"a part of a secret", []string{"a", " TOKEN ", "0"}, json.Number("1"), ""},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, Value(test.path, test.value)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"媒体 a'b": "媒体 a'b", "a\n\u202e": `a\n\u202e`, strings.Repeat("媒", maxText): strings.Repeat("媒", maxText),
		strings.Repeat("媒", maxText+1): strings.Repeat("媒", maxText) + "…",
	} {
		if got := Printable(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// A credential of a request is hidden in a line in each form that the line may have, also where it is cut.
func TestSecrets(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/?auth=tf_ticket%2F1234567&signature=c2lnbmF0dXJl", nil)
	r.Header.Set("Authorization", "Bearer eyJh.eyJz.c2ln")
	secrets := Secrets{}
	secrets.AddFrom(r)
	secrets.Add("short")
	for line, want := range map[string]string{
		`found "tf_ticket/1234567", twice`:                      `found "…", twice`,
		"body /tf_ticket~11234567: is not documented":           "body /…: is not documented",
		"query tf_ticket%2F1234567":                             "query …",
		"c2lnbmF0dXJl c2lnbmF0dXJlAndMore Bearer eyJh.eyJz.c2…": "… … …",
		"a short line": "a short line",
	} {
		if got := secrets.Hide(line); got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

package redact

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/recordings/har"
)

func TestIsPlaceholder(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"<ticket-1>": true, "<ticket>": true, "Bearer <token-2>": true, "": false, "ticket-1": false, "<ticket-1> ": false, "<1>": false,
	} {
		if got := IsPlaceholder(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	const text = "<ticket-2> <ticket-1> <phone-7> <*> <ticket> <ticket-1> %3Ctoken-1%3E"
	if diff := cmp.Diff([]string{"<ticket-2>", "<ticket-1>", "<phone-7>"}, Placeholders(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got := ReplacePlaceholders(text, func(placeholder string, inURL bool) string {
		return map[string]string{"<ticket-1>": "A", "<token-1>": "B"}[placeholder] + map[bool]string{true: "!"}[inURL]
	})
	if want := "<ticket-2> A <phone-7> <*> <ticket> A B!"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	a := har.NewArchive("x.har", jsonEntry("https://a/b?auth=%3Cticket-1%3E", `{"a":"`+text+`"}`, "{}"))
	counts, err := CountPlaceholders(a)
	if diff := cmp.Diff(map[string]int{"ticket": 2, "phone": 1, "token": 1}, counts); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	a.Log.Comment = "\xff"
	if _, err := CountPlaceholders(a); err == nil {
		t.Error("an archive that cannot be written has placeholders")
	}
}

// TestRenumber: the same placeholder in two archives stands for two secrets.
func TestRenumber(t *testing.T) {
	t.Parallel()
	archive := func(text string) *har.Archive {
		return har.NewArchive(text+".har", jsonEntry("https://a/%3Cticket-1%3E", "", text))
	}
	archives := []*har.Archive{
		archive("<ticket-1> <phone-3>"), archive("<ticket-1> <ticket-2> <ticket> <code-1> <ticket-9999999999>"),
		har.NewArchive("3.har", jsonEntry("https://a/", "", "<sign-1>")),
	}
	got, err := Renumber(archives)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, a := range got {
		texts = append(texts, strings.TrimPrefix(a.Log.Entries[0].Request.URL, "https://a/")+" "+a.Log.Entries[0].Response.Content.Text)
	}
	want := []string{"%3Cticket-1%3E <ticket-1> <phone-3>", "%3Cticket-2%3E <ticket-2> <ticket-3> <ticket> <code-1> <ticket-9999999999>", " <sign-1>"}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got[0] != archives[0] || got[1].Name != archives[1].Name || strings.Contains(archives[1].Log.Entries[0].Request.URL, "ticket-2") || got[2] != archives[2] {
		t.Error("an archive without a shared placeholder is a copy, or the original was changed")
	}
	for _, bad := range []har.Entry{{Comment: "\xff"}, {Comment: "<ticket-1>"}} {
		if _, err := Renumber([]*har.Archive{archives[0], har.NewArchive("x.har", bad)}); err == nil {
			t.Errorf("%+v is read", bad)
		}
	}
}

// TestEraser: all secrets of a request become equal.
func TestEraser(t *testing.T) {
	t.Parallel()
	e := NewEraser()
	got := []string{
		e.Text("to <phone-1> and 15888888889"), e.Value("auth", "Bearer abc"), e.Value("auth", ""), e.Value("x", "y"), e.Value("sign", "s"),
		e.Query("token=<token-2>&a=1"), e.Body("", `{"code":"123"}`), e.Body("", ""),
	}
	want := []string{"to <*> and <*>", "Bearer <*>", "", "y", "<*>", "token=%3C%2A%3E&a=1", `{"code":"<*>"}`, ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"15888888889", "<phone-1>", "abc", "<token-2>", "123"}, e.Secrets()); diff != "" {
		t.Errorf("secrets (-want +got):\n%s", diff)
	}
}

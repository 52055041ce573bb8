package recordings

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSuspects(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query, body, answer string
		secrets                   []string
		want                      []Suspect
	}{
		{"safe", "?auth=%3Cticket-1%3E", `{"to":"<phone-1>"}`, `{"Authorization":"<ticket-1>"}`, []string{"s3cr3t"}, nil},
		{"a ticket", "?auth=" + aTicket, "{}", `{"Authorization":"` + aTicket + `"}`, nil, []Suspect{
			{"log.entries[0].request.queryString[0].value", "ticket"}, {"log.entries[0].request.url", "ticket"}, {"log.entries[0].response.content.text", "ticket"},
		}},
		{"a phone and an address", "", `{"to":"13800000000","a":"x@example.org"}`, "", nil, []Suspect{
			{"log.entries[0].request.postData.text", "email"}, {"log.entries[0].request.postData.text", "phone"},
		}},
		{"a short password", "", `{"password":"abc"}`, `{"x":"abcd","y":"abc"}`, nil, []Suspect{
			{"log.entries[0].request.postData.text", "secret"}, {"log.entries[0].response.content.text", "secret"},
		}},
		{"a part of a word only", "", `{"password":"abc"}`, `{"x":"abcd"}`, nil, []Suspect{{"log.entries[0].request.postData.text", "secret"}}},
		{"a known secret", "", `{"note":"it is s3cr3t%2F!"}`, "", []string{"s3cr3t/"}, []Suspect{{"log.entries[0].request.postData.text", "secret"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := NewArchive("x.har", posted(t, paas+"/a"+tt.query, tt.body, tt.answer).Entry())
			got, err := Redactor{Secrets: tt.secrets}.Suspects(a)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestSuspectsHidden: a known secret within something encoded is an error that names the place, not the secret.
func TestSuspectsHidden(t *testing.T) {
	t.Parallel()
	hidden := base64.StdEncoding.EncodeToString([]byte("xx fake-secret-key xx"))
	a := NewArchive("x.har", posted(t, paas+"/a", `{"data":"`+hidden+`"}`, "").Entry())
	_, err := Redactor{Secrets: []string{"fake-secret-key"}}.Suspects(a)
	if err == nil || !strings.Contains(err.Error(), "log.entries[0].request.postData.text") || strings.Contains(err.Error(), "fake-secret-key") {
		t.Errorf("got %v", err)
	}
	if _, err := (Redactor{Secrets: []string{"abc"}}).Suspects(a); err == nil {
		t.Error("a secret that cannot be searched for is taken")
	}
}

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

package fake_test

import (
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/fault"
)

// The error in the journal is the one that the client read, whatever the dialect makes of it.
func TestJournalHasTheErrorThatWasRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		dialect fake.Dialect
		fault   string // reject with that code, on purpose
		body    string
		want    string
	}{
		{"original", fake.Original(), "", `"Code":"SignatureVerifyFail"`, "SignatureVerifyFail"},
		{"current", fake.Current(), "", `"Code":"InvalidParameterValue.Platform"`, "InvalidParameterValue.Platform"},
		{"current, on purpose", fake.Current(), "InternalError", `"Code":"InternalError"`, "InternalError"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := fake.Start(t, fake.Config{Dialect: tt.dialect})
			if tt.fault != "" {
				srv.Inject("OpenCME.Login", fault.Error(tt.fault))
			}
			answer := exchange(t, srv, "bad")
			if !strings.Contains(answer.Body, tt.body) {
				t.Errorf("answered %s, want %s", answer.Body, tt.body)
			}
			if got := srv.Calls()[0].Error; got != tt.want {
				t.Errorf("the journal has the error %q, want %q", got, tt.want)
			}
		})
	}
}

package main

import (
	"testing"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/google/go-cmp/cmp"
)

func TestUnknownVariables(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		env  environment
		want []string
	}{
		{"none", nil, nil},
		{"of serve", environment{"FAKECME_HTTP": ":0"}, nil},
		{"of another command", environment{"FAKECME_SECRET_KEY": "k", "FAKECME_URL": "u"}, nil},
		{"of another program", environment{"FAKECMEX": "1", "HTTP": "x"}, nil},
		{"typo", environment{"FAKECME_DIALCT": "s3cr3t"}, []string{"nothing reads the variable FAKECME_DIALCT; did you mean FAKECME_DIALECT?"}},
		{"nothing near", environment{"FAKECME_FROBNICATE": "1"}, []string{"nothing reads the variable FAKECME_FROBNICATE; see fakecme serve --help"}},
		{"prefix alone", environment{"FAKECME_": "1"}, []string{"nothing reads the variable FAKECME_; see fakecme serve --help"}},
		{"two", environment{"FAKECME_SED": "1", "FAKECME_DEMOS": "1"}, []string{
			"nothing reads the variable FAKECME_DEMOS; did you mean FAKECME_DEMO?",
			"nothing reads the variable FAKECME_SED; did you mean FAKECME_SEED?",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := option.UnknownVariables(newRootCommand(&command.Environment{}), &command.Environment{Variables: tt.env.list()})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

// A warning is a line in the form of the log. The port is nobody's, so that serve ends at once.
func TestServeWarnsOfUnknownVariables(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]string{
		"text": "warning: nothing reads the variable FAKECME_DIALCT; did you mean FAKECME_DIALECT?\n",
		"json": `{"time":"2026-01-02T03:04:05Z","level":"WARN","msg":"nothing reads the variable FAKECME_DIALCT; did you mean FAKECME_DIALECT?"}` + "\n",
		"none": "",
	} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			got := runAt(t, environment{"FAKECME_DIALCT": "current"}, "", "serve", "--log", form, "--http", "192.0.2.1:0")
			const end = "fakecme serve: --http: cannot listen on 192.0.2.1:0: bind: cannot assign requested address; choose an address of this machine\n"
			wantOutcome(t, outcome{1, "", want + end}, got)
		})
	}
}

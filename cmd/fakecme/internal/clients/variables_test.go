package clients

import (
	"os"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var testPairs = []Variable{{"PLAIN", "a"}, {"ODD", "it's \"a\" $HOME `x` \\ ‘q’ | & ; é\nb"}}

func TestShells(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"sh":         "export PLAIN='a'\nexport ODD='it'\\''s \"a\" $HOME `x` \\ ‘q’ | & ; é\nb'\n",
		"fish":       "set -gx PLAIN 'a'\nset -gx ODD 'it\\'s \"a\" $HOME `x` \\\\ ‘q’ | & ; é\nb'\n",
		"powershell": "$env:PLAIN = 'a'\n$env:ODD = 'it''s \"a\" $HOME `x` \\ ‘‘q’’ | & ; é\nb'\n",
		"json":       "{\n  \"ODD\": \"it's \\\"a\\\" $HOME `x` \\\\ ‘q’ | \\u0026 ; é\\nb\",\n  \"PLAIN\": \"a\"\n}\n",
	}
	got := map[string]string{}
	for _, shell := range []Shell{Sh, Fish, PowerShell, JSON} {
		got[string(shell)] = shell.Export(testPairs)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	if _, err := exec.LookPath("sh"); err != nil {
		if os.Getenv("FAKECME_TEST_ALL") != "" {
			t.Fatal(err)
		}
		t.Skip("left out: sh is not installed")
	}
	out, err := exec.CommandContext(t.Context(), "sh", "-euc", `eval "$1"; printf %s "$ODD"`, "sh", got["sh"]).Output()
	if err != nil || string(out) != testPairs[1].Value {
		t.Errorf("sh: got %q %v, want %q", out, err, testPairs[1].Value)
	}
}

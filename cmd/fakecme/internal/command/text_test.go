package command

import "testing"

func TestShellWord(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "''", "plain-1_2./:@%+=,": "plain-1_2./:@%+=,", "a b": "'a b'", "$HOME": "'$HOME'", "it's": `'it'\''s'`,
		"a\nb": "'a\nb'", "~": "'~'", "张": "'张'", "!x": "'!x'", `\`: `'\'`,
	} {
		if got := ShellWord(text); got != want {
			t.Errorf("ShellWord(%q): got %s, want %s", text, got, want)
		}
	}
}

package command

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// OneLine escapes everything in text that would break a line or change the terminal. It is for texts from outside.
func OneLine(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// Counted returns a number with its noun, such as "1 tenant" or "2 tenants".
func Counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// ShellWord quotes text for a POSIX shell, unless it needs no quotes.
func ShellWord(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,"
	if text != "" && strings.Trim(text, plain) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// Suggest names the words that may be meant, or lists all words when none is near. The prefix stands before each.
func Suggest(word, prefix string, words []string) string {
	near := Nearest(word, words)
	if len(near) == 0 {
		return "there are: " + prefix + strings.Join(words, ", "+prefix)
	}
	return "did you mean " + prefix + strings.Join(near, " or "+prefix) + "?"
}

// Nearest returns the words that may be meant, by the rules of cobra for commands.
func Nearest(word string, words []string) []string {
	if word == "" {
		return nil
	}
	all := &cobra.Command{SuggestionsMinimumDistance: 2}
	for _, w := range words {
		all.AddCommand(&cobra.Command{Use: w, Run: func(*cobra.Command, []string) {}})
	}
	return all.SuggestionsFor(word)
}

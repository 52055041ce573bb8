package h5dssign

import (
	"fmt"
	"slices"
)

// text is a template of what a client may have signed.
type text struct {
	template string
	flaw     flaw
}

// texts are the templates, the right one first.
var texts = slices.Concat(
	[]text{
		{template: "{timestamp}{secret}"},
		{"{secret}{timestamp}", flaw{
			codeSecretFirst,
			"the secret was signed before the timestamp, not after it",
			"sign the timestamp followed by the secret",
		}},
		{"{secret}", flaw{
			codeTimestampUnsigned,
			"the secret was signed without the timestamp",
			"sign the timestamp followed by the secret",
		}},
	},
	separatorTexts(), secretTexts(), appidTexts(), timeTexts(),
)

// separatorTexts have something between the two parts.
func separatorTexts() []text {
	var list []text
	for _, separator := range []string{"+", "&", ":", ";", ",", ".", "_", "-", "|", "/", "#", "=", " ", "\t", "\n"} {
		f := flaw{
			codeSeparator,
			fmt.Sprintf("there is a %q between timestamp and secret in the signed text", separator),
			"join timestamp and secret with nothing between them",
		}
		list = append(list, text{"{timestamp}" + separator + "{secret}", f}, text{"{secret}" + separator + "{timestamp}", f})
	}
	return list
}

// secretTexts have a secret that was not read, or was read with something around it.
func secretTexts() []text {
	list := []text{{"{timestamp}", flaw{
		codeSecretEmpty,
		"the timestamp was signed without the secret",
		"set the secret; the vendor's samples come with an empty one",
	}}}
	for _, word := range []string{"undefined", "null", "None", "nil"} {
		list = append(list, text{"{timestamp}" + word, flaw{
			codeSecretEmpty,
			fmt.Sprintf("the word %q was signed in place of the secret", word),
			"set the secret; the variable that should hold it has no value",
		}})
	}
	for _, extra := range []struct{ before, after, name string }{
		{"", "\n", "a line feed after it"},
		{"", "\r\n", "a Windows line break after it"},
		{"", "\r", "a carriage return after it"},
		{"", " ", "a space after it"},
		{"", "\t", "a tab after it"},
		{`"`, `"`, "double quotes around it"},
		{"'", "'", "single quotes around it"},
		{"\ufeff", "", "a byte order mark before it"},
	} {
		list = append(list, text{"{timestamp}" + extra.before + "{secret}" + extra.after, flaw{
			codeSecretExtra,
			"the secret was signed with " + extra.name,
			"trim the secret where it is read; in a shell, echo adds a line feed and printf does not",
		}})
	}
	return list
}

// appidTexts have the appid in them.
func appidTexts() []text {
	included := flaw{
		codeAppIDIncluded,
		"the appid is part of the signed text",
		"sign timestamp and secret only; the appid goes into its header",
	}
	instead := flaw{
		codeAppIDAsSecret,
		"the appid was signed in place of the secret",
		"sign the timestamp followed by the secret",
	}
	return []text{
		{"{appid}{timestamp}{secret}", included},
		{"{timestamp}{appid}{secret}", included},
		{"{timestamp}{secret}{appid}", included},
		{"{appid}{secret}{timestamp}", included},
		{"{secret}{appid}{timestamp}", included},
		{"{secret}{timestamp}{appid}", included},
		{"{timestamp}{appid}", instead},
		{"{appid}{timestamp}", instead},
	}
}

// timeTexts have a timestamp that is coarser than the one sent.
func timeTexts() []text {
	seconds := flaw{
		codeSignedSeconds,
		"the timestamp was signed in seconds and sent in milliseconds",
		"put the milliseconds into one variable, sign it and send it",
	}
	rounded := flaw{
		codeSignedRounded,
		"the timestamp was rounded to whole seconds in the signed text, but not in the header",
		"put the milliseconds into one variable, sign it and send it",
	}
	return []text{
		{"{seconds}{secret}", seconds},
		{"{next}{secret}", seconds},
		{"{seconds}000{secret}", rounded},
		{"{next}000{secret}", rounded},
	}
}

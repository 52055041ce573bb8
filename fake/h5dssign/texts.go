package h5dssign

import (
	"slices"
	"strconv"
)

// text is a text that a client may have signed.
type text struct {
	pattern string
	flaw    flaw
}

// texts are in the order in which they are tried. The first is the right one.
var texts = slices.Concat(
	[]text{
		{pattern: "{timestamp}{secret}"},
		{"{secret}{timestamp}", flaw{template: codeSecretFirst}},
		{"{secret}", flaw{template: codeTimestampUnsigned}},
	},
	separatorTexts(), secretTexts(), appidTexts,
	[]text{ // the timestamp is coarser than the one sent
		{"{seconds}{secret}", flaw{template: codeSignedSeconds}},
		{"{next}{secret}", flaw{template: codeSignedSeconds}},
		{"{seconds}000{secret}", flaw{template: codeSignedRounded}},
		{"{next}000{secret}", flaw{template: codeSignedRounded}},
	},
)

// separatorTexts have a character between the two parts.
func separatorTexts() []text {
	var list []text
	for _, separator := range []string{"+", "&", ":", ";", ",", ".", "_", "-", "|", "/", "#", "=", " ", "\t", "\n"} {
		f := flaw{codeSeparator, strconv.Quote(separator)}
		list = append(list, text{"{timestamp}" + separator + "{secret}", f}, text{"{secret}" + separator + "{timestamp}", f})
	}
	return list
}

// secretTexts have no secret, or one with something around it.
func secretTexts() []text {
	list := []text{{"{timestamp}", flaw{template: codeSecretEmpty}}}
	for _, word := range []string{"undefined", "null", "None", "nil"} {
		list = append(list, text{"{timestamp}" + word, flaw{codeSecretEmpty + "/word", strconv.Quote(word)}})
	}
	return append(list,
		text{"{timestamp}{secret}\n", flaw{template: codeSecretExtra + "/lf"}},
		text{"{timestamp}{secret}\r\n", flaw{template: codeSecretExtra + "/crlf"}},
		text{"{timestamp}{secret}\r", flaw{template: codeSecretExtra + "/cr"}},
		text{"{timestamp}{secret} ", flaw{template: codeSecretExtra + "/space"}},
		text{"{timestamp}{secret}\t", flaw{template: codeSecretExtra + "/tab"}},
		text{`{timestamp}"{secret}"`, flaw{template: codeSecretExtra + "/double"}},
		text{"{timestamp}'{secret}'", flaw{template: codeSecretExtra + "/single"}},
		text{"{timestamp}\ufeff{secret}", flaw{template: codeSecretExtra + "/bom"}},
	)
}

// appidTexts have the appid in them.
var appidTexts = []text{
	{"{appid}{timestamp}{secret}", flaw{template: codeAppIDIncluded}},
	{"{timestamp}{appid}{secret}", flaw{template: codeAppIDIncluded}},
	{"{timestamp}{secret}{appid}", flaw{template: codeAppIDIncluded}},
	{"{appid}{secret}{timestamp}", flaw{template: codeAppIDIncluded}},
	{"{secret}{appid}{timestamp}", flaw{template: codeAppIDIncluded}},
	{"{secret}{timestamp}{appid}", flaw{template: codeAppIDIncluded}},
	{"{timestamp}{appid}", flaw{template: codeAppIDAsSecret}},
	{"{appid}{timestamp}", flaw{template: codeAppIDAsSecret}},
}

package api

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"strings"
)

// TextImage returns an image with lines of text, as a data URL for an img element. The real service shows a code to
// scan; the image of the fake says what a test can do instead.
func TextImage(lines ...string) string {
	const line, char = 24, 11 // pixels
	longest := 0
	var texts strings.Builder
	for i, text := range lines {
		longest = max(longest, len([]rune(text)))
		fmt.Fprintf(&texts, `<text x="8" y="%d">%s</text>`, (i+1)*line, escaped(text))
	}
	width, height := longest*char+16, len(lines)*line+12
	svg := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d">`+
		`<rect width="100%%" height="100%%" fill="#fff"/><g font-family="monospace" font-size="18" fill="#222">%s</g></svg>`,
		width, height, texts.String())
	return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(svg))
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder never fails
	return b.String()
}

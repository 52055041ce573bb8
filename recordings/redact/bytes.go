package redact

import (
	"net/http"
	"slices"
	"strings"
)

// fileType is the content type of bytes that may be anything.
const fileType = "application/octet-stream"

// hasWideText reports whether at least three characters of ASCII may stand in UTF-16 in a body.
func hasWideText(body string) bool {
	for i := 0; ; i++ {
		next := strings.IndexByte(body[i:], 0)
		if next < 0 || i+next+4 >= len(body) {
			return false
		}
		if i += next; body[i+2] == 0 && body[i+4] == 0 {
			return true
		}
	}
}

// isMeantAsText reports whether a media type is that of text, or of nothing in particular.
func isMeantAsText(media string) bool {
	return media == "" || media == "application/x-www-form-urlencoded" || strings.HasPrefix(media, "text/") ||
		strings.HasSuffix(media, "json") || strings.HasSuffix(media, "xml") || strings.HasSuffix(media, "javascript")
}

// hasControls reports whether a body has control characters that texts do not have.
func hasControls(body string) bool {
	return strings.ContainsFunc(body, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != '\x1b' })
}

// isKnownFile reports whether a body begins like a file of a known kind, such as a picture.
func isKnownFile(body string) bool {
	kind := http.DetectContentType([]byte(body[:min(len(body), 512)]))
	return kind != fileType && !strings.HasPrefix(kind, "text/")
}

// isLikeUTF16 reports whether every other byte of a body is zero, or nearly so.
func isLikeUTF16(body string) bool {
	var zeros [2]int
	for i := range len(body) {
		if body[i] == 0 {
			zeros[i%2]++
		}
	}
	few, many := min(zeros[0], zeros[1]), max(zeros[0], zeros[1])
	return len(body)%2 == 0 && many >= len(body)/8 && few <= many/8
}

// isLikeASCII reports whether a charset writes ASCII as ASCII does.
func isLikeASCII(charset string) bool {
	return charset == "" || slices.ContainsFunc([]string{
		"utf-8", "utf8", "us-ascii", "ascii", "gb", "cp936", "ms936", "big5", "iso-8859", "iso8859", "latin", "windows-", "cp125",
		"shift", "sjis", "euc", "koi8", "ks_c", "tis", "macintosh",
	}, func(prefix string) bool { return strings.HasPrefix(charset, prefix) })
}

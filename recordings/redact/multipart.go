package redact

import (
	"bufio"
	"bytes"
	"mime"
	"net/textproto"
)

// Multipart hides the secret text fields of a multipart body. Files keep their bytes, whatever they look like. The result
// may be b itself.
func Multipart(contentType string, b []byte) []byte {
	changed, ok := rewriteParts(contentType, b, hidePart)
	if !ok {
		return Body(b)
	}
	return changed
}

// hidePart returns the part without its secrets, or nil if it has none.
func hidePart(p part) []byte {
	if p.outside {
		return Body(p.value)
	}
	if p.isFile || len(p.value) == 0 {
		return nil
	}
	kind := unreadable
	if p.readable {
		kind = hiddenParameter(p.name)
	}
	var shown []byte
	switch {
	case kind == callback:
		shown = []byte(Address(string(p.value)))
	case kind != "":
		shown = []byte(Placeholder(kind, string(p.value)))
	case beginsLikeJSON(p.value):
		shown = hideFields(p.value)
	default:
		return nil
	}
	return append(bytes.Clone(p.head), shown...)
}

// part is one part of a multipart body.
type part struct {
	head        []byte // the headers, with the empty line after them
	value       []byte
	contentType string // of the part; empty if it has none
	name        string
	readable    bool // whether its name could be read
	isFile      bool
	outside     bool // whether it is no part: it stands before or after the parts, or has no headers
}

// rewriteParts replaces the parts for which rewrite does not return nil, and the texts outside of them. The delimiters stay.
// It returns false if the body is not multipart.
func rewriteParts(contentType string, b []byte, rewrite func(part) []byte) (changed []byte, ok bool) {
	_, parameters, _ := mime.ParseMediaType(contentType)
	delimiter := []byte("--" + parameters["boundary"])
	if len(delimiter) == 2 || !bytes.Contains(b, delimiter) {
		// The header does not name the boundary, but the first line may be one.
		delimiter, _, _ = bytes.Cut(b, []byte("\n"))
		delimiter = bytes.TrimSuffix(delimiter, []byte("\r"))
		if len(delimiter) <= 2 || !bytes.HasPrefix(delimiter, []byte("--")) {
			return nil, false
		}
	}
	out := splice{source: b}
	change := func(begin, end int, p part) {
		if replacement := rewrite(p); replacement != nil && !bytes.Equal(replacement, b[begin:end]) {
			out.replace(begin, end, replacement)
		}
	}
	outside := func(begin, end int) {
		if begin < end {
			change(begin, end, part{value: b[begin:end], outside: true})
		}
	}
	parts := partsOf(b, delimiter)
	if len(parts) == 0 {
		return nil, false
	}
	outside(0, bytes.LastIndex(b[:parts[0][0]], delimiter))
	for _, at := range parts {
		if p, ok := readPart(b[at[0]:at[1]]); ok {
			change(at[0], at[1], p)
		} else {
			outside(at[0], at[1])
		}
	}
	return out.bytes(), true
}

// partsOf returns where the parts begin and end, with their headers, without the line breaks around them.
func partsOf(b, delimiter []byte) [][2]int {
	var parts [][2]int
	begin := -1 // of the current part
	for at := 0; at < len(b); {
		next := bytes.Index(b[at:], delimiter)
		if next < 0 {
			next = len(b) - at
		}
		found := at + next
		at = found + len(delimiter)
		if found > 0 && found < len(b) && b[found-1] != '\n' {
			continue // a delimiter begins a line
		}
		if begin >= 0 && begin <= found {
			parts = append(parts, [2]int{begin, begin + len(bytes.TrimRight(b[begin:found], "\r\n"))})
		}
		if begin = bytes.IndexByte(b[min(at, len(b)):], '\n') + 1; begin == 0 {
			return parts
		}
		begin += at
	}
	return parts
}

// readPart reads a part. It returns false if no empty line ends its headers.
func readPart(b []byte) (part, bool) {
	blank := emptyLine().FindIndex(b)
	if blank == nil {
		return part{}, false
	}
	p := part{head: b[:blank[1]], value: b[blank[1]:]}
	header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(p.head))).ReadMIMEHeader()
	if err != nil || len(header) == 0 {
		return part{}, false
	}
	p.contentType = header.Get("Content-Type")
	_, parameters, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	p.name, p.readable = parameters["name"], err == nil
	_, p.isFile = parameters["filename"]
	return p, true
}

// emptyLine matches the first empty line, and the end of the line before it.
var emptyLine = pattern(`\r?\n\r?\n`)

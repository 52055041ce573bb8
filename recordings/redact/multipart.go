package redact

import (
	"bufio"
	"bytes"
	"mime"
	"net/textproto"
)

// Multipart masks the secret text fields of a multipart body. Files keep their bytes, whatever
// they look like. What it returns may be b itself.
func Multipart(contentType string, b []byte) []byte {
	_, parameters, _ := mime.ParseMediaType(contentType)
	delimiter := []byte("--" + parameters["boundary"])
	if len(delimiter) == 2 || !bytes.Contains(b, delimiter) {
		// The header says nothing of use, so the first line does.
		delimiter, _, _ = bytes.Cut(b, []byte("\n"))
		delimiter = bytes.TrimSuffix(delimiter, []byte("\r"))
		if len(delimiter) <= 2 || !bytes.HasPrefix(delimiter, []byte("--")) {
			return Body(b)
		}
	}
	var out []byte // nil until something is masked
	kept := 0      // how much of b is in out
	for begin, end := range parts(b, delimiter) {
		value, shown, masked := part(b[begin:end])
		if masked {
			out = append(append(out, b[kept:begin+value]...), shown...)
			kept = end
		}
	}
	if out == nil {
		return b
	}
	return append(out, b[kept:]...)
}

// parts yields where the parts begin and end, their headers included, the line breaks around them not.
func parts(b, delimiter []byte) func(yield func(begin, end int) bool) {
	return func(yield func(begin, end int) bool) {
		begin := -1 // of the part that is open
		for at := 0; at < len(b); {
			next := bytes.Index(b[at:], delimiter)
			if next < 0 {
				next = len(b) - at
			}
			found := at + next
			at = found + len(delimiter)
			if found > 0 && found < len(b) && b[found-1] != '\n' {
				continue // within a line it delimits nothing
			}
			if begin >= 0 && begin <= found && !yield(begin, begin+len(bytes.TrimRight(b[begin:found], "\r\n"))) {
				return
			}
			if begin = bytes.IndexByte(b[min(at, len(b)):], '\n') + 1; begin == 0 {
				return
			}
			begin += at
		}
	}
}

// part says where the value of a part begins and how it is shown, if that differs from how it is.
func part(b []byte) (value int, shown []byte, masked bool) {
	for _, blank := range []string{"\r\n\r\n", "\n\n"} {
		end := bytes.Index(b, []byte(blank))
		if end < 0 {
			continue
		}
		value = end + len(blank)
		break
	}
	if value == 0 || value == len(b) {
		return 0, nil, false
	}
	header, _ := textproto.NewReader(bufio.NewReader(bytes.NewReader(b[:value]))).ReadMIMEHeader()
	_, parameters, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	if _, file := parameters["filename"]; file {
		return 0, nil, false
	}
	text := b[value:]
	kind := unreadable
	if err == nil {
		kind = kindOfParameter(parameters["name"])
	}
	switch {
	case kind == callback:
		return value, []byte(Address(string(text))), true
	case kind != "":
		return value, []byte(Placeholder(kind, string(text))), true
	case looksLikeJSON(text):
		return value, fields(text), true
	}
	return 0, nil, false
}

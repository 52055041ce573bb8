package redact

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// packing is a format of compressed bytes.
type packing struct {
	name   string
	reader func(*strings.Reader) (io.ReadCloser, error)
	writer func(io.Writer) io.WriteCloser
}

var packings = []*packing{
	{"gzip", func(r *strings.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }},
	{"zlib", func(r *strings.Reader) (io.ReadCloser, error) { return zlib.NewReader(r) }, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }},
	{"deflate", newInflater, func(w io.Writer) io.WriteCloser {
		f, err := flate.NewWriter(w, flate.DefaultCompression)
		if err != nil {
			panic("redact: " + err.Error()) // the level is right
		}
		return f
	}},
}

// inflater is a decompressor of deflate that is used again: it has a large table.
type inflater struct{ io.ReadCloser }

var inflaters = sync.Pool{New: func() any { return &inflater{flate.NewReader(nil)} }}

func newInflater(from *strings.Reader) (io.ReadCloser, error) {
	r := inflaters.Get().(*inflater)
	return r, r.ReadCloser.(flate.Resetter).Reset(from, nil)
}

func (r *inflater) Close() error {
	err := r.ReadCloser.Close()
	inflaters.Put(r)
	return err
}

// zstdMagic begins a file of Zstandard. Nothing here can read one: no package that reads one is worth its size in every
// program that imports this package. The same holds for Brotli, whose files begin like any other.
const zstdMagic = "\x28\xb5\x2f\xfd"

// minDeflated is the length of the shortest body that may be deflate: a shorter one is by chance.
const minDeflated = 16

// maxUnpacked bounds the size of a decompressed body, in bytes.
const maxUnpacked = 64 << 20

// packingOf returns the format in which a body is compressed, or nil. Gzip shows at its first bytes. The other two show only
// when the body as a whole can be decompressed.
func packingOf(body string) *packing {
	if strings.HasPrefix(body, "\x1f\x8b\x08") {
		return packings[0]
	}
	if len(body) < 8 || !hasControls(body) && utf8.ValidString(body) {
		return nil
	}
	for _, p := range packings[1:] {
		if p == packings[1] && (body[0]&15 != 8 || (int(body[0])<<8|int(body[1]))%31 != 0) || p == packings[2] && len(body) < minDeflated {
			continue
		}
		switch plain, err := p.open(body); {
		case errors.Is(err, errTooLarge), p == packings[1] && errors.Is(err, errMore), err == nil && plain != "":
			return p
		}
	}
	return nil
}

var (
	errBroken   = errors.New("is broken")
	errMore     = errors.New("goes on after its end")
	errTooLarge = fmt.Errorf("has more than %d bytes", maxUnpacked)
)

// open decompresses a whole body.
func (p *packing) open(body string) (string, error) {
	from := strings.NewReader(body)
	r, err := p.reader(from)
	if err != nil {
		return "", errBroken
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxUnpacked+1))
	switch {
	case errors.Join(err, r.Close()) != nil:
		return "", errBroken
	case len(plain) > maxUnpacked:
		return "", errTooLarge
	case from.Len() > 0:
		return "", errMore
	}
	return string(plain), nil
}

func (p *packing) close(plain string) string {
	var b bytes.Buffer
	w := p.writer(&b)
	_, err := io.WriteString(w, plain)
	if err := errors.Join(err, w.Close()); err != nil {
		panic("redact: " + err.Error()) // a buffer takes everything
	}
	return b.String()
}

// byteOrder is one of the two orders of UTF-16.
type byteOrder struct{ binary.AppendByteOrder }

var (
	littleEndian = byteOrder{binary.LittleEndian}
	bigEndian    = byteOrder{binary.BigEndian}
)

// loneSurrogates is where half a pair of surrogates stands in a decoded text, so that encoding it again gives the same bytes.
const loneSurrogates = 0x100000 - 0xd800

// decode decodes UTF-16. A last odd byte becomes part of the text; encode writes it as it was.
func (o byteOrder) decode(body string) string {
	order := o.AppendByteOrder.(binary.ByteOrder)
	var plain []rune
	for i := 0; i+1 < len(body); i += 2 {
		r := rune(order.Uint16([]byte(body[i : i+2])))
		if utf16.IsSurrogate(r) && i+3 < len(body) {
			if pair := utf16.DecodeRune(r, rune(order.Uint16([]byte(body[i+2:i+4])))); pair != utf8.RuneError {
				r = pair
				i += 2
			}
		}
		if utf16.IsSurrogate(r) {
			r += loneSurrogates
		}
		plain = append(plain, r)
	}
	if len(body)%2 == 1 {
		plain = append(plain, oddBytes+rune(body[len(body)-1]))
	}
	return string(plain)
}

// oddBytes is where a byte without a second one stands in a decoded text.
const oddBytes = 0x10f000

func (o byteOrder) encode(plain string) string {
	var body []byte
	for _, r := range plain {
		switch {
		case r >= oddBytes && r < oddBytes+0x100:
			body = append(body, byte(r-oddBytes))
		case r >= loneSurrogates+0xd800 && r < loneSurrogates+0xe000:
			body = o.AppendUint16(body, uint16(r-loneSurrogates))
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				body = o.AppendUint16(body, unit)
			}
		}
	}
	return string(body)
}

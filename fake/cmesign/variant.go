package cmesign

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// maxVariants is the number of parameters up to which other orders and encodings are tried.
const maxVariants = 64

// variant is the same parameters as another program would write them.
type variant struct {
	text     string
	order    string // names the order; empty when it is the one received
	encoding string // names the encoder; empty when every parameter is as received
	decoded  bool   // the values are not encoded at all
}

// encoder writes a value as a language's standard library does.
type encoder struct {
	name  string
	plain string // what stays as it is, beside letters, digits, '-', '_' and '.'
	space string
}

// encoders are those of the official samples, and RFC 3986.
var encoders = []encoder{
	{"Go url.QueryEscape and Python urlencode", "~", "+"},
	{"Java URLEncoder", "*", "+"},
	{"PHP http_build_query", "", "+"},
	{"Node.js querystring.stringify", "~!'()*", "%20"},
	{"RFC 3986 (Python quote, PHP rawurlencode)", "~", "%20"},
}

func (enc encoder) encode(value string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(value) {
		c := value[i]
		switch {
		case c == ' ':
			b.WriteString(enc.space)
		case isAlphanumeric(c) || strings.IndexByte("-_.", c) >= 0 || strings.IndexByte(enc.plain, c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

// insertion is the order in which the samples, and the tutorial with its bare projectId, put the
// parameters into a map.
var insertion = []string{
	nameSecretID, nameCurrentTimeStamp, nameExpireTime, nameRandom, namePlatform, nameBareProjectID,
	nameUserID, nameAction, nameProjectID,
}

// order is a way to put parameters one after the other.
type order struct {
	name string
	less func(list []parameter) func(a, b parameter) int
}

// orders are those of the official documents. Names that they do not have come last, as received.
var orders = []order{
	{"", listed()},
	{"alphabetical order (the Go sample)", func([]parameter) func(a, b parameter) int {
		return func(a, b parameter) int { return cmp.Compare(a.name, b.name) }
	}},
	{"the order of the documented template", listed(required...)},
	{"the order of the Python, PHP and Node.js samples", listed(insertion...)},
	{"the order that begins with currentTimeStamp", listed(nameCurrentTimeStamp, nameExpireTime,
		nameRandom, nameSecretID, namePlatform, nameAction, nameUserID)},
	{"the order of a Java HashMap", javaHashMap},
}

func listed(names ...string) func([]parameter) func(a, b parameter) int {
	rank := func(p parameter) int {
		if i := slices.Index(names, p.name); i >= 0 {
			return i
		}
		return len(names)
	}
	return func([]parameter) func(a, b parameter) int {
		return func(a, b parameter) int { return cmp.Compare(rank(a), rank(b)) }
	}
}

// javaHashMap is the order in which a java.util.HashMap of default capacity walks its keys:
// by bucket, and in a bucket as they were put in.
func javaHashMap(list []parameter) func(a, b parameter) int {
	buckets := uint32(16)
	for uint32(len(list)) > buckets/4*3 {
		buckets *= 2
	}
	bucket := func(p parameter) uint32 {
		var h uint32
		for _, unit := range utf16.Encode([]rune(p.name)) {
			h = 31*h + uint32(unit)
		}
		return (h ^ h>>16) & (buckets - 1)
	}
	inserted := listed(insertion...)(list)
	return func(a, b parameter) int { return cmp.Or(cmp.Compare(bucket(a), bucket(b)), inserted(a, b)) }
}

// variants are the texts that sig's parameters can have been, the received one among them.
func variants(sig Signature) iter.Seq[variant] {
	return func(yield func(variant) bool) {
		if len(sig.parameters) > maxVariants {
			return
		}
		for _, order := range orders {
			list := slices.Clone(sig.parameters)
			slices.SortStableFunc(list, order.less(list))
			for v := range encodings(list) {
				v.order = order.name
				if !yield(v) {
					return
				}
			}
		}
	}
}

// encodings are the texts of parameters in one order: as received, decoded, by every encoder, and
// as received but for the spaces (replacing '+' by hand is a warning in Java and PHP).
func encodings(list []parameter) iter.Seq[variant] {
	return func(yield func(variant) bool) {
		asReceived := join(list, func(p parameter) string { return p.text })
		decoded := join(list, func(p parameter) string { return p.name + "=" + p.value })
		if !yield(variant{text: asReceived}) || !yield(variant{text: decoded, decoded: true}) {
			return
		}
		for _, enc := range encoders {
			text := join(list, func(p parameter) string { return enc.encode(p.name) + "=" + enc.encode(p.value) })
			if !yield(variant{text: text, encoding: enc.name}) {
				return
			}
		}
		_ = yield(variant{text: strings.ReplaceAll(asReceived, "+", "%20"), encoding: "an encoder that writes '%20' for a space"}) &&
			yield(variant{text: strings.ReplaceAll(asReceived, "%20", "+"), encoding: "an encoder that writes '+' for a space"})
	}
}

func join(list []parameter, write func(parameter) string) string {
	parts := make([]string, len(list))
	for i, p := range list {
		parts[i] = write(p)
	}
	return strings.Join(parts, "&")
}

// describe says how the signed text differs from the one received.
func (v variant) describe() diagnosis.Diagnosis {
	in, by := "", ""
	if v.order != "" {
		in = " in " + v.order
	}
	if v.encoding != "" {
		by = " as written by " + v.encoding
	}
	switch {
	case v.decoded:
		return diagnosis.Diagnosis{
			Code:     codeSignedUnencoded,
			Sentence: "the HMAC was made over the text" + in + " before its values were URL-encoded",
		}
	case v.order == "" && v.encoding == "":
		return diagnosis.Diagnosis{
			Code:     codeReEncoded,
			Sentence: "the text has an '&' too many: the HMAC fits the text without it",
		}
	case v.order == "":
		return diagnosis.Diagnosis{
			Code:     codeReEncoded,
			Sentence: "the values are not encoded as when they were signed: the HMAC fits the text" + by,
		}
	}
	return diagnosis.Diagnosis{
		Code:     codeReOrdered,
		Sentence: "the parameters are not in the order in which they were signed: the HMAC fits the text" + in + by,
	}
}

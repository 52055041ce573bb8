package cmesign

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf16"
)

// maxVariants is the most parameters for which other orders and encodings are tried.
const maxVariants = 64

// variant is a text of the same parameters, as another program writes them.
type variant struct {
	text     string
	order    string // the name of the order; empty for the order received
	encoding string // the name of the encoder; empty if every parameter is as received
	decoded  bool   // the values are not encoded at all
}

// encoder writes a value as a language's standard library does.
type encoder struct {
	name  string
	plain string // the characters that are not encoded, beside letters, digits, '-', '_' and '.'
	space string
}

// encoders are the encoders of the official samples, and that of RFC 3986.
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

// insertion is the order in which the samples put the parameters into a map. A tutorial has nameBareProjectID there.
var insertion = []string{
	nameSecretID, nameCurrentTimeStamp, nameExpireTime, nameRandom, namePlatform, nameBareProjectID,
	nameUserID, nameAction, nameProjectID,
}

// order is a way to put parameters one after the other.
type order struct {
	name string
	less func(list []parameter) func(a, b parameter) int
}

// orders are the orders in official documents. Other names come last, in the order received.
var orders = []order{
	{"", byRank()},
	{"alphabetical order (the Go sample)", func([]parameter) func(a, b parameter) int {
		return func(a, b parameter) int { return cmp.Compare(a.name, b.name) }
	}},
	{"the order of the documented template", byRank(required...)},
	{"the order of the Python, PHP and Node.js samples", byRank(insertion...)},
	{"the order that begins with currentTimeStamp", byRank(nameCurrentTimeStamp, nameExpireTime,
		nameRandom, nameSecretID, namePlatform, nameAction, nameUserID)},
	{"the order of a Java HashMap", javaHashMap},
}

func byRank(names ...string) func([]parameter) func(a, b parameter) int {
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

// javaHashMap is the order of the keys in a java.util.HashMap of default capacity: by bucket, and in a bucket in the order of
// insertion.
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
	inserted := byRank(insertion...)(list)
	return func(a, b parameter) int { return cmp.Or(cmp.Compare(bucket(a), bucket(b)), inserted(a, b)) }
}

// variants iterates over the texts of sig's parameters in all orders and encodings, with the text received.
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

// encodings iterates over the texts of parameters in one order: as received, decoded, by every encoder, and as received with
// other spaces (programs in Java and PHP often replace '+' themselves).
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

// explain says how the signed text differs from the one received.
func (v variant) explain() explanation {
	order, encoding := "", ""
	if v.order != "" {
		order = " in " + v.order
	}
	if v.encoding != "" {
		encoding = " as written by " + v.encoding
	}
	switch {
	case v.decoded:
		return explained(codeSignedUnencoded, "order", order)
	case v.order == "" && v.encoding == "":
		return explained(codeReEncoded + "/ampersand")
	case v.order == "":
		return explained(codeReEncoded, "encoding", encoding)
	}
	return explained(codeReOrdered, "order", order, "encoding", encoding)
}

// cutOff explains a text that ends where a known order has more parameters. That alone does not prove a cut, so the sentence
// gives the facts, and doubt says what is known about the HMAC.
func cutOff(sig Signature, doubt string) (explanation, bool) {
	missing := missingAtEnd(sig.parameters)
	if len(missing) == 0 {
		return explanation{}, false
	}
	are := fmt.Sprintf("%d required parameters are", len(missing))
	if len(missing) == 1 {
		are = "1 required parameter is"
	}
	x := explained(codeCutOff,
		"last", quoted(sig.parameters[len(sig.parameters)-1].text), "are", are, "missing", strings.Join(missing, ", "), "doubt", doubt)
	x.received = sig.Original
	return x, true
}

// missingAtEnd returns the required parameters that list lacks, if in a known order all of them come after the parameters of
// list. The last of list may be cut in its name.
func missingAtEnd(list []parameter) []string {
	if len(list) == 0 || len(list) > len(documentedNames) {
		return nil
	}
	whole, next := list, []string{""}
	if last := list[len(list)-1]; !strings.Contains(last.text, "=") {
		whole, next = list[:len(list)-1], documentedBeginning(last.text)
	}
	if len(whole) == 0 || slices.ContainsFunc(whole, func(p parameter) bool { return !p.documented() }) {
		return nil
	}
	missing := slices.DeleteFunc(slices.Clone(required), func(name string) bool {
		return slices.ContainsFunc(whole, func(p parameter) bool { return p.name == name })
	})
	if !slices.ContainsFunc(next, func(name string) bool { return beginsAnOrder(whole, name, missing) }) {
		return nil
	}
	return missing
}

// documentedBeginning returns the documented names that begin with half a name.
func documentedBeginning(half string) []string {
	return slices.DeleteFunc(slices.Clone(documentedNames), func(name string) bool { return !strings.HasPrefix(name, half) })
}

// beginsAnOrder reports whether in a known order the parameters of whole come first, then next, unless that is empty, and then
// the missing ones.
func beginsAnOrder(whole []parameter, next string, missing []string) bool {
	full := slices.Clone(whole)
	if next != "" {
		full = append(full, parameter{name: next})
	}
	begin := slices.Clone(full)
	for _, name := range missing { // next can be one of them: then it stands there twice, side by side
		full = append(full, parameter{name: name})
	}
	return slices.ContainsFunc(orders[1:], func(o order) bool { // the first keeps the order received
		sorted := slices.Clone(full)
		slices.SortStableFunc(sorted, o.less(sorted))
		return slices.EqualFunc(begin, sorted[:len(begin)], func(a, b parameter) bool { return a.name == b.name })
	})
}

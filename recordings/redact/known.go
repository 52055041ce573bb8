package redact

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
)

// Known finds secrets by their value, wherever they stand and however they are spelled: in plain text, percent-encoded,
// escaped as JSON, in hexadecimal, and in base64 at each of the three places in which a text can begin there. The zero
// Known finds nothing.
type Known struct {
	index *index
}

// minKnown is the length in bytes from which on a secret is looked for in any traffic: a shorter one stands in other texts
// by chance.
const minKnown = 8

// NewKnown makes secrets known, by kind. A public value may contain a secret, as secretId fake-secret-id contains the
// secret fake-secret; there it is not found.
func NewKnown(secrets map[string]string, public ...string) Known {
	k := Known{new(index)}
	for kind, secret := range secrets {
		if len(secret) < minKnown {
			continue
		}
		for _, p := range public {
			if strings.Contains(p, secret) {
				k.index.add(p, needle{})
			}
		}
		k.index.add(secret, needle{placeholder: Placeholder(kind, secret), kind: kind})
	}
	k.index.sort()
	return k
}

// Found is a secret in a text.
type Found struct {
	Kind     string // as it was given to NewKnown
	Spelling string // such as "in base64"

	begin, end  int
	placeholder string
}

// Find returns the secrets in a text, in their order.
func (k Known) Find(text []byte) []Found {
	var all []Found
	for i := 0; k.index != nil && i+minNeedle <= len(text); i++ {
		n := needleAt(k.index, text, i)
		if n == nil {
			continue
		}
		if n.placeholder != "" {
			all = append(all, Found{n.kind, n.spelling, i, i + len(n.text), n.placeholder})
		}
		i += len(n.text) - 1
	}
	return all
}

// Hide puts placeholders in place of the secrets in a text. Without any it returns the text itself.
func (k Known) Hide(text []byte) []byte {
	found := k.Find(text)
	if len(found) == 0 {
		return text
	}
	var out bytes.Buffer
	from := 0
	for _, f := range found {
		out.Write(text[from:f.begin])
		out.WriteString(f.placeholder)
		from = f.end
	}
	out.Write(text[from:])
	return out.Bytes()
}

// HideString is Hide for a string.
func (k Known) HideString(text string) string {
	if found := k.Find([]byte(text)); len(found) > 0 {
		return string(k.Hide([]byte(text)))
	}
	return text
}

// HideSentence is HideString for a sentence that may quote a text and cut it short: it also hides the beginning of a
// secret before dots or a closing quote. A beginning of fewer than 8 bytes stays.
func (k Known) HideSentence(text string) string {
	for at := 0; k.index != nil && at < len(text); at++ {
		if text[at] != '"' && !strings.HasPrefix(text[at:], "…") {
			continue
		}
		if cut, n := k.cutBefore(text[:at]); cut > 0 {
			text = text[:at-cut] + n.placeholder + text[at:]
			at += len(n.placeholder) - cut
		}
	}
	return k.HideString(text)
}

// cutBefore finds the needle with the longest beginning at the end of a text, and the length of that beginning. It returns
// zero when the beginning is too short, is of no secret, or is the whole needle.
func (k Known) cutBefore(text string) (cut int, of needle) {
	for _, list := range k.index.needles {
		for _, n := range list {
			length := min(len(n.text), len(text))
			for length >= max(minKnown, cut) && !strings.HasSuffix(text, n.text[:length]) {
				length--
			}
			if length >= max(minKnown, cut) && (length > cut || length == len(n.text) || cut < len(of.text) && compareNeedles(n, of) < 0) {
				cut, of = length, n
			}
		}
	}
	if of.placeholder == "" || cut == len(of.text) {
		return 0, needle{}
	}
	return cut, of
}

// HideQuery is Hide for a raw query. A pair with a secret that shows only when the pair is decoded is hidden as a whole.
func (k Known) HideQuery(raw string) string {
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		pairs[i] = k.HideString(pair)
		for range 3 {
			decoded, err := url.QueryUnescape(pair)
			if err != nil || decoded == pair {
				break
			}
			pair = decoded
			if found := k.Find([]byte(pair)); len(found) > 0 && pairs[i] != "" {
				pairs[i] = found[0].placeholder
			}
		}
	}
	return strings.Join(pairs, "&")
}

// String returns how many spellings are known, and none of them.
func (k Known) String() string {
	if k.index == nil {
		return "0 spellings"
	}
	return fmt.Sprintf("%d spellings", k.index.size)
}

// GoString is String: %#v would show the secrets.
func (k Known) GoString() string { return k.String() }

// minNeedle is the length in bytes of the shortest secret that can be searched for.
const minNeedle = 4

// needle is one spelling of a secret, or of a public value that contains one.
type needle struct {
	text, spelling string
	kind           string
	placeholder    string // empty for a public value
}

// index holds needles by their first bytes, so that a search costs the same for one secret as for a thousand.
type index struct {
	begins    [1 << hashBits / 64]uint64 // the hashes of the first bytes of all needles
	needles   map[[minNeedle]byte][]needle
	size      int // the number of needles
	minBase64 int // the length of the shortest base64 that can hold another encoding of a secret
}

const hashBits = 14

// add adds all spellings of a value.
func (x *index) add(value string, n needle) {
	if x.needles == nil {
		x.needles, x.minBase64 = map[[minNeedle]byte][]needle{}, math.MaxInt
	}
	x.minBase64 = min(x.minBase64, (len(value)+1)*4/3) // another encoding adds a byte at least
	for _, s := range spellings(value) {
		if len(s.text) < minNeedle {
			continue
		}
		n.text, n.spelling = s.text, s.name
		key := [minNeedle]byte([]byte(s.text[:minNeedle]))
		h := hash(key)
		x.begins[h/64] |= 1 << (h % 64)
		x.needles[key] = append(x.needles[key], n)
		x.size++
	}
}

// sort must be called when all needles are added. A spelling of a longer value may begin with that of a shorter one.
func (x *index) sort() {
	for _, list := range x.needles {
		slices.SortFunc(list, compareNeedles)
	}
}

// compareNeedles sorts long needles before short ones, and needles of one length in a fixed order.
func compareNeedles(a, b needle) int {
	return cmp.Or(cmp.Compare(len(b.text), len(a.text)), cmp.Compare(a.text, b.text), cmp.Compare(a.placeholder, b.placeholder))
}

func hash(b [minNeedle]byte) uint32 {
	return (uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24) * 0x9e3779b1 >> (32 - hashBits)
}

// needleAt returns the longest needle that begins at a position of a text, which has minNeedle bytes from there on.
func needleAt[T string | []byte](x *index, text T, at int) *needle {
	key := [minNeedle]byte{text[at], text[at+1], text[at+2], text[at+3]}
	h := hash(key)
	if x.begins[h/64]&(1<<(h%64)) == 0 {
		return nil
	}
	list := x.needles[key]
	for i := range list {
		if n := &list[i]; len(n.text) <= len(text)-at && string(text[at:at+len(n.text)]) == n.text {
			return n
		}
	}
	return nil
}

// search returns the first needle in a text, and says where within encodings it stands. Encodings within one another are
// decoded up to the given depth. It returns nil if there is none.
func (x *index) search(text string, depth int) (found *needle, within string) {
	for i := 0; i+minNeedle <= len(text); i++ {
		if n := needleAt(x, text, i); n != nil {
			return n, ""
		}
	}
	if depth == 0 {
		return nil, ""
	}
	for _, d := range decodings(text, x.minBase64) {
		if n, within := x.search(d.text, depth-1); n != nil {
			return n, within + " " + d.within
		}
	}
	return nil, ""
}

// checkSearchable returns an error for a secret that cannot be searched for. The label names it.
func checkSearchable(secret, label string) error {
	switch {
	case secret == "":
		return fmt.Errorf("%s is empty", label)
	case len(secret) < minNeedle:
		return fmt.Errorf("%s has fewer than %d bytes, which cannot be searched for", label, minNeedle)
	}
	return nil
}

// SpellingIn says how a text holds a secret: "in plain text", "percent-encoded". It returns "" if the text does not hold it.
// It looks for the encodings that [Check] looks for, and for no secret of fewer than 4 bytes.
func SpellingIn(text, secret string) string {
	if checkSearchable(secret, "") != nil {
		return ""
	}
	var x index
	x.add(secret, needle{})
	x.sort()
	n, within := x.search(text, maxDecodings)
	if n == nil {
		return ""
	}
	return n.spelling + within
}

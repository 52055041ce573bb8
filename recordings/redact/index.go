package redact

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// minNeedle is the length in bytes of the shortest secret that can be searched for.
const minNeedle = 4

// needle is one spelling of a secret.
type needle struct {
	text, spelling string
	kind           string
}

// index holds needles by their first bytes, so that a search costs the same for one secret as for a thousand.
type index struct {
	begins    [1 << hashBits / 64]uint64 // the hashes of the first bytes of all needles
	needles   map[[minNeedle]byte][]needle
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
	return cmp.Or(cmp.Compare(len(b.text), len(a.text)), cmp.Compare(a.text, b.text))
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

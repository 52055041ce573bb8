package redact

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Known finds secrets by their value, wherever they stand and however they are spelled: plain, URL-encoded, as JSON
// escapes them, in hex, and in base64 at each of the three places in which a text can begin there. The zero Known
// knows none.
type Known struct {
	needles []needle
	// begins has the hashes of the first bytes of all needles, so that a text is read once, however
	// many there are. It is nil when there are none.
	begins *[1 << hashBits]bool
}

const hashBits = 12

// hash is that of the first three bytes.
func hash(b []byte) uint32 {
	return (uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16) * 0x9e3779b1 >> (32 - hashBits)
}

// needle is one spelling of one value.
type needle struct {
	text string
	// placeholder and spelling are those of a secret; both are empty for a public value.
	placeholder, spelling string
	kind                  string
}

// shortestKnown is the length in bytes from which on a secret is looked for: a shorter one stands
// in other texts by chance.
const shortestKnown = 8

// NewKnown makes secrets known, by kind. A public value may hold a secret as a part of it, as secretId
// fake-secret-id does the secret fake-secret; there it is not found.
func NewKnown(secrets map[string]string, public ...string) Known {
	var k Known
	for kind, secret := range secrets {
		if len(secret) < shortestKnown {
			continue
		}
		for _, p := range public {
			if strings.Contains(p, secret) {
				k.add(p, func(string) needle { return needle{} })
			}
		}
		k.add(secret, func(spelling string) needle {
			return needle{placeholder: Placeholder(kind, secret), kind: kind, spelling: spelling}
		})
	}
	// The longest first: a spelling of a longer value may begin with one of a shorter.
	slices.SortFunc(k.needles, func(a, b needle) int {
		return cmp.Or(cmp.Compare(len(b.text), len(a.text)), cmp.Compare(a.text, b.text), cmp.Compare(a.placeholder, b.placeholder))
	})
	for _, n := range k.needles {
		if k.begins == nil {
			k.begins = new([1 << hashBits]bool)
		}
		k.begins[hash([]byte(n.text))] = true
	}
	return k
}

// add adds all spellings of a value that differ.
func (k *Known) add(value string, as func(spelling string) needle) {
	seen := map[string]bool{}
	spell := func(spelling, text string) {
		if !seen[text] {
			seen[text] = true
			n := as(spelling)
			n.text = text
			k.needles = append(k.needles, n)
		}
	}
	spell("plain", value)
	for _, outer := range escapes { // what was escaped once may be escaped again
		spell(outer.name, outer.escape(value))
		for _, inner := range escapes {
			spell(outer.name, outer.escape(inner.escape(value)))
		}
	}
	spell("in hex", hex.EncodeToString([]byte(value)))
	spell("in hex", strings.ToUpper(hex.EncodeToString([]byte(value))))
	for before := range 3 {
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := coreOf(alphabet, value, before)
			spell("in base64", text)
			spell("in base64", url.QueryEscape(text))
		}
	}
}

var escapes = []struct {
	name   string
	escape func(string) string
}{
	{"URL-encoded", url.QueryEscape},
	{"URL-encoded", url.PathEscape},
	{"as JSON escapes it", func(text string) string {
		escaped, _ := json.Marshal(text) // a string can always be encoded
		return string(escaped[1 : len(escaped)-1])
	}},
	{"as JSON escapes it", func(text string) string {
		escaped := quoted(text)
		return string(escaped[1 : len(escaped)-1])
	}},
}

// coreOf is what of the base64 of a text depends on the value alone, with so many bytes before it.
func coreOf(alphabet *base64.Encoding, value string, before int) string {
	text := alphabet.EncodeToString([]byte(strings.Repeat("\x00", before) + value))
	begin := (before*8 + 5) / 6
	end := (before + len(value)) * 8 / 6
	return text[begin:end]
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
	if k.begins == nil {
		return nil
	}
	var all []Found
	for i := 0; i+shortestKnown <= len(text); i++ {
		if !k.begins[hash(text[i:])] {
			continue
		}
		at := slices.IndexFunc(k.needles, func(n needle) bool { return bytes.HasPrefix(text[i:], []byte(n.text)) })
		if at < 0 {
			continue
		}
		n := k.needles[at]
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
// secret before dots or a closing quote. What is shorter than a secret that is looked for stays.
func (k Known) HideSentence(text string) string {
	for at := 0; k.begins != nil && at < len(text); at++ {
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

// cutBefore finds the needle of whose beginning most stands at the end of a text, and how much that is: zero when it
// is too little to tell, no secret's, or the whole of one.
func (k Known) cutBefore(text string) (cut int, of needle) {
	for _, n := range k.needles {
		for length := min(len(n.text), len(text)); length >= max(shortestKnown, cut); length-- {
			whole := length == len(n.text)
			if (length > cut || whole) && strings.HasSuffix(text, n.text[:length]) {
				cut, of = length, n
				break
			}
		}
	}
	if of.placeholder == "" || cut == len(of.text) {
		return 0, needle{}
	}
	return cut, of
}

// HideQuery is Hide for a raw query. A secret that shows only when a pair is decoded, however often,
// takes the whole pair with it.
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

// String says how many spellings are known, and shows none.
func (k Known) String() string { return fmt.Sprintf("%d spellings", len(k.needles)) }

// GoString is String: %#v would show the secrets.
func (k Known) GoString() string { return k.String() }

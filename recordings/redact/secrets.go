package redact

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
)

// Secrets finds secrets by their value, wherever they stand and however they are spelled: in plain text, percent-encoded
// or escaped as JSON, in whatever way and several times, in hexadecimal, and in base64 at each of the three places in
// which a text can begin there, of the secret as it is or escaped as usual. A search costs the same for one secret as for a
// hundred thousand. A secret of fewer than 8 bytes is not found, since such a text stands in others by chance.
//
// Secrets may be used by several goroutines. The zero value finds nothing.
type Secrets struct {
	mu     sync.RWMutex // guards everything below
	hidden trie         // the spellings of secrets that cannot be unescaped
	names  trie         // the secrets in lower case, for the names of headers
	public trie         // values that may hold secrets
}

// secret is a secret with its kind.
type secret struct{ kind, value string }

// form says how a text in the trie spells its secret.
type form struct {
	encoding encoding
	inner    uint8 // the number of the escapes below the encoding, 0 for none
	before   uint8 // of base64: the bytes before the secret in its group
}

type encoding uint8

const (
	plain encoding = iota
	inBase64
	inHex
)

// lowerPercent writes the percent escapes of an escaped text in lower case.
func lowerPercent(text string) string {
	b := []byte(text)
	for i := range b {
		if b[i] == '%' && i+2 < len(b) {
			copy(b[i:], bytes.ToLower(b[i:i+3]))
		}
	}
	return string(b)
}

// innerSpellings are the texts that may stand below base64 or hexadecimal.
func innerSpellings(value string) []spelling {
	all := escapedOnce(value)
	for _, s := range all {
		if s.name == "percent-encoded" {
			all = append(all, spelling{lowerPercent(s.text), s.name})
		}
	}
	return distinctSpellings(all)
}

// texts are what the trie of hidden texts holds for a secret.
func texts(value string) iter.Seq2[string, form] {
	return func(yield func(string, form) bool) {
		seen := map[string]bool{}
		add := func(text string, f form) {
			if !seen[text] {
				seen[text] = true
				yield(text, f)
			}
		}
		add(value, form{})
		add(strings.ReplaceAll(value, " ", "+"), form{}) // a query that was unescaped but for that
		add(string([]rune(value)), form{})               // JSON holds no byte that is not UTF-8
		for v := range unescaped([]byte(value)) {
			add(string(v.text), form{}) // of a secret that looks escaped
		}
		for i, inner := range innerSpellings(value) {
			for before := range 3 {
				for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
					add(base64Core(alphabet, inner.text, before), form{inBase64, uint8(i), uint8(before)})
				}
			}
			digits := hex.EncodeToString([]byte(inner.text))
			add(digits, form{inHex, uint8(i), 0})
			add(strings.ToUpper(digits), form{inHex, uint8(i), 0})
		}
	}
}

// Add makes secrets known, by kind. A public value may contain a secret, as secretId fake-secret-id contains the secret
// fake-secret; there it is not found.
func (s *Secrets) Add(secrets map[string]string, public ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, kind := range slices.Sorted(maps.Keys(secrets)) { // of equal secrets, the first counts
		value := secrets[kind]
		if len(value) < minKnown {
			continue
		}
		of := &secret{kind, value}
		for text, f := range texts(value) {
			s.hidden.add(text, of, f)
		}
		s.names.add(strings.ToLower(value), of, form{})
	}
	for _, value := range public {
		s.public.add(value, nil, form{})
	}
}

// Remove takes back one Add.
func (s *Secrets) Remove(secrets map[string]string, public ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range secrets {
		if len(value) < minKnown {
			continue
		}
		for text := range texts(value) {
			s.hidden.remove(text)
		}
		s.names.remove(strings.ToLower(value))
	}
	for _, value := range public {
		s.public.remove(value)
	}
}

// Found is a secret in a text.
type Found struct {
	Kind     string // as it was given to Add
	Spelling string // such as "in base64"

	begin, end int
	secret     *secret
}

// Find returns the secrets in a text, in their order.
func (s *Secrets) Find(text []byte) []Found { return find(s, &s.hidden, text) }

// FindString is Find for a string.
func (s *Secrets) FindString(text string) []Found { return find(s, &s.hidden, text) }

// FindName is Find for the name of a header, whose letters lose their case on the way.
func (s *Secrets) FindName(name string) []Found { return find(s, &s.names, strings.ToLower(name)) }

func find[T string | []byte](s *Secrets, t *trie, text T) []Found {
	s.mu.RLock()
	defer s.mu.RUnlock()
	hit, escaped := false, isEscaped(text)
	eachIn(t, text, func(*node, int, int) { hit = true })
	if !hit && !escaped {
		return nil
	}
	whole := []byte(text)
	views := []*view{{text: whole}}
	if escaped {
		views = slices.AppendSeq(views, unescaped(whole))
	}
	var all []Found
	for i, v := range views {
		eachIn(t, v.text, func(n *node, begin, end int) {
			if s.isPublicLocked(views, v, n, begin, end) {
				return
			}
			f := Found{n.of.kind, n.spelling(), v.origin(begin), v.origin(end), n.of}
			if i > 0 && n.form == (form{}) {
				f.Spelling = "escaped as JSON"
				if bytes.IndexByte(whole[f.begin:f.end], '%') >= 0 {
					f.Spelling = "percent-encoded"
				}
			}
			all = append(all, f)
		})
	}
	return merge(all)
}

// merge sorts what was found and joins what overlaps: half of a secret is not to be seen beside another.
func merge(all []Found) []Found {
	slices.SortStableFunc(all, func(a, b Found) int { return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(b.end, a.end)) })
	merged := all[:0]
	for _, f := range all {
		if last := len(merged) - 1; last >= 0 && f.begin < merged[last].end {
			merged[last].end = max(merged[last].end, f.end)
			continue
		}
		merged = append(merged, f)
	}
	return merged
}

// isPublicLocked reports whether what was found is a part of a public value, which may be escaped too.
func (s *Secrets) isPublicLocked(views []*view, v *view, n *node, begin, end int) bool {
	if n.form.encoding == plain {
		return s.coveredLocked(views, v.origin(begin), v.origin(end))
	}
	if s.public.max == 0 {
		return false
	}
	decoded, at, ok := n.form.decodeAround(v.text, begin, s.public.max*longestEscape)
	if !ok {
		return false
	}
	length := len(n.of.value)
	if n.form.inner > 0 {
		length = len(innerSpellings(n.of.value)[n.form.inner].text)
	}
	around := slices.AppendSeq([]*view{{text: decoded}}, unescaped(decoded))
	return s.coveredLocked(around, at, at+length)
}

// coveredLocked reports whether a public value holds a part of a text, which is given as the text is before all is
// unescaped.
func (s *Secrets) coveredLocked(views []*view, begin, end int) bool {
	for _, v := range views {
		begin, end := v.from(begin), v.from(end)
		for at := max(0, end-s.public.max); at <= begin; at++ {
			if _, publicEnd := longest(&s.public, v.text, at); publicEnd >= end && publicEnd > 0 {
				return true
			}
		}
	}
	return false
}

// longestEscape is the length of the longest escape of one byte: \u0041.
const longestEscape = 6

// decodeAround decodes what stands around a secret in an encoded text, about reach bytes to either side and no more than
// the encoded text has, and says where the secret begins in it.
func (f form) decodeAround(text []byte, at, reach int) (decoded []byte, begin int, ok bool) {
	isLetter, group, size := func(c byte) bool { return isBase64[c] }, 4, 3
	if f.encoding == inHex {
		isLetter, group, size = func(c byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 }, 2, 1
	}
	isGroup := func(i int) bool {
		return i >= 0 && !slices.ContainsFunc(text[i:i+group], func(c byte) bool { return !isLetter(c) })
	}
	first := at - (int(f.before)*8+5)/6
	if first < 0 {
		return nil, 0, false
	}
	from, to := first, at
	letters := (reach/size + 1) * group
	for first-from < letters && isGroup(from-group) {
		from -= group
	}
	for to < len(text) && to-at < letters && isLetter(text[to]) {
		to++
	}
	var err error
	var plain string
	if f.encoding == inHex {
		decoded, err = hex.DecodeString(string(text[from : to-(to-from)%2]))
	} else {
		plain, err = decodeBase64(string(text[from:to]))
		decoded = []byte(plain)
	}
	return decoded, (first-from)/group*size + int(f.before), err == nil
}

// spelling says how the text of a node spells its secret.
func (n *node) spelling() string {
	name := [...]string{"in plain text", "in base64", "in hexadecimal"}[n.form.encoding]
	if n.form.inner > 0 {
		name += ", " + innerSpellings(n.of.value)[n.form.inner].name
	}
	return name
}

// Hide puts placeholders in place of the secrets in a text. Without any it returns the text itself.
func (s *Secrets) Hide(text []byte) []byte {
	found := find(s, &s.hidden, text)
	if len(found) == 0 {
		return text
	}
	return hide(text, found)
}

// HideString is Hide for a string.
func (s *Secrets) HideString(text string) string {
	if found := find(s, &s.hidden, text); len(found) > 0 {
		return string(hide([]byte(text), found))
	}
	return text
}

// HideName is HideString for the name of a header.
func (s *Secrets) HideName(name string) string {
	if found := s.FindName(name); len(found) > 0 && len(strings.ToLower(name)) == len(name) {
		return string(hide([]byte(name), found))
	}
	return s.HideString(name)
}

func hide(text []byte, found []Found) []byte {
	var out bytes.Buffer
	from := 0
	for _, f := range found {
		out.Write(text[from:f.begin])
		out.WriteString(f.secret.placeholder())
		from = f.end
	}
	out.Write(text[from:])
	return out.Bytes()
}

func (s *secret) placeholder() string { return Placeholder(s.kind, s.value) }

// HideSentence is HideString for a sentence that may quote a text and cut it short: it also hides the beginning of a
// secret before dots or a closing quote. A beginning of fewer than 8 bytes stays.
func (s *Secrets) HideSentence(text string) string {
	for at := 0; at < len(text); at++ {
		if text[at] != '"' && !strings.HasPrefix(text[at:], "…") {
			continue
		}
		if cut, of := s.cutBefore(text[:at]); cut > 0 {
			text = text[:at-cut] + of.placeholder() + text[at:]
			at += len(of.placeholder()) - cut
		}
	}
	return s.HideString(text)
}

// cutBefore finds the longest end of a text that is the beginning of a secret, and the length of that end. It returns
// zero when it is too short, is of no secret, is a whole secret, or is a part of a public value.
func (s *Secrets) cutBefore(text string) (cut int, of *secret) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for at := max(0, len(text)-s.hidden.max); at <= len(text)-minKnown; at++ {
		n := s.hidden.beginning(text[at:])
		if n == nil {
			continue
		}
		_, whole := longest(&s.hidden, text, at)
		if whole == len(text) || s.coveredLocked([]*view{{text: []byte(text)}}, at, len(text)) {
			return 0, nil
		}
		return len(text) - at, n.of
	}
	return 0, nil
}

// String returns how many texts are looked for, and none of them.
func (s *Secrets) String() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	count := 0
	s.hidden.root.all("", func(string) { count++ })
	return fmt.Sprintf("%d spellings", count)
}

// GoString is String: %#v would show the secrets.
func (s *Secrets) GoString() string { return s.String() }

// view is a text of which the escapes were decoded.
type view struct {
	text   []byte
	parent *view // that it was made from; nil for the whole text
	jumps  []jump
}

// jump says that the byte at of a text, and those after it, are those of its parent that begin at from.
type jump struct{ at, from int32 }

// origin is the place in the whole text of a byte of the view.
func (v *view) origin(at int) int {
	for ; v.parent != nil; v = v.parent {
		i, ok := slices.BinarySearchFunc(v.jumps, at, func(j jump, at int) int { return cmp.Compare(int(j.at), at) })
		if !ok {
			i--
		}
		at += int(v.jumps[i].from - v.jumps[i].at)
	}
	return at
}

// from is the first byte of the view that is at a place of the whole text, or after it.
func (v *view) from(origin int) int {
	return sort.Search(len(v.text), func(at int) bool { return v.origin(at) >= origin })
}

// maxUnescaped is how often a text within another text is unescaped.
const maxUnescaped = 4

// unescaped returns the text with its escapes decoded, those of queries and of JSON at once, and that with what is then
// an escape decoded, and so on.
func unescaped(text []byte) iter.Seq[*view] {
	return func(yield func(*view) bool) {
		v := &view{text: text}
		for range maxUnescaped {
			if !isEscaped(v.text) {
				return
			}
			if v = unescape(v); len(v.text) == len(v.parent.text) || !yield(v) {
				return
			}
		}
	}
}

func isEscaped[T string | []byte](text T) bool {
	for i := range len(text) {
		if text[i] == '%' || text[i] == '\\' {
			return true
		}
	}
	return false
}

// unescape decodes the escapes that are well formed, and leaves the rest.
func unescape(parent *view) *view {
	v := &view{text: make([]byte, 0, len(parent.text)), parent: parent, jumps: []jump{{}}}
	for i := 0; i < len(parent.text); {
		length := 0
		if c := parent.text[i]; c == '%' || c == '\\' {
			v.text, length = appendUnescaped(v.text, parent.text[i:])
		}
		if length == 0 {
			v.text = append(v.text, parent.text[i])
			i++
			continue
		}
		i += length
		v.jumps = append(v.jumps, jump{int32(len(v.text)), int32(i)})
	}
	return v
}

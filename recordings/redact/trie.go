package redact

import (
	"cmp"
	"slices"
	"strings"
)

// minKnown is the length in bytes from which on a secret is looked for in any traffic: a shorter one stands in other texts
// by chance.
const minKnown = 8

// trie holds texts of minKnown bytes or more. To add one, to remove one and to look for all of them at a position of a
// text costs the same however many there are.
type trie struct {
	root   node
	begins []uint64 // bits of the hashes of the first minKnown bytes of all texts, and of some that were removed
	shift  uint     // of a hash, which leaves the number of a bit
	added  int      // texts since begins was made
	max    int      // the length of the longest text there was
}

// node is a node of the trie: its text is the labels on the way to it.
type node struct {
	label    string
	children []*node // by the first byte of their labels
	of       *secret // of the text; nil when it ends no text
	form     form
	count    int32 // how often the text was added
}

// child returns where the child is, or belongs, whose label begins with a byte.
func (n *node) child(first byte) (at int, ok bool) {
	return slices.BinarySearchFunc(n.children, first, func(c *node, b byte) int { return cmp.Compare(c.label[0], b) })
}

// add adds a text. Of several secrets with the same text the first counts.
func (t *trie) add(text string, of *secret, f form) {
	if len(text) < minKnown {
		return
	}
	t.max = max(t.max, len(text))
	if t.added++; t.begins == nil || t.added*bitsOfText > len(t.begins)*64 {
		t.makeBegins()
	}
	t.note(text)
	n := &t.root
	for rest := text; rest != ""; {
		at, ok := n.child(rest[0])
		if !ok {
			n.children = slices.Insert(n.children, at, &node{label: rest})
			n.children = slices.Clip(n.children)
			n = n.children[at]
			break
		}
		c := n.children[at]
		same := 0
		for same < len(rest) && same < len(c.label) && rest[same] == c.label[same] {
			same++
		}
		if same < len(c.label) {
			begin := &node{label: c.label[:same], children: []*node{c}}
			c.label = c.label[same:]
			n.children[at] = begin
			c = begin
		}
		n, rest = c, rest[same:]
	}
	if n.count++; n.count == 1 {
		n.of, n.form = of, f
	}
}

// remove takes back one add.
func (t *trie) remove(text string) {
	if len(text) >= minKnown {
		t.root.remove(text)
	}
}

func (n *node) remove(rest string) {
	if rest == "" {
		if n.count--; n.count == 0 {
			n.of = nil
		}
		return
	}
	at, ok := n.child(rest[0])
	if !ok || !strings.HasPrefix(rest, n.children[at].label) {
		return
	}
	c := n.children[at]
	c.remove(rest[len(c.label):])
	if c.count > 0 {
		return
	}
	switch len(c.children) {
	case 0:
		n.children = slices.Delete(n.children, at, at+1)
	case 1: // a node without a text of its own has two children at least
		only := c.children[0]
		only.label = c.label + only.label
		n.children[at] = only
	}
}

// longest returns the node of the longest text that stands at a position of another text, and where it ends there; nil
// when none does.
func longest[T string | []byte](t *trie, text T, at int) (found *node, end int) {
	n := &t.root
	for at < len(text) {
		i, ok := n.child(text[at])
		if !ok {
			break
		}
		n = n.children[i]
		if len(n.label) > len(text)-at || string(text[at:at+len(n.label)]) != n.label {
			break
		}
		at += len(n.label)
		if n.count > 0 {
			found, end = n, at
		}
	}
	return found, end
}

// beginning returns the node of the first text, in their order, that begins so; nil when none does.
func (t *trie) beginning(text string) *node {
	n := &t.root
	for text != "" {
		i, ok := n.child(text[0])
		if !ok {
			return nil
		}
		n = n.children[i]
		if !strings.HasPrefix(n.label, text) && !strings.HasPrefix(text, n.label) {
			return nil
		}
		text = text[min(len(text), len(n.label)):]
	}
	for n.count == 0 {
		if len(n.children) == 0 {
			return nil
		}
		n = n.children[0]
	}
	return n
}

// all calls f with every text.
func (n *node) all(before string, f func(text string)) {
	before += n.label
	if n.count > 0 {
		f(before)
	}
	for _, c := range n.children {
		c.all(before, f)
	}
}

// The hash is of minKnown bytes; minBits are for a trie with few texts.
const (
	hashFactor = 0x9e3779b97f4a7c15
	minBits    = 12
	bitsOfText = 16 // so that a byte of other text is rarely looked at twice
)

// makeBegins makes room for twice the texts there are.
func (t *trie) makeBegins() {
	count := 0
	t.root.all("", func(string) { count++ })
	bits := uint(minBits)
	for 1<<bits < 2*(count+1)*bitsOfText {
		bits++
	}
	t.begins, t.shift, t.added = make([]uint64, 1<<bits/64), 64-bits, count+1
	t.root.all("", t.note)
}

func (t *trie) note(text string) {
	h := window(text) * hashFactor >> t.shift
	t.begins[h/64] |= 1 << (h % 64)
}

// window is the first minKnown bytes of a text as a number. The last byte is the highest, so that the window moves by
// a shift.
func window(text string) (w uint64) {
	for i := range minKnown {
		w |= uint64(text[i]) << (8 * i)
	}
	return w
}

// eachIn calls f with each node whose text stands in another text, the longest where several begin at one place.
func eachIn[T string | []byte](t *trie, text T, f func(n *node, begin, end int)) {
	if t.begins == nil {
		return
	}
	begins, shift := t.begins, t.shift&63
	var w uint64
	for i := range len(text) {
		w = w>>8 | uint64(text[i])<<56
		if h := w * hashFactor >> shift; begins[h/64]&(1<<(h%64)) == 0 || i < minKnown-1 {
			continue
		}
		if n, end := longest(t, text, i-minKnown+1); n != nil {
			f(n, i-minKnown+1, end)
		}
	}
}

package pipeline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/traffic"
)

// extraField is the name of the field that Config.Vary adds: none that a service may come to have.
const extraField = "fakecmeVary"

// extraValues are what it may hold: a client that overlooks what it does not know does not look.
var extraValues = []string{`"extra"`, `7`, `-0.5`, `true`, `null`, `[]`, `{"a":["b"]}`}

// oneListTwoNames are lists for which pages have two names. The dialect decides for one, so the
// other one, empty, would say something else.
var oneListTwoNames = []string{"VideoStreamSet", "VideoStreamInfoSet", "AudioStreamSet", "AudioStreamInfoSet"}

// vary changes a response in ways that the contract leaves open, when Config.Vary asks for it.
func vary(x *Exchange, next func()) {
	next()
	if x.Vary == 0 || x.outcome.bug || x.source.replayed || x.Response.Status != http.StatusOK {
		return
	}
	document, err := contracts.Load(x.Service.Name)
	if err != nil {
		x.Bug("load contract: %v", err)
		return
	}
	keeps := func(body []byte) bool {
		return len(document.CheckResponse(x.OperationID(), x.Response.Status, x.Response.Header, body)) == 0
	}
	if !keeps(x.Response.Body) { // a bug in the fake, which the check of responses tells
		return
	}
	v := newVariation(x.Vary, x.OperationID(), x.Response.Body)
	for _, o := range document.Objects(x.OperationID(), x.Response.Status, x.Response.Body) {
		v.objects[o.Pointer] = slices.DeleteFunc(o.Lists, func(name string) bool { return slices.Contains(oneListTwoNames, name) })
	}
	// Two shapes of one response may differ by a list: then it is not for us to add.
	v.lists = true
	v.lists = keeps(v.value(x.Response.Body, ""))
	v.extras = true
	x.Response.Body = v.value(x.Response.Body, "")
}

// variation is how one response is written anew. All of it depends on the seed and the response alone.
type variation struct {
	key     uint64
	objects map[string][]string // the lists to add, by pointer of the documented object
	lists   bool
	extras  bool
}

func newVariation(seed uint64, operation string, body []byte) *variation {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d %s ", seed, operation)
	_, _ = h.Write(body)
	return &variation{key: h.Sum64(), objects: map[string][]string{}}
}

// random is the source for one object: what is decided for one changes nothing for the others.
func (v *variation) random(at string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(at))
	return rand.New(rand.NewPCG(v.key, h.Sum64()))
}

// value writes a JSON value anew. What is no documented object keeps its bytes.
func (v *variation) value(raw json.RawMessage, at string) json.RawMessage {
	switch {
	case len(raw) > 0 && raw[0] == '[':
		return v.array(raw, at)
	case len(raw) > 0 && raw[0] == '{':
		if lists, documented := v.objects[at]; documented {
			return v.object(raw, at, lists)
		}
	}
	return raw
}

func (v *variation) array(raw json.RawMessage, at string) json.RawMessage {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return raw
	}
	for i := range items {
		items[i] = v.value(items[i], at+"/"+strconv.Itoa(i))
	}
	return slices.Concat([]byte("["), bytes.Join(bytesOf(items), []byte(",")), []byte("]"))
}

// field is a field of an object, written out: "name":value.
type field = []byte

func (v *variation) object(raw json.RawMessage, at string, lists []string) json.RawMessage {
	given, ok := fieldsOf(raw)
	if !ok {
		return raw
	}
	var fields []field
	add := func(name string, value json.RawMessage) {
		quoted, _ := traffic.Encode(name) // a string can always be encoded
		fields = append(fields, slices.Concat(quoted, []byte(":"), value))
	}
	for _, f := range given {
		add(f.name, v.value(f.value, at+contracts.Pointer(f.name)))
	}
	if v.lists {
		for _, name := range lists {
			add(name, json.RawMessage("[]"))
		}
	}
	random := v.random(at)
	before := slices.Clone(fields)
	random.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	if len(fields) > 1 && slices.EqualFunc(fields, before, bytes.Equal) {
		fields = append(fields[1:], fields[0])
	}
	if extra := random.IntN(len(extraValues)); v.extras && (at == "" || random.IntN(2) == 0) {
		place := random.IntN(len(fields) + 1)
		fields = slices.Insert(fields, place, field(`"`+extraField+`":`+extraValues[extra]))
	}
	return slices.Concat([]byte("{"), bytes.Join(fields, []byte(",")), []byte("}"))
}

// namedValue is a field of an object as it was read.
type namedValue struct {
	name  string
	value json.RawMessage
}

// fieldsOf takes an object apart, in its order.
func fieldsOf(raw json.RawMessage) (fields []namedValue, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if _, err := decoder.Token(); err != nil { // the brace
		return nil, false
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		f := namedValue{name: name.(string)} // what else is a name in JSON
		if err := decoder.Decode(&f.value); err != nil {
			return nil, false
		}
		fields = append(fields, f)
	}
	return fields, true
}

func bytesOf(items []json.RawMessage) [][]byte {
	all := make([][]byte, len(items))
	for i, item := range items {
		all[i] = item
	}
	return all
}

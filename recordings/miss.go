package recordings

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
)

// Miss says that no recording answers a request, and why. It is an error. It holds no secrets: what
// could be one is <*>.
type Miss struct {
	Request string // method, service and path
	Reason  string
	Nearest string // where the recording stands that comes closest; "" if there is none
	// Diff is the difference between the nearest recording (-) and the request (+): path, query,
	// headers that matter, body. "" if they are equal.
	Diff string
	// Do says what to do about it, where it is not the difference that says so; "" else.
	Do string
}

func (m *Miss) Error() string {
	text := fmt.Sprintf("replay %s: %s", m.Request, m.Reason)
	if m.Nearest != "" {
		text += "\nnearest: " + m.Nearest
	}
	if m.Diff != "" {
		text += "\ndifference (-recorded +requested):\n" + m.Diff
	}
	if m.Do != "" {
		text += "\nwhat to do: " + m.Do
	}
	return text
}

// repeatOrRecord is what to do when the recorded responses are used up.
const repeatOrRecord = "let answers repeat (--repeat last or loop; recordings.Last or recordings.Loop in Go), record as many calls as the client makes, or correct the client"

// String names a request without its query.
func (s shape) String() string { return s.Method + " " + s.Service + " " + s.Path }

// usedUp is the miss of a request that has been made too often.
func usedUp(wanted shape, items []*item) *Miss {
	reason := fmt.Sprintf("all %d recorded responses have been given", len(items))
	if len(items) == 1 {
		reason = "the only recorded response has been given"
	}
	return &Miss{Request: wanted.String(), Reason: reason, Nearest: items[len(items)-1].hit.String(), Do: repeatOrRecord}
}

// What a miss is compared with is bounded, so that it costs no more in a large library.
const (
	mostCompared = 100  // recordings with the same path
	mostRoutes   = 1000 // paths
)

// missLocked describes the miss of a request that was never recorded.
func (l *Library) missLocked(request Call, wanted shape) *Miss {
	m := &Miss{Request: wanted.String(), Reason: "was never recorded"}
	candidates := l.routes[wanted.route()]
	if len(candidates) > 0 {
		m.Reason = "was recorded with other parameters only"
	} else {
		candidates = l.routes[l.nearestRoute(wanted.route())]
	}
	if len(candidates) == 0 {
		m.Reason = "nothing is recorded"
		return m
	}
	requested := viewOf(request, wanted)
	var nearest requestView
	least := math.MaxInt
	for _, it := range candidates[:min(len(candidates), mostCompared)] {
		recorded := viewOf(it.hit.Call, it.shape)
		if d := recorded.distance(requested); d < least {
			least, nearest, m.Nearest = d, recorded, it.hit.String()
		}
	}
	m.Diff = diff(nearest, requested)
	return m
}

// nearestRoute returns the recorded route that a request most likely meant: of the same service if there is
// one, with the most similar path.
func (l *Library) nearestRoute(wanted route) route {
	var nearest route
	least := math.MaxInt
	for _, r := range l.order[:min(len(l.order), mostRoutes)] {
		d := diagnosis.Distance(r.path, wanted.path)
		if r.service != wanted.service {
			d += 1000
		}
		if r.method != wanted.method {
			d += 2
		}
		if d < least {
			least, nearest = d, r
		}
	}
	return nearest
}

// requestView is what people compare of a request.
type requestView struct {
	Method  string              `json:"method"`
	Service string              `json:"service"`
	Path    string              `json:"path"`
	Query   map[string][]string `json:"query"`
	Signed  map[string][]string `json:"signed"`
	Header  map[string]string   `json:"header"`
	Body    any                 `json:"body"`
}

// headersThatMatter are compared for the eye. They do not decide.
var headersThatMatter = []string{"Content-Type", "Accept", "Appid"}

func viewOf(c Call, s shape) requestView {
	v := requestView{Method: s.Method, Service: s.Service, Path: s.Path, Query: map[string][]string{}, Header: map[string]string{}}
	for _, pair := range s.Query {
		name, value, _ := strings.Cut(pair, "=")
		v.Query[name] = append(v.Query[name], value)
	}
	if s.Signed != "" {
		v.Signed, _ = url.ParseQuery(s.Signed) // it was written by url.Values
	}
	for _, name := range headersThatMatter {
		if value := c.Header.Get(name); value != "" {
			v.Header[http.CanonicalHeaderKey(name)] = value
		}
	}
	v.Body = s.Body
	if s.Form == "json" {
		v.Body = decoded(s.Body) // it was written by marshal
	}
	return v
}

// distance counts what is different.
func (v requestView) distance(other requestView) int {
	n := distance(anyOf(v.Query), anyOf(other.Query)) + distance(anyOf(v.Signed), anyOf(other.Signed)) + distance(v.Body, other.Body)
	if v.Path != other.Path {
		n++
	}
	return n
}

func anyOf(values map[string][]string) any {
	object := map[string]any{}
	for name, list := range values {
		object[name] = strings.Join(list, "\n")
	}
	return object
}

// distance counts the leaves in which two decoded JSON values differ.
func distance(a, b any) int {
	switch a := a.(type) {
	case map[string]any:
		if b, ok := b.(map[string]any); ok {
			n := 0
			for name, value := range a {
				n += distance(value, b[name])
			}
			for name := range b {
				if _, ok := a[name]; !ok {
					n++
				}
			}
			return n
		}
	case []any:
		if b, ok := b.([]any); ok {
			n := cmp.Compare(len(a), len(b)) * (len(a) - len(b))
			for i := range min(len(a), len(b)) {
				n += distance(a[i], b[i])
			}
			return n
		}
	}
	if isLeaf(a) && isLeaf(b) && a == b {
		return 0
	}
	return 1
}

func isLeaf(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

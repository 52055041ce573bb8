package recordings

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"strings"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

// Miss is the error of a request without a recorded response. Secrets of the request are replaced by <*>.
type Miss struct {
	Request string // method, service and path
	Reason  string
	Nearest string // the place of the nearest recording; "" if nothing is recorded
	// Diff is the difference between the nearest recording (-) and the request (+) in path, query, body, and the
	// headers that decide. It is "" if there is none.
	Diff string
	// Do says what to do where the difference does not show it; else it is "".
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

// repeatOrRecord says what to do after the last recorded response.
const repeatOrRecord = "let responses repeat (--repeat last or loop; recordings.Last or recordings.Loop in Go), record as many calls as the client makes, or correct the client"

// tooManyRequests is the miss of a request that was made more often than it was recorded.
func tooManyRequests(wanted pattern, items []*item) *Miss {
	reason := fmt.Sprintf("all %d recorded responses have been given", len(items))
	if len(items) == 1 {
		reason = "the only recorded response has been given"
	}
	return &Miss{Request: wanted.String(), Reason: reason, Nearest: items[len(items)-1].hit.String(), Do: repeatOrRecord}
}

// The search for the nearest recording is bounded, so that a miss costs no more in a large library.
const (
	maxCompared = 100  // recordings with the same path
	maxRoutes   = 1000 // paths
)

// missLocked returns the miss of a request that was never recorded.
func (l *Library) missLocked(request har.Call, wanted pattern) *Miss {
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
	for _, it := range candidates[:min(len(candidates), maxCompared)] {
		recorded := viewOf(it.hit.Call, it.pattern)
		if d := recorded.distance(requested); d < least {
			least, nearest, m.Nearest = d, recorded, it.hit.String()
		}
	}
	if nearest.Format == requested.Format { // a Content-Type decides only on the format
		nearest.Header, requested.Header = nil, nil
	}
	m.Diff = diff(nearest, requested)
	return m
}

// nearestRoute returns the recorded route with the most similar path, of the same service if there is one.
func (l *Library) nearestRoute(wanted route) route {
	var nearest route
	least := math.MaxInt
	for _, r := range l.order[:min(len(l.order), maxRoutes)] {
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

// requestView holds the parts of a request that a miss compares.
type requestView struct {
	Method  string              `json:"method"`
	Service string              `json:"service"`
	Path    string              `json:"path"`
	Query   map[string][]string `json:"query"`
	Signed  map[string][]string `json:"signed"`
	Format  string              `json:"-"`      // of the body
	Header  map[string]string   `json:"header"` // those that decide
	Body    any                 `json:"body"`
}

func viewOf(c har.Call, p pattern) requestView {
	v := requestView{Method: p.Method, Service: p.Service, Path: p.Path, Query: map[string][]string{}, Format: p.Format, Header: map[string]string{}}
	for _, pair := range p.Query {
		name, value, _ := strings.Cut(pair, "=")
		v.Query[name] = append(v.Query[name], value)
	}
	if p.Signed != "" {
		v.Signed, _ = url.ParseQuery(p.Signed) // it was written by url.Values
	}
	if value := c.Header.Get("Content-Type"); value != "" {
		v.Header["Content-Type"] = value
	}
	v.Body = p.Body
	if p.Format == redact.FormatJSON {
		v.Body = decodeJSON(p.Body)
	}
	return v
}

// distance counts the differences.
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

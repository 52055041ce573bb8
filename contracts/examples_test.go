package contracts

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// example is one documented example: testdata/examples.json.
type example struct {
	Operation, Name, Source string
	Request                 json.RawMessage // absent: a GET, or not shown
	Answer                  json.RawMessage
	// Breaks are the violations of the request, of an example that shows what a broken contract gets.
	Breaks []string
	// Contradicts lists where the example disagrees with the tables of its own page.
	Contradicts []struct {
		Side, Pointer, Why string
		Absent             bool
	}
}

func readExamples(t testing.TB) []example {
	t.Helper()
	source, err := os.ReadFile("testdata/examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []example
	decoder := json.NewDecoder(bytes.NewReader(source))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// newRequest makes a request for an operation that keeps the contract as far as it can without
// knowing the body: credentials, header parameters and content type are there.
func newRequest(t testing.TB, id, body string) *http.Request {
	t.Helper()
	method, target := http.MethodGet, "/"
	if o, ok := Lookup(id); ok {
		method, target = o.Method, o.Path
		switch o.Security {
		case "cmeSignature":
			target += "?signature=c2lnbmVk"
		case "cmeTicket":
			target += "?auth=tf_ticket"
		}
	}
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("appid", "fake-appid")
	r.Header.Set("sign", "0123456789abcdef0123456789abcdef")
	r.Header.Set("timestamp", "1758270091116")
	r.Header.Set("Authorization", "Bearer eyJh.e30.c2ln")
	if body != "" {
		r.Header.Set("Content-Type", "application/json;charset=utf-8")
	}
	return r
}

func mustLoad(t testing.TB, id string) *Document {
	t.Helper()
	o, ok := Lookup(id)
	if !ok {
		t.Fatalf("there is no operation %s", id)
	}
	d, err := Load(o.Service)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func lines(violations []Violation) []string {
	var all []string
	for _, v := range violations {
		all = append(all, v.String())
	}
	return all
}

// TestExamplesKeepTheContract checks every documented example, those that contradict their own
// tables too: the documents hold the union.
func TestExamplesKeepTheContract(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, e := range readExamples(t) {
		seen[e.Operation] = true
		t.Run(e.Operation+" "+e.Name, func(t *testing.T) {
			t.Parallel()
			d := mustLoad(t, e.Operation)
			got := d.CheckRequest(e.Operation, newRequest(t, e.Operation, string(e.Request)), e.Request)
			if diff := cmp.Diff(e.Breaks, lines(got)); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
			if e.Answer == nil {
				return
			}
			for _, media := range []string{"application/json", "text/plain; charset=utf-8"} {
				if strings.HasPrefix(media, "text") && e.Source == "S1" {
					continue // h5ds answers JSON only
				}
				got = d.CheckResponse(e.Operation, 200, http.Header{"Content-Type": {media}}, e.Answer)
				if diff := cmp.Diff([]string(nil), lines(got)); diff != "" {
					t.Errorf("answer as %s (-want +got):\n%s", media, diff)
				}
			}
		})
	}
	for _, o := range Operations() {
		if o.Service != "h5ds" && !seen[o.ID] {
			t.Errorf("%s has no example", o.ID)
		}
	}
}

// TestContradictionsAreThere proves that the list of contradictions speaks of the examples.
func TestContradictionsAreThere(t *testing.T) {
	t.Parallel()
	n := 0
	for _, e := range readExamples(t) {
		for _, c := range e.Contradicts {
			n++
			side := e.Request
			if c.Side == "answer" {
				side = e.Answer
			}
			var root any
			if err := json.Unmarshal(side, &root); err != nil {
				t.Fatal(err)
			}
			if found := resolve(root, c.Pointer) != nil; found == c.Absent || c.Why == "" {
				t.Errorf("%s %s: %s %s: found %t, want %t, because %q", e.Operation, e.Name, c.Side, c.Pointer, found, !c.Absent, c.Why)
			}
		}
	}
	if n == 0 {
		t.Error("no contradictions listed")
	}
}

func resolve(node any, pointer string) any {
	for _, key := range strings.Split(pointer, "/")[1:] {
		switch holder := node.(type) {
		case map[string]any:
			node = holder[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(holder) {
				return nil
			}
			node = holder[i]
		default:
			return nil
		}
	}
	return node
}

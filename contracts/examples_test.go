package contracts

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	gocmp "github.com/google/go-cmp/cmp"
)

// example is a documented request, a documented response, or both: in a document, they go by the same name.
type example struct {
	Operation, Name string
	// Failure says that the response is an error.
	Failure  bool
	Request  json.RawMessage // absent: the operation has no body, or none is documented
	Response json.RawMessage // absent: none is documented
	// Breaks are the violations of the request, of an example that shows what a broken contract gets.
	Breaks []string
	// RequestContradicts and ResponseContradicts list where the example disagrees with the tables of its own page.
	RequestContradicts, ResponseContradicts []contradiction
}

type contradiction struct {
	Pointer, Why string
	Absent       bool
}

// readExamples returns the examples of all services that the documents have, in the order of operations and names.
func readExamples(t testing.TB) []example {
	t.Helper()
	var all []example
	for _, service := range Names() {
		doc, err := parse(service)
		if err != nil {
			t.Fatal(err)
		}
		failures := map[string]bool{}
		for _, e := range Errors(service) {
			failures[e.Name] = true
		}
		for _, item := range doc.Paths.Map() {
			for _, o := range item.Operations() {
				var requests openapi3.Examples
				if o.RequestBody != nil && o.RequestBody.Value.Content["application/json"] != nil {
					requests = o.RequestBody.Value.Content["application/json"].Examples
				}
				responses := o.Responses.Value("200").Value.Content["application/json"].Examples
				names := slices.AppendSeq(slices.Collect(maps.Keys(requests)), maps.Keys(responses))
				slices.Sort(names)
				for _, name := range slices.Compact(names) {
					e := example{Operation: o.OperationID, Name: name, Failure: failures[name]}
					e.Request = readExample(t, requests[name], &e.RequestContradicts, &e.Breaks)
					e.Response = readExample(t, responses[name], &e.ResponseContradicts, nil)
					all = append(all, e)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b example) int { return cmp.Compare(a.Operation, b.Operation) })
	return all
}

// readExample returns the value of an example as JSON, and reads its marks. There may be no example.
func readExample(t testing.TB, ref *openapi3.ExampleRef, contradicts *[]contradiction, breaks *[]string) json.RawMessage {
	t.Helper()
	if ref == nil {
		return nil
	}
	value, err := json.Marshal(ref.Value.Value)
	if err != nil {
		t.Fatal(err)
	}
	for mark, target := range map[string]any{"x-contradicts": contradicts, "x-breaks": breaks} {
		written, ok := ref.Value.Extensions[mark]
		if !ok {
			continue
		}
		source, err := json.Marshal(written)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(source))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(target); err != nil {
			t.Fatalf("%s: %v", mark, err)
		}
	}
	return value
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
// tables too: the documents hold the union. It checks the errors of each operation with them.
func TestExamplesKeepTheContract(t *testing.T) {
	t.Parallel()
	type sides struct{ request, response bool }
	succeeds := map[string]sides{}
	for _, e := range readExamples(t) {
		d := mustLoad(t, e.Operation)
		hasBody := d.operations[e.Operation]().body != nil
		if !e.Failure {
			seen := succeeds[e.Operation]
			succeeds[e.Operation] = sides{seen.request || !hasBody || e.Request != nil, seen.response || e.Response != nil}
		}
		t.Run(e.Operation+" "+e.Name, func(t *testing.T) {
			t.Parallel()
			if e.Request != nil || !hasBody && !e.Failure {
				got := d.CheckRequest(e.Operation, newRequest(t, e.Operation, string(e.Request)), e.Request)
				if diff := gocmp.Diff(e.Breaks, lines(got)); diff != "" {
					t.Errorf("request (-want +got):\n%s", diff)
				}
			}
			if e.Response == nil {
				return
			}
			for media := range d.operations[e.Operation]().responses[200] {
				got := d.CheckResponse(e.Operation, 200, http.Header{"Content-Type": {media + "; charset=utf-8"}}, e.Response)
				if diff := gocmp.Diff([]string(nil), lines(got)); diff != "" {
					t.Errorf("response as %s (-want +got):\n%s", media, diff)
				}
			}
		})
	}
	for _, o := range Operations() {
		if both := (sides{true, true}); o.Service != "h5ds" && succeeds[o.ID] != both {
			t.Errorf("%s: an example of a request and of a response that succeeds: %+v", o.ID, succeeds[o.ID])
		}
	}
}

// TestErrorsAreExamples proves that viewers of a document show all errors of each operation: each is an example of its
// response, and leads to the list.
func TestErrorsAreExamples(t *testing.T) {
	t.Parallel()
	for _, service := range Names() {
		doc, err := parse(service)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range doc.Paths.Map() {
			for _, described := range item.Operations() {
				o, _ := Lookup(described.OperationID)
				var want, got []string
				for _, e := range o.Errors {
					want = append(want, e.Name+": #/components/examples/"+e.Name)
				}
				for name, example := range described.Responses.Value("200").Value.Content["application/json"].Examples {
					if _, listed := doc.Components.Examples[name]; listed && name != "Success" {
						got = append(got, name+": "+example.Ref)
					}
				}
				slices.Sort(want)
				slices.Sort(got)
				if diff := gocmp.Diff(want, got); diff != "" {
					t.Errorf("%s: errors among the examples of the response (-want +got):\n%s", o.ID, diff)
				}
			}
		}
	}
}

// TestContradictionsAreThere proves that the list of contradictions speaks of the examples.
func TestContradictionsAreThere(t *testing.T) {
	t.Parallel()
	n := 0
	check := func(e example, side string, value json.RawMessage, contradicts []contradiction) {
		for _, c := range contradicts {
			n++
			var root any
			if err := json.Unmarshal(value, &root); err != nil {
				t.Fatal(err)
			}
			if found := resolve(root, c.Pointer) != nil; found == c.Absent || c.Why == "" {
				t.Errorf("%s %s: %s %s: found %t, want %t, because %q", e.Operation, e.Name, side, c.Pointer, found, !c.Absent, c.Why)
			}
		}
	}
	for _, e := range readExamples(t) {
		check(e, "request", e.Request, e.RequestContradicts)
		check(e, "response", e.Response, e.ResponseContradicts)
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

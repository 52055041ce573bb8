package recordings

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/recordings/har"
)

// examples calls f with every documented example.
func examples(t *testing.T, f func(name string, e *har.Entry, x Example)) {
	t.Helper()
	for _, a := range Documented() {
		for i := range a.Log.Entries {
			e := &a.Log.Entries[i]
			x, ok := ExampleOf(e)
			if !ok {
				t.Errorf("%s: log.entries[%d] does not name its operation", a.Name, i)
			}
			f(fmt.Sprintf("%s %d %s", a.Name, i, x.OperationID), e, x)
		}
	}
}

// TestDocumentedIsComplete compares the kinds of all examples with a golden file.
func TestDocumentedIsComplete(t *testing.T) {
	t.Parallel()
	kinds, comments := map[string][]string{}, map[string]bool{}
	examples(t, func(name string, e *har.Entry, x Example) {
		kinds[x.OperationID] = append(kinds[x.OperationID], x.Kind)
		if e.Comment == "" || comments[e.Comment] {
			t.Errorf("%s: another example has the comment %q", name, e.Comment)
		}
		comments[e.Comment] = true
		c, err := e.Call()
		if err != nil {
			t.Fatal(err)
		}
		if kind := kindOfResponse(t, c); kind != x.Kind {
			t.Errorf("%s: the response is of kind %s, the entry says %s", name, kind, x.Kind)
		}
	})
	for _, o := range contracts.Operations() {
		// Of h5ds, only the login is documented with its response; an operation that is assumed has no documents.
		if o.Service != "h5ds" && o.Provenance != contracts.Assumed && len(kinds[o.ID]) == 0 {
			t.Errorf("%s has no example", o.ID)
		}
	}
	var list strings.Builder
	for _, id := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintln(&list, id, strings.Join(kinds[id], " "))
	}
	compareGolden(t, "testdata/documented.txt", list.String())
}

var update = flag.Bool("update", false, "write the golden files anew")

func written(t testing.TB, a *har.Archive) string {
	t.Helper()
	file, err := har.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

func compareGolden(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
}

func TestDocumentedIsFormatted(t *testing.T) {
	t.Parallel()
	for _, a := range Documented() {
		compareGolden(t, a.Name, written(t, a))
	}
}

// contractOf returns the document of an operation, or nil if there is none.
func contractOf(t *testing.T, id string) *contracts.Document {
	t.Helper()
	service := "callbacks" // which Lookup does not know
	if id != "Callback.UserStatus" {
		o, ok := contracts.Lookup(id)
		if !ok {
			return nil
		}
		service = o.Service
	}
	d, err := contracts.Load(service)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDocumentedKeepsTheContract checks all examples. They may break the contract only where they are known to contradict
// their tables.
func TestDocumentedKeepsTheContract(t *testing.T) {
	t.Parallel()
	examples(t, func(name string, e *har.Entry, x Example) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := contractOf(t, x.OperationID)
			if d == nil {
				t.Fatalf("no contract documents the operation %s", x.OperationID)
			}
			c, err := e.Call()
			if err != nil {
				t.Fatal(err)
			}
			r, err := c.Request(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			known := slices.Concat(x.Contradicts, x.Violates)
			for _, v := range d.CheckRequest(x.OperationID, r, c.Body) {
				if !isKnown(known, "request", v) {
					t.Errorf("request: %s", v)
				}
			}
			for _, v := range d.CheckResponse(x.OperationID, c.Status, c.ResponseHeader, c.ResponseBody) {
				if !isKnown(known, "response", v) {
					t.Errorf("response: %s", v)
				}
			}
		})
	})
}

// isKnown reports whether a violation is at a known disagreement. A violation of a missing field is at the whole body.
func isKnown(known []Disagreement, side string, v contracts.Violation) bool {
	return v.In == contracts.InBody && slices.ContainsFunc(known, func(d Disagreement) bool {
		return d.In == side && (strings.HasPrefix(v.Pointer+"/", d.Pointer+"/") || v.Pointer == "" && d.Table == "required")
	})
}

// kindOfResponse returns success or error, for any of the envelopes.
func kindOfResponse(t *testing.T, c har.Call) string {
	t.Helper()
	var body struct {
		Code     any
		Response struct{ Error *struct{} }
	}
	if err := json.Unmarshal(c.ResponseBody, &body); err != nil {
		t.Fatal(err)
	}
	failed := body.Response.Error != nil
	switch code := body.Code.(type) { // encoding/json takes code for Code
	case string:
		failed = code != "Success"
	case float64:
		failed = code != 0
	}
	if failed {
		return "error"
	}
	return "success"
}

// TestDisagreementsAreThere checks that each listed example really differs from its table.
func TestDisagreementsAreThere(t *testing.T) {
	t.Parallel()
	n := 0
	examples(t, func(name string, e *har.Entry, x Example) {
		c, err := e.Call()
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range slices.Concat(x.Contradicts, x.Violates) {
			n++
			body := c.Body
			if d.In == "response" {
				body = c.ResponseBody
			}
			var root any
			if err := json.Unmarshal(body, &root); err != nil {
				t.Fatal(err)
			}
			value, present := contracts.ValueAt(root, contracts.SplitPointer(d.Pointer)...)
			differs, known := d.differs(value, present)
			if !differs || !known || d.Why == "" {
				t.Errorf("%s: %s %s agrees with the table: %s", name, d.In, d.Pointer, d.Table)
			}
		}
	})
	if n < 20 {
		t.Errorf("only %d disagreements are listed", n)
	}
}

// TestAgrees has values that agree with their tables, TestDisagreementsAreThere values that do not.
func TestAgrees(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ table, value string }{
		{"required", "null"}, {"String", `"1"`}, {"Array of String", `[]`}, {"at most 30", "30"}, {"at most 3", `"123"`}, {"empty", "[]"}, {"x1,y1,x2,y2", "[1,2,3,4]"},
	} {
		var value any
		if err := json.Unmarshal([]byte(tt.value), &value); err != nil {
			t.Fatal(err)
		}
		if differs, known := (Disagreement{Table: tt.table}).differs(value, true); differs || !known {
			t.Errorf("%s: %s differs: %t, known: %t", tt.table, tt.value, differs, known)
		}
		if _, known := (Disagreement{Table: "Structure"}).differs(value, true); known {
			t.Error("a table of an unknown kind is compared")
		}
	}
	for _, table := range []string{"absent", "String"} {
		if differs, _ := (Disagreement{Table: table}).differs(nil, false); differs {
			t.Errorf("%s: an absent value differs", table)
		}
	}
}

// differs reports whether a value differs from its table, and whether the two can be compared.
func (d Disagreement) differs(value any, present bool) (differs, known bool) {
	text, isText := value.(string)
	number, isNumber := value.(float64)
	list, isList := value.([]any)
	switch most, limited := strings.CutPrefix(d.Table, "at most "); {
	case d.Table == "absent":
		return present, true
	case d.Table == "required":
		return !present, true
	case d.Table == "String":
		return present && !isText, true
	case strings.HasPrefix(d.Table, "Array of "):
		return present && !isList, true
	case limited && isNumber:
		limit, err := strconv.ParseFloat(most, 64)
		return number > limit, err == nil
	case limited && isText:
		limit, err := strconv.Atoi(most)
		return len([]rune(text)) > limit, err == nil
	case d.Table == "empty":
		return len(list) > 0, isList
	case d.Table == "x1,y1,x2,y2" && len(list) == 4:
		corner := func(i int) float64 { n, _ := list[i].(float64); return n }
		return corner(2) < corner(0) || corner(3) < corner(1), true
	default:
		return false, false
	}
}

// TestDocumentedHoldsNoSecret: each credential is a placeholder.
func TestDocumentedHoldsNoSecret(t *testing.T) {
	t.Parallel()
	examples(t, func(name string, e *har.Entry, _ Example) {
		c, err := e.Call()
		if err != nil {
			t.Fatal(err)
		}
		placeholders := map[string]string{
			"auth": c.URL.Query().Get("auth"), "signature": c.URL.Query().Get("signature"), "sign": c.Header.Get("sign"),
		}
		for kind, value := range placeholders {
			if value != "" && !strings.HasPrefix(value, "<") {
				t.Errorf("%s: %s is %q, not a placeholder", name, kind, value)
			}
		}
		for _, h := range []http.Header{c.Header, c.ResponseHeader} {
			if h.Get("Cookie")+h.Get("Set-Cookie")+h.Get("Authorization") != "" {
				t.Errorf("%s: a header with a credential", name)
			}
		}
	})
}

func TestEntryWithoutExample(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "1", "{}", `{"operationId":1}`} {
		e := har.Entry{Custom: har.Custom{har.ExampleField: json.RawMessage(raw)}}
		if raw == "" {
			e.Custom = nil
		}
		if x, ok := ExampleOf(&e); ok {
			t.Errorf("%q: got %+v", raw, x)
		}
	}
}

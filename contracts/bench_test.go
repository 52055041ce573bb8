package contracts

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkOperations measures the first use: reading and expanding the index.
func BenchmarkOperations(b *testing.B) {
	source, err := files.ReadFile("index.json")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var all index
		if err := json.Unmarshal(source, &all); err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, e := range all.Documents {
			n += len(e.expand())
		}
		if n == 0 {
			b.Fatal("no operations")
		}
	}
}

// BenchmarkLoad measures the first use of each document, and then of one operation, beside the whole document.
func BenchmarkLoad(b *testing.B) {
	for name, id := range map[string]string{"webpaas": "Material.DescribeMaterials", "h5ds": "User.Info", "opencme": "OpenCME.Login"} {
		b.Run(id, func(b *testing.B) {
			for b.Loop() {
				if _, ok := load(name).operation(id); !ok {
					b.Fatal("there is no " + id)
				}
			}
		})
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := parse(name); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCheckRequest(b *testing.B) {
	for _, e := range readExamples(b) {
		if e.Request == nil || e.Failure {
			continue
		}
		d, r := mustLoad(b, e.Operation), newRequest(b, e.Operation, string(e.Request))
		b.Run(e.Operation, func(b *testing.B) {
			for b.Loop() {
				if got := d.CheckRequest(e.Operation, r, e.Request); got != nil {
					b.Fatal(got)
				}
			}
		})
		b.Run(e.Operation+" with its fields", func(b *testing.B) {
			for b.Loop() {
				if got, _ := d.ReadRequest(e.Operation, r, e.Request); got != nil {
					b.Fatal(got)
				}
			}
		})
	}
}

func BenchmarkCheckResponse(b *testing.B) {
	header := http.Header{"Content-Type": {"application/json"}}
	run := func(name, id string, body []byte) {
		d := mustLoad(b, id)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if got := d.CheckResponse(id, 200, header, body); got != nil {
					b.Fatal(got)
				}
			}
		})
	}
	for _, e := range readExamples(b) {
		if e.Response == nil || e.Failure {
			continue
		}
		run(e.Operation+" "+e.Name, e.Operation, e.Response)
		if e.Operation == "Material.SearchMaterial" {
			for _, n := range []int{10, 1000} {
				run(fmt.Sprintf("%s with %d items", e.Operation, n), e.Operation, repeatItems(b, e.Response, n))
			}
		}
	}
}

// repeatItems makes a response with n media of one with one.
func repeatItems(b *testing.B, response []byte, n int) []byte {
	var whole map[string]any
	if err := json.Unmarshal(response, &whole); err != nil {
		b.Fatal(err)
	}
	data := whole["Data"].(map[string]any)
	item := data["MaterialInfoSet"].([]any)[0]
	items := make([]any, n)
	for i := range items {
		items[i] = item
	}
	data["MaterialInfoSet"] = items
	response, err := json.Marshal(whole)
	if err != nil {
		b.Fatal(err)
	}
	return response
}

// BenchmarkCheckWrong measures what an attacker, or a very wrong client, can make a check cost.
func BenchmarkCheckWrong(b *testing.B) {
	const id = "Material.DescribeMaterials"
	d := mustLoad(b, id)
	bodies := map[string]string{
		"10000 levels":        strings.Repeat("[", 10000),
		"10000 wrong items":   `{"MaterialIds":[1` + strings.Repeat(",1", 9999) + `]}`,
		"one wrong item":      `{"MaterialIds":[1]}`,
		"10000 unknown names": unknownNames(10000),
	}
	for name, body := range bodies {
		r := newRequest(b, id, body)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if got := d.CheckRequest(id, r, []byte(body)); got == nil {
					b.Fatal("no violations")
				}
			}
		})
	}
}

func unknownNames(n int) string {
	var body strings.Builder
	body.WriteString(`{"MaterialIds":[]`)
	for i := range n {
		fmt.Fprintf(&body, `,"x%d":1`, i)
	}
	return body.String() + "}"
}

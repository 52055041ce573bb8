package contracts

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
)

// testdata/violations.txt holds requests, responses and values, one a block, each with the lines that a check must find:
//
//	# a name
//	request OPERATION          or: response OPERATION, schema JSON
//	query a=b                  changes of the request of newRequest, or of a JSON response with the status 200:
//	without Sign               method, path, query, status, header NAME: VALUE, without NAME
//	| body                     or: q body, quoted as in Go; ⟨text×3⟩ stands for texttexttext
//	= violation [rule]
const violationsFile = "testdata/violations.txt"

// Every line of a violation is as it is written, with its rule.
func TestViolations(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile(violationsFile)
	if err != nil {
		t.Fatal(err)
	}
	var now strings.Builder
	for block := range strings.SplitSeq(strings.TrimSpace(string(source)), "\n\n") {
		var given []string
		for line := range strings.SplitSeq(block, "\n") {
			if !strings.HasPrefix(line, "= ") {
				given = append(given, line)
			}
		}
		got := strings.Join(given, "\n") + "\n"
		for _, v := range checkBlock(t, given) {
			got += "= " + v.String() + marksOf(v) + "\n"
		}
		if diff := cmp.Diff(block+"\n", got); diff != "" && !*update {
			t.Errorf("%s (-want +got):\n%s", given[0], diff)
		}
		fmt.Fprintln(&now, got)
	}
	if *update {
		if err := os.WriteFile(violationsFile, []byte(strings.TrimSuffix(now.String(), "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// marksOf names the rule of a violation, and says whether a tolerant server overlooks it.
func marksOf(v Violation) string {
	marks := v.Rule
	if v.Unknown {
		marks = strings.TrimPrefix(marks+", unknown", ", ")
	}
	if marks == "" {
		return ""
	}
	return " [" + marks + "]"
}

// checkBlock checks what a block of violations.txt describes.
func checkBlock(t *testing.T, block []string) []Violation {
	t.Helper()
	kind, what, _ := strings.Cut(block[1], " ")
	body, status := bodyOf(t, block), http.StatusOK
	r := &http.Request{Header: http.Header{"Content-Type": {"application/json"}}}
	if kind == "request" {
		r = newRequest(t, what, body)
	}
	changed := map[string]bool{}
	for _, line := range block[2:] {
		word, value, _ := strings.Cut(line, " ")
		switch word {
		case "method":
			r.Method = value
		case "path":
			r.URL.Path = value
		case "query":
			r.URL.RawQuery = value
		case "status":
			status, _ = strconv.Atoi(value)
		case "without":
			r.Header.Del(value)
		case "header":
			name, value, _ := strings.Cut(value, ": ")
			if unquoted, err := strconv.Unquote(value); err == nil {
				value = unquoted
			}
			if !changed[name] {
				r.Header.Del(name)
			}
			changed[name] = true
			r.Header.Add(name, value)
		case "|", "q":
		default:
			t.Fatalf("%s: %q means nothing", block[0], line)
		}
	}
	switch kind {
	case "request":
		return mustLoad(t, what).CheckRequest(what, r, []byte(body))
	case "response":
		return mustLoad(t, what).CheckResponse(what, status, r.Header, []byte(body))
	}
	var schema openapi3.Schema
	if err := schema.UnmarshalJSON([]byte(what)); err != nil {
		t.Fatalf("%s: %v", block[0], err)
	}
	value, violations, readable := parseJSON([]byte(body))
	if !readable {
		t.Fatalf("%s: %v", block[0], violations)
	}
	for _, f := range check(&schema, value, true) {
		violations = append(violations, f.violation(value))
	}
	return violations
}

var repeated = regexp.MustCompile(`⟨([^×]+)×(\d+)⟩`)

func bodyOf(t *testing.T, block []string) string {
	t.Helper()
	body := ""
	for _, line := range block {
		if text, quoted := strings.CutPrefix(line, "q "); quoted {
			unquoted, err := strconv.Unquote(text)
			if err != nil {
				t.Fatalf("%s: %s: %v", block[0], line, err)
			}
			body = unquoted
		} else if text, ok := strings.CutPrefix(line, "| "); ok {
			body = text
		}
	}
	return repeated.ReplaceAllStringFunc(body, func(part string) string {
		m := repeated.FindStringSubmatch(part)
		n, _ := strconv.Atoi(m[2])
		return strings.Repeat(m[1], n)
	})
}

package verify

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/contracts"
	"github.com/google/go-cmp/cmp"
)

// A file of scenarios is read strictly: each mistake is reported with file and line, before any call.
func TestParseScenarios(t *testing.T) {
	t.Parallel()
	const whole = `service: webpaas
begin:
  root:
    - {call: Material.DescribeClass, keep: {root: /Data/ClassInfoSet/0/ClassId}}
scenarios:
  - name: first
    does: write
    begin: root
    steps:
      - {call: Material.DeleteClass, send: {ClassId: "${root}"}, expect: OperationDenied.PermissionDeny}
      - {call: Material.DescribeClass, credential: none, breaks: true, expect: [AuthFailure.SessionInvalid]}
  - name: second
    steps:
      - call: Material.AddMaterialFrameTag
        send: {VerifySign: "${sign:Upload}", Name: "${user} ${run}"}
        expect: InvalidParameterValue
        saying: starttime bigger than endtime
`
	tests := []struct{ name, from, to, want string }{
		{"whole", "", "", "<nil>"},
		{"no YAML", "service: webpaas", "service: [", "s.yaml:2: did not find expected ',' or ']'"},
		{"empty", whole, "", `s.yaml:1: service "" is not one of opencme, webpaas, h5ds`},
		{"two documents", "service: webpaas\n", "service: webpaas\n---\na: 1\n---\n", "s.yaml:2: a second YAML document begins here; write one document a file"},
		{"unknown field", "credential: none", "credentials: none", `s.yaml:11: unknown field "credentials"; there are: as, breaks, call, credential, each, expect, file, form, has, keep, lacks, mentions, most, needs, off, path, provenance, query, saying, send, sorted`},
		{"wrong type", "steps:\n      - call: Material.Add", "steps: 5\n    x:\n      - call: Material.Add", "s.yaml:13: \"5\" where a list belongs\ns.yaml:14: unknown field \"x\"; there are: begin, dialect, does, name, steps"},
		{"service", "service: webpaas", "service: webpass", `s.yaml:1: service "webpass" is not one of opencme, webpaas, h5ds`},
		{"name", "name: second", "name: Second one", `s.yaml:12: name "Second one" is not of the form a-name`},
		{"name twice", "name: second", "name: first", `s.yaml:12: there is another scenario "first"`},
		{"does", "does: write", "does: harm", `s.yaml:6: does "harm" is not one of read, write, destroy`},
		{"dialect", "    does: write", "    dialect: old", `s.yaml:6: dialect "old" is not one of original, current`},
		{"no steps", whole[strings.Index(whole, "    steps:\n      - call: Mat"):], "", "s.yaml:12: there are no steps"},
		{"begin", "begin: root", "begin: roots", `s.yaml:6: begin "roots" names no steps of the file`},
		{"operation", "call: Material.DeleteClass", "call: Material.EraseClass", `s.yaml:10: call "Material.EraseClass" is not an operation of webpaas`},
		{"operation of another service", "call: Material.DeleteClass", "call: Third.Login", `s.yaml:10: call "Third.Login" is not an operation of webpaas`},
		{"credential", "credential: none", "credential: old", `s.yaml:11: credential "old" is not one of none, unknown`},
		{"error", "[AuthFailure.SessionInvalid]", "NotFound", `s.yaml:11: expect: Material.DescribeClass has no error NotFound ""`},
		{"text of an error", "than endtime", "than start", `s.yaml:14: expect: Material.AddMaterialFrameTag has no error InvalidParameterValue "starttime bigger than start"`},
		{"two errors", "        saying: starttime bigger than endtime\n", "", `s.yaml:14: expect: Material.AddMaterialFrameTag has more than one error InvalidParameterValue; add saying`},
		{"value", "${root}", "${rot}", "s.yaml:10: ${rot}: no step before this one keeps it"},
		{"value of another scenario", "${user}", "${root}", "s.yaml:14: ${root}: no step before this one keeps it"},
		{"pointer", "keep: {root: /Data", "keep: {root: Data", `s.yaml:4: pointer "Data/ClassInfoSet/0/ClassId" does not begin with /`},
		{"order", "breaks: true", "sorted: {/a: upwards}", `s.yaml:11: sorted: /a: "upwards" is neither ascending nor descending`},
		{"pointer of a list", "breaks: true", "most: {a: 1}", `s.yaml:11: pointer "a" does not begin with /`},
		{"value of a choice", "breaks: true", `each: {/a: ["${rot}"]}`, "s.yaml:11: ${rot}: no step before this one keeps it"},
		{"off without a need", "breaks: true", "off: 404", "s.yaml:11: off: 404 needs a line that says what is needed"},
		{"provenance", "breaks: true", "provenance: guessed", `s.yaml:11: provenance "guessed" is not one of documented, example, vendor-client, assumed`},
		{"a new user for reading", "- call: Material.Add", "- as: guest\n        call: Material.Add", `s.yaml:14: as "guest" makes a user, and the scenario only reads`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(whole, test.from, test.to, 1)
			if test.from != "" && text == whole {
				t.Fatal("nothing is changed")
			}
			_, err := parseScenarios("s.yaml", []byte(text))
			if diff := cmp.Diff(test.want, fmt.Sprint(err)); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	value, _ := contracts.DecodeJSON([]byte(`{"a":{"b/c":[{"d":1},{"d":2},{"e":3}]},"n":null}`))
	tests := []struct{ pointers, want string }{
		{"/a/b~1c/1/d", "2"},
		{"/a/b~1c/*/e", "3"},
		{"/a/b~1c/*/d", "1"},
		{"/x or /a/b~1c/0/d", "1"},
		{"/n", "null"},
		{"/a/b~1c/3", "nothing"},
		{"/a/b~1c/-1", "nothing"},
		{"/a/*", "nothing"},
		{"/n/x", "nothing"},
		{"/**/e", "3"},
		{"/a/**/b~1c/2/e", "3"},
		{"/**/d/**", "1"},
		{"/**/x", "nothing"},
	}
	for _, test := range tests {
		got := "nothing"
		if v, ok := find(value, test.pointers); ok {
			got = plainText(v)
		}
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.pointers, got, test.want)
		}
	}
	for text, want := range map[string]bool{`1`: true, `{"e":3}`: true, `4`: false, `"1"`: false, `null`: true} {
		wanted, _ := contracts.DecodeJSON([]byte(text))
		if got := mentions(value, wanted); got != want {
			t.Errorf("mentions %s: %t", text, got)
		}
	}
}

// Times are compared as times, whatever their zone; numbers by their value.
func TestCompareValues(t *testing.T) {
	t.Parallel()
	value := func(text string) any {
		v, _ := contracts.DecodeJSON([]byte(text))
		return v
	}
	tests := []struct {
		a, b string
		want int
	}{
		{`"2025-01-01T10:00:00+08:00"`, `"2025-01-01T03:00:00Z"`, -1},
		{`"2025-01-01T03:00:00.5Z"`, `"2025-01-01T03:00:00Z"`, 1},
		{`"b"`, `"a"`, 1},
		{`"a"`, `"a"`, 0},
		{`9`, `10`, -1},
		{`1.5`, `1`, 1},
		{`{}`, `[]`, 0},
	}
	for _, test := range tests {
		if got := compareValues(value(test.a), value(test.b)); got != test.want {
			t.Errorf("%s, %s: %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

// The texts of a success are those of the examples in the documents, and every example that has texts is meant.
func TestSuccessTexts(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, o := range contracts.Operations() {
		for _, value := range successExamples(t, o) {
			for _, text := range textsOf(o) {
				found, ok := find(value, text.at)
				if ok && !sameValue(text.text, found) {
					t.Errorf("%s: the document shows %v at %s", o.ID, found, text.at)
				}
				if ok && text.origin.Provenance == "documented" {
					shown[text.of] = true
				}
			}
		}
	}
	if diff := cmp.Diff(map[string]bool{"opencme": true, "webpaas": true, "Third.Login": true}, shown); diff != "" {
		t.Errorf("whose texts the documents show (-want +got):\n%s", diff)
	}
}

// successExamples returns the responses that the document of an operation shows and that are no errors.
func successExamples(t *testing.T, o contracts.Operation) []any {
	t.Helper()
	var found []any
	for _, example := range Described(o).Responses.Value("200").Value.Content[mediaJSON].Examples {
		body, err := json.Marshal(example.Value.Value)
		if err != nil {
			t.Fatal(err)
		}
		if codeOf(o, response{body: body}) == success(o) {
			found = append(found, normal(example.Value.Value))
		}
	}
	return found
}

// A target that makes no sense is reported before any call.
func TestPrepareTarget(t *testing.T) {
	t.Parallel()
	const url = "http://127.0.0.1:1/"
	tests := []struct {
		name   string
		target Target
		want   string
	}{
		{"a fake", Target{URL: url}, "<nil>"},
		{"live", Target{URL: "live"}, "<nil>"},
		{"a gateway of one service", Target{H5DSURL: url}, "<nil>"},
		{"no address", Target{}, "verify: there is no address; give the URL of a target"},
		{"no scheme", Target{URL: "127.0.0.1:1"}, "verify: opencme: the address is not of the form http://127.0.0.1:11560"},
		{"a query", Target{URL: url, WebPaaSURL: url + "?a=b"}, "verify: webpaas: the address is not of the form http://127.0.0.1:11560"},
		{"a password", Target{H5DSURL: "http://u:p@127.0.0.1"}, "verify: h5ds: the address is not of the form http://127.0.0.1:11560"},
		{"level", Target{URL: url, Does: "all"}, `verify: "all" is not one of read, write, destroy`},
		{"dialect", Target{URL: url, Dialect: "new"}, `verify: there is no dialect "new"; there are original, current`},
		{"service", Target{URL: url, Services: []string{"h5"}}, `verify: there is no service "h5"; there are opencme, webpaas, h5ds`},
		{"one user", Target{URL: url, OtherUser: "fake-user"}, "verify: user and other user are the same; give two"},
	}
	for _, test := range tests {
		if _, err := test.target.prepare(); fmt.Sprint(err) != test.want {
			t.Errorf("%s: error is %v, want %s", test.name, err, test.want)
		}
	}
}

// The live services are known by name, however they are given; the credentials of the fake are none for them.
func TestLiveNeedsCredentials(t *testing.T) {
	t.Parallel()
	const none = "there are no credentials: secretId, secretKey and platform of CME"
	tests := []struct {
		name   string
		target Target
		want   string // of webpaas
	}{
		{"a fake", Target{URL: "http://127.0.0.1:1"}, ""},
		{"live", Target{URL: "live"}, none},
		{"live by name", Target{OpenCMEURL: "https://OPEN.cme.qcloud.com", WebPaaSURL: "https://web-paas-api.cme.qcloud.com"}, none},
		{"live with those of the fake", Target{URL: "live", SecretID: "fake-secret-id", SecretKey: "k", Platform: "p"}, none},
		{"live with some missing", Target{URL: "live", SecretID: "id", Platform: "p"}, none},
		{"live with credentials", Target{URL: "live", SecretID: "id", SecretKey: "k", Platform: "p"}, ""},
		{"no opencme", Target{WebPaaSURL: "http://127.0.0.1:1"}, "there is no address of opencme, which gives out the tickets"},
	}
	for _, test := range tests {
		target, err := test.target.prepare()
		if err != nil {
			t.Fatal(err)
		}
		if got := target.lacks("webpaas"); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	nobody := &http.Client{Transport: noCalls{t}}
	report, err := Target{URL: "live", Client: nobody}.Verify(t.Context())
	if err != nil || report.Verdict() != VerdictNotJudged || report.Count(VerdictKept) > 0 {
		t.Errorf("%v\n%s", err, report)
	}
}

// noCalls is a network without permitted calls.
type noCalls struct{ t *testing.T }

func (n noCalls) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("%s is called", r.URL.Host)
	return nil, http.ErrNotSupported
}

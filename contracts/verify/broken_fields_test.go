package verify_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/contracts/verify"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/traffic"
)

// responseField is a documented place in the response of an operation.
type responseField struct {
	pointer  string // * stands for every item of a list
	enum     []any  // its documented values, if there are few
	required bool   // by every shape that has it
}

// responseFields returns the documented fields of the responses of an operation, in the order of their pointers.
func responseFields(o contracts.Operation) []responseField {
	fields := map[string]*responseField{}
	reading := map[*openapi3.Schema]bool{}
	var read func(schema *openapi3.Schema, at string)
	read = func(schema *openapi3.Schema, at string) {
		if reading[schema] {
			return
		}
		reading[schema] = true
		defer delete(reading, schema)
		if fields[at] == nil {
			fields[at] = &responseField{pointer: at, required: true}
		}
		fields[at].enum = append(fields[at].enum, schema.Enum...)
		for _, branch := range slices.Concat(schema.OneOf, schema.AnyOf, schema.AllOf) {
			read(branch.Value, at)
		}
		for name, property := range schema.Properties {
			below := at + contracts.Pointer(name)
			read(property.Value, below)
			if !slices.Contains(schema.Required, name) && fields[below] != nil {
				fields[below].required = false
			}
		}
		if schema.Items != nil {
			read(schema.Items.Value, at+"/*")
			fields[at+"/*"].required = false
		}
	}
	for _, media := range verify.Described(o).Responses.Value("200").Value.Content {
		read(media.Schema.Value, "")
	}
	delete(fields, "")
	var all []responseField
	for _, at := range slices.Sorted(maps.Keys(fields)) {
		all = append(all, *fields[at])
	}
	return all
}

// breakField returns the value with what is at the path broken, and says whether there was something to break.
func breakField(value any, path []string, how func(any) (any, bool)) (any, bool) {
	if len(path) == 0 {
		return how(value)
	}
	broken := false
	switch value := value.(type) {
	case map[string]any:
		below, there := value[path[0]]
		if !there {
			return value, false
		}
		if below, broken = breakField(below, path[1:], how); below == (gone{}) {
			delete(value, path[0])
		} else {
			value[path[0]] = below
		}
		return value, broken
	case []any:
		if path[0] != "*" {
			return value, false
		}
		kept := []any{}
		for i := range value {
			item, did := breakField(value[i], path[1:], how)
			broken = broken || did
			if item != (gone{}) {
				kept = append(kept, item)
			}
		}
		return kept, broken
	}
	return value, false
}

type gone struct{}

// waysToBreak are the ways to break a field. One that may be left out is not left out: that breaks nothing, and where it must come
// back, another value is seen too.
func waysToBreak(f responseField) map[string]func(any) (any, bool) {
	return map[string]func(any) (any, bool){
		"gone":    func(any) (any, bool) { return gone{}, f.required },
		"changed": func(value any) (any, bool) { return another(value, f.enum) },
		"reversed": func(value any) (any, bool) {
			list, ok := value.([]any)
			if !ok || len(list) < 2 {
				return value, false
			}
			slices.Reverse(list)
			return list, true
		},
		"empty": func(value any) (any, bool) {
			list, ok := value.([]any)
			return []any{}, ok && len(list) > 0
		},
	}
}

// another returns another value of the same type, if there is one.
func another(value any, enum []any) (any, bool) {
	for i, one := range enum {
		if fmt.Sprint(one) == fmt.Sprint(value) {
			next := enum[(i+1)%len(enum)]
			return next, fmt.Sprint(next) != fmt.Sprint(value)
		}
	}
	switch value := value.(type) {
	case bool:
		return !value, true
	case json.Number:
		if n, err := value.Int64(); err == nil {
			return n + 1, true
		}
		n, _ := value.Float64()
		return n + 1, true
	case string:
		if at, err := time.Parse(time.RFC3339, value); err == nil {
			return at.Add(-time.Hour).Format(time.RFC3339), true
		}
		if value != "" && strings.Trim(value, "0123456789") == "" {
			return value[:len(value)-1] + string('0'+(value[len(value)-1]-'0'+1)%10), true
		}
		return value + "x", true
	}
	return value, false
}

// breaker is a way to a fake on which a part of the successful responses of one operation is broken.
type breaker struct {
	fake   http.Handler
	fits   func(*http.Request) bool
	breaks func(value any) any // the body of a response
}

func (b breaker) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	b.fake.ServeHTTP(w, r)
	response := w.Result()
	if !b.fits(r) || !traffic.ReadEnvelope(w.Body.Bytes()).Succeeded() {
		return response, nil
	}
	value, ok := contracts.DecodeJSON(w.Body.Bytes())
	if !ok {
		return response, nil
	}
	body, err := json.Marshal(b.breaks(value))
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, err
}

// brokenField is a field that is broken in one way.
type brokenField struct {
	name   string // the operation, the pointer, and the way
	breaks func(value any) (any, bool)
}

func brokenFields(o contracts.Operation) []brokenField {
	var all []brokenField
	for _, f := range responseFields(o) {
		for name, how := range waysToBreak(f) {
			all = append(all, brokenField{o.ID + " " + f.pointer + " " + name, func(value any) (any, bool) {
				return breakField(value, contracts.SplitPointer(f.pointer), how)
			}})
		}
	}
	return all
}

// seenBroken runs the scenarios of an operation with each of its fields broken, and returns what was broken with the
// worst verdict that a scenario had on it.
func seenBroken(t *testing.T, o contracts.Operation) map[string]string {
	t.Helper()
	srv := startDemo(t, fake.Config{})
	scenarios, fields := verify.ScenariosWith(o.ID), brokenFields(o)
	shows := make([]map[string]bool, len(scenarios)) // by scenario: the fields that its responses have
	run := func(sc verify.Scenario, breaks func(value any) any) string {
		way := breaker{fake: srv, fits: pathOf(o), breaks: breaks}
		if sc.Calls("Project.DeleteProject") { // it takes away what the others need
			way.fake = startDemo(t, fake.Config{})
		}
		return sc.Run(verify.Target{URL: "http://fake", Timeout: patient, Assumed: true, Does: verify.DoesDestroy, Client: &http.Client{Transport: way}}).Verdict
	}
	for i, sc := range scenarios {
		shows[i] = map[string]bool{}
		verdict := run(sc, func(value any) any {
			body, _ := json.Marshal(value)
			for _, f := range fields {
				again, _ := contracts.DecodeJSON(body)
				if _, did := f.breaks(again); did {
					shows[i][f.name] = true
				}
			}
			return value
		})
		if verdict == verify.VerdictBroken || verdict == verify.VerdictNotJudged {
			t.Errorf("%s with nothing broken: %s", sc.Name(), verdict)
		}
	}
	seen := map[string]string{}
	for _, f := range fields {
		for i, sc := range scenarios {
			if !shows[i][f.name] || seen[f.name] == verify.VerdictBroken {
				continue
			}
			verdict := run(sc, func(value any) any { value, _ = f.breaks(value); return value })
			if seen[f.name] != verify.VerdictNotJudged || verdict == verify.VerdictBroken {
				seen[f.name] = verdict
			}
		}
	}
	return seen
}

// kinds are the reasons why a provider may break a field without a scenario that shows it, by a pattern of "operation pointer way".
// The first that fits counts.
var kinds = []struct{ pattern, reason string }{
	{`^Fakecme\.`, "no vendor has the operation"},
	{` reversed$`, "no source says which order is right"},
	{` empty$`, "an empty list is a precondition that is missing, or what was there before is not known"},
	{`(?i)/(createdAt|updatedAt|CreateTime|UpdateTime|expires_at|expire_at|expireAt|remaining_seconds) changed$`, "the clock of the provider is its own"},
	{`/(MediaInfo|VideoMaterial)/`, "the provider reads it in the file, and there is none"},
	{`^Material\.Describe\w*(Face|Subtitle|Text|Object|FrameTag)\w* `, "what is recognised in a file is not known"},
	{`(?i)(url|/storage_path|/thumb|/filename|/captcha_code|/pay_url_base64|/VodUploadSign) changed$`, "the provider chooses where its files are"},
	{`/(status|StatusCode|TranscodeStatus|convert_status) changed$`, "it changes by itself"},
	{`^(Common\.(Config|Types|TypeItems|Openai)|Templates?|Open\.Templates|Materials|User\.\w+Packages)\b`, "the provider chooses what it has for everybody"},
	{`^(Team|Project|Material\.SearchShared)`, "no call of a client makes one, and those that there are are not known"},
	{`/(captcha_key|task_id|AppId|Authorization) changed$|^User\.Project\.Materials\.Page /data/\*/id changed$`, "the provider makes it up, and no call takes it"},
	{`^(Account|User)\.Info /data/(credits|vip_\w+|name) changed$|^User\.(Apps\.CountInfo|Credits\.Page|CreditLogs\.Page|Messages\.Page) /data/(max|total) changed$`, "what a user has is not known"},
	{`/(size|duration|TaskType|pid) changed$|/TagSet/\* changed$`, "no source says what it is for what was made"},
	{` /data changed$`, "clients read no more than that there is something"},
	{`^Material\.FinishUploadMaterial /Data/MaterialId changed$`, "most versions of the page do not have it"},
}

// A provider that breaks a documented field of a response does not pass: it leaves out one that must be there, changes its value
// to another of the same type, turns a list round or empties it.
func TestVerifySeesEachBrokenField(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	verdicts := map[string]string{}
	t.Run("operations", func(t *testing.T) {
		for _, o := range contracts.Operations() {
			t.Run(o.ID, func(t *testing.T) {
				t.Parallel()
				seen := seenBroken(t, o)
				mu.Lock()
				defer mu.Unlock()
				maps.Copy(verdicts, seen)
			})
		}
	})
	if len(verdicts) < 1000 {
		t.Errorf("only %d fields", len(verdicts))
	}
	var unseen strings.Builder
	used := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(verdicts)) {
		if verdicts[name] == verify.VerdictBroken {
			continue
		}
		i := slices.IndexFunc(kinds, func(kind struct{ pattern, reason string }) bool {
			return regexp.MustCompile(kind.pattern).MatchString(name)
		})
		if i < 0 || strings.HasSuffix(name, " gone") {
			t.Errorf("%s: %s", name, verdicts[name])
			continue
		}
		used[kinds[i].pattern] = true
		fmt.Fprintf(&unseen, "%s: %s\n", name, kinds[i].reason)
	}
	for _, kind := range kinds {
		if !used[kind.pattern] {
			t.Errorf("%q fits nothing", kind.pattern)
		}
	}
	const file = "testdata/unseen.txt"
	if *update {
		if err := os.WriteFile(file, []byte(unseen.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	listed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(listed), "\n"), strings.Split(unseen.String(), "\n")); diff != "" {
		t.Errorf("fields that may be broken; if that is meant, run: make golden (-%s +found):\n%s", file, diff)
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

package webpaas

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// world is a tenant to try operations on. Every call through it also checks what must hold of
// all operations; see run.
type world struct {
	t       *testing.T
	st      *State
	ids     op.IDs
	now     time.Time
	dialect dialect.Dialect
	verify  func(signature, action string) (string, *diagnosis.Diagnosis)
}

var testTime = time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)

func newWorld(t *testing.T) *world {
	return &world{
		t: t, st: &State{}, now: testTime,
		verify: func(signature, action string) (string, *diagnosis.Diagnosis) {
			if signature != "good" || action != "Upload" {
				return "", &diagnosis.Diagnosis{Code: "cme.hmac", Sentence: "it does not verify"}
			}
			return "alice", nil
		},
	}
}

func (w *world) as(user string) *op.Call {
	return &op.Call{
		Now: w.now, User: user, Dialect: w.dialect, Seed: 1, IDs: &w.ids, VerifySign: w.verify,
		Tenant: op.Tenant{ID: "default", Platform: "fake-platform", CMEAppID: 1200000001},
	}
}

// load puts fixtures into the world.
func (w *world) load(f Fixtures) *world {
	w.t.Helper()
	if err := w.st.Load(w.as(""), f); err != nil {
		w.t.Fatal(err)
	}
	return w
}

// outcome is what became of a call.
type outcome struct {
	// Error is the documented error: "Code|Message|EnglishMessage"; empty for a success.
	Refusal string
	// Why is the code of the diagnosis.
	Why string
	// Body is the whole response.
	Body string
}

// run calls an operation and checks what must hold of all of them: an error changes nothing and has
// no Data, a Read changes nothing, a Write keeps the index right.
func (w *world) run(user, operation, request string) outcome {
	w.t.Helper()
	i := slices.IndexFunc(Service.Ops, func(o op.Op[State]) bool { return o.ID == operation })
	if i < 0 {
		w.t.Fatalf("no operation %s", operation)
	}
	c, before := w.as(user), w.snapshot()
	c.Operation = operation
	data, err := Service.Ops[i].Run(c, w.st, []byte(request))
	var failure *op.Error
	var out outcome
	if err != nil {
		r, ok := op.AsFailure(err)
		if !ok {
			w.t.Fatalf("%s %s: a bug in the fake: %v", operation, request, err)
		}
		failure = r.Err
		out.Refusal = r.Err.Code + "|" + r.Err.Message + "|" + r.Err.EnglishMessage
		out.Why = r.Diagnosis.Code
	}
	if err != nil || !Service.Ops[i].Writes {
		if after := w.snapshot(); before != after {
			w.t.Errorf("%s %s: rejected or a Read, and changed the state (-before +after):\n%s", operation, request, cmp.Diff(before, after))
		}
	}
	w.checkIndex()
	out.Body = encode(w.t, Service.Envelope(c, data, failure))
	return out
}

// must is run for a call that succeeds; it returns Data.
func (w *world) must(user, operation, request string) string {
	w.t.Helper()
	out := w.run(user, operation, request)
	if out.Refusal != "" {
		w.t.Fatalf("%s %s: rejected: %s (%s)", operation, request, out.Refusal, out.Why)
	}
	var envelope struct{ Data json.RawMessage }
	if err := json.Unmarshal([]byte(out.Body), &envelope); err != nil {
		w.t.Fatal(err)
	}
	return string(envelope.Data)
}

func (w *world) snapshot() string { return encode(w.t, struct{ State, IDs any }{w.st, w.ids}) }

// checkIndex compares the index that grew with one made new.
func (w *world) checkIndex() {
	w.t.Helper()
	fresh := w.st.clone()
	want, got := indexText(&fresh.index), indexText(&w.st.index)
	if encode(w.t, want) != encode(w.t, got) { // far quicker than cmp.Diff
		w.t.Errorf("index (-made new +grown):\n%s", cmp.Diff(want, got))
	}
}

// indexText is an index without its pointers.
func indexText(x *index) map[string]any {
	ids := func(list []*entry) []string {
		var ids []string
		for _, e := range list {
			ids = append(ids, e.id+"@"+e.created.String())
		}
		return ids
	}
	text := map[string]any{}
	for id, e := range x.entries {
		text["entry "+id] = []any{e.name, e.description, e.kind, e.resolution, e.duration, e.tags, e.presetTags, e.place.Class}
	}
	for owner, list := range x.byOwner {
		text["owner "+owner.String()] = ids(list)
	}
	for p, list := range x.byPlace {
		text["place "+p.Owner.String()+classText(p.Class)] = ids(list)
	}
	for id, n := range x.files {
		text["file "+id] = n
	}
	for p, list := range x.children {
		text["children "+p.Owner.String()+classText(p.Class)] = list
	}
	return text
}

// encode writes JSON as the fake does.
func encode(t testing.TB, value any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// Errors as outcome.Error has them.
const (
	materialNotExist = "InvalidParameterValue.MaterialId|媒体不存在|material not exist"
	permissionDeny   = "OperationDenied.PermissionDeny|权限不足|permission denied"
	limitTooLarge    = "InvalidParameterValue.Limit|参数错误，Limit 参数值超过限制|Limit greate than max"
	startAfterEnd    = "InvalidParameterValue|参数值错误|starttime bigger than endtime"
	verifyFail       = "SignatureVerifyFail|签名校验失败|Signature Verify Fail"
	notVideo         = "InvalidParameterValue|参数值错误|material is not a video"
)

func invalid(parameter string) string {
	return "InvalidParameterValue|参数值错误|param " + parameter + " invalid"
}

// success is the whole response of an operation without data.
const success = `{"Code":"Success","Message":"成功","EnglishMessage":"success"}`

// ids returns the MaterialIds in a response, in its order.
func ids(t *testing.T, data string) []string {
	t.Helper()
	var answer struct {
		MaterialInfoSet []struct {
			BasicInfo struct {
				MaterialID string `json:"MaterialId"`
			}
		}
	}
	if err := json.Unmarshal([]byte(data), &answer); err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, m := range answer.MaterialInfoSet {
		ids = append(ids, m.BasicInfo.MaterialID)
	}
	return ids
}

// at is a time some seconds after a fixed one.
func at(seconds int) time.Time {
	return time.Date(2020, 12, 14, 9, 0, 0, 0, time.UTC).Add(time.Duration(seconds) * time.Second)
}

// people is the cast of most tests: alice shares nothing but what a test grants; team t has an owner, an
// admin and a member; carol is nobody.
func people() Fixtures {
	return Fixtures{
		Teams: []Team{{ID: "t", Members: []Member{
			{User: "olga", Role: RoleOwner}, {User: "adam", Role: RoleAdmin}, {User: "mia", Role: RoleMember},
		}}},
	}
}

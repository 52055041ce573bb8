// Package h5dstest holds what the tests of h5ds and of its parts share: a state with something in it, calls on it, and
// comparisons.
package h5dstest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/h5ds"
	"github.com/fakecme/fakecme/fake/internal/op"
)

func init() { // the errors have no texts before
	if err := op.Fill(h5ds.Service.Errors, contracts.Errors(h5ds.Service.Name)); err != nil {
		panic(err)
	}
}

// Now is the time of every test: seven days before the expires_at of the documented example.
var Now = time.UnixMilli(1758270091116).Add(-7 * 24 * time.Hour).UTC()

// Lives that the service has, and does not export.
const (
	TokenLife = 7 * 24 * time.Hour
	CodeLife  = 5 * time.Minute // of a code, a captcha and a code to scan
	OrderLife = 30 * time.Minute
)

// Diff reports how a value differs from the one wanted.
func Diff(t testing.TB, what string, want, got any) {
	t.Helper()
	if d := gocmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// JSON encodes a value.
func JSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// FromJSON decodes a value.
func FromJSON(t testing.TB, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

// Ptr returns a pointer to a value.
func Ptr[V any](v V) *V { return &v }

// Put stores values, and returns the last one as it was stored.
func Put[V h5ds.Value](t testing.TB, st *h5ds.State, values ...V) (stored V) {
	t.Helper()
	for _, v := range values {
		var err error
		if stored, err = h5ds.Put(st, Call(""), v); err != nil {
			t.Fatal(err)
		}
	}
	return stored
}

// Call is a call of a user in the session of [Seeded], or of nobody. Its tokens show what they claim.
func Call(user string) *op.Call {
	c := &op.Call{
		Now: Now, IDs: &op.IDs{}, Tenant: op.Tenant{ID: "default", AppID: "fake-appid"}, User: user,
		Token: func(c op.TokenClaims) (string, error) {
			return fmt.Sprintf("Bearer %s until %d", c.UserID, c.Expire.UnixMilli()), nil
		},
	}
	if user != "" {
		c.Session = WtoneSession
	}
	return c
}

// Visit makes calls on one state, with one count of ids and one clock.
type Visit struct {
	T     testing.TB
	State *h5ds.State
	Call  *op.Call
}

// New is a visit by a user; "" is nobody.
func New(t testing.TB, st *h5ds.State, user string) *Visit {
	return &Visit{T: t, State: st, Call: Call(user)}
}

// As is the same visit by another user.
func (v *Visit) As(user string) *Visit {
	c := *v.Call
	c.User = user
	return &Visit{T: v.T, State: v.State, Call: &c}
}

// Later is the same visit after a while.
func (v *Visit) Later(d time.Duration) *Visit {
	c := *v.Call
	c.Now = c.Now.Add(d)
	return &Visit{T: v.T, State: v.State, Call: &c}
}

// Run runs an operation, and returns what it returns.
func (v *Visit) Run(operation, request string) (any, error) {
	v.T.Helper()
	for _, o := range h5ds.Service.Ops {
		if o.ID == operation {
			return o.Run(v.Call, v.State, []byte(request))
		}
	}
	v.T.Fatalf("there is no operation %s", operation)
	return nil, nil
}

// Response is the response as the client gets it, and the error in it, if it is one.
func (v *Visit) Response(operation, request string) (string, *op.Failure) {
	v.T.Helper()
	data, err := v.Run(operation, request)
	if err == nil {
		return JSON(v.T, h5ds.Service.Envelope(v.Call, data, nil)), nil
	}
	failure, ok := op.AsFailure(err)
	if !ok {
		v.T.Fatalf("%s %s: %v", operation, request, err)
	}
	return JSON(v.T, h5ds.Service.Envelope(v.Call, nil, failure.Err)), failure
}

// Data makes a call that must succeed, and returns its data as text.
func (v *Visit) Data(operation, request string) string {
	v.T.Helper()
	response, failure := v.Response(operation, request)
	if failure != nil {
		v.T.Fatalf("%s %s: %s", operation, request, failure.Diagnosis)
	}
	data, whole := strings.CutPrefix(response, `{"code":0,"message":"success","data":`)
	if !whole {
		v.T.Fatalf("%s: %s", operation, response)
	}
	return strings.TrimSuffix(data, "}")
}

// Read makes a call that must succeed, and reads its data.
func (v *Visit) Read(operation, request string, data any) {
	v.T.Helper()
	FromJSON(v.T, v.Data(operation, request), data)
}

// Why makes a call, and returns the code of the diagnosis; empty for success. A rejected call must change nothing, and
// its diagnosis must say what is wrong and what to do.
func (v *Visit) Why(operation, request string) string {
	v.T.Helper()
	before, ids := JSON(v.T, v.State), JSON(v.T, v.Call.IDs)
	_, failure := v.Response(operation, request)
	if failure == nil {
		return ""
	}
	Diff(v.T, operation+": state", before, JSON(v.T, v.State))
	Diff(v.T, operation+": ids", ids, JSON(v.T, v.Call.IDs))
	if failure.Diagnosis.Sentence == "" || failure.Diagnosis.Fix == "" {
		v.T.Errorf("the diagnosis says too little: %+v", failure.Diagnosis)
	}
	return failure.Diagnosis.Code
}

// IDs are those of the rows of a page, and the total of all pages: "2 1 of 7".
func (v *Visit) IDs(operation, request string) string {
	v.T.Helper()
	var p struct {
		Data []struct {
			ID         any
			TemplateID string
			Material   struct{ ID string }
		}
		Total int
	}
	v.Read(operation, request, &p)
	ids := make([]string, len(p.Data))
	for i, row := range p.Data {
		if row.ID != nil {
			ids[i] = fmt.Sprint(row.ID)
		}
		ids[i] += row.TemplateID + row.Material.ID
	}
	return fmt.Sprintf("%s of %d", strings.Join(ids, " "), p.Total)
}

// Captcha returns the two fields of a captcha that is solved, as the middle of an object.
func (v *Visit) Captcha() string {
	v.T.Helper()
	var got struct {
		Key string `json:"captcha_key"`
	}
	v.Read("Account.Captcha", ``, &got)
	return `"captchaKey":"` + got.Key + `","captchaCode":"` + h5ds.CaptchaText(got.Key) + `"`
}

// Code lets the platform send a code, and returns its digits.
func (v *Visit) Code(operation, field, to string) string {
	v.T.Helper()
	v.Data(operation, `{"`+field+`":"`+to+`",`+v.Captcha()+`}`)
	return v.State.Account.Codes.To(to)[0].Code
}

// On is a visit that makes one call.
func On(t testing.TB, st *h5ds.State, c *op.Call) *Visit { return &Visit{T: t, State: st, Call: c} }

// Rejected proves that a call is rejected with a response such as "404 数据不存在", for a reason, and changes nothing.
func (v *Visit) Rejected(operation, request, response, why string) {
	v.T.Helper()
	Diff(v.T, "diagnosis", why, v.Why(operation, request))
	got, _ := v.Response(operation, request)
	code, message, _ := strings.Cut(response, " ")
	Diff(v.T, "response", `{"code":`+code+`,"message":"`+message+`","data":null}`, got)
}

// AllRejected makes the calls of testdata/rejected.txt, each on a state of its own.
func AllRejected(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile("testdata/rejected.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSpace(line), " | ")
		if len(fields) != 6 {
			t.Fatalf("a line has %d fields: %s", len(fields), line)
		}
		name, user, operation, request, response, why := fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := New(t, Everything(t), cmp.Or(user, WtoneID))
			if strings.Contains(request, "CAPTCHA") { // stands for one that is solved
				solved := v.Captcha()
				request = strings.NewReplacer("CAPTCHAKEY", strings.Split(solved, `"`)[3], "CAPTCHA", solved).Replace(request)
			}
			v.Rejected(operation, request, response, why)
			_, failure := v.Response(operation, request)
			for _, secret := range []string{AlicePassword, "another horse 2"} {
				if failure != nil && strings.Contains(failure.Diagnosis.String(), secret) {
					t.Errorf("the diagnosis shows a password: %s", failure.Diagnosis)
				}
			}
		})
	}
}

// BadFixtures loads the fixtures of testdata/badfixtures.txt, and compares the errors.
func BadFixtures(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile("testdata/badfixtures.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(strings.TrimSpace(string(text)), "\n\n")[1:] {
		lines := strings.Split(block, "\n")
		if len(lines) != 3 {
			t.Fatalf("a case has %d lines: %s", len(lines), block)
		}
		name, full := strings.CutSuffix(lines[0], " +")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := &h5ds.State{}
			if full {
				st = Everything(t)
			}
			var f h5ds.Fixtures
			if err := yaml.Unmarshal([]byte("{"+lines[1]+"}"), &f); err != nil {
				t.Fatal(err)
			}
			BadFixture(t, st, f, strings.TrimSpace(lines[2]))
		})
	}
}

// BadFixture proves that fixtures cannot be loaded. An error of the first entry of the only list leaves the state as it
// was.
func BadFixture(t testing.TB, st *h5ds.State, f h5ds.Fixtures, want string) {
	t.Helper()
	before := JSON(t, st)
	Diff(t, "error", want, fmt.Sprint(st.Load(Call(""), f)))
	if len(f.Users) == 0 && len(f.TemplateCategories) == 0 && regexp.MustCompile(`^\w+\[0\]`).MatchString(want) {
		Diff(t, "state", before, JSON(t, st))
	}
}

// Token makes a call that logs somebody in, and returns the user in the token.
func (v *Visit) Token(operation, request string) (user string) {
	v.T.Helper()
	var got struct{ Token string }
	v.Read(operation, request, &got)
	bearer, rest, _ := strings.Cut(got.Token, " ")
	Diff(v.T, "kind of token", "Bearer", bearer)
	user, _, _ = strings.Cut(rest, " ")
	return user
}

// QR asks for a code to scan, and returns its sn.
func (v *Visit) QR(operation string) string {
	v.T.Helper()
	var got struct{ SN, URL string }
	v.Read(operation, ``, &got)
	Diff(v.T, "picture", []string{"fakecme", "ApproveQR", got.SN}, Texts(v.T, got.URL))
	return got.SN
}

// Texts reads a picture as a browser would: a data URL, base64, SVG.
func Texts(t testing.TB, url string) []string {
	t.Helper()
	encoded, ok := strings.CutPrefix(url, "data:image/svg+xml;base64,")
	svg, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !ok {
		t.Fatalf("%.40s: %v", url, err)
	}
	var texts []string
	depth := 0
	for d := xml.NewDecoder(strings.NewReader(string(svg))); ; {
		token, err := d.Token()
		if err == io.EOF {
			return texts
		}
		if err != nil {
			t.Fatalf("%s: %v", svg, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth++; depth == 1 && token.Name.Space+token.Name.Local != "http://www.w3.org/2000/svgsvg" {
				t.Errorf("the picture is <%s>", token.Name.Local)
			}
		case xml.CharData:
			texts = append(texts, string(token))
		}
	}
}

package fake_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/h5dssign"
	"github.com/fakecme/fakecme/recordings"
	"github.com/fakecme/fakecme/recordings/har"
)

// example is the scene of a documented example: the state, the user and the dialect.
type example struct {
	user    string // logged in; exampleUser when empty
	dialect fake.Dialect
	// at is the tenant's time; now when zero.
	at    time.Time
	appID int64 // in place of the default AppId
	put   func(s *scene)
	// inject is the code of an error that only a fault can provoke.
	inject string
	// made are the values that the service makes or the document masks, by JSON pointer into the response:
	// the form that the fake's must have.
	made map[string]string
	// breaks says that the request breaks the contract: a finding, beside the error.
	breaks bool
}

// scene is an in-process fake in which an example is replayed, with the values that take the place of those that the
// document could not print.
type scene struct {
	t       *testing.T
	srv     *fake.Server
	user    string
	instead []string // old and new, by turns
	// sign makes the signature of a login, good or not.
	sign func(p cmesign.Params) string
}

// The documents mask the id of one user in two ways, and print it whole elsewhere.
const exampleUser = "ce4cdaf6-6039-486b-8f09-a5df23dbe6c9"

var unmasked = []string{
	"ce4cdaf6-6039-486b-8f09-a5df23xxxxxx", exampleUser, "ce4cdaf6-6039-486b-8f09-a5df23dxxxxxx", exampleUser,
}

// documentedExample is an example with its name: the operation, and its number among those of the operation.
type documentedExample struct {
	name, operation string
	call            har.Call
}

func documentedExamples(t *testing.T) []documentedExample {
	t.Helper()
	var all []documentedExample
	number := map[string]int{}
	for _, a := range recordings.Documented() {
		for i := range a.Log.Entries {
			e := &a.Log.Entries[i]
			x, ok := recordings.ExampleOf(e)
			c, err := e.Call()
			if !ok || err != nil {
				t.Fatalf("%s: %s: no example: %v", a.Name, e.Comment, err)
			}
			number[x.OperationID]++
			all = append(all, documentedExample{fmt.Sprintf("%s %d", x.OperationID, number[x.OperationID]), x.OperationID, c})
		}
	}
	return all
}

// setUp starts the in-process fake of an example.
func setUp(t *testing.T, d documentedExample, x example, config fake.Config) *scene {
	t.Helper()
	id := strings.ToLower(strings.NewReplacer(".", "-", " ", "-").Replace(d.name))
	config.Dialect, config.Tenants = x.dialect, []fake.Credentials{{ID: id, Platform: "my_platform", CMEAppID: x.appID}}
	srv := fake.Start(t, config)
	if x.breaks {
		srv.Forgive(d.operation)
	}
	if !x.at.IsZero() {
		srv.Clock.Freeze(x.at)
	}
	if x.inject != "" {
		srv.Inject(d.operation, fault.Error(x.inject))
	}
	s := &scene{t: t, srv: srv, user: x.user, instead: slices.Clone(unmasked)}
	if s.user == "" {
		s.user = exampleUser
	}
	s.sign = func(p cmesign.Params) string { return cmesign.Sign(srv.Tenant.SecretKey, p) }
	if x.put != nil {
		x.put(s)
	}
	return s
}

// replay sends the request of an example to a fake at base, signed by the credentials of the scene.
func (s *scene) replay(t *testing.T, base string, d documentedExample) httpResponse {
	t.Helper()
	header := d.call.Header.Clone()
	query, params := d.call.URL.Query(), loginParams(s.srv.Tenant, s.user)
	if query.Has("signature") {
		query.Set("signature", s.sign(params))
	}
	if query.Has("auth") {
		query.Set("auth", s.ticket(t, base))
	}
	if header.Get("sign") != "" {
		h5dssign.New(h5dssign.Key{AppID: s.srv.Tenant.AppID, Secret: s.srv.Tenant.Secret}, s.srv.Clock.Now()).Set(header)
	}
	address := base + d.call.URL.Path + "?" + query.Encode()
	return hosted(t, d.call.URL.Host, d.call.Method, address, s.substitute(string(d.call.Body)), header)
}

func (s *scene) substitute(text string) string {
	return strings.NewReplacer(s.instead...).Replace(text)
}

// ticket logs the user in at a fake that has the same credentials.
func (s *scene) ticket(t *testing.T, base string) string {
	t.Helper()
	query := url.Values{"signature": {loginSignature(s.srv.Tenant, s.user)}}
	response := hosted(t, "open.cme.qcloud.com", "GET", base+"/?"+query.Encode(), "", nil)
	ticket := ticketForm.FindString(response.Body)
	if ticket == "" {
		t.Fatalf("login: %s (%s)", response.Body, response.why())
	}
	return ticket
}

// upload applies for an upload into a class and returns its UploadContext.
func (s *scene) upload(class int64) string {
	t := s.t
	t.Helper()
	body := fmt.Sprintf(`{"ClassId":%d,"MaterialType":"VIDEO","Name":"上传测试","Owner":{"Id":%q,"Type":"PERSON"}}`, class, s.user)
	response := paas(t, s.srv, "Material/CreateUploadMaterial", s.ticket(t, s.srv.URL), body)
	var a struct {
		Data struct{ UploadContext string }
	}
	if err := json.Unmarshal([]byte(response.Body), &a); err != nil || a.Data.UploadContext == "" {
		t.Fatalf("upload: %v: %s (%s)", err, response.Body, response.why())
	}
	return a.Data.UploadContext
}

// hosted sends a request with the real host name to the address of a fake.
func hosted(t *testing.T, host, method, address, body string, header http.Header) httpResponse {
	t.Helper()
	var pairs []string
	for name := range header {
		pairs = append(pairs, name, header.Get(name))
	}
	return do(t, &http.Client{Transport: toHost(host)}, method, address, body, pairs...)
}

// toHost is a transport that sends this Host, wherever the address leads.
type toHost string

func (h toHost) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Host = string(h)
	return http.DefaultTransport.RoundTrip(r)
}

// disagreement returns how the response differs from the documented one; nothing when it does not.
func (s *scene) disagreement(d documentedExample, x example, response httpResponse) string {
	var want, actual any
	documented := s.substitute(string(d.call.ResponseBody))
	documented = strings.NewReplacer("<Platform>", s.srv.Tenant.Platform, "<UserId>", s.user,
		"181000xxxx", fmt.Sprint(s.srv.Tenant.CMEAppID)).Replace(documented)
	if err := json.Unmarshal([]byte(documented), &want); err != nil {
		return err.Error()
	}
	if err := json.Unmarshal([]byte(response.Body), &actual); err != nil {
		return err.Error() + ": " + response.Body
	}
	n := normaliser{made: maps.Clone(x.made)}
	actual = n.settle("", want, actual)
	diff := cmp.Diff(d.call.Status, response.Status) + cmp.Diff(want, actual)
	if len(n.made) > 0 {
		diff += fmt.Sprintf("not there, or of another form: %v", n.made)
	}
	return diff
}

// normaliser replaces values that cannot be equal, where they have the documented form.
type normaliser struct{ made map[string]string }

func (n normaliser) settle(pointer string, want, actual any) any {
	if form, ok := n.made[pointer]; ok && want != nil && regexp.MustCompile(form).MatchString(fmt.Sprint(actual)) {
		delete(n.made, pointer)
		return want
	}
	switch want := want.(type) {
	case map[string]any:
		if actual, ok := actual.(map[string]any); ok {
			for key := range want {
				if value, there := actual[key]; there {
					actual[key] = n.settle(pointer+"/"+key, want[key], value)
				}
			}
		}
	case []any:
		if actual, ok := actual.([]any); ok {
			for i := range min(len(want), len(actual)) {
				actual[i] = n.settle(fmt.Sprint(pointer, "/", i), want[i], actual[i])
			}
		}
	case string:
		if actual, ok := actual.(string); ok && strings.HasPrefix(want, "https://") && shape(want) == shape(actual) {
			return want
		}
	}
	return actual
}

// freeParts are the parts of an address that follow from the material's id or from the time.
var freeParts = []struct {
	form *regexp.Regexp
	by   string
}{
	{regexp.MustCompile(`/[0-9a-f]{8}([0-9]{19}/)`), "/<hex>$1"}, // before the id of the file
	{regexp.MustCompile(`/[A-Za-z0-9]{12}\.mp4`), "/<name>.mp4"},
	{regexp.MustCompile(`\?t=[0-9a-f]{8}&`), "?t=<time>&"},
	{regexp.MustCompile(`&sign=[0-9a-f]{28}([0-9a-f]{4}|xxxx)$`), "&sign=<sign>"},
}

// shape is an address without its free parts: the host, the path and the names in the query remain.
func shape(address string) string {
	for _, p := range freeParts {
		address = p.form.ReplaceAllString(address, p.by)
	}
	return address
}

// Every documented example, replayed in process and against the binary, is answered as documented.
func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	documented := documentedExamples(t)
	binaries := startBinaries(t)
	table := conformance()
	known := map[string]bool{}
	onlyInProcess := []string{}
	for _, d := range documented {
		known[d.name] = true
		x, replayed := table[d.name]
		reason, asked := theFakeAsks[d.name]
		if replayed == asked {
			t.Errorf("%s must be replayed, or be in theFakeAsks with a reason (%q)", d.name, reason)
			continue
		}
		if asked {
			continue
		}
		base, preset := binaries[x.dialect.Name]
		if x.dialect != (fake.Dialect{}) && x.dialect.Name == "" {
			preset = false
			onlyInProcess = append(onlyInProcess, d.name)
		}
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			s := setUp(t, d, x, fake.Config{})
			if preset { // before the state changes
				copyTo(t, base, d.operation, s, x)
			}
			targets := map[string]string{"in process": s.srv.URL}
			if preset {
				targets["binary"] = base
			}
			for target, base := range targets {
				response := s.replay(t, base, d)
				judgeExample(t, d.name, target, s.disagreement(d, x, response), response)
			}
		})
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(table)), slices.Collect(maps.Keys(theFakeAsks)), slices.Collect(maps.Keys(differs))) {
		if !known[name] {
			t.Errorf("no document has the example %q", name)
		}
	}
	if diff := cmp.Diff(withoutPreset, onlyInProcess); diff != "" {
		t.Errorf("examples whose dialect the binary cannot be given (-want +got):\n%s", diff)
	}
}

func judgeExample(t *testing.T, name, target, diff string, response httpResponse) {
	t.Helper()
	reason, differs := differs[name]
	switch {
	case differs && diff == "":
		t.Errorf("%s: the response is as documented; take it from differs, which says: %s", target, reason)
	case !differs && diff != "":
		t.Errorf("%s (-want +got):\n%s\n(%s)", target, diff, response.Header.Get("X-Fakecme-Why"))
	}
}

// theFakeAsks are examples of calls that the fake makes.
var theFakeAsks = map[string]string{
	"Callback.UserStatus 1": "the fake asks the third party; the tests of LoginStatusURL answer it",
	"Callback.UserStatus 2": "the fake asks the third party; the tests of LoginStatusURL answer it",
}

// withoutPreset are examples that a preset reads by the table, and one field of a dialect as they are.
// The binary knows presets only.
var withoutPreset = []string{"Material.DescribeFaceInMaterial 1", "Material.DescribeMaterials 1", "Material.FinishUploadMaterial 1"}

// differs are examples that no dialect answers as documented, with the reason.
var differs = map[string]string{}

// startBinaries builds the binary and runs it once for each dialect that it can be given. It returns
// their addresses by the name of the dialect; the default one is there without a name, too.
func startBinaries(t *testing.T) map[string]string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "fakecme")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", binary, "../cmd/fakecme").CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, out)
	}
	bases := map[string]string{}
	for _, d := range fake.Dialects() {
		bases[d.Name] = startBinary(t, binary, d.Name)
	}
	bases[""] = bases[fake.Original().Name]
	return bases
}

// startBinary returns the address on which the binary serves until the test ends. It checks its own responses,
// and ends with a status that says whether they were right.
func startBinary(t *testing.T, binary, dialect string) string {
	t.Helper()
	cmd := exec.Command(binary, "serve", "--http", "127.0.0.1:0", "--dialect", dialect, "--log", "none", "--self-check")
	cmd.Env, cmd.Stderr = []string{"TZ=UTC"}, os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.Process.Signal(os.Interrupt) != nil { // Windows knows none
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			return
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("the binary with dialect %s: %v; it found a wrong response of its own", dialect, err)
		}
	})
	var listens struct {
		HTTP string `json:"http"`
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	if err := json.Unmarshal([]byte(line), &listens); err != nil {
		t.Fatalf("first line %q: %v", line, err)
	}
	return "http://" + strings.TrimPrefix(listens.HTTP, "http://")
}

// copyTo makes the tenant of a scene in the fake at base, with its state, time and faults.
func copyTo(t *testing.T, base, operation string, s *scene, x example) {
	t.Helper()
	state, err := s.srv.Tenant.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	credentials, err := json.Marshal(s.srv.Tenant.Credentials)
	if err != nil {
		t.Fatal(err)
	}
	admin := func(method, call, body string) {
		t.Helper()
		response := do(t, http.DefaultClient, method, base+"/_fakecme/"+call, body, "Content-Type", "application/json")
		if response.Status != 200 {
			t.Fatalf("%s %s: %d %s", method, call, response.Status, response.Body)
		}
	}
	tenant := "?tenant=" + s.srv.Tenant.ID
	admin("POST", "tenants", string(credentials))
	admin("PUT", "state"+tenant, string(state))
	if !x.at.IsZero() {
		admin("PUT", "clock"+tenant, fmt.Sprintf(`{"now":%q,"frozen":true}`, x.at.UTC().Format("2006-01-02T15:04:05.999Z07:00")))
	}
	if x.inject != "" {
		admin("POST", "faults"+tenant, fmt.Sprintf(`{"operation":%q,"kind":"error","code":%q}`, operation, x.inject))
	}
}

// byFaultOnly are documented errors that no request can provoke: no document says when they come.
var byFaultOnly = []string{"Team.DescribeTeams InternalError system error"}

// The documented examples cover every documented operation of webpaas, and every error that a document shows.
func TestExamplesCoverWebPaaS(t *testing.T) {
	t.Parallel()
	calls, byRequest, byFault := map[string]int{}, map[string]int{}, map[string]int{}
	table := conformance()
	for _, d := range documentedExamples(t) {
		x, ok := table[d.name]
		if !ok {
			continue // TestDocumentedExamples says why
		}
		s := setUp(t, d, x, fake.Config{})
		s.replay(t, s.srv.URL, d)
		rejected := byRequest
		if x.inject != "" {
			rejected = byFault
		}
		for _, o := range s.srv.Tenant.Coverage().Operations {
			calls[o.ID] += o.Calls
			for _, r := range o.Errors {
				rejected[o.ID+" "+r.Code+" "+r.EnglishMessage] += r.Times
			}
		}
	}
	var notByRequest []string
	for _, o := range contracts.Operations() {
		if o.Service != "webpaas" {
			continue
		}
		if calls[o.ID] == 0 && o.Provenance == "documented" {
			t.Errorf("no example calls %s", o.ID)
		}
		for _, r := range o.Errors {
			if name := o.ID + " " + r.Code + " " + r.EnglishMessage; r.Provenance == "documented" && byRequest[name] == 0 {
				notByRequest = append(notByRequest, name)
			}
		}
	}
	if diff := cmp.Diff(byFaultOnly, notByRequest); diff != "" {
		t.Errorf("errors that no request provokes (-want +got):\n%s", diff)
	}
	for _, name := range byFaultOnly {
		if byFault[name] == 0 {
			t.Errorf("no fault provokes %s", name)
		}
	}
}

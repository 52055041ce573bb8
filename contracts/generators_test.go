package contracts_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// Tools of other people read the documents that a fake serves. Their versions stand in .ci/run; what is generated stays in
// folders of the test.

// tool returns the path of a command: one in PATH, or one of the node packages in NODE_PATH. Without it, the test is left out.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(filepath.Join(os.Getenv("NODE_PATH"), ".bin", name))
	if err != nil {
		path, err = exec.LookPath(name)
	}
	if err != nil {
		if os.Getenv("FAKECME_TEST_ALL") != "" {
			t.Fatalf("%v; .ci/run installs it", err)
		}
		t.Skipf("left out: %v", err)
	}
	return path
}

// run runs a command in a folder, and returns what it writes.
func run(t *testing.T, dir, command string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), command, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "NO_COLOR=1")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(command), strings.Join(args, " "), err, out)
	}
	return string(out)
}

// documents are those that a fake serves, in a folder.
func documents(t *testing.T, srv *fake.Server) (dir string, names []string) {
	t.Helper()
	dir, names = t.TempDir(), append(contracts.Names(), "callbacks", "admin")
	for _, name := range names {
		response, err := http.Get(srv.URL + "/_fakecme/contracts/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v", name, response.Status, err)
		}
		write(t, filepath.Join(dir, name+".yaml"), text)
	}
	return dir, names
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// copyData copies a file of testdata/generators into a folder, without .txt.
func copyData(t *testing.T, dir, name string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "generators", name))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, strings.TrimSuffix(name, ".txt")), text)
}

// credentials are the arguments of the programs: where the fake is, a signature of CME, and the headers of an h5ds login.
func credentials(srv *fake.Server) []string {
	now := srv.Clock.Now()
	signature := cmesign.Sign(srv.Tenant.SecretKey, cmesign.Params{
		SecretID: srv.Tenant.SecretID, Platform: srv.Tenant.Platform, Action: "Login", UserID: "user_01",
		CurrentTimeStamp: now, ExpireTime: now.Add(time.Hour), Random: 7,
	})
	headers := h5dssign.New(h5dssign.Key{AppID: srv.Tenant.AppID, Secret: srv.Tenant.Secret}, now)
	return []string{srv.URL, signature, headers.AppID, headers.Sign, headers.Timestamp}
}

// fiveCalls says that a program wrote five good responses, and that four calls of the services came to the fake.
func fiveCalls(t *testing.T, srv *fake.Server, out string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 5 {
		t.Fatalf("%d responses:\n%s", len(lines), out)
	}
	for _, line := range lines {
		if !strings.HasPrefix(line, "200 {") {
			t.Errorf("response: %s", line)
		}
	}
	var operations []string
	for _, c := range srv.Calls() {
		operations = append(operations, c.Operation)
	}
	const want = "OpenCME.Login Material.DescribeClass Third.Login User.Info"
	if got := strings.Join(operations, " "); got != want {
		t.Errorf("the fake got %s, want %s", got, want)
	}
}

func TestOapiCodegen(t *testing.T) {
	t.Parallel()
	command := tool(t, "oapi-codegen")
	srv := fake.Start(t, fake.Config{})
	dir, names := documents(t, srv)
	for _, name := range names {
		write(t, filepath.Join(dir, name, "doc.go"), []byte("package "+name+"\n"))
		run(t, dir, command, "-generate", "types,client", "-package", name, "-o", filepath.Join(name, "generated.go"), name+".yaml")
	}
	copyData(t, dir, "go.mod.txt")
	copyData(t, dir, "main.go.txt")
	run(t, dir, "go", "mod", "tidy")
	run(t, dir, "go", "vet", "./...")
	fiveCalls(t, srv, run(t, dir, "go", append([]string{"run", "."}, credentials(srv)...)...))
}

// TestOgen has the documents that ogen understands. In the others, a response has one of several shapes that no
// property tells apart.
func TestOgen(t *testing.T) {
	t.Parallel()
	command := tool(t, "ogen")
	srv := unjudged(t)
	dir, _ := documents(t, srv)
	for _, name := range []string{"callbacks", "admin"} {
		run(t, dir, command, "--target", name, "--package", name, "--clean", name+".yaml")
	}
}

func TestTypeScript(t *testing.T) {
	t.Parallel()
	orval, types, compile, node := tool(t, "orval"), tool(t, "openapi-typescript"), tool(t, "tsc"), tool(t, "node")
	clients := fake.Start(t, fake.Config{})
	dir, names := documents(t, clients)
	for _, name := range []string{"orval.config.cjs", "tsconfig.json", "orval.ts.txt", "types.ts.txt"} {
		copyData(t, dir, name)
	}
	modules := os.Getenv("NODE_PATH")
	if info, err := os.Stat(modules); err != nil || !info.IsDir() {
		if os.Getenv("FAKECME_TEST_ALL") != "" {
			t.Fatal("NODE_PATH must be the folder of the npm packages")
		}
		t.Skip("NODE_PATH is not the folder of the npm packages")
	}
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	run(t, dir, orval, "--config", "orval.config.cjs")
	for _, name := range names {
		run(t, dir, types, name+".yaml", "-o", "types/"+name+".ts")
	}
	run(t, dir, compile, "-p", ".")
	fiveCalls(t, clients, run(t, dir, node, append([]string{"js/orval.js"}, credentials(clients)...)...))
	other := fake.Start(t, fake.Config{})
	fiveCalls(t, other, run(t, dir, node, append([]string{"js/types.js"}, credentials(other)...)...))
}

func TestSpectral(t *testing.T) {
	t.Parallel()
	command := tool(t, "spectral")
	dir, names := documents(t, unjudged(t))
	copyData(t, dir, "spectral.yaml")
	for _, name := range names {
		run(t, dir, command, "lint", "--ruleset", "spectral.yaml", "--fail-severity", "warn", name+".yaml")
	}
}

// TestPrism lets Prism check calls of webpaas on their way to the fake, and what comes back.
func TestPrism(t *testing.T) {
	t.Parallel()
	command := tool(t, "prism")
	srv := unjudged(t)
	dir, _ := documents(t, srv)
	address := prism(t, dir, command, srv.URL)
	arguments := credentials(srv)
	var login struct {
		Data struct{ Authorization string }
	}
	status, text := send(t, http.MethodGet, srv.URL+"/?signature="+url.QueryEscape(arguments[1]), "")
	if err := json.Unmarshal(text, &login); err != nil || status != http.StatusOK {
		t.Fatalf("login: %d %s, %v", status, text, err)
	}
	const mine = `"Platform":"fake-platform","Owner":{"Type":"PERSON","Id":"user_01"}`
	for _, tt := range []struct {
		name, action, auth, body string
		want                     int
	}{
		{"classes", "DescribeClass", login.Data.Authorization, `{` + mine + `}`, 200},
		{"media", "ListMedia", login.Data.Authorization, `{` + mine + `,"ClassId":9}`, 200},
		{"search", "SearchMaterial", login.Data.Authorization, `{"SearchScopes":[{` + mine + `}]}`, 200},
		{"an error", "DeleteMaterial", login.Data.Authorization, `{"MaterialId":"1"}`, 200},
		{"a wrong request", "DeleteMaterial", login.Data.Authorization, `{"MaterialId":1}`, 422},
		{"no ticket", "DeleteMaterial", "", `{"MaterialId":"1"}`, 401},
	} {
		query := ""
		if tt.auth != "" {
			query = "?auth=" + url.QueryEscape(tt.auth)
		}
		if status, text := send(t, http.MethodPost, address+"/PaaS/Material/"+tt.action+query, tt.body); status != tt.want {
			t.Errorf("%s: %d %s, want %d", tt.name, status, text, tt.want)
		}
	}
}

// prism starts Prism before a fake, and returns its address.
func prism(t *testing.T, dir, command, fakeURL string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	ctx, stop := context.WithCancel(t.Context())
	c := exec.CommandContext(ctx, command, "proxy", "--errors", "--host", "127.0.0.1", "--port", port, "webpaas.yaml", fakeURL)
	c.Dir = dir
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer // what it writes to standard output
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = c.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "Prism is listening") {
			go func() { _, _ = io.Copy(io.Discard, out) }() // until it is stopped
			return "http://127.0.0.1:" + port
		}
	}
	t.Fatalf("prism ended: %v\n%s", cmp.Or(lines.Err(), io.EOF), said.String())
	return ""
}

// unjudged is a fake whose calls may go wrong.
func unjudged(t *testing.T) *fake.Server {
	t.Helper()
	srv, err := fake.New(fake.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	if err := srv.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	return srv
}

func send(t *testing.T, method, address, body string) (status int, text []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, text
}

// TestServers proves that the fake's own address is the first that tools see.
func TestServers(t *testing.T) {
	t.Parallel()
	t.Run("an admin API of its own", func(t *testing.T) {
		t.Parallel()
		everywhere, err := fake.New(fake.Config{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { everywhere.Close() })
		if err := everywhere.Listen("0.0.0.0:0"); err != nil {
			t.Fatal(err)
		}
		address, err := everywhere.ListenAdmin("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(strings.TrimPrefix(everywhere.URL, "http://"))
		if _, text := send(t, "GET", "http://"+address+"/_fakecme/contracts/webpaas.yaml", ""); !strings.Contains(string(text), `{url: "http://127.0.0.1:`+port+`"`) {
			t.Errorf("no server is http://127.0.0.1:%s", port)
		}
	})
	srv := unjudged(t)
	beside, _ := documents(t, srv)
	for name, want := range map[string]string{"opencme": srv.URL, "webpaas": srv.URL, "h5ds": srv.URL, "admin": srv.URL, "callbacks": "{hostSaas}"} {
		text, err := os.ReadFile(filepath.Join(beside, name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		document, err := openapi3.NewLoader().LoadFromData(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := document.Servers[0].URL; got != want {
			t.Errorf("the first server of %s is %s, want %s", name, got, want)
		}
	}
}

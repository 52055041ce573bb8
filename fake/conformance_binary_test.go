package fake_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake"
)

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
		answer := do(t, http.DefaultClient, method, base+"/_fakecme/"+call, body, "Content-Type", "application/json")
		if answer.Status != 200 {
			t.Fatalf("%s %s: %d %s", method, call, answer.Status, answer.Body)
		}
	}
	tenant := "?tenant=" + s.srv.Tenant.ID
	admin("POST", "tenants", string(credentials))
	admin("PUT", "state"+tenant, string(state))
	if !x.at.IsZero() {
		admin("PUT", "clock"+tenant, fmt.Sprintf(`{"now":%q,"frozen":true}`, x.at.UTC().Format("2006-01-02T15:04:05.999Z07:00")))
	}
	if x.refuse != "" {
		admin("POST", "faults"+tenant, fmt.Sprintf(`{"operation":%q,"kind":"error","code":%q}`, operation, x.refuse))
	}
}

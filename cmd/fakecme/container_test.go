package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// composed is the part of compose.yaml that these tests carry out themselves.
type composed struct {
	Services map[string]struct {
		Image       string
		ReadOnly    bool     `yaml:"read_only"`
		CapDrop     []string `yaml:"cap_drop"`
		SecurityOpt []string `yaml:"security_opt"`
		Command     []string
		Volumes     []string
		Environment map[string]string
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
		Networks    yaml.Node
	}
	Volumes  map[string]any
	Networks map[string]struct{ Internal bool }
}

func readCompose(t *testing.T) composed {
	t.Helper()
	text, err := os.ReadFile("compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	decoder.KnownFields(true) // an unknown field would not be tested
	var c composed
	if err := decoder.Decode(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// aliases returns the names under which the client finds the fake.
func (c composed) aliases(t *testing.T) []string {
	t.Helper()
	var networks map[string]struct{ Aliases []string }
	node := c.Services["fakecme"].Networks
	if err := node.Decode(&networks); err != nil {
		t.Fatal(err)
	}
	return networks["offline"].Aliases
}

func TestCompose(t *testing.T) {
	t.Parallel()
	c := readCompose(t)
	if diff := cmp.Diff(fake.Hosts(), c.aliases(t)); diff != "" {
		t.Errorf("aliases (-want +got):\n%s", diff)
	}
	if !c.Networks["offline"].Internal {
		t.Error("the network leads out")
	}
	if got := c.Services["client"].DependsOn["fakecme"].Condition; got != "service_healthy" {
		t.Errorf("the client waits for %q", got)
	}
}

// Callbacks of the example reach the client, and no other host.
func TestComposeCallbacks(t *testing.T) {
	t.Parallel()
	for host, allowed := range map[string]bool{"client": true, "example.invalid": false} {
		variables := []string{"HOME=" + t.TempDir()}
		for name, value := range readCompose(t).Services["fakecme"].Environment {
			variables = append(variables, name+"="+value)
		}
		// Port 0 is that of no server, wherever the name leads.
		r, err := startRun(&command.Environment{Variables: variables, Now: time.Now}, []string{"serve", "--h5ds-status-url", "http://" + host + ":0/userStatus"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.end() })
		base := "http://" + r.bound.HTTP + "/api/v1/"
		login, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"third/login", strings.NewReader(`{"userId":"user_01"}`))
		login.Header.Set("Content-Type", "application/json")
		d := fake.DefaultTenant()
		h5dssign.New(h5dssign.Key{AppID: d.AppID, Secret: d.Secret}, time.Now()).Set(login.Header)
		var user struct{ Data struct{ Token string } }
		decode(t, login, &user)
		question, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"account/info", nil)
		question.Header.Set("Authorization", user.Data.Token)
		why := decode(t, question, &struct{}{}).Get("X-Fakecme-Why")
		if rejected := strings.HasPrefix(why, "callback.not-allowed"); rejected == allowed || !strings.HasPrefix(why, "callback.") {
			t.Errorf("%s: %q", host, why)
		}
	}
}

// decode makes a call, reads the JSON of the response, and returns the header.
func decode(t *testing.T, request *http.Request, into any) http.Header {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
	return response.Header
}

// docker runs a docker command that must succeed.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "docker", args...)
	cmd.Env = append(os.Environ(), "DOCKER_BUILDKIT=0") // a scratch image needs no more
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("docker %s: %v\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// later runs a docker command when the test is over.
func later(t *testing.T, args ...string) {
	t.Helper()
	t.Cleanup(func() { _ = exec.Command("docker", args...).Run() })
}

// needDocker skips a test unless nothing may be left out: an image takes minutes to build.
func needDocker(t *testing.T) {
	t.Helper()
	if os.Getenv("FAKECME_TEST_ALL") == "" {
		t.Skip("left out: the container, which FAKECME_TEST_ALL=1 includes")
	}
	if out, err := exec.CommandContext(t.Context(), "docker", "info").CombinedOutput(); err != nil {
		t.Fatalf("docker: %v\n%s", err, out)
	}
}

// buildImage makes the image as make image does, and returns its name.
func buildImage(t *testing.T) string {
	t.Helper()
	needDocker(t)
	needTool(t, "make")
	name := fmt.Sprintf("fakecme-test-%d", os.Getpid())
	cmd := exec.CommandContext(t.Context(), "make", "-C", filepath.Join("..", ".."), "image", "IMAGE="+name)
	cmd.Env = append(os.Environ(), "DOCKER_BUILDKIT=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make image: %v\n%s", err, out)
	}
	later(t, "rmi", "-f", name)
	return name
}

// buildClient builds an image with a client that has the real host names compiled in.
func buildClient(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "client"), "./testdata/clients/go")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte("FROM scratch\nCOPY client /client\nUSER 65533\nENTRYPOINT [\"/client\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("fakecme-client-%d", os.Getpid())
	docker(t, "build", "-q", "-t", name, dir)
	later(t, "rmi", "-f", name)
	return name
}

// startContainer starts a fake and waits until docker says that it is healthy.
func startContainer(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	since := strconv.FormatInt(time.Now().Unix(), 10)
	id := docker(t, append([]string{"run", "-d"}, args...)...)
	later(t, "rm", "-f", "-v", id)
	events := exec.CommandContext(ctx, "docker", "events", "--since", since, "--filter", "container="+id, "--filter", "event=health_status", "--format", "{{.Status}}")
	out, err := events.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := events.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cancel(); _ = events.Wait() }()
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "health_status: healthy\n" {
		t.Fatalf("health: got %q\n%s", line, docker(t, "logs", id))
	}
	return id
}

// The image runs as compose.yaml says: without rights that it does not need, and under the real host names.
func TestContainer(t *testing.T) {
	t.Parallel()
	image := buildImage(t)
	client := buildClient(t)
	c := readCompose(t)
	service, user := c.Services["fakecme"], c.Services["client"]

	name := fmt.Sprintf("fakecme-%d", os.Getpid())
	docker(t, "network", "create", "--internal", name)
	later(t, "network", "rm", name)
	docker(t, "volume", "create", name)
	later(t, "volume", "rm", "-f", name)
	hardened := []string{"--network", name}
	if service.ReadOnly {
		hardened = append(hardened, "--read-only")
	}
	for _, capability := range service.CapDrop {
		hardened = append(hardened, "--cap-drop", capability)
	}
	for _, option := range service.SecurityOpt {
		hardened = append(hardened, "--security-opt", option)
	}
	args := slices.Clone(hardened)
	for _, alias := range c.aliases(t) {
		args = append(args, "--network-alias", alias)
	}
	for variable, value := range service.Environment {
		args = append(args, "-e", variable+"="+value)
	}
	for _, volume := range service.Volumes {
		args = append(args, "-v", strings.Replace(volume, "authority:", name+":", 1))
	}
	id := startContainer(t, append(args, image)...)
	wantHardened(t, id)

	args = []string{"run", "--rm", "--network", name}
	for variable, value := range user.Environment {
		args = append(args, "-e", variable+"="+value)
	}
	for _, volume := range user.Volumes {
		args = append(args, "-v", strings.Replace(volume, "authority:", name+":", 1))
	}
	if diff := cmp.Diff("login: fake-user\nclass: 旅行 & more", docker(t, append(args, client, "cme")...)); diff != "" {
		t.Errorf("the client prints (-want +got):\n%s", diff)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	docker(t, "cp", id+":/data/fakecme/ca.pem", ca)
	clientsInContainers(t, id, name, client, ca)
	docker(t, "exec", id, "/fakecme", "healthcheck")
	logs, err := exec.CommandContext(t.Context(), "docker", "logs", id).CombinedOutput()
	if err != nil || !strings.Contains(string(logs), "made a certificate authority; clients are to trust /data/fakecme/ca.pem") ||
		!strings.Contains(string(logs), "SignatureVerifyFail; cme.wrong-secret: ") {
		t.Errorf("logs: %v\n%s", err, logs)
	}
	docker(t, "stop", "-t", "60", id)
	if status := docker(t, "inspect", "-f", "{{.State.ExitCode}}", id); status != "0" {
		t.Errorf("stopped with status %s, want 0: not by itself", status)
	}

	// Without a volume there is no place to keep the authority.
	id = startContainer(t, append(hardened, image)...)
	logs, err = exec.CommandContext(t.Context(), "docker", "logs", id).CombinedOutput()
	if err != nil || !strings.Contains(string(logs), "the certificate authority is gone when the fake ends, because ") {
		t.Errorf("without a volume: %v\n%s", err, logs)
	}
	verifyContainer(t, slices.Concat(hardened, []string{image, "serve", "--demo", "--h5ds-saas"}))
	testcontainers(t, image)
}

// verifyContainer runs the whole scenario suite against a container with the state that the suite needs.
func verifyContainer(t *testing.T, args []string) {
	t.Helper()
	target := "http://" + addressOf(t, startContainer(t, args...)) + ":11560"
	var stdout bytes.Buffer
	if status, stderr := runHere([]string{"verify", "--target", target, "--assumed", "--destroy", "--timeout", "1h"}, nil, &stdout); status != 0 || !strings.Contains(stdout.String(), " 0 broken, 0 not judged, ") {
		t.Errorf("verify %s: status %d, stdout %s, stderr %s", target, status, &stdout, stderr)
	}
}

// testcontainers runs the example for users of testcontainers-go, which is a module of its own: fakecme does not need
// that library.
func testcontainers(t *testing.T, image string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", ".")
	cmd.Dir = filepath.Join("testdata", "testcontainers")
	cmd.Env = append(os.Environ(), "FAKECME_IMAGE="+image,
		"TESTCONTAINERS_RYUK_DISABLED=true",      // it is an image of a registry
		"TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1") // the daemon runs here, also when this is a container itself
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("the example for testcontainers: %v\n%s", err, out)
	}
}

// wantHardened checks that the container has no rights that it does not need, and that the image is small.
func wantHardened(t *testing.T, id string) {
	t.Helper()
	var containers []struct {
		Image      string
		Config     struct{ User string }
		HostConfig struct {
			ReadonlyRootfs       bool
			CapDrop, SecurityOpt []string
			Privileged           bool
		}
	}
	if err := json.Unmarshal([]byte(docker(t, "inspect", id)), &containers); err != nil || len(containers) != 1 {
		t.Fatalf("inspect: %v", err)
	}
	got := containers[0]
	if got.Config.User != "65532:65532" || !got.HostConfig.ReadonlyRootfs || !slices.Equal(got.HostConfig.CapDrop, []string{"ALL"}) ||
		!slices.Equal(got.HostConfig.SecurityOpt, []string{"no-new-privileges:true"}) || got.HostConfig.Privileged {
		t.Errorf("got %+v", got)
	}
	size, err := strconv.Atoi(docker(t, "image", "inspect", "-f", "{{.Size}}", got.Image))
	if err != nil || size > 24_000_000 {
		t.Errorf("the image has %d bytes %v, want at most 24 MB", size, err)
	}
}

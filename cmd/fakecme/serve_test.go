package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
	"github.com/fakecme/fakecme/fake"
	"github.com/google/go-cmp/cmp"
)

func TestListTenants(t *testing.T) {
	t.Parallel()
	var twelve []fake.Credentials
	for i := range 12 {
		twelve = append(twelve, fake.Credentials{ID: string(rune('a' + i)), SecretID: "s", SecretKey: "s3cr3t-key", Platform: "p", AppID: "h", Secret: "s3cr3t-key"})
	}
	for n, last := range map[int]string{
		1:  "tenant a (the default tenant): cme secretId s, platform p; h5ds appid h",
		10: "tenant j: cme secretId s, platform p; h5ds appid h",
		11: "and 1 more tenant, which GET /_fakecme/tenants lists",
		12: "and 2 more tenants, which GET /_fakecme/tenants lists",
	} {
		text := listTenants(twelve[:n])
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		if len(lines) != min(n, 11) || lines[len(lines)-1] != last || strings.Contains(text, "s3cr3t") {
			t.Errorf("%d tenants:\n%s", n, text)
		}
	}
}

// Every interface is written as one that a client can use.
func TestWelcomeOnEveryInterface(t *testing.T) {
	t.Parallel()
	srv, err := fake.New(fake.Config{})
	if err != nil {
		t.Fatal(err)
	}
	srv.URL = "http://[::]:11560"
	text := welcome(srv, []fake.Credentials{srv.Tenant.Credentials}, &settings.Settings{Dialect: fake.Dialects()[0]}, "")
	if want := "\ntry: curl \"$(fakecme sign cme --url --base http://127.0.0.1:11560)\"\n"; !strings.Contains(text, want) {
		t.Errorf("got %s", text)
	}
}

// The configuration file in the help is one.
func TestConfigInHelp(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(regexp.MustCompile(`(?m)^  http: (?:.*\n)+?\n`).FindString(serveLong)), 0o600); err != nil {
		t.Fatal(err)
	}
	tenants, err := settings.ReadTenants(newServeCommand(&command.Environment{}), file)
	if err != nil || len(tenants) != 1 {
		t.Fatalf("%d tenants, %v", len(tenants), err)
	}
	want := fake.Credentials{
		ID: "team-a", SecretID: "id-a", SecretKey: "key-a", Platform: "team-a", CMEAppID: 1200000002, AppID: "app-a", Secret: "secret-a",
	}
	if diff := cmp.Diff(want, tenants[0].Credentials); diff != "" {
		t.Errorf("tenant (-want +got):\n%s", diff)
	}
}

package main

import (
	"strings"
	"testing"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/settings"
	"github.com/fakecme/fakecme/fake"
)

func TestListTenants(t *testing.T) {
	t.Parallel()
	var twelve []fake.Credentials
	for i := range 12 {
		twelve = append(twelve, fake.Credentials{ID: string(rune('a' + i)), SecretID: "s", SecretKey: "s3cr3t", Platform: "p", AppID: "h", Secret: "s3cr3t"})
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
	text := welcome(srv, []fake.Credentials{srv.Tenant.Credentials}, &settings.Settings{Dialect: fake.Dialects()[0]})
	if want := "\ntry: curl \"$(fakecme sign cme --url --base http://127.0.0.1:11560)\"\n"; !strings.Contains(text, want) {
		t.Errorf("got %s", text)
	}
}

package clients

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake/authority"
)

// Java's own tool reads the trust store, and finds damage.
func TestTrustStore(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("keytool"); err != nil {
		if os.Getenv("FAKECME_TEST_ALL") != "" {
			t.Fatal(err)
		}
		t.Skip("left out: keytool is not installed")
	}
	a, err := authority.New([]string{"example.com"}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	certificates := certificatesIn(bytes.Repeat(a.PEM(), 2))
	store := trustStore(certificates, time.Now())
	list := func(store []byte) (string, error) {
		file := filepath.Join(t.TempDir(), "store.jks")
		if err := os.WriteFile(file, store, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "keytool", "-list", "-keystore", file, "-storetype", "JKS", "-storepass", storePassword).CombinedOutput()
		return string(out), err
	}
	out, err := list(store)
	if err != nil || len(regexp.MustCompile(`(?m)^certificate-[12], .*trustedCertEntry`).FindAllString(out, -1)) != 2 {
		t.Errorf("got %v\n%s", err, out)
	}
	damaged := bytes.Clone(store)
	damaged[len(damaged)-1] ^= 1
	if out, err := list(damaged); err == nil {
		t.Errorf("a damaged store is read:\n%s", out)
	}
}

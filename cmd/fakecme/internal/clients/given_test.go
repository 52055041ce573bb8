package clients

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/authority"
)

// certificate returns a certificate that is trusted by its name.
func certificate(t *testing.T, name string) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func write(t *testing.T, file string, texts ...[]byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.Join(texts, []byte("# comment\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A shell may run fakecme env again and again: what it trusted before the first time stays, once, and of the fakes the last.
func TestTrustIsKeptOverRuns(t *testing.T) {
	t.Parallel()
	dir, own := t.TempDir(), filepath.Join(t.TempDir(), "trust")
	one, two := certificate(t, "one"), certificate(t, "two")
	variables := []string{
		"REQUESTS_CA_BUNDLE=" + write(t, filepath.Join(dir, "one.pem"), one, one), "NODE_EXTRA_CA_CERTS=" + write(t, filepath.Join(dir, "two.pem"), two),
		"CURL_CA_BUNDLE=" + write(t, filepath.Join(dir, "none.pem"), []byte("nothing")), "NO_PROXY=a.example", "no_proxy=.b.example c.example",
		"JAVA_TOOL_OPTIONS=-Dhttp.nonProxyHosts=d.example|*.qcloud.com",
	}
	var last []Variable
	for run := range 3 {
		fakeCA, err := authority.New(fake.Hosts(), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		env := &command.Environment{Variables: variables}
		given := ReadGiven(t.Context(), env, own)
		if want := run == 0; (len(given.Warnings) == 1 && strings.Contains(given.Warnings[0], "none.pem has no certificate in PEM form")) != want {
			t.Errorf("run %d: warnings %q", run, given.Warnings)
		}
		trust, err := WriteTrust(own, fakeCA.PEM(), given)
		if err != nil {
			t.Fatal(err)
		}
		bundle, _ := os.ReadFile(trust.bundle)
		node, _ := os.ReadFile(trust.ca)
		if bytes.Count(bundle, one) != 1 || bytes.Count(bundle, two) != 1 || !bytes.HasSuffix(bundle, fakeCA.PEM()) {
			t.Errorf("run %d: the bundle is\n%s", run, bundle)
		}
		if diff := cmp.Diff(string(two)+string(fakeCA.PEM()), string(node)); diff != "" {
			t.Errorf("run %d: for Node.js (-want +got):\n%s", run, diff)
		}
		all := Variables(env, "http://127.0.0.1:1", "http://127.0.0.1:2", trust, given)
		if run > 0 {
			if diff := cmp.Diff(last, all); diff != "" {
				t.Errorf("run %d (-before +now):\n%s", run, diff)
			}
		}
		last, variables = all, nil
		for _, v := range all {
			variables = append(variables, v.Name+"="+v.Value)
		}
	}
	for _, v := range last {
		if v.Name == "NO_PROXY" && !strings.HasPrefix(v.Value, "a.example,.b.example,c.example,localhost,") ||
			v.Name == "JAVA_TOOL_OPTIONS" && !strings.Contains(v.Value, "[::1]|d.example|a.example|*.a.example|b.example|*.b.example|") {
			t.Errorf("%s is %s", v.Name, v.Value)
		}
	}
}

// An entry that any client might take for a host of the fake is found.
// Of settings that contradict each other the last counts for Java, so a fake that is chosen again must be the last.
func TestExtended(t *testing.T) {
	t.Parallel()
	for before, want := range map[string]string{
		"": "-Da=1", "-Da=1": "-Da=1", "-Da=1 -Da=2": "-Da=1 -Da=2 -Da=1", "-Xmx1g -Da=1": "-Xmx1g -Da=1", "x-Da=1": "x-Da=1 -Da=1",
	} {
		env := &command.Environment{Variables: []string{"JAVA_TOOL_OPTIONS=" + before}}
		if got := extended(env, "JAVA_TOOL_OPTIONS", "-Da=1"); got != want {
			t.Errorf("%q: got %q, want %q", before, got, want)
		}
	}
}

func TestServedBy(t *testing.T) {
	t.Parallel()
	for entry, want := range map[string]bool{
		"*": true, ".": true, "*.*": true, "com": true, ".com": true, "qcloud.com": true, "*.qcloud.com": true, "QCLOUD.COM": true, "cme.qcloud.com.": true,
		"open.cme.qcloud.com:443": true, "open.*": true, "*cloud.com": true, "cloud.com": true, "video.h5ds.com": true, "o?en.cme.qcloud.com": true,

		"example.com": false, "localhost": false, "10.0.0.0/8": false, "::1": false, "[::1]:80": false, "127.*": false, "a.open.cme.qcloud.com": false,
		"qcloud.com.example": false, "xqcloud.com": false, "192.0.2.1:443": false, "[": false,
	} {
		if got := servedBy(entry); (got != "") != want {
			t.Errorf("%q: %q, want one: %t", entry, got, want)
		}
	}
}

func TestJavaWords(t *testing.T) {
	t.Parallel()
	for options, want := range map[string][]string{
		"": nil, "  \t": nil, "-Da=b": {"-Da=b"}, " -Da=b  -Dc ": {"-Da=b", "-Dc"}, `"-Da=b c" -Dd='e "f"'`: {"-Da=b c", `-Dd=e "f"`},
		`-Da="b c"d`: {"-Da=b cd"}, `""`: {""}, `-Da="open`: {"-Da=open"},
	} {
		if diff := cmp.Diff(want, javaWords(options)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", options, diff)
		}
	}
}

// Options that are written are read back.
func FuzzJavaOptions(f *testing.F) {
	f.Add("/a b/store", "x")
	f.Fuzz(func(t *testing.T, value, before string) {
		if strings.ContainsAny(value, "\"'\n\r\v\f") || strings.ContainsAny(before, "\"'") || !strings.HasPrefix(strings.ToValidUTF8(value, ""), value) {
			t.Skip("no path has these")
		}
		if got := javaProperty(before+" "+javaOptions([]Variable{{"n", value}}), "n"); got != value {
			t.Errorf("got %q, want %q", got, value)
		}
	})
}

package authority

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// open opens a data directory. An error fails the test.
func open(t *testing.T, dir string, hosts []string, now time.Time) (*Authority, string) {
	t.Helper()
	a, news, err := Open(dir, hosts, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	published, err := os.ReadFile(filepath.Join(dir, rootFile))
	if err != nil || string(published) != string(a.PEM()) {
		t.Errorf("%s: got %v and %s, want the root", rootFile, err, published)
	}
	return a, news
}

func TestOpen(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "below [a]*", "data")
	start := time.Now()
	first, news := open(t, dir, hosts, start)
	if want := "made a certificate authority; clients are to trust " + filepath.Join(dir, "ca.pem"); news != want {
		t.Errorf("got %q, want %q", news, want)
	}
	again, news := open(t, dir, hosts, start.Add(time.Hour))
	if news != "" || !again.root.Equal(first.root) {
		t.Errorf("opened again: got another authority, or news %q", news)
	}
	if err := again.check(); err != nil {
		t.Error(err)
	}
	for _, tt := range []struct {
		name, want string
		hosts      []string
		now        time.Time
	}{
		{"nearly expired", "instead of the one before: ", hosts, first.root.NotAfter.Add(-minLifeLeft + time.Second)},
		{"long expired", "is valid until ", hosts, first.root.NotAfter.Add(time.Hour)},
		{"another host", "it is for other hosts than those of this fake", append([]string{"new.h5ds.com"}, hosts...), start},
		{"a host less", "it is for other hosts than those of this fake", hosts[:1], start},
	} {
		t.Run(tt.name, func(t *testing.T) {
			copied := t.TempDir()
			if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			a, news := open(t, copied, tt.hosts, tt.now)
			if a.root.Equal(first.root) || !strings.Contains(news, tt.want) {
				t.Errorf("got news %q, want a new authority and %q", news, tt.want)
			}
			if _, news := open(t, copied, tt.hosts, tt.now); news != "" {
				t.Errorf("opened again: got news %q", news)
			}
		})
	}
	if _, news := open(t, dir, hosts, first.root.NotAfter.Add(-minLifeLeft)); news != "" {
		t.Errorf("good long enough: got news %q", news)
	}
}

// The first process makes the authority, and all get the same one.
func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	start := time.Now()
	roots := make([]*x509.Certificate, 8)
	var all sync.WaitGroup
	for i := range roots {
		all.Go(func() {
			a, _, err := Open(dir, hosts, func() time.Time { return start })
			if err != nil {
				t.Error(err)
				return
			}
			roots[i] = a.root
		})
	}
	all.Wait()
	for _, root := range roots {
		if root == nil || !root.Equal(roots[0]) {
			t.Fatal("they have different authorities")
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestFileModes(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("left out: Windows has no modes")
	}
	dir := filepath.Join(t.TempDir(), "data")
	open(t, dir, hosts, time.Now())
	keys, err := filepath.Glob(filepath.Join(dir, "ca-*", keyFile))
	if err != nil || len(keys) != 1 {
		t.Fatalf("got keys %v %v", keys, err)
	}
	for file, want := range map[string]os.FileMode{dir: 0o755, filepath.Dir(keys[0]): 0o700, keys[0]: 0o600, filepath.Join(dir, rootFile): 0o644} {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: got %v %v, want %v", file, info.Mode().Perm(), err, want)
		}
	}
}

// No file has a key that signs, so that a thief of the directory cannot make certificates.
func TestNoKeySigns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, _ := open(t, dir, hosts, time.Now())
	files, err := filepath.Glob(filepath.Join(dir, "ca-*", "*"))
	if err != nil || len(files) != 4 {
		t.Fatalf("got %v %v, want four files", files, err)
	}
	keys := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for block, more := pem.Decode(text); block != nil; block, more = pem.Decode(more) {
			if block.Type == "CERTIFICATE" {
				continue
			}
			keys++
			key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			public := key.(*ecdsa.PrivateKey).Public().(*ecdsa.PublicKey)
			if public.Equal(a.root.PublicKey) || public.Equal(a.issuer.PublicKey) {
				t.Errorf("%s: a key that signs was kept", file)
			}
		}
	}
	if keys != 1 {
		t.Errorf("got %d keys, want that of the leaves", keys)
	}
}

// An authority that cannot be used is replaced on the same day too. Its folder is not removed: another process might have
// repaired it.
func TestOpenDamaged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := time.Now()
	open(t, dir, hosts, now)
	noCertificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}))
	for _, tt := range []struct{ file, content string }{
		{rootFile, ""}, {rootFile, "no PEM"}, {rootFile, noCertificate},
		{issuerFile, ""}, {issuerFile, noCertificate},
		{leavesFile, ""}, {leavesFile, "no PEM"}, {leavesFile, noCertificate},
		{keyFile, ""}, {keyFile, "no key"},
	} {
		damaged := t.TempDir()
		if err := os.CopyFS(damaged, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		place := filepath.Join(damaged, folder(hosts, now))
		file := filepath.Join(place, tt.file)
		err := os.Remove(file)
		if tt.content != "" {
			err = os.WriteFile(file, []byte(tt.content), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		first, news := open(t, damaged, hosts, now)
		if !strings.Contains(news, "made a certificate authority") || !strings.Contains(news, "instead of the one before: ") {
			t.Errorf("%s with %q: %q", tt.file, tt.content, news)
		}
		if again, news := open(t, damaged, hosts, now); news != "" || !again.root.Equal(first.root) {
			t.Errorf("%s with %q: the next start: %q", tt.file, tt.content, news)
		}
		if _, err := os.Stat(place); err != nil {
			t.Error(err)
		}
	}
	file := filepath.Join(dir, rootFile)
	if _, _, err := Open(file, hosts, time.Now); err == nil || !strings.HasPrefix(err.Error(), "data directory: ") {
		t.Errorf("a file for a directory: got %v", err)
	}
}

// What a killed process has left is removed at the next start; what a living one makes stays.
func TestSweep(t *testing.T) {
	t.Parallel()
	if _, _, err := TempDir(filepath.Join(t.TempDir(), "none"), unfinished); err == nil {
		t.Error("a folder was made where there is no directory")
	}
	dir := t.TempDir()
	open(t, dir, hosts, time.Now())
	left := filepath.Join(dir, unfinished+"1")
	if err := os.Mkdir(left, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(left, keyFile), []byte("key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if !locks(t, dir) {
		old := time.Now().Add(-365 * day)
		if err := os.Chtimes(left, old, old); err != nil {
			t.Fatal(err)
		}
	}
	alive, remove, err := TempDir(dir, "alive-")
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(dir, unfinished+"2") // as if it were being made
	if err := os.Rename(alive, own); err != nil {
		t.Fatal(err)
	}
	defer remove()
	open(t, dir, hosts, time.Now())
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("what was left is there: %v", err)
	}
	if _, err := os.Stat(own); err != nil {
		t.Errorf("what a living process makes is gone: %v", err)
	}
}

// locks reports whether the file system of a directory has locks.
func locks(t *testing.T, dir string) bool {
	t.Helper()
	unlock, err := lock(dir)
	if err == nil {
		unlock()
	}
	return err == nil && runtime.GOOS != "windows"
}

func TestRead(t *testing.T) {
	t.Parallel()
	now := time.Now()
	key, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	other, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	wide := template("wide", nil, now)
	wide.PermittedDNSDomains, wide.PermittedIPRanges = nil, nil
	narrow := template("narrow", []string{"example.com"}, now)
	old := template("old", hosts, now.Add(-rootLife))
	leaf := template("leaf", hosts, now)
	leaf.IsCA, leaf.PermittedDNSDomains, leaf.PermittedIPRanges = false, nil, nil
	for _, tt := range []struct {
		name string
		cert *x509.Certificate
		key  any
		want string
	}{
		{"without constraints", wide, key, ""},
		{"with ours", template("ours", hosts, now), key, ""},
		{"another's key", wide, other, "ca-key.pem: private key does not match public key"},
		{"for other hosts", narrow, key, "ca.pem: it cannot sign for the hosts of the fake: "},
		{"expired", old, key, "ca.pem: the authority is valid until "},
		{"no authority", leaf, key, "ca.pem: it cannot sign for the hosts of the fake: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cert, err := sign(tt.cert, tt.cert, key.Public(), key)
			if err != nil {
				t.Fatal(err)
			}
			der, err := x509.MarshalPKCS8PrivateKey(tt.key)
			if err != nil {
				t.Fatal(err)
			}
			certFile, keyFile := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca-key.pem")
			for file, text := range map[string][]byte{
				certFile: encodeCertificate(cert), keyFile: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
			} {
				if err := os.WriteFile(file, text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			a, err := Read(certFile, keyFile, hosts, time.Now)
			got := ""
			if err != nil {
				got = strings.TrimPrefix(err.Error(), dir+string(filepath.Separator))
			} else if !a.Certificate().Equal(cert) {
				t.Error("the root is another")
			}
			if (got == "") != (tt.want == "") || !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(empty, empty, hosts, time.Now); err == nil || !strings.HasSuffix(err.Error(), "does not begin with a certificate in PEM form") {
		t.Errorf("an empty file: got %v", err)
	}
	if _, err := Read(empty+"x", empty, hosts, time.Now); err == nil {
		t.Error("no file: no error")
	}
}

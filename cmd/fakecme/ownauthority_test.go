package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// ownAuthority writes an authority as a company has one: without constraints.
func ownAuthority(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "own"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(60 * 24 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, signer.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "own.pem"), filepath.Join(dir, "own-key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// An authority of one's own signs instead.
func TestServeOwnAuthority(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := ownAuthority(t, dir)
	s := startServing(t, nil, "--ca-cert", cert, "--ca-key", key)
	ca, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	s.login(t, ca)
	for _, tt := range []struct {
		name, want string
		args       []string
	}{
		{"no key", "fakecme serve: --ca-cert and --ca-key belong together; give both\n", []string{"--ca-cert", cert}},
		{"no certificate", "fakecme serve: --ca-cert and --ca-key belong together; give both\n", []string{"--ca-key", key}},
		{"no file", "fakecme serve: open " + dir + "/no: no such file or directory\n", []string{"--https", ":0", "--ca-cert", dir + "/no", "--ca-key", key}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantOutcome(t, outcome{2, "", tt.want}, runAt(t, nil, "", append([]string{"serve"}, tt.args...)...))
		})
	}
}

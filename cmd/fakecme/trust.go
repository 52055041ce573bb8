package main

import (
	"bytes"
	"crypto/sha1"
	"crypto/x509"
	_ "embed"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/fakecme/fakecme/fake/authority"
)

// trust are the files from which clients learn to trust the certificate authority.
type trust struct {
	ca      string // the certificate alone, for clients that add it to those they know
	bundle  string // with those of the system before it, for clients that replace what they know
	java    string // the same as bundle, as Java reads it
	php     string // a folder with settings for PHP
	preload string // a script for Node.js
}

//go:embed preload.cjs
var preload []byte

// writeTrust writes the files into a directory. system are the certificates the system trusts, in PEM.
func writeTrust(dir string, ca, system []byte) (trust, error) {
	t := trust{
		ca: filepath.Join(dir, "ca.pem"), bundle: filepath.Join(dir, "bundle.pem"), java: filepath.Join(dir, "truststore.jks"),
		php: filepath.Join(dir, "php"), preload: filepath.Join(dir, "preload.cjs"),
	}
	if err := os.MkdirAll(t.php, 0o700); err != nil {
		return trust{}, err
	}
	bundle := append(bytes.TrimRight(bytes.Clone(system), "\n"), '\n')
	if len(system) == 0 {
		bundle = nil
	}
	bundle = append(bundle, ca...)
	settings := fmt.Sprintf("curl.cainfo=%q\nopenssl.cafile=%q\n", t.bundle, t.bundle)
	for file, content := range map[string][]byte{
		t.ca: ca, t.bundle: bundle, t.java: trustStore(certificatesIn(bundle), time.Now()), t.preload: preload,
		filepath.Join(t.php, "fakecme.ini"): []byte(settings),
	} {
		if err := authority.WriteFile(file, content); err != nil {
			return trust{}, err
		}
	}
	return t, nil
}

// certificatesIn are the certificates in a PEM text, without those that cannot be read.
func certificatesIn(text []byte) []*x509.Certificate {
	var all []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			all = append(all, c)
		}
	}
	return all
}

// oneAuthority makes certain that a text is a certificate that can be trusted to sign.
func oneAuthority(text []byte) error {
	all := certificatesIn(text)
	if len(all) != 1 || !all[0].IsCA {
		return errors.New("this is not one certificate of an authority in PEM form")
	}
	return nil
}

// systemBundles are where systems keep the certificates they trust, in one file.
var systemBundles = []string{
	"/etc/ssl/certs/ca-certificates.crt", // Debian, Alpine, Arch
	"/etc/pki/tls/certs/ca-bundle.crt",   // Fedora
	"/etc/ssl/ca-bundle.pem",             // openSUSE
	"/etc/ssl/cert.pem",                  // macOS, the BSDs
}

// systemCertificates are the certificates that clients trust in this environment; nil when they are in no file.
// A file of fakecme's own, from a shell that has the variables already, does not count.
func (p *program) systemCertificates(own string) []byte {
	for _, file := range append([]string{p.variable("SSL_CERT_FILE")}, systemBundles...) {
		if file == "" || strings.HasPrefix(file, own+string(filepath.Separator)) {
			continue
		}
		if text, err := os.ReadFile(file); err == nil && len(certificatesIn(text)) > 0 {
			return text
		}
	}
	return nil
}

// storePassword is the one that Java's own trust store has, too: it keeps nothing secret.
const storePassword = "changeit"

// trustStore writes certificates as a JKS file, the one form of a trust store that every version of Java reads and that
// needs no encryption: a header, the certificates, and a keyed SHA-1 over both that only finds damage.
func trustStore(trusted []*x509.Certificate, now time.Time) []byte {
	const (
		magic       = 0xfeedfeed
		version     = 2
		certificate = 2
	)
	var b bytes.Buffer
	number := func(n uint32) { b.Write(binary.BigEndian.AppendUint32(nil, n)) }
	text := func(s string) { // ASCII only
		b.Write(binary.BigEndian.AppendUint16(nil, uint16(len(s))))
		b.WriteString(s)
	}
	number(magic)
	number(version)
	number(uint32(len(trusted)))
	for i, c := range trusted {
		number(certificate)
		text(fmt.Sprintf("certificate-%d", i+1))
		b.Write(binary.BigEndian.AppendUint64(nil, uint64(now.UnixMilli())))
		text("X.509")
		number(uint32(len(c.Raw)))
		b.Write(c.Raw)
	}
	sum := sha1.New()
	for _, unit := range utf16.Encode([]rune(storePassword)) {
		sum.Write(binary.BigEndian.AppendUint16(nil, unit))
	}
	sum.Write([]byte("Mighty Aphrodite")) // as the format wants it
	sum.Write(b.Bytes())
	return sum.Sum(b.Bytes())
}

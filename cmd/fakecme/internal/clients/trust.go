package clients

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
	"slices"
	"time"
	"unicode/utf16"

	"github.com/fakecme/fakecme/fake/authority"
)

// Trust names the files from which clients learn to trust the certificate authority.
type Trust struct {
	ca      string // the certificate, for clients that add it to those they know
	bundle  string // with those of the system before it, for clients that replace what they know
	java    string // the same as bundle, as Java reads it
	php     string // a folder with settings for PHP
	preload string // a script for Node.js
}

//go:embed preload.cjs
var preload []byte

// WriteTrust writes the files into a directory. They also have the certificates that clients trust already.
func WriteTrust(dir string, ca []byte, given Given) (Trust, error) {
	t := Trust{
		ca: filepath.Join(dir, "ca.pem"), bundle: filepath.Join(dir, "bundle.pem"), java: filepath.Join(dir, "truststore.jks"),
		php: filepath.Join(dir, "php"), preload: filepath.Join(dir, "preload.cjs"),
	}
	if err := os.MkdirAll(t.php, 0o700); err != nil {
		return Trust{}, err
	}
	all := slices.Clone(given.bundle)
	all.add(given.node.with(nil))
	bundle := all.with(ca)
	settings := fmt.Sprintf("curl.cainfo=%q\nopenssl.cafile=%q\n", t.bundle, t.bundle)
	for file, content := range map[string][]byte{
		t.ca: given.node.with(ca), t.bundle: bundle, t.java: trustStore(certificatesIn(bundle), time.Now()), t.preload: preload,
		filepath.Join(t.php, "fakecme.ini"): []byte(settings),
	} {
		if err := authority.WriteFile(file, content); err != nil {
			return Trust{}, err
		}
	}
	return t, nil
}

// certificatesIn returns the certificates in a PEM text, without those that cannot be read.
func certificatesIn(text []byte) []*x509.Certificate {
	var all []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			all = append(all, c)
		}
	}
	return all
}

// CheckAuthority fails unless text is one certificate that may sign others.
func CheckAuthority(text []byte) error {
	all := certificatesIn(text)
	if len(all) != 1 || !all[0].IsCA {
		return errors.New("this is not one certificate of an authority in PEM form")
	}
	return nil
}

// storePassword is the password of Java's own trust store too. It keeps nothing secret.
const storePassword = "changeit"

// trustStore returns certificates as a JKS file: a header, the certificates, and a keyed SHA-1 over both that only finds
// damage. It is the one form of a trust store that every version of Java reads and that needs no encryption.
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
	sum.Write([]byte("Mighty Aphrodite")) // the format demands it
	sum.Write(b.Bytes())
	return sum.Sum(b.Bytes())
}

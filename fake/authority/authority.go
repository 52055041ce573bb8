// Package authority makes the certificates with which the fake answers for the real host names.
//
// It is harmless to trust one of its authorities. A root certificate that clients trust signs one
// issuing certificate, and then its key is thrown away; both are constrained by name (RFC 5280,
// section 4.2.1.10, critical) to the hosts of the fake, localhost and the loopback addresses. So
// whoever steals the issuing key can answer for these names, and for no bank. Two certificates are
// needed because some clients, Java's among them, do not look at the constraints of a root.
package authority

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// How long certificates are good. Clients of some systems refuse leaves that are good for more
// than 398 days; theirs are made when they are asked for, so a few days are enough.
const (
	rootLife = 2 * 365 * 24 * time.Hour
	leafLife = 7 * 24 * time.Hour
	// backdate is for clients whose clock is behind.
	backdate = 24 * time.Hour
	// rootRest is how much of its life a root must have left: a fake that runs on must not find
	// that its leaves outlive it.
	rootRest = 2 * leafLife
)

// loopback are the names of this machine, which every authority may also sign for.
var loopback = []string{"localhost", "127.0.0.1", "::1"}

// Authority signs for the hosts of the fake. It is good for concurrent use.
type Authority struct {
	root   *x509.Certificate // what clients trust
	issuer *x509.Certificate // what signs; the root itself when it was given
	key    crypto.Signer     // of the issuer
	hosts  []string
	now    func() time.Time

	mu     sync.Mutex // guards leaves
	leaves map[string]*tls.Certificate
}

// New makes an authority for the hosts that lives in memory only.
func New(hosts []string, now func() time.Time) (*Authority, error) {
	rootKey, err := newKey()
	if err != nil {
		return nil, err
	}
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	root := template("fakecme", hosts, now())
	root.MaxPathLen = 1
	issuer := template("fakecme issuer", hosts, now())
	issuer.MaxPathLenZero = true
	rootCert, err := sign(root, root, rootKey.Public(), rootKey)
	if err != nil {
		return nil, err
	}
	issuerCert, err := sign(issuer, rootCert, key.Public(), rootKey)
	if err != nil {
		return nil, err
	}
	return newAuthority(rootCert, issuerCert, key, hosts, now), nil // rootKey is not kept anywhere
}

func newAuthority(root, issuer *x509.Certificate, key crypto.Signer, hosts []string, now func() time.Time) *Authority {
	return &Authority{
		root: root, issuer: issuer, key: key, hosts: slices.Clone(hosts), now: now, leaves: map[string]*tls.Certificate{},
	}
}

func newKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// template is a certificate that signs for the hosts and nothing else.
func template(name string, hosts []string, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber:          newSerial(),
		Subject:               pkix.Name{CommonName: name + " " + now.UTC().Format(time.DateOnly), Organization: []string{"fakecme: only for tests"}},
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.Add(rootLife),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},

		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         permittedNames(hosts),
		PermittedIPRanges:           permittedRanges(),
	}
}

func permittedNames(hosts []string) []string {
	names := append([]string{"localhost"}, hosts...)
	slices.Sort(names)
	return slices.Compact(names)
}

func permittedRanges() []*net.IPNet {
	return []*net.IPNet{
		{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)},
		{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
	}
}

func newSerial() *big.Int {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // it never fails
	b[0] &= 0x7f        // positive, in 16 bytes
	return new(big.Int).SetBytes(b)
}

func sign(c, parent *x509.Certificate, public crypto.PublicKey, by crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, c, parent, public, by)
	if err != nil {
		return nil, fmt.Errorf("certificate for %s: %w", c.Subject.CommonName, err)
	}
	return x509.ParseCertificate(der)
}

// PEM is the certificate that clients are to trust.
func (a *Authority) PEM() []byte { return encodeCertificate(a.root) }

// Certificate is the certificate that clients are to trust.
func (a *Authority) Certificate() *x509.Certificate { return a.root }

// Pool holds the certificate that clients are to trust, and no other.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.root)
	return pool
}

// TLSConfig is for a server that answers for the hosts, in HTTP/2 and HTTP/1.1. A client that
// asks for another name gets the alert unrecognized_name; refused, if not nil, is told of it.
func (a *Authority) TLSConfig(refused func(name string)) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			if a.answersFor(hello.ServerName) {
				return nil, nil
			}
			if refused != nil {
				refused(hello.ServerName)
			}
			return &tls.Config{MinVersion: tls.VersionTLS12}, nil // no certificate: that makes the alert
		},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) { return a.leaf(hello.ServerName) },
	}
}

// answersFor: a client that calls an address, such as 127.0.0.1, names no server.
func (a *Authority) answersFor(name string) bool {
	name = plain(name)
	return name == "" || name == "localhost" || slices.Contains(a.hosts, name)
}

func plain(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// leaf returns a certificate for the host; for this machine when there is none. It is made when
// it is first asked for, and made anew when half its life is over.
func (a *Authority) leaf(host string) (*tls.Certificate, error) {
	names := []string{plain(host)}
	if names[0] == "" || names[0] == "localhost" {
		names = loopback
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if made, ok := a.leaves[names[0]]; ok && a.now().Before(made.Leaf.NotAfter.Add(-leafLife/2)) {
		return made, nil
	}
	made, err := a.issue(names)
	if err != nil {
		return nil, err
	}
	a.leaves[names[0]] = made
	return made, nil
}

// issue signs for any names: what keeps it to the hosts is that clients refuse the rest.
func (a *Authority) issue(names []string) (*tls.Certificate, error) {
	now := a.now()
	leaf := &x509.Certificate{
		SerialNumber: newSerial(),
		Subject:      pkix.Name{CommonName: names[0]},
		NotBefore:    now.Add(-backdate),
		NotAfter:     earlier(now.Add(leafLife), a.issuer.NotAfter),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
			continue
		}
		leaf.DNSNames = append(leaf.DNSNames, name)
	}
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	cert, err := sign(leaf, a.issuer, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	chain := [][]byte{cert.Raw}
	if !a.issuer.Equal(a.root) {
		chain = append(chain, a.issuer.Raw)
	}
	return &tls.Certificate{Certificate: chain, PrivateKey: key, Leaf: cert}, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// check makes certain that a client that trusts the root believes a leaf of each host.
func (a *Authority) check() error {
	if left := a.root.NotAfter.Sub(a.now()); left < rootRest {
		return fmt.Errorf("the authority is good until %s only", a.root.NotAfter.UTC().Format(time.DateOnly))
	}
	intermediates := x509.NewCertPool()
	intermediates.AddCert(a.issuer)
	for _, host := range append([]string{"localhost"}, a.hosts...) {
		leaf, err := a.issue([]string{host})
		if err != nil {
			return err
		}
		_, err = leaf.Leaf.Verify(x509.VerifyOptions{
			DNSName: host, Roots: a.Pool(), Intermediates: intermediates, CurrentTime: a.now(),
		})
		if err != nil {
			return fmt.Errorf("it cannot sign for %s: %w", host, err)
		}
	}
	return nil
}

func encodeCertificate(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

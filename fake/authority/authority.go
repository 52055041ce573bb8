// Package authority makes the certificates with which the fake serves the real host names.
//
// It is harmless to trust one of its authorities, because nobody can sign with it. A new authority signs the leaves of two
// years, each valid for some weeks, and forgets its keys. A thief of its files can pretend to be the hosts of the fake and
// this machine, but no other host.
//
// An authority is also constrained by name (RFC 5280, section 4.2.1.10, critical) to these names and the loopback addresses.
// The constraints alone are not enough: for a certificate without names many clients use the common name, and then overlook
// the constraints if that has a wildcard. The root signs an issuer, and the issuer signs the leaves, because some clients,
// Java's among them, ignore the constraints of a root.
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
	"errors"
	"fmt"
	"math/big"
	"net"
	"slices"
	"strings"
	"time"
)

const day = 24 * time.Hour

// The lifetimes of certificates. Clients of some systems reject leaves that are valid for more than 398 days.
const (
	rootLife = 2 * 365 * day
	// leafTurn is the time after which the next leaf is used.
	leafTurn = 28 * day
	// slack is added to the life of a certificate at both ends, for clients with a wrong clock.
	slack = day
	// minLifeLeft is how long an authority must still be valid, so that a fake can run on.
	minLifeLeft = 14 * day
)

// Organization is the organization in the certificates of every authority that this package makes.
const Organization = "fakecme: only for tests"

// Authority has the certificates for the hosts of the fake, and no key that signs. It is safe for concurrent use.
type Authority struct {
	root   *x509.Certificate  // what clients trust
	issuer *x509.Certificate  // signed the leaves; for an authority of the user it is the root itself
	leaves []*tls.Certificate // in the order of their time, with one key
	hosts  []string
	now    func() time.Time
}

// New makes an authority for the hosts, in memory only.
func New(hosts []string, now func() time.Time) (*Authority, error) {
	a, _, err := newWithKey(hosts, now) // the key is not kept anywhere
	return a, err
}

// newWithKey also returns the key of the issuer.
func newWithKey(hosts []string, now func() time.Time) (*Authority, crypto.Signer, error) {
	rootKey, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	key, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	root := template("fakecme", hosts, now())
	root.MaxPathLen = 1
	issuer := template("fakecme issuer", hosts, now())
	issuer.MaxPathLenZero = true
	a := &Authority{hosts: slices.Clone(hosts), now: now}
	if a.root, err = sign(root, root, rootKey.Public(), rootKey); err != nil {
		return nil, nil, err
	}
	if a.issuer, err = sign(issuer, a.root, key.Public(), rootKey); err != nil {
		return nil, nil, err
	}
	return a, key, a.signLeaves(key)
}

// signLeaves signs leaves from now until the issuer ends, but not for more than rootLife.
func (a *Authority) signLeaves(key crypto.Signer) error {
	leafKey, err := newKey()
	if err != nil {
		return err
	}
	start := a.now()
	end := earlier(start.Add(rootLife), a.issuer.NotAfter)
	for from := start; from.Before(end); from = from.Add(leafTurn) {
		until := earlier(from.Add(leafTurn+slack), a.issuer.NotAfter)
		leaf, err := a.issue(leafNames(a.hosts), from.Add(-slack), until, leafKey, key)
		if err != nil {
			return err
		}
		a.leaves = append(a.leaves, leaf)
	}
	return nil
}

// leafNames returns the hosts and the names of this machine.
func leafNames(hosts []string) []string { return append(permittedNames(hosts), "127.0.0.1", "::1") }

func newKey() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }

// template returns a certificate that may sign for the hosts and nothing else.
func template(name string, hosts []string, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber:          newSerial(),
		Subject:               pkix.Name{CommonName: name + " " + now.UTC().Format(time.DateOnly), Organization: []string{Organization}},
		NotBefore:             now.Add(-slack),
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

// PEM returns the certificate that clients are to trust.
func (a *Authority) PEM() []byte { return encodeCertificate(a.root) }

// Certificate returns the certificate that clients are to trust.
func (a *Authority) Certificate() *x509.Certificate { return a.root }

// Pool returns a pool of the one certificate that clients are to trust.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.root)
	return pool
}

// TLSConfig returns the configuration of a server for the hosts, with HTTP/2 and HTTP/1.1. A client that asks for another
// name gets the alert unrecognized_name, and rejected, if not nil, is called with the name.
func (a *Authority) TLSConfig(rejected func(name string)) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			if a.serves(hello.ServerName) {
				return nil, nil
			}
			if rejected != nil {
				rejected(hello.ServerName)
			}
			return &tls.Config{MinVersion: tls.VersionTLS12}, nil // no certificate: that makes the alert
		},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return a.leaf() },
	}
}

// serves reports whether there is a certificate for a name. A client that calls an address, such as 127.0.0.1, sends no
// name.
func (a *Authority) serves(name string) bool {
	name = plain(name)
	return name == "" || name == "localhost" || slices.Contains(a.hosts, name)
}

func plain(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// leaf returns the leaf to use now.
func (a *Authority) leaf() (*tls.Certificate, error) {
	now := a.now()
	for _, leaf := range slices.Backward(a.leaves) {
		if !now.Before(leaf.Leaf.NotBefore.Add(slack)) {
			return leaf, nil
		}
	}
	if len(a.leaves) == 0 {
		return nil, errors.New("the authority has no leaves")
	}
	return a.leaves[0], nil // the clock was set back
}

// issue signs a leaf for any names.
func (a *Authority) issue(names []string, from, until time.Time, leafKey, key crypto.Signer) (*tls.Certificate, error) {
	leaf := &x509.Certificate{
		SerialNumber: newSerial(),
		Subject:      pkix.Name{CommonName: names[0]},
		NotBefore:    from,
		NotAfter:     until,
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
	cert, err := sign(leaf, a.issuer, leafKey.Public(), key)
	if err != nil {
		return nil, err
	}
	return a.chain(cert, leafKey), nil
}

// chain returns a leaf with the certificates that a server sends with it.
func (a *Authority) chain(leaf *x509.Certificate, key crypto.PrivateKey) *tls.Certificate {
	chain := [][]byte{leaf.Raw}
	if !a.issuer.Equal(a.root) {
		chain = append(chain, a.issuer.Raw)
	}
	return &tls.Certificate{Certificate: chain, PrivateKey: key, Leaf: leaf}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// check verifies the leaves as a client does that trusts the root: for each host, now and at the end of minLifeLeft.
func (a *Authority) check() error {
	now := a.now()
	if a.root.NotAfter.Sub(now) < minLifeLeft {
		return fmt.Errorf("the authority is valid until %s only", a.root.NotAfter.UTC().Format(time.DateOnly))
	}
	intermediates := x509.NewCertPool()
	intermediates.AddCert(a.issuer)
	for _, when := range []time.Time{now, now.Add(minLifeLeft)} {
		later := *a
		later.now = func() time.Time { return when }
		leaf, err := later.leaf()
		if err != nil {
			return err
		}
		_, err = leaf.Leaf.Verify(x509.VerifyOptions{Roots: a.Pool(), Intermediates: intermediates, CurrentTime: when})
		if err != nil {
			return fmt.Errorf("it cannot sign for the hosts of the fake: %w", err)
		}
		for _, host := range leafNames(a.hosts) {
			if err := leaf.Leaf.VerifyHostname(host); err != nil {
				return err
			}
		}
	}
	return nil
}

func encodeCertificate(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

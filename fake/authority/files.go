package authority

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The files of an authority. rootFile also stands in the data directory itself, so that its place
// never changes.
const (
	rootFile   = "ca.pem"
	issuerFile = "issuer.pem"
	leavesFile = "leaves.pem"
	keyFile    = "leaf-key.pem"
)

// Open returns the authority of a data directory, and makes one when there is none that is good
// for the hosts. Then news says so, and why: clients must trust the new one. In the directory ca.pem
// is for everybody to read, and the key of the leaves is not. Any number of processes may open a
// directory at once; they get the same authority.
func Open(dir string, hosts []string, now func() time.Time) (a *Authority, news string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, "", fmt.Errorf("data directory: %w", err)
	}
	a, why := newest(dir, hosts, now)
	if a == nil {
		if a, err = create(dir, hosts, now); err != nil {
			return nil, "", fmt.Errorf("data directory: %w", err)
		}
		news = "made a certificate authority; clients are to trust " + filepath.Join(dir, rootFile)
		if why != nil {
			news += " instead of the one before: " + why.Error()
		}
	}
	if err := publish(dir, a.PEM()); err != nil {
		return nil, "", fmt.Errorf("data directory: %w", err)
	}
	return a, news, nil
}

// folder is what the authority of a day is called. Its name has in it what hosts it is for, so that
// processes that need different ones do not meet.
func folder(hosts []string, now time.Time) string {
	return "ca-" + now.UTC().Format("20060102") + "-" + mark(hosts)
}

func mark(hosts []string) string {
	sum := sha256.Sum256([]byte(strings.Join(permittedNames(hosts), "\n")))
	return hex.EncodeToString(sum[:4])
}

// newest returns the newest authority of the directory that is good for the hosts, or says why the
// newest there is is not; neither when there is none.
func newest(dir string, hosts []string, now func() time.Time) (*Authority, error) {
	folders, _ := filepath.Glob(filepath.Join(dir, "ca-*"))
	slices.Sort(folders)
	slices.Reverse(folders)
	var why error
	for _, folder := range folders {
		a, err := readFolder(folder, hosts, now)
		if err == nil {
			return a, nil
		}
		if why == nil {
			why = err
		}
	}
	return nil, why
}

// readFolder reads what create has written.
func readFolder(folder string, hosts []string, now func() time.Time) (a *Authority, err error) {
	a = &Authority{hosts: slices.Clone(hosts), now: now}
	if a.root, err = readCertificate(filepath.Join(folder, rootFile)); err != nil {
		return nil, err
	}
	if a.issuer, err = readCertificate(filepath.Join(folder, issuerFile)); err != nil {
		return nil, err
	}
	leaves, err := os.ReadFile(filepath.Join(folder, leavesFile))
	if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(filepath.Join(folder, keyFile))
	if err != nil {
		return nil, err
	}
	for block, more := pem.Decode(leaves); block != nil; block, more = pem.Decode(more) {
		pair, err := tls.X509KeyPair(pem.EncodeToMemory(block), key)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		a.leaves = append(a.leaves, a.chain(pair.Leaf, pair.PrivateKey))
	}
	if err := a.constrained(); err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	if err := a.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	return a, nil
}

// constrained makes certain that the authority is for what this fake plays, and for no more.
func (a *Authority) constrained() error {
	for _, c := range []*x509.Certificate{a.root, a.issuer} {
		got := slices.Clone(c.PermittedDNSDomains)
		slices.Sort(got)
		if !slices.Equal(got, permittedNames(a.hosts)) || len(c.PermittedIPRanges) != len(permittedRanges()) || !c.PermittedDNSDomainsCritical {
			return errors.New("it is for other hosts than this fake plays")
		}
	}
	return nil
}

// create makes an authority in a folder that appears whole or not at all. When another process
// was faster its authority is the one.
func create(dir string, hosts []string, now func() time.Time) (*Authority, error) {
	a, err := New(hosts, now)
	if err != nil {
		return nil, err
	}
	key, err := x509.MarshalPKCS8PrivateKey(a.leaves[0].PrivateKey)
	if err != nil {
		return nil, err
	}
	var leaves []byte
	for _, leaf := range a.leaves {
		leaves = append(leaves, encodeCertificate(leaf.Leaf)...)
	}
	hidden, err := os.MkdirTemp(dir, ".new-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(hidden) }()
	for name, content := range map[string][]byte{
		rootFile: a.PEM(), issuerFile: encodeCertificate(a.issuer), leavesFile: leaves,
		keyFile: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
	} {
		if err := os.WriteFile(filepath.Join(hidden, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	place := filepath.Join(dir, folder(hosts, now()))
	if err := os.Rename(hidden, place); err == nil {
		return a, nil
	}
	if faster, _ := newest(dir, hosts, now); faster != nil {
		return faster, nil
	}
	return nil, fmt.Errorf("%s is not usable; remove it", place)
}

// publish writes the root where clients find it, unless it is there.
func publish(dir string, root []byte) error {
	place := filepath.Join(dir, rootFile)
	if there, err := os.ReadFile(place); err == nil && bytes.Equal(there, root) {
		return nil
	}
	return WriteFile(place, root)
}

// WriteFile writes a file that everybody may read; nobody ever sees half of it.
func WriteFile(place string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(place), ".new-")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(content)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), place)
}

// Read returns an authority of your own from two PEM files: its certificate, which clients trust
// already, and its key, which is read but not kept. It must be able to sign for the hosts.
func Read(certFile, keyFile string, hosts []string, now func() time.Time) (*Authority, error) {
	root, err := readCertificate(certFile)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(encodeCertificate(root), text) // it knows all forms of keys
	if err != nil {
		return nil, fmt.Errorf("%s: %s", keyFile, strings.TrimPrefix(err.Error(), "tls: "))
	}
	a := &Authority{root: root, issuer: root, hosts: slices.Clone(hosts), now: now}
	if err = a.signLeaves(pair.PrivateKey.(crypto.Signer)); err == nil {
		err = a.check()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", certFile, err)
	}
	return a, nil
}

func readCertificate(file string) (*x509.Certificate, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("%s: it does not begin with a certificate in PEM form", file)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return c, nil
}

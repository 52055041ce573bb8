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

// The files of an authority. The data directory itself also has a rootFile, so that its path never changes.
const (
	rootFile   = "ca.pem"
	issuerFile = "issuer.pem"
	leavesFile = "leaves.pem"
	keyFile    = "leaf-key.pem"
)

// Open returns the authority of a data directory. If there is none that is usable for the hosts, Open makes one, and news
// says so and why, because clients must trust the new one. Everybody may read ca.pem in the directory; only the owner may
// read the key of the leaves. Several processes may open a directory at the same time and get the same authority.
func Open(dir string, hosts []string, now func() time.Time) (a *Authority, news string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, "", fmt.Errorf("data directory: %w", err)
	}
	sweep(dir, unfinished)
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

// folder names the directory of the authority of a day. The name depends on the hosts, so that processes with different
// hosts do not use the same one.
func folder(hosts []string, now time.Time) string {
	return "ca-" + now.UTC().Format("20060102") + "-" + hash(hosts)
}

func hash(hosts []string) string {
	sum := sha256.Sum256([]byte(strings.Join(permittedNames(hosts), "\n")))
	return hex.EncodeToString(sum[:4])
}

// namesIn returns the paths in a directory whose names begin with prefix, sorted; none if it cannot be read. The path of the
// directory may have any characters, which filepath.Glob would take for a pattern.
func namesIn(dir, prefix string) (paths []string) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), prefix) {
			paths = append(paths, filepath.Join(dir, entry.Name()))
		}
	}
	return paths
}

// newest returns the newest authority of the directory that is usable for the hosts. If none is usable, the error says what
// is wrong with the newest one. It is nil if there is none at all.
func newest(dir string, hosts []string, now func() time.Time) (*Authority, error) {
	folders := namesIn(dir, "ca-")
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

// readFolder reads an authority that create has written.
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

// constrained checks that the authority is for exactly the hosts of this fake.
func (a *Authority) constrained() error {
	for _, c := range []*x509.Certificate{a.root, a.issuer} {
		got := slices.Clone(c.PermittedDNSDomains)
		slices.Sort(got)
		if !slices.Equal(got, permittedNames(a.hosts)) || len(c.PermittedIPRanges) != len(permittedRanges()) || !c.PermittedDNSDomainsCritical {
			return errors.New("it is for other hosts than those of this fake")
		}
	}
	return nil
}

// create makes an authority in a folder. The folder appears with all its files at once. If another process was faster,
// create returns the authority of that process.
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
	hidden, remove, err := TempDir(dir, unfinished)
	if err != nil {
		return nil, err
	}
	defer remove()
	for name, content := range map[string][]byte{
		rootFile: a.PEM(), issuerFile: encodeCertificate(a.issuer), leavesFile: leaves,
		keyFile: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
	} {
		if err := os.WriteFile(filepath.Join(hidden, name), content, 0o600); err != nil {
			return nil, err
		}
	}
	// Nobody removes a folder that cannot be used: another process might have repaired it in the meantime. The one beside it
	// has a name that is newer to newest.
	place := filepath.Join(dir, folder(hosts, now()))
	for n := 1; n <= maxFolders; n++ {
		numbered := place
		if n > 1 {
			numbered = fmt.Sprintf("%s-%d", place, n)
		}
		if err = os.Rename(hidden, numbered); err == nil {
			return a, nil
		}
		if faster, _ := readFolder(numbered, hosts, now); faster != nil {
			return faster, nil
		}
	}
	return nil, fmt.Errorf("%s, and those beside it, are not usable; remove them: %w", place, err)
}

// maxFolders is how many folders of one day may be tried.
const maxFolders = 9

// unfinished begins the names of files and folders that get their own name when they are whole.
const unfinished = ".new-"

// publish writes the root into the data directory, unless it is there.
func publish(dir string, root []byte) error {
	place := filepath.Join(dir, rootFile)
	if there, err := os.ReadFile(place); err == nil && bytes.Equal(there, root) {
		return nil
	}
	return WriteFile(place, root)
}

// WriteFile writes a file that everybody may read. The file appears with all its content at once.
func WriteFile(place string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(place), unfinished)
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

// Read returns an authority of the user from two PEM files: a certificate that clients trust already, and its key, which Read
// forgets. The certificate must be able to sign for the hosts.
func Read(certFile, keyFile string, hosts []string, now func() time.Time) (*Authority, error) {
	root, err := readCertificate(certFile)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(encodeCertificate(root), text) // it reads keys of all forms
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

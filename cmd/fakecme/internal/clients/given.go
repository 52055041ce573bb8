package clients

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/fake/authority"
)

// Given is what the variables of an environment give to its clients already. The variables for a fake must not take it away:
// the servers of the user may need it.
type Given struct {
	bundle certificates // of the system, and of every variable that names certificates
	node   certificates // those that Node.js adds to its own
	direct []string     // the hosts that are called without a proxy
	// Warnings name what could not be kept.
	Warnings []string
}

// certificates are PEM blocks, each of them once and as it came: some clients understand more than Go does.
type certificates [][]byte

// add adds the certificates in a PEM text, and reports whether there are any.
func (c *certificates) add(text []byte) bool {
	found := false
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if !strings.HasSuffix(block.Type, "CERTIFICATE") {
			continue // keys are nobody's business
		}
		found = true
		one := pem.EncodeToMemory(block)
		if !slices.ContainsFunc(*c, func(known []byte) bool { return bytes.Equal(known, one) }) {
			*c = append(*c, one)
		}
	}
	return found
}

// with returns one text of the certificates and of one more at its end.
func (c certificates) with(last []byte) []byte {
	others := slices.DeleteFunc(slices.Clone(c), func(one []byte) bool { return bytes.Equal(one, last) })
	return append(bytes.Join(others, nil), last...)
}

// systemBundles are the files in which systems keep the certificates they trust.
var systemBundles = []string{
	"/etc/ssl/certs/ca-certificates.crt", // Debian, Alpine, Arch
	"/etc/pki/tls/certs/ca-bundle.crt",   // Fedora
	"/etc/ssl/ca-bundle.pem",             // openSUSE
	"/etc/ssl/cert.pem",                  // macOS, the BSDs
}

// ReadGiven reads the variables of an environment, and the files that they name. The directory own is that of the files of an
// earlier Trust: of them, the certificates of a fake are left out.
func ReadGiven(ctx context.Context, env *command.Environment, own string) Given {
	var g Given
	g.direct, g.Warnings = directHosts(env)
	for _, file := range systemBundles {
		if text, err := os.ReadFile(file); err == nil && g.bundle.add(text) {
			break
		}
	}
	for _, name := range []string{"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO"} {
		g.read(&g.bundle, name, env.Variable(name), own)
	}
	for _, dir := range filepath.SplitList(env.Variable("SSL_CERT_DIR")) {
		g.read(&g.bundle, "SSL_CERT_DIR", dir, own)
	}
	g.read(&g.node, "NODE_EXTRA_CA_CERTS", env.Variable("NODE_EXTRA_CA_CERTS"), own)
	for _, folder := range filepath.SplitList(env.Variable("PHP_INI_SCAN_DIR")) {
		if folder != "" && !within(own, folder) {
			g.readPHP(folder, own)
		}
	}
	for _, name := range javaVariables {
		store, given := storeOf(env.Variable(name))
		if !given || within(own, store.file) {
			continue
		}
		if text, err := store.export(ctx, env); err != nil || !g.bundle.add(text) {
			g.warn(name, cmp.Or(err, fmt.Errorf("%s has no certificate that can be read", store.file)))
		}
	}
	return g
}

func (g *Given) warn(variable string, err error) {
	g.Warnings = append(g.Warnings, fmt.Sprintf("%s: %v; what it is to make clients trust is left out", variable, err))
}

// read adds the certificates in a file, or in the files of a directory.
func (g *Given) read(to *certificates, variable, path, own string) {
	if path == "" {
		return
	}
	files := []string{path}
	if entries, err := os.ReadDir(path); err == nil {
		files = nil
		for _, entry := range entries {
			files = append(files, filepath.Join(path, entry.Name()))
		}
	}
	found := false
	for _, file := range files {
		text, err := os.ReadFile(file)
		switch {
		case err != nil && file == path:
			g.warn(variable, err)
			return
		case err != nil: // not each entry of a directory is one
		case within(own, file):
			found = to.add(withoutFake(text)) || found
		default:
			found = to.add(text) || found
		}
	}
	if !found && !within(own, path) {
		g.warn(variable, fmt.Errorf("%s has no certificate in PEM form", path))
	}
}

// withoutFake leaves out the certificates that package authority has made: they are those of an earlier fake.
func withoutFake(text []byte) []byte {
	var others certificates
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil || !slices.Contains(c.Subject.Organization, authority.Organization) {
			others.add(pem.EncodeToMemory(block))
		}
	}
	return bytes.Join(others, nil)
}

// within reports whether a file is in a directory, or is the directory itself.
func within(dir, file string) bool {
	way, err := filepath.Rel(dir, file)
	return err == nil && filepath.IsLocal(way)
}

// phpSetting is a line of a php.ini that names certificates.
var phpSetting = regexp.MustCompile(`(?m)^[ \t]*(?:curl\.cainfo|openssl\.cafile|openssl\.capath)[ \t]*=[ \t]*(?:"([^"\r\n]+)"|([^"\r\n; \t]+))`)

// readPHP reads the certificates that the settings in a folder name. PHP lets the last setting win, and that is the one for
// the fake.
func (g *Given) readPHP(folder, own string) {
	entries, _ := os.ReadDir(folder) // PHP reads none of a folder that is not there
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".ini" {
			continue
		}
		file := filepath.Join(folder, entry.Name())
		text, err := os.ReadFile(file)
		if err != nil {
			g.warn("PHP_INI_SCAN_DIR", err)
		}
		for _, setting := range phpSetting.FindAllSubmatch(text, -1) {
			g.read(&g.bundle, "PHP_INI_SCAN_DIR: "+file, string(cmp.Or(string(setting[1]), string(setting[2]))), own)
		}
	}
}

// javaStore is a trust store of Java.
type javaStore struct{ file, form, password string }

// storeOf returns the trust store that options of Java name.
func storeOf(options string) (s javaStore, given bool) {
	s.file = javaProperty(options, "javax.net.ssl.trustStore")
	s.form = javaProperty(options, "javax.net.ssl.trustStoreType")
	s.password = javaProperty(options, "javax.net.ssl.trustStorePassword")
	if s.file == "" && s.form != "" {
		s.file = "NONE" // stores such as that of Windows are no file
	}
	return s, s.file != ""
}

// export returns the certificates of a store in PEM form. Java's own tool reads every form of a store.
func (s javaStore) export(ctx context.Context, env *command.Environment) ([]byte, error) {
	tool, err := exec.LookPath("keytool")
	if home := env.Variable("JAVA_HOME"); home != "" {
		if own, ownErr := exec.LookPath(filepath.Join(home, "bin", "keytool")); ownErr == nil {
			tool, err = own, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("no keytool of Java is there to read %s", s.file)
	}
	arguments := []string{"-J-Duser.language=en", "-list", "-rfc", "-keystore", s.file}
	if s.form != "" {
		arguments = append(arguments, "-storetype", s.form)
	}
	if s.password != "" {
		arguments = append(arguments, "-storepass:env", "FAKECME_STORE_PASSWORD")
	}
	cmd := exec.CommandContext(ctx, tool, arguments...)
	cmd.Env = append(slices.Clone(env.Variables), "FAKECME_STORE_PASSWORD="+s.password)
	for _, name := range javaVariables {
		cmd.Env = append(cmd.Env, name+"=")
	}
	cmd.Stdin = strings.NewReader("\n") // without a password it asks for one
	text, err := cmd.Output()
	if err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
		return nil, errors.New(cmp.Or(first, err.Error()))
	}
	return text, nil
}

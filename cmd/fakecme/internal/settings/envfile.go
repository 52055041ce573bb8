package settings

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/command"
	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/spf13/cobra"
)

// hostSAAS is the name of the line in the vendor's server/.env that holds the address of the third party. h5ds asks there
// whether a user is logged in.
const hostSAAS = "host.saas"

// readEnvFile takes the address of the .env file of the vendor's server, unless a flag, a variable or the
// configuration file has given one.
func (s *Settings) readEnvFile(cmd *cobra.Command) error {
	if s.EnvFile == "" {
		return nil
	}
	data, err := os.ReadFile(s.EnvFile)
	if err != nil {
		return command.Misuse(fmt.Sprintf("%s: %v; check the path", option.Origin(cmd, "env-file"), err))
	}
	address, warning, err := parseEnvFile(s.EnvFile, string(data))
	if err != nil {
		return command.Misuse(err.Error())
	}
	if option.Origin(cmd, "h5ds-status-url") != "" {
		return nil
	}
	if s.StatusURL = address; warning != "" {
		s.Warnings = append(s.Warnings, warning)
	}
	return nil
}

// parseEnvFile returns the value of host.saas: the last one of several. Without one, a warning says why, because the user who
// names the file expects one; in the vendor's file the line is commented out. parseEnvFile looks at no other line, and no
// text shows a value, because such files are full of secrets.
func parseEnvFile(file, text string) (address, warning string, err error) {
	const noServer = "so no server is asked whether a user of h5ds is logged in"
	warning = fmt.Sprintf("%s has no line %s, %s; add %[2]s= with the address of your server", file, hostSAAS, noServer)
	for i, line := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
		bare := strings.TrimLeft(strings.TrimSpace(line), "# \t")
		name, value, found := strings.Cut(strings.TrimPrefix(bare, "export "), "=")
		if !found || strings.TrimSpace(name) != hostSAAS {
			continue
		}
		if bare != strings.TrimSpace(line) {
			if address == "" {
				warning = fmt.Sprintf("%s:%d: %s is commented out, %s; remove the # before it", file, i+1, hostSAAS, noServer)
			}
			continue
		}
		value, err := unquoted(strings.TrimSpace(value))
		if err == nil && value != "" {
			value, err = parseStatusURL(value)
		}
		if err != nil {
			return "", "", fmt.Errorf("%s:%d: %s: %w", file, i+1, hostSAAS, err)
		}
		if address, warning = value, ""; address == "" {
			warning = fmt.Sprintf("%s:%d: %s is empty, %s; write the address of your server behind the =", file, i+1, hostSAAS, noServer)
		}
	}
	return address, warning, nil
}

// unquoted takes a value out of its quotes, or cuts off the comment behind it.
func unquoted(value string) (string, error) {
	if value == "" || !strings.ContainsRune("\"'`", rune(value[0])) {
		value, _, _ = strings.Cut(value, "#")
		return strings.TrimSpace(value), nil
	}
	inside, rest, closed := strings.Cut(value[1:], value[:1])
	rest = strings.TrimSpace(rest)
	switch {
	case !closed:
		return "", fmt.Errorf("the quote %s is not closed", value[:1])
	case rest != "" && rest[0] != '#':
		return "", errors.New("something stands behind the closing quote")
	}
	return strings.TrimSpace(inside), nil
}

// parseStatusURL takes the address of the user's own server. Its errors do not show it: it may hold a password.
func parseStatusURL(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return "", errors.New("this is not an address; write one such as http://127.0.0.1:8080/userStatus")
	case u.Fragment != "":
		return "", errors.New("no request carries the part behind #; leave it out")
	case u.Query().Has("userID"):
		return "", errors.New("the address has a userID already; leave it out, fakecme adds it")
	}
	return text, nil
}

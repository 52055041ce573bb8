package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parsed is a value, or the error text.
func parsed[T any](value T, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprint(value)
}

func TestParseEnvFile(t *testing.T) {
	t.Parallel()
	const address = "http://192.168.31.46:8080/api/v1/test/saas/userStatus"
	const noAddress = "error: f:1: host.saas: this is not an address; write one such as http://127.0.0.1:8080/userStatus"
	const (
		noLine    = "warning: f has no line host.saas, so no server is asked whether a user of h5ds is logged in; add host.saas= with the address of your server"
		commented = "warning: f:1: host.saas is commented out, so no server is asked whether a user of h5ds is logged in; remove the # before it"
		empty     = "warning: f:1: host.saas is empty, so no server is asked whether a user of h5ds is logged in; write the address of your server behind the ="
	)
	at := func(line, warning string) string { return strings.Replace(warning, ":1:", ":"+line+":", 1) }
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", noLine},
		{"the vendor's, commented out", "#【saas用户登录状态校验配置】\n# host.saas=" + address + "\n", at("2", commented)},
		{"commented out twice", "A=1\n ##\t# export host.saas = s3cr3t", at("2", commented)},
		{"commented out before", "# host.saas=s3cr3t\nhost.saas=" + address, address},
		{"commented out behind", "host.saas=" + address + "\n# host.saas=s3cr3t", address},
		{"commented out and empty", "# host.saas=s3cr3t\nhost.saas=", at("2", empty)},
		{"mentioned in a comment", "# the line host.saas=x is below", noLine},
		{"the vendor's", "#【saas用户登录状态校验配置】\nhost.saas=" + address + "\n", address},
		{"commented out without a blank", "#host.saas=" + address, commented},
		{"line ends of Windows", "A=1\r\nhost.saas=" + address + "\r\nB=2\r\n", address},
		{"byte order mark", "\ufeffhost.saas=" + address, address},
		{"spaces", "  host.saas \t=  " + address + "  ", address},
		{"double quotes", `host.saas="` + address + `"`, address},
		{"single quotes", `host.saas=' ` + address + ` ' # comment`, address},
		{"back quotes", "host.saas=`" + address + "`", address},
		{"export", "export host.saas=" + address, address},
		{"comment behind", "host.saas=" + address + " # local", address},
		{"query", "host.saas=" + address + "?a=b&c=d", address + "?a=b&c=d"},
		{"last one", "host.saas=http://127.0.0.1:1\nhost.saas=" + address, address},
		{"last one is empty", "host.saas=" + address + "\nhost.saas=\n", at("2", empty)},
		{"empty value", "host.saas=", empty},
		{"empty quotes", `host.saas=""`, empty},
		{"only a comment", "host.saas=# " + address, empty},
		{"other names", "host.saas2=x\nmy.host.saas=x\nHOST.SAAS=x\nhost=saas\n", noLine},
		{"no value", "host.saas\n", noLine},
		{"other lines may be anything", "=\n\x00\n\"\nsecret='s3cr3t\nhost.saas=" + address, address},

		{"no address", "host.saas=s3cr3t", noAddress},
		{"no scheme", "host.saas=127.0.0.1:8080", noAddress},
		{"another scheme", "host.saas=redis://:s3cr3t@127.0.0.1", noAddress},
		{"its line", "A=1\n\n# x\nhost.saas=s3cr3t", strings.Replace(noAddress, ":1:", ":4:", 1)},
		{"an earlier line is wrong too", "host.saas=s3cr3t\nhost.saas=" + address, noAddress},
		{"open quote", `host.saas="` + address, `error: f:1: host.saas: the quote " is not closed`},
		{"more behind the quote", `host.saas="` + address + `" s3cr3t`, "error: f:1: host.saas: something stands behind the closing quote"},
		{"fragment", `host.saas="http://127.0.0.1/#x"`, "error: f:1: host.saas: no request carries the part behind #; leave it out"},
		{"userID", "host.saas=http://127.0.0.1/?userID=", "error: f:1: host.saas: the address has a userID already; leave it out, fakecme adds it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address, warning, err := parseEnvFile("f", tt.text)
			got := parsed(address, err)
			if warning != "" {
				got += "warning: " + warning
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("address (-want +got):\n%s", diff)
			}
			if strings.Contains(got, "s3cr3t") {
				t.Errorf("it shows a secret: %s", got)
			}
		})
	}
}

func FuzzParseEnvFile(f *testing.F) {
	f.Add("# host.saas=http://127.0.0.1\r\nhost.saas = 'http://127.0.0.1:8080/x?a=b' # c\n")
	f.Add("\ufeffexport host.saas=\"")
	f.Fuzz(func(t *testing.T, text string) {
		address, warning, err := parseEnvFile("f", text)
		if err == nil && (address == "") != (warning != "") {
			t.Errorf("the address is %q and the warning %q", address, warning)
		}
		if err == nil && address != "" {
			if _, err := parseStatusURL(address); err != nil {
				t.Errorf("it returns %q: %v", address, err)
			}
		}
		if err != nil && !strings.HasPrefix(err.Error(), "f:") {
			t.Errorf("the error has no place: %v", err)
		}
	})
}

// A flag wins over a variable, that over the configuration file, and all over the .env file.
func TestEnvFilePrecedence(t *testing.T) {
	t.Parallel()
	env := writeFile(t, ".env", "host.saas=http://127.0.0.1:1/env\n")
	config := writeFile(t, "config.yaml", "h5ds-status-url: http://127.0.0.1:1/config\n")
	relative := filepath.Join(filepath.Dir(env), "config.yaml")
	if err := os.WriteFile(relative, []byte("env-file: .env\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	commented := writeFile(t, "commented.env", "# host.saas=http://127.0.0.1:1/env\n")
	for _, tt := range []struct {
		name string
		env  []string
		args []string
		want string
	}{
		{"flag, and an env file that is commented out", nil, []string{"--env-file", commented, "--h5ds-status-url", "http://127.0.0.1:1/flag"}, "http://127.0.0.1:1/flag"},
		{"nothing", nil, nil, ""},
		{"env file", nil, []string{"--env-file", env}, "http://127.0.0.1:1/env"},
		{"env file beside the configuration", nil, []string{"--config", relative}, "http://127.0.0.1:1/env"},
		{"configuration", nil, []string{"--env-file", env, "--config", config}, "http://127.0.0.1:1/config"},
		{"variable", []string{"FAKECME_H5DS_STATUS_URL=http://127.0.0.1:1/variable"}, []string{"--env-file", env, "--config", config}, "http://127.0.0.1:1/variable"},
		{"flag", []string{"FAKECME_H5DS_STATUS_URL=http://127.0.0.1:1/variable"}, []string{"--env-file", env, "--h5ds-status-url", "http://127.0.0.1:1/flag"}, "http://127.0.0.1:1/flag"},
	} {
		s, problem := readSettings(t, tt.env, tt.args...)
		if s.StatusURL != tt.want || problem != "" || len(s.Warnings) > 0 {
			t.Errorf("%s: %q %s %q, want %q", tt.name, s.StatusURL, problem, s.Warnings, tt.want)
		}
	}
}

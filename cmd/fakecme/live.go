package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/cmd/fakecme/internal/option"
	"github.com/fakecme/fakecme/fake/authority"
	"github.com/fakecme/fakecme/recordings"
)

// live is the address that stands for the real services.
const live = "live"

// parseUpstream takes live or a base address. It rejects the address of a real host, which may have been copied without a
// thought: the real services are called only when the user writes live.
func parseUpstream(text string) (string, error) {
	if text == live {
		return text, nil
	}
	base, err := option.ParseBase(text)
	if err != nil {
		return "", fmt.Errorf("%w, or live for the real service", err)
	}
	u, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	if isVendor(u.Hostname()) {
		return "", fmt.Errorf("%s is the real service; to record that, write live", u.Hostname())
	}
	return base, nil
}

// parseTarget takes live or the address of a fake.
func parseTarget(text string) (string, error) {
	if text == live {
		return text, nil
	}
	return option.ParseFakeURL(text)
}

func isVendor(host string) bool {
	for _, u := range recordings.Live() {
		if strings.EqualFold(host, u.Host) {
			return true
		}
	}
	return strings.EqualFold(host, "www.h5ds.com")
}

// rejectFake is the VerifyConnection for calls to the real services. In a shell that "fakecme env" has prepared, a call
// to them would reach a fake or the recording proxy itself, whose certificates are trusted there.
func rejectFake(s tls.ConnectionState) error {
	if !isVendor(s.ServerName) {
		return nil
	}
	for _, c := range s.PeerCertificates {
		if slices.Contains(c.Issuer.Organization, authority.Organization) {
			return errors.New("this is a fake, and not the live service: HTTPS_PROXY or the name lookup leads to it; unset the variables of fakecme env")
		}
	}
	return nil
}

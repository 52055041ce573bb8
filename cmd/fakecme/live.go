package main

import (
	"crypto/tls"
	"errors"
	"slices"
)

// fakeIssuer is the organization in the certificates of every authority that package authority makes.
const fakeIssuer = "fakecme: only for tests"

// notOfAFake is for the connections to the live services. In a shell that "fakecme env" has prepared they lead to a fake, or
// round and round through the recording proxy itself, and everything there is trusted.
func notOfAFake(s tls.ConnectionState) error {
	if !isVendor(s.ServerName) {
		return nil
	}
	for _, c := range s.PeerCertificates {
		if slices.Contains(c.Issuer.Organization, fakeIssuer) {
			return errors.New("this is a fake, and not the live service: HTTPS_PROXY or the name lookup leads to it; unset what fakecme env has set")
		}
	}
	return nil
}

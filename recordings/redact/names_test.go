package redact

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIsSecret(t *testing.T) {
	t.Parallel()
	want := []string{
		"admintoken", "auth", "authorization", "cookie", "old_password", "password", "proxy-authorization", "secret", "secretkey",
		"set-cookie", "sign", "signature", "token", "uploadcontext", "verifysign", "voduploadsign",
	}
	var got []string
	for _, n := range secretNames {
		if IsSecret(strings.ToUpper(n.name)) {
			got = append(got, hiddenKind(n.name))
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	for name, want := range map[string]bool{
		" Token\t": true, "oldPassword": true, "\u017fecret\u212aey": true,
		"": false, "callback": false, "tokens": false, "to ken": false, "tok\u00e9n": false, strings.Repeat("token", 20): false,
	} {
		if got := IsSecret(name); got != want {
			t.Errorf("%q: got %t", name, got)
		}
	}
}

func TestKindOfName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		names string
		kind  string
	}{
		{"signature VerifySign verify_sign VodUploadSign sign SIGN X-Sign storageSignature q-signature", "signature"},
		{"auth Authorization ticket LoginTicket", "ticket"},
		{"token access_token accessToken refreshToken X-Cos-Security-Token adminToken id_token sessionid vodSessionKey", "token"},
		{"secret clientSecret password old_password appSecret pwd", "secret"},
		{"secretId SecretId secret_key secretKey TmpSecretId q-ak apiKey", "credential"},
		{"mobile phoneNumber phone_number tel user_mobile", "phone"},
		{"email E-Mail mail user.email", "email"},
		{"cookie Set-Cookie", "cookie"},
		{"UploadContext", "context"},
		{"sn captcha_key captchaCode", "code"},
		{"design assign signal tokens total_tokens authorizer Authorizee Author name Id t random timestamp phone_number_verified ticketing user_sign_count", ""},
		{"- ", ""},
	}
	for _, tt := range tests {
		for _, name := range strings.Fields(tt.names) {
			if got := kindOf(name, true); got != tt.kind {
				t.Errorf("%s: got %q, want %q", name, got, tt.kind)
			}
		}
	}
	if got := kindOf("", true); got != "" {
		t.Errorf("got %q", got)
	}
}

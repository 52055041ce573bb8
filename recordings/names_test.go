package recordings

import (
	"strings"
	"testing"
)

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
			if got := kindOfName(name, true); got != tt.kind {
				t.Errorf("%s: got %q, want %q", name, got, tt.kind)
			}
		}
	}
	if got := kindOfName("", true); got != "" {
		t.Errorf("got %q", got)
	}
}

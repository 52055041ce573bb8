package token_test

import (
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/token"
)

var (
	now    = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	key    = []byte("a key of this test")
	claims = op.TokenClaims{UserID: "871668385574199296", Serial: "7", Issued: now, Expire: now.Add(time.Hour)}
)

func newToken(t *testing.T) string {
	t.Helper()
	text, err := token.New(key, "fake-appid", claims)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestVerify(t *testing.T) {
	t.Parallel()
	text := newToken(t)
	bare := strings.TrimPrefix(text, token.Prefix)
	none, err := jwt.NewWithClaims(jwt.SigningMethodNone, jwt.RegisteredClaims{
		Subject: claims.UserID, ExpiresAt: jwt.NewNumericDate(claims.Expire),
	}).SignedString(jwt.UnsafeAllowNoneSignatureType)
	if err != nil {
		t.Fatal(err)
	}
	forever, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.RegisteredClaims{Subject: claims.UserID}).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, authorization string
		at                  time.Time
		want                string
	}{
		{"good", text, now, ""},
		{"good to the last second", text, claims.Expire.Add(-time.Second), ""},
		{"expired", text, claims.Expire.Add(time.Second), "token.expired"},
		{"missing", "", now, "token.missing"},
		{"bearer twice", "Bearer " + text, now, "token.double-bearer"},
		{"bare", bare, now, "token.bare"},
		{"lower case", "bearer " + bare, now, "token.bearer-case"},
		{"object", "[object Object]", now, "token.object"},
		{"object with bearer", "Bearer [object Object]", now, "token.object"},
		{"undefined", "undefined", now, "token.undefined"},
		{"undefined with bearer", "Bearer undefined", now, "token.undefined"},
		{"url-encoded", strings.ReplaceAll(text, " ", "%20"), now, "token.url-encoded"},
		{"another word", "Token abc", now, "token.no-bearer"},
		{"not a JWT", "Bearer abc", now, "token.malformed"},
		{"no algorithm", token.Prefix + none, now, "token.foreign"},
		{"no expiry", token.Prefix + forever, now, "token.invalid"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, fault := token.Read(tt.authorization).Verify(key, tt.at)
			code := ""
			if fault != nil {
				code = fault.Code
				if fault.Sentence == "" || fault.Fix == "" {
					t.Errorf("fault without a sentence or a fix: %+v", fault)
				}
			}
			if code != tt.want {
				t.Fatalf("code %q, want %q", code, tt.want)
			}
			if tt.want == "" {
				if diff := cmp.Diff(claims, op.TokenClaims{UserID: got.UserID, Serial: got.Serial, Issued: got.Issued.UTC(), Expire: got.Expire.UTC()}); diff != "" {
					t.Errorf("claims (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// How long ago a token expired is said in whole seconds, and in days from the second on.
func TestExpiredSince(t *testing.T) {
	t.Parallel()
	text := newToken(t)
	for since, want := range map[time.Duration]string{
		1500 * time.Millisecond: "the token expired 1s ago",
		25 * time.Hour:          "the token expired 25h0m0s ago",
		72 * time.Hour:          "the token expired 3 days ago",
	} {
		if _, fault := token.Read(text).Verify(key, claims.Expire.Add(since)); fault == nil || fault.Sentence != want {
			t.Errorf("after %s: got %+v, want %s", since, fault, want)
		}
	}
}

// No token with a bit changed is accepted.
func TestEveryBit(t *testing.T) {
	t.Parallel()
	text := newToken(t)
	for i := len(token.Prefix); i < len(text); i++ {
		for bit := range 8 {
			changed := []byte(text)
			changed[i] ^= 1 << bit
			if _, fault := token.Read(string(changed)).Verify(key, now); fault == nil {
				t.Fatalf("accepted with bit %d of byte %d changed: %q", bit, i, changed)
			}
		}
	}
	if _, fault := token.Read(text).Verify([]byte("another key"), now); fault == nil || fault.Code != "token.foreign" {
		t.Errorf("another key: %v", fault)
	}
}

func TestAppID(t *testing.T) {
	t.Parallel()
	if got, ok := token.Read(newToken(t)).AppID(); !ok || got != "fake-appid" {
		t.Errorf("appid %q, %t", got, ok)
	}
	for _, bad := range []string{"", "Bearer ", "Bearer a.b.c", "x"} {
		if got, ok := token.Read(bad).AppID(); ok {
			t.Errorf("appid of %q: %q", bad, got)
		}
	}
}

func FuzzVerify(f *testing.F) {
	text, err := token.New(key, "fake-appid", claims)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add("Bearer eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, authorization string) {
		read := token.Read(authorization)
		read.AppID()
		if _, fault := read.Verify(key, now); fault == nil && authorization != text {
			t.Errorf("accepted: %q", authorization)
		}
	})
}

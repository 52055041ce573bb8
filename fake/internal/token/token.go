// Package token makes and judges the bearer tokens of h5ds users.
//
// The vendor documents only that a token is a JWT with "Bearer " already inside the text, and
// that it goes unchanged into the header Authorization. Algorithm HS256 and the claims are
// assumed.
package token

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// Prefix stands in front of the JWT, inside the token.
const Prefix = "Bearer "

// New returns the token of a user of the application.
func New(key []byte, appid string, c op.TokenClaims) (string, error) {
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.RegisteredClaims{
		Subject:   c.UserID,
		Audience:  jwt.ClaimStrings{appid},
		ID:        c.Serial,
		IssuedAt:  jwt.NewNumericDate(c.Issued),
		ExpiresAt: jwt.NewNumericDate(c.Expire),
	}).SignedString(key)
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	return Prefix + signed, nil
}

// Token is a text that claims to be a token. It is read once; nothing of it is believed before Verify.
type Token struct {
	text   string
	jwt    *jwt.Token
	signed string // the part of the JWT that the signature is of
	claims jwt.RegisteredClaims
	err    error // why it cannot be read
}

// reader rejects a JWT with bits that belong to no byte, so that a token has only one spelling.
var reader = jwt.NewParser(jwt.WithStrictDecoding())

// Read reads an Authorization, with or without [Prefix].
func Read(authorization string) *Token {
	t := &Token{text: authorization}
	var parts []string
	t.jwt, parts, t.err = reader.ParseUnverified(strings.TrimPrefix(authorization, Prefix), &t.claims)
	if t.err == nil {
		t.signed = parts[0] + "." + parts[1]
	}
	return t
}

// AppID returns the application that the token claims to be for.
func (t *Token) AppID() (string, bool) {
	if t.err != nil || len(t.claims.Audience) != 1 {
		return "", false
	}
	return t.claims.Audience[0], true
}

// Subject returns the user that the token claims to be of.
func (t *Token) Subject() string {
	if t.err != nil {
		return ""
	}
	return t.claims.Subject
}

// Verify judges the token as an Authorization header. The fault says what the client did wrong.
func (t *Token) Verify(key []byte, now time.Time) (op.TokenClaims, *diagnosis.Diagnosis) {
	if fault := shape(t.text); fault != nil {
		return op.TokenClaims{}, fault
	}
	if err := t.verify(key, now); err != nil {
		return op.TokenClaims{}, explain(err, &t.claims, now)
	}
	verified := op.TokenClaims{UserID: t.claims.Subject, Serial: t.claims.ID, Expire: t.claims.ExpiresAt.Time}
	if t.claims.IssuedAt != nil {
		verified.Issued = t.claims.IssuedAt.Time
	}
	return verified, nil
}

// verify does what a parser of the library does once it has read a token.
func (t *Token) verify(key []byte, now time.Time) error {
	if t.err != nil {
		return t.err
	}
	if t.jwt.Method != jwt.SigningMethodHS256 || t.jwt.Method.Verify(t.signed, t.jwt.Signature, key) != nil {
		return jwt.ErrTokenSignatureInvalid
	}
	return jwt.NewValidator(
		jwt.WithTimeFunc(func() time.Time { return now }),
		jwt.WithExpirationRequired(),
	).Validate(&t.claims)
}

const unchanged = "send the token of third/login unchanged as the header Authorization"

// shape recognises the mistakes that clients are known to make.
func shape(authorization string) *diagnosis.Diagnosis {
	fault := func(code, sentence, fix string) *diagnosis.Diagnosis {
		return &diagnosis.Diagnosis{Code: code, Sentence: sentence, Fix: fix}
	}
	switch {
	case authorization == "":
		return fault("token.missing", "there is no header Authorization, or it is empty", unchanged)
	case strings.Contains(authorization, "[object Object]"):
		return fault("token.object", "the Authorization is a JavaScript object turned into text",
			"send the field token of the response, not the whole data object")
	case authorization == "null" || authorization == "undefined" || authorization == Prefix+"undefined" || authorization == Prefix+"null":
		return fault("token.undefined", "the Authorization is a missing value turned into text", unchanged)
	case strings.HasPrefix(authorization, Prefix+Prefix):
		return fault("token.double-bearer", `the Authorization begins with "Bearer Bearer"`,
			`the token already begins with "Bearer "; do not add it again`)
	case strings.Contains(authorization, "%20"):
		return fault("token.url-encoded", "the Authorization is URL-encoded", "decode the token before it goes into the header")
	case !strings.HasPrefix(authorization, Prefix) && strings.HasPrefix(strings.ToLower(authorization), "bearer "):
		return fault("token.bearer-case", `the Authorization does not begin with "Bearer " spelled exactly so`, unchanged)
	case !strings.HasPrefix(authorization, Prefix) && strings.Count(authorization, ".") == 2:
		return fault("token.bare", `the Authorization is the bare JWT without "Bearer "`, unchanged)
	case !strings.HasPrefix(authorization, Prefix):
		return fault("token.no-bearer", `the Authorization does not begin with "Bearer "`, unchanged)
	}
	return nil
}

func explain(err error, claims *jwt.RegisteredClaims, now time.Time) *diagnosis.Diagnosis {
	switch {
	case errors.Is(err, jwt.ErrTokenMalformed):
		return &diagnosis.Diagnosis{Code: "token.malformed", Sentence: "the Authorization is not a JWT", Fix: unchanged}
	case errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return &diagnosis.Diagnosis{
			Code:     "token.foreign",
			Sentence: "the token was not made by this application, or was changed on its way",
			Fix:      "log in again with third/login against this fake",
		}
	case errors.Is(err, jwt.ErrTokenExpired) && claims.ExpiresAt != nil:
		return &diagnosis.Diagnosis{
			Code:     "token.expired",
			Sentence: fmt.Sprintf("the token expired %s ago", diagnosis.Span(now.Sub(claims.ExpiresAt.Time))),
			Fix:      "log in again with third/login; expires_at in its response says how long a token is good",
		}
	default:
		return &diagnosis.Diagnosis{Code: "token.invalid", Sentence: "the token does not verify", Fix: unchanged}
	}
}

package account

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var passwordOps = []op.Op[State]{
	op.Write("Account.ChangePassword", changePassword),
	op.Write("Account.RecoverPassword", recoverPassword),
}

// password is a password in a request. Errors and formatted text do not show it.
type password string

// UnmarshalJSON accepts a string. Null leaves p as it is.
func (p *password) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		return nil
	case b[0] == '"':
		return json.Unmarshal(b, (*string)(p))
	}
	return api.ErrPassword.Because("password.type", "send the password as a string", "the password is not a string")
}

// String keeps the password out of formatted text.
func (p password) String() string { return "<password>" }

// hashed returns the form of a password in the state. The salt depends on the user's id: every run makes the same
// state, and two users with the same password have different hashes.
func hashed(user, plain string) string {
	salt := sha256.Sum256([]byte("salt of " + user))
	return saltedHash(hex.EncodeToString(salt[:8]), plain)
}

const hashPrefix = "sha256$"

func saltedHash(salt, plain string) string {
	sum := sha256.Sum256([]byte(salt + "$" + plain))
	return hashPrefix + salt + "$" + hex.EncodeToString(sum[:])
}

var hashForm = regexp.MustCompile(`^sha256\$[0-9a-f]{16}\$[0-9a-f]{64}$`)

// isHashed reports whether a text is the result of hashed.
func isHashed(text string) bool { return hashForm.MatchString(text) }

// hasPassword reports whether p is the user's password. It is false for a user without a password, and for one whose
// password the state has in plain text.
func (u User) hasPassword(p password) bool {
	salt, _, _ := strings.Cut(strings.TrimPrefix(u.Password, hashPrefix), "$")
	return subtle.ConstantTimeCompare([]byte(u.Password), []byte(saltedHash(salt, string(p)))) == 1
}

const minPassword = 8

// checkPassword rejects a new password that the vendor's newest client would not send. It is assumed that the server
// rejects it too.
func checkPassword(p password) error {
	letter := strings.ContainsAny(strings.ToLower(string(p)), "abcdefghijklmnopqrstuvwxyz")
	if len([]rune(string(p))) < minPassword || !letter || !strings.ContainsAny(string(p), "0123456789") {
		return api.ErrPassword.Because("password.weak", "send 8 characters or more, with a letter and a digit among them",
			"the new password is too short, or lacks a letter or a digit")
	}
	return nil
}

type changePasswordRequest struct {
	OldPassword password `json:"old_password"`
	Password    password `json:"password"`
}

// changePassword also sets the first password of a user, for whom it ignores the old one. It is assumed that all
// sessions go on.
func changePassword(c *op.Call, st *State, req changePasswordRequest) (api.Done, error) {
	user, err := st.Caller(c)
	if err != nil {
		return false, err
	}
	if user.Password != "" && !user.hasPassword(req.OldPassword) {
		return false, api.ErrOldPassword.Because("password.wrong", "send the password that the user has now as old_password",
			"the old password is not the user's")
	}
	if err := checkPassword(req.Password); err != nil {
		return false, err
	}
	user.Password, user.UpdatedAt = hashed(user.ID, string(req.Password)), c.Now
	st.Users.Put(user)
	return true, nil
}

type recoverPasswordRequest struct {
	Mobile   api.Text `json:"mobile"`
	Password password `json:"password"`
	Code     api.Text `json:"code"`
}

func recoverPassword(c *op.Call, st *State, req recoverPasswordRequest) (api.Done, error) {
	mobile := string(req.Mobile)
	if err := checkName(kindMobile, mobile); err != nil {
		return false, err
	}
	code, err := st.Codes.check(c, mobile, forRecover, string(req.Code))
	if err != nil {
		return false, err
	}
	user, known := st.boundTo(kindMobile, mobile)
	if !known {
		return false, api.ErrMobile.Because("account.unknown", "bind the number first, or register with it",
			"no user has bound the mobile number")
	}
	if err := checkPassword(req.Password); err != nil {
		return false, err
	}
	user.Password, user.UpdatedAt = hashed(user.ID, string(req.Password)), c.Now
	st.Codes.use(c, code)
	st.Users.Put(user)
	return true, nil
}

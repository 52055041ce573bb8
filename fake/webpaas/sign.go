package webpaas

import (
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// VerifySignAction is the action a VerifySign must be signed with; assumed: the pages that list
// VerifySign name none, and the overview of signatures knows only upload as a sensitive operation.
const VerifySignAction = "Upload"

// CheckVerifySign judges the VerifySign of a call whose response comes from elsewhere.
func CheckVerifySign(c *op.Call, sign string) error { return checkVerifySign(c, sign) }

// checkVerifySign judges the VerifySign of a request. The newest pages list it, older ones do not: the
// dialect decides whether it must be there. Whenever it is there it is verified, although one
// documented example succeeds with the placeholder "xxxxxxxx": a fake that takes anything
// finds no mistake.
//
// Operations call it after their own checks of rights, because a documented example rejects a
// request with that placeholder for its missing right.
func checkVerifySign(c *op.Call, sign string) error {
	if sign == "" {
		if c.Dialect.UploadSign != dialect.UploadSignRequired {
			return nil
		}
		return errSignatureVerifyFail.Because("webpaas.verify-sign-missing",
			"send VerifySign, a signature with action="+VerifySignAction,
			"the request has no VerifySign, and this dialect demands it")
	}
	user, fault := c.VerifySign(sign, VerifySignAction)
	if fault != nil {
		return errSignatureVerifyFail.With(*fault)
	}
	if user != c.User {
		return errSignatureVerifyFail.Because("webpaas.verify-sign-user",
			"sign VerifySign for the user of the ticket",
			"VerifySign is of user %q, the ticket of user %q", user, c.User)
	}
	return nil
}

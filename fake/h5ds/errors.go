package h5ds

import (
	"strings"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// The errors of the service. The contract has their texts, says which operations return them, and how sure that is.
var (
	errs op.Errors

	// ErrBadSignature is the error of a login whose headers appid, sign and timestamp do not verify.
	ErrBadSignature = errs.New("BadSignature")

	errNotFound     = errs.New("NotFound")
	errBroken       = errs.New("ServiceError")
	errTooManyWorks = errs.New("TooManyWorks")
	errNotAdmin     = errs.New("NotAdmin")
	errParameter    = errs.New("BadParameter") // of a name that is not known where it is rejected

	errUserID   = badRequest("userId")
	errGender   = badRequest("gender")
	errID       = badRequest("id")
	errWidth    = badRequest("width")
	errHeight   = badRequest("height")
	errDuration = badRequest("duration")
	errData     = badRequest("data")

	errIDs           = badRequest("ids")
	errType          = badRequest("type")
	errPID           = badRequest("pid")
	errCategoryID    = badRequest("category_id")
	errURLs          = badRequest("urls")
	errAttrs         = badRequest("attrs")
	errSize          = badRequest("size")
	errConvertStatus = badRequest("convert_status")
	errSourceID      = badRequest("source_id")
	errProjectID     = badRequest("project_id")
	errOrderColumn   = badRequest("order_column")
)

// Errors of accounts, messages and orders.
var (
	// errWaiting is the error of a client that asks for a login before anybody has scanned its code: at any code but 0
	// and those of an expired login it asks again.
	errWaiting = errs.New("NotScanned")

	errAccount     = badRequest("account")
	errCaptchaCode = badRequest("captchaCode")
	errCaptchaKey  = badRequest("captchaKey")
	errCode        = badRequest("code")
	errEmail       = badRequest("email")
	errMobile      = badRequest("mobile")
	errOldPassword = badRequest("old_password")
	errPackage     = badRequest("package_id")
	errPassword    = badRequest("password")
	errSN          = badRequest("sn")
	errStartDate   = badRequest("stDate")
	errUsername    = badRequest("username")
	errVIPLevel    = badRequest("vip_level")

	// errorOfName is the error of what can be bound, by its kind.
	errorOfName = map[string]*op.Error{kindMobile: errMobile, kindEmail: errEmail, kindUsername: errUsername}
)

// badRequest is the error of a parameter, given by its name or its JSON pointer, or of none.
func badRequest(parameter string) *op.Error {
	return errParameter.Of(strings.TrimPrefix(parameter, "/"))
}

// The vendor's clients end a login at each of these codes. No preset of the dialects has 1002, so that the contract does not list it.
var (
	errLoginExpired1001 = errs.New("LoginExpired")
	errLoginExpired1002 = errLoginExpired1001.WithCode(dialect.LoginExpired1002.Code())
	errLoginExpired1    = errs.New("LoginExpiredCurrent")
)

// LoginExpired is the error of a token that is missing, wrong, expired or logged out, in a dialect.
func LoginExpired(d dialect.Dialect) *op.Error {
	switch d.LoginExpired {
	case dialect.LoginExpired1:
		return errLoginExpired1
	case dialect.LoginExpired1002:
		return errLoginExpired1002
	default:
		return errLoginExpired1001
	}
}

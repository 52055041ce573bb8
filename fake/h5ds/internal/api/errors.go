package api

import (
	"strings"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// The errors of the service. The contract has their texts, says which operations return them, and how sure that is.
var (
	Errors op.Errors

	// ErrBadSignature is the error of a login whose headers appid, sign and timestamp are wrong.
	ErrBadSignature = Errors.New("BadSignature")

	ErrNotFound     = Errors.New("NotFound")
	ErrBroken       = Errors.New("ServiceError")
	ErrTooManyWorks = Errors.New("TooManyWorks")
	ErrNotAdmin     = Errors.New("NotAdmin")
	errParameter    = Errors.New("BadParameter") // of a parameter whose name is unknown

	ErrUserID   = BadRequest("userId")
	ErrGender   = BadRequest("gender")
	ErrID       = BadRequest("id")
	ErrWidth    = BadRequest("width")
	ErrHeight   = BadRequest("height")
	ErrDuration = BadRequest("duration")
	ErrData     = BadRequest("data")

	ErrIDs           = BadRequest("ids")
	ErrType          = BadRequest("type")
	ErrPID           = BadRequest("pid")
	ErrCategoryID    = BadRequest("category_id")
	ErrURLs          = BadRequest("urls")
	ErrAttrs         = BadRequest("attrs")
	ErrSize          = BadRequest("size")
	ErrConvertStatus = BadRequest("convert_status")
	ErrSourceID      = BadRequest("source_id")
	ErrProjectID     = BadRequest("project_id")
	ErrOrderColumn   = BadRequest("order_column")
	ErrName          = BadRequest("name")
	ErrSource        = BadRequest("source")
)

// Errors of accounts, messages and orders.
var (
	// ErrWaiting is the error of a client that asks for a login before anybody has scanned its code: at any code but 0
	// and those of an expired login it asks again.
	ErrWaiting = Errors.New("NotScanned")

	ErrAccount     = BadRequest("account")
	ErrCaptchaCode = BadRequest("captchaCode")
	ErrCaptchaKey  = BadRequest("captchaKey")
	ErrCode        = BadRequest("code")
	ErrEmail       = BadRequest("email")
	ErrMobile      = BadRequest("mobile")
	ErrOldPassword = BadRequest("old_password")
	ErrPackage     = BadRequest("package_id")
	ErrPassword    = BadRequest("password")
	ErrSN          = BadRequest("sn")
	ErrStartDate   = BadRequest("stDate")
	ErrUsername    = BadRequest("username")
	ErrVIPLevel    = BadRequest("vip_level")
)

// BadRequest is the error of a parameter, given by its name or its JSON pointer, or of none.
func BadRequest(parameter string) *op.Error {
	return errParameter.Of(strings.TrimPrefix(parameter, "/"))
}

// The vendor's clients end a login at each of these codes. No preset of the dialects has 1002, so that it is only the other code of LoginExpired in the contract.
var (
	errLoginExpired1001 = Errors.New("LoginExpired")
	errLoginExpired1002 = errLoginExpired1001.WithCode(dialect.LoginExpired1002.Code())
	errLoginExpired1    = Errors.New("LoginExpiredCurrent")
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

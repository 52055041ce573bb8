package h5ds

import (
	"strings"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// No source names a code but those of an expired login, nor any message of the server. So all
// codes and messages here are assumed, if nothing else is said; that a code other than 0 is an
// error, and message the text for the user, is documented.
var (
	// ErrBadSignature answers a login whose headers appid, sign and timestamp do not verify.
	ErrBadSignature = &op.Error{Code: "401", Message: "签名错误"}

	errNotFound = &op.Error{Code: "404", Message: "数据不存在"}
	errBroken   = &op.Error{Code: "500", Message: "服务器错误"}

	errTooManyWorks = &op.Error{Code: "403", Message: "作品数量已达上限"}
	errNotAdmin     = &op.Error{Code: "403", Message: "没有权限"}

	errParameter = badRequest("") // of a name that is not known where it is rejected
	errUserID    = badRequest("userId")
	errGender    = badRequest("gender")
	errID        = badRequest("id")
	errWidth     = badRequest("width")
	errHeight    = badRequest("height")
	errDuration  = badRequest("duration")
	errData      = badRequest("data")

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
	// errWaiting is what a client gets that asks for a login before anybody has scanned its code:
	// any code but 0 and those of an expired login lets it go on asking.
	errWaiting = &op.Error{Code: "202", Message: "等待扫码"}

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

// badRequest is the error of a parameter, given by its name or its JSON pointer.
func badRequest(parameter string) *op.Error {
	message := "参数错误"
	if parameter = strings.TrimPrefix(parameter, "/"); parameter != "" {
		message += ": " + parameter
	}
	return &op.Error{Code: "400", Message: message}
}

// The codes are those the vendor's clients take for an expired login; the message is the
// text that they show for it.
var (
	errLoginExpired1001 = loginExpired(dialect.LoginExpired1001)
	errLoginExpired1002 = loginExpired(dialect.LoginExpired1002)
	errLoginExpired1    = loginExpired(dialect.LoginExpired1)
)

func loginExpired(code dialect.LoginExpired) *op.Error {
	return &op.Error{Code: code.Code(), Message: "登录失效"}
}

// LoginExpired is the response to a token that is missing, wrong, expired or logged out. The
// vendor's clients disagree about its code, so the dialect chooses.
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

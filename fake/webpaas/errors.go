package webpaas

import "github.com/fakecme/fakecme/fake/internal/op"

// The errors of the service. The contract has their texts, says which operations return them, and how sure that is.
var (
	errs op.Errors

	errParameter           = errs.New("InvalidParameter") // without an error of its own; see badRequest
	errInternal            = errs.New("InternalError")
	errSignatureVerifyFail = errs.New("SignatureVerifyFail")
	errLimit               = errs.New("LimitTooLarge")
	errPermissionDeny      = errs.New("PermissionDeny")
	errNotFound            = errs.New("ResourceNotFound")
	errStartAfterEnd       = errs.New("StartAfterEnd")

	errMaterialNotExist = errs.New("MaterialNotExist")
	errNotVideo         = errs.New("NotVideo")
	errUploadContext    = errs.New("InvalidUploadContext")
	errVodFileID        = errs.New("InvalidVodFileId")
	errVersion          = errs.New("VersionNotCurrent")

	// Nothing of the kind was recognised in the material, or nothing was looked for yet.
	errNoFrameTag = errs.New("NoFrameTagIndex")
	errNoFace     = errs.New("NoFaceIndex")
	errNoSubtitle = errs.New("NoSubtitleIndex")
	errNoText     = errs.New("NoTextIndex")
	errNoObject   = errs.New("NoObjectIndex")

	errClassExist    = errs.New("ClassExist")
	errClassNotEmpty = errs.New("ClassNotEmpty")
	errClassTooDeep  = errs.New("ClassTooDeep")

	errProjectNotExist = errs.New("ProjectNotExist")
	errNothingToSearch = errs.New("NothingToSearchBy")
)

// ErrSessionInvalid is the error of a missing, foreign or expired ticket.
var ErrSessionInvalid = errs.New("SessionInvalid")

package webpaas

import "github.com/fakecme/fakecme/fake/internal/op"

// The documented errors, with the exact texts of the documents' examples.
var (
	// Material.DeleteMaterial, ModifyMaterial, DeleteMaterialFrameTag; elsewhere assumed.
	errMaterialNotExist = &op.Error{
		Code: "InvalidParameterValue.MaterialId", Message: "媒体不存在", EnglishMessage: "material not exist",
	}
	// Twelve operations, wherever a right is missing or a class is not accessible.
	errPermissionDeny = &op.Error{
		Code: "OperationDenied.PermissionDeny", Message: "权限不足", EnglishMessage: "permission denied",
	}
	// Team.DescribeJoinTeams, misspelling included; for other operations assumed.
	errLimit = &op.Error{
		Code: "InvalidParameterValue.Limit", Message: "参数错误，Limit 参数值超过限制", EnglishMessage: "Limit greate than max",
	}
	// Material.FinishUploadMaterial.
	errUploadContext = &op.Error{
		Code: "InvalidParameterValue.UploadContext", Message: "非法上传上下文", EnglishMessage: "invalid upload context",
	}
	// Material.AddMaterialFrameTag; for other ranges of time assumed.
	errStartAfterEnd = &op.Error{
		Code: "InvalidParameterValue", Message: "参数值错误", EnglishMessage: "starttime bigger than endtime",
	}
	// Material.DescribeMaterialFrameTag, DescribeFaceInMaterial, DescribeMaterialSubtitle, DescribeTextInMaterial and
	// DescribeObjectInMaterial, of a material in which nothing was recognised.
	errNoFrameTag = noIndex(kindFrameTag)
	errNoFace     = noIndex(kindFace)
	errNoSubtitle = noIndex(kindSubtitle)
	errNoText     = noIndex(kindText)
	errNoObject   = noIndex(kindObject)
	// Project.AddMaterialToProject, DeleteMaterialFromProject, DeleteProject, ModifyProject.
	errProjectNotExist = &op.Error{
		Code: "InvalidParameterValue.ProjectId", Message: "项目不存在", EnglishMessage: "project not exist",
	}
	// Project.SearchProject.
	errNothingToSearch = &op.Error{
		Code: "InvalidParameterValue", Message: "参数值错误", EnglishMessage: "param lack of CategorySet or Name",
	}
	// Project.DescribeProjects, Task.DescribeTasks and Task.DeleteTask; for a call that no
	// operation answers assumed.
	errNotFound = &op.Error{
		Code: "ResourceNotFound", Message: "资源不存在", EnglishMessage: "resource not found",
	}
	// Team.DescribeTeams; elsewhere assumed.
	errInternal = &op.Error{
		Code: "InternalError", Message: "服务器内部错误", EnglishMessage: "system error",
	}
)

// ErrSessionInvalid rejects a missing, foreign or expired ticket. The code is known from clients of
// the sister host; its texts are assumed.
var ErrSessionInvalid = &op.Error{
	Code: "AuthFailure.SessionInvalid", Message: "登录态失效", EnglishMessage: "session invalid",
}

// Errors that no document shows.
var (
	// The texts are documented for opencme only.
	errSignatureVerifyFail = &op.Error{
		Code: "SignatureVerifyFail", Message: "签名校验失败", EnglishMessage: "Signature Verify Fail",
	}
	// The codes of these are those of the vendor's server SDK; their texts are assumed. The SDK has none
	// for depth alone.
	errClassExist = &op.Error{
		Code: "InvalidParameterValue.ClassExist", Message: "分类已存在", EnglishMessage: "class already exists",
	}
	errClassNotEmpty = &op.Error{
		Code: "InvalidParameterValue.ClassNotEmpty", Message: "分类不为空", EnglishMessage: "class not empty",
	}
	errClassTooDeep = &op.Error{
		Code: "LimitExceeded", Message: "分类层级超过限制", EnglishMessage: "class level exceeds limit",
	}
	errVodFileID = &op.Error{
		Code: "InvalidParameterValue.VodFileId", Message: "非法媒体文件", EnglishMessage: "invalid vod file id",
	}
	// "Not stated what a non-video media returns."
	errNotVideo = &op.Error{
		Code: "InvalidParameterValue", Message: "参数值错误", EnglishMessage: "material is not a video",
	}
	// The table of Material.AddMaterialFrameTag asks for the current version and has no error of another one.
	errVersion = &op.Error{
		Code: "InvalidParameterValue", Message: "参数值错误", EnglishMessage: "version is not current",
	}
)

// noIndex is the error for want of results, with the blank before the colon that every example has.
func noIndex(of kind) *op.Error {
	return &op.Error{
		Code: "ResourceNotFound", Message: "资源不存在", EnglishMessage: "resource not found : no " + string(of) + " index",
	}
}

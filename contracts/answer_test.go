package contracts

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCheckResponseBody holds the exact lines for answers that come close to one of their shapes.
func TestCheckResponseBody(t *testing.T) {
	t.Parallel()
	const (
		del      = "Material.DeleteMaterial"
		media    = "Material.ListMedia"
		describe = "Material.DescribeMaterials"
		login    = "OpenCME.Login"
		faces    = "Material.DescribeFaceInMaterial"
		objects  = "Material.DescribeObjectInMaterial"
		tags     = "Material.DescribeMaterialFrameTag"
		ok       = `"Code":"Success","Message":"成功","EnglishMessage":"success"`
		basic    = `{"MaterialId":"1","MaterialType":"VIDEO","Name":"n","ClassPath":"/","CreateTime":"2020-12-14T09:05:08Z",` +
			`"UpdateTime":"2020-12-14T09:05:08Z","Owner":{"Type":"PERSON","Id":"u"}}`
	)
	listed := func(item string) string {
		return `{` + ok + `,"Data":{"MaterialTotalCount":1,"ClassInfoSet":[],"MaterialInfoSet":[` + item + `]}}`
	}
	found := func(info string) string { return `{` + ok + `,"Data":{` + info + `}}` }
	face := func(id, confidence string) string {
		return `{` + id + `,"Name":"n","Type":"Default","FaceUrl":"u","SegmentSet":[{"StartTimeOffset":1,"EndTimeOffset":2,` +
			`"AreaCoordSet":[1,2,3,4],"Confidence":` + confidence + `}]}`
	}
	tests := []struct {
		name, id, body string
		want           []string
	}{
		{"done", del, `{` + ok + `}`, nil},
		{"refused", del, `{"Code":"LimitExceeded.BillItemStorage","Message":"","EnglishMessage":""}`, nil},
		{"no body", del, ``, []string{"body: is required"}},
		{"no JSON", del, `<html>`, []string{"body: must be JSON: invalid character '<' looking for beginning of value, at byte 1"}},
		{"data where there is none", del, `{` + ok + `,"Data":{}}`, []string{"body /Data: is not documented"}},
		{"done without text", del, `{"Code":"Success","Message":"成功"}`, []string{"body /EnglishMessage: is required"}},
		{"rejected without text", del, `{"Code":"ResourceNotFound","Message":"资源不存在"}`, []string{"body /EnglishMessage: is required"}},
		{"rejected with data", media, `{"Code":"ResourceNotFound","Message":"","EnglishMessage":"","Data":{}}`, []string{
			"body /Data: is not documented"}},
		{"success without data", media, `{` + ok + `}`, []string{"body /Data: is required"}},
		{"list", media, listed(`{"BasicInfo":` + basic + `}`), nil},
		{"list, other name", media, listed(`{"MaterialBasicInfo":` + basic + `}`), nil},
		{"list, no name", media, listed(`{"MediaInfo":{"Width":"1980"}}`), []string{
			`body /Data/MaterialInfoSet/0/MediaInfo/Width: must be an integer, found "1980"`,
			"body /Data/MaterialInfoSet/0: must have BasicInfo or MaterialBasicInfo"}},
		{"list, wrong id", media, listed(`{"BasicInfo":` + strings.Replace(basic, `"MaterialId":"1"`, `"MaterialId":38192156030633420589`, 1) + `}`),
			[]string{"body /Data/MaterialInfoSet/0/BasicInfo/MaterialId: must be a string, found 38192156030633420589"}},
		{"list, wrong in many places", media, listed(`1,2,{"BasicInfo":{}}`), []string{
			"body /Data/MaterialInfoSet/0: must be an object, found 1",
			"body /Data/MaterialInfoSet/1: must be an object, found 2",
			"body /Data/MaterialInfoSet/2/BasicInfo/MaterialId: is required",
			"body /Data/MaterialInfoSet/2/BasicInfo/MaterialType: is required",
			"body /Data/MaterialInfoSet/2/BasicInfo/Name: is required",
			"body /Data/MaterialInfoSet/2/BasicInfo/ClassPath: is required",
			"body /Data/MaterialInfoSet/2/BasicInfo/CreateTime: is required",
			"body /Data/MaterialInfoSet/2/BasicInfo/UpdateTime: is required",
			"body /Data/MaterialInfoSet/2/BasicInfo/Owner: is required"}},
		{"list, link to a link", media, listed(`{"BasicInfo":` + basic + `,"LinkMaterial":{"LinkMaterialInfo":{"BasicInfo":` + basic +
			`,"LinkMaterial":{"LinkStatus":"NOT_FOUND"}}}}`), []string{
			"body /Data/MaterialInfoSet/0/LinkMaterial/LinkMaterialInfo/LinkMaterial/LinkStatus: " +
				`must be one of "NOT FOUND", "NORMAL", "FORBIDDEN", found "NOT_FOUND"`}},
		{"one media address", media, listed(`{"BasicInfo":` + basic[:len(basic)-1] + `,"MediaUrl":"u"}}`), nil},
		{"many media addresses", media, listed(`{"BasicInfo":` + basic[:len(basic)-1] + `,"MediaUrl":["u"]}}`), nil},
		{"wrong media addresses", media, listed(`{"BasicInfo":` + basic[:len(basic)-1] + `,"MediaUrl":["u",{}]}}`), []string{
			"body /Data/MaterialInfoSet/0/BasicInfo/MediaUrl/1: must be a string, found an object"}},
		{"no media address", media, listed(`{"BasicInfo":` + basic[:len(basic)-1] + `,"MediaUrl":null}}`), []string{
			"body /Data/MaterialInfoSet/0/BasicInfo/MediaUrl: must be a string or an array, found null"}},
		{"details as a list", describe, `{` + ok + `,"Data":{"MaterialInfoSet":[],"FailedMaterialInfoSet":[{"MaterialId":"1","ErrorInfo":{"Code":"c"}}]}}`, nil},
		{"details as a list, wrong", describe, `{` + ok + `,"Data":{"MaterialInfoSet":[{"BasicInfo":` + basic + `}],"FailedMaterialInfoSet":[{}]}}`, []string{
			"body /Data/FailedMaterialInfoSet/0/MaterialId: is required",
			"body /Data/FailedMaterialInfoSet/0/ErrorInfo: is required"}},
		{"details flat, wrong", describe, `{` + ok + `,"Data":{"MaterialBasicInfo":` + basic + `,"VideoMaterial":{"MetaData":{"Rotate":false}}}}`, []string{
			"body /Data/VideoMaterial/MetaData/Rotate: must be a string or a number, found false"}},

		{"face", faces, found(`"FaceInfo":{"Version":"v","FaceSet":[` + face(`"Id":"1"`, "100") + `]}`), nil},
		{"face, name with a blank", faces, found(`"FaceInfo":{"Version":"v","FaceSet":[` + face(`"Id ":"1"`, "0") + `]}`), nil},
		{"face, no name", faces, found(`"FaceInfo":{"Version":"v","FaceSet":[` + face(`"FaceId":"1"`, "96.7") + `]}`), []string{
			"body /Data/FaceInfo/FaceSet/0/FaceId: is not documented",
			"body /Data/FaceInfo/FaceSet/0: must have Id or Id "}},
		{"face, too sure", faces, found(`"FaceInfo":{"Version":"v","FaceSet":[` + face(`"Id":"1"`, "100.1") + `]}`), []string{
			"body /Data/FaceInfo/FaceSet/0/SegmentSet/0/Confidence: must be at most 100, found 100.1"}},
		{"object, half an area", objects, found(`"ObjectInfo":{"Version":"v","ObjectSet":[{"ItemId":"1","Name":"n","SegmentItemSet":[` +
			`{"StartTimeOffset":1,"EndTimeOffset":2,"Confidence":-1,"AreaCoordSet":[1,2]}]}]}`), []string{
			"body /Data/ObjectInfo/ObjectSet/0/SegmentItemSet/0/AreaCoordSet: must have at least 4 items, found 2 items",
			"body /Data/ObjectInfo/ObjectSet/0/SegmentItemSet/0/Confidence: must be at least 0, found -1"}},
		{"no more frame tags", tags, found(`"FrameTagInfo":{"Version":"manual","FrameTagSet":[],"LastTimeOffset":-1}`), nil},
		{"frame tags without offset", tags, found(`"FrameTagInfo":{"Version":"manual","FrameTagSet":[{"ItemId":"1","Tags":["a",2]}]}`), []string{
			"body /Data/FrameTagInfo/FrameTagSet/0/Tags/1: must be a string, found 2",
			"body /Data/FrameTagInfo/FrameTagSet/0/StartTimeOffset: is required",
			"body /Data/FrameTagInfo/FrameTagSet/0/EndTimeOffset: is required",
			"body /Data/FrameTagInfo/LastTimeOffset: is required"}},

		{"ticket", login, `{` + ok + `,"Data":{"AppId":1,"Platform":"p","UserId":"u"}}`, []string{"body /Data/Authorization: is required"}},
		{"ticket of both versions", login, `{` + ok + `,"Data":{"AppId":1,"Platform":"p","TfUid":"u","Authorization":"tf_1"}}`, []string{
			"body /Data/TfUid: is not documented", "body /Data/UserId: is required"}},
		{"newest ticket", login, `{"Response":{"AppId":"1","Authorization":"tf_1","Platform":"p","RequestId":"r","TfUid":"u"}}`, []string{
			`body /Response/AppId: must be an integer, found "1"`}},
		{"newest error", login, `{"Response":{"Error":{"Code":"c","Message":"m","EnglishMessage":"e"},"RequestId":"r"}}`, []string{
			"body /Response/Error/EnglishMessage: is not documented"}},
		{"wrong ticket", login, `{"Response":{"AppId":1,"Authorization":1234,"Platform":"p","RequestId":"r","TfUid":"u"}}`, []string{
			"body /Response/Authorization: must be a string"}},

		{"h5ds rejected", "User.Info", `{"code":1001,"message":"登录失效","data":null}`, nil},
		{"h5ds rejected, second shape", "User.Info", `{"error":{"error_code":{"message":"m"}}}`, nil},
		{"h5ds code as text", "User.Info", `{"code":"0","message":"success","data":{"id":"1"}}`, []string{
			`body /code: must be an integer, found "0"`}},
		{"h5ds id as number", "User.Info", `{"code":0,"message":"success","data":{"id":871668385574199296}}`, []string{
			"body /data/id: must be a string, found 871668385574199296"}},
		{"h5ds no token", "Third.Login", `{"code":0,"message":"success","data":{"user_id":"1","token":"eyJh","expires_at":1758270091116}}`, []string{
			"body /data/token: must match ^Bearer "}},
		{"h5ds work nowhere", "User.Apps.Info", `{"code":0,"message":"success","data":{"id":"1"}}`, []string{"body /data: must have url or draft_url or data"}},
		{"h5ds done with anything", "Account.Logout", `{"code":0,"message":"success","data":[true]}`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"Content-Type": {"application/json"}}
			got := mustLoad(t, test.id).CheckResponse(test.id, 200, header, []byte(test.body))
			if diff := cmp.Diff(test.want, lines(got)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckResponseHead(t *testing.T) {
	t.Parallel()
	const id, body = "Material.DeleteMaterial", `{"Code":"Success","Message":"成功","EnglishMessage":"success"}`
	tests := []struct {
		name, id, contentType string
		status                int
		want                  []string
	}{
		{"JSON", id, "application/json", 200, nil},
		{"JSON as text", id, "text/plain; charset=utf-8", 200, nil},
		{"page", id, "text/html", 200, []string{"content-type: must be application/json or text/plain, found text/html"}},
		{"missing", id, "", 200, []string{"content-type: is required: application/json or text/plain"}},
		{"status", id, "application/json", 404, []string{"status: must be 200, found 404"}},
		{"odd status", id, "application/json", 0, []string{"status: must be 200, found 0"}},
		{"h5ds as text", "Account.Logout", "text/plain", 200, []string{"content-type: must be application/json, found text/plain"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			if test.contentType != "" {
				header.Set("Content-Type", test.contentType)
			}
			got := mustLoad(t, test.id).CheckResponse(test.id, test.status, header, []byte(body))
			if diff := cmp.Diff(test.want, lines(got)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCallbacks checks both sides of what the user's own server must provide, whatever its path.
func TestCallbacks(t *testing.T) {
	t.Parallel()
	const id = "Callback.UserStatus"
	d, err := Load(callbacks)
	if err != nil {
		t.Fatal(err)
	}
	r := newRequest(t, id, "")
	r.URL.Path, r.URL.RawQuery = "/api/v1/test/saas/userStatus", "userId=u"
	want := []string{"query userID: is required", "query userId: is not documented"}
	if diff := cmp.Diff(want, lines(d.CheckRequest(id, r, nil))); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	header := http.Header{"Content-Type": {"application/json"}}
	for body, want := range map[string][]string{
		`{"status":1}`: nil,
		`{"status":2}`: {"body /status: must be one of 0, 1, found 2"},
		`{"code":0,"message":"","data":{"status":1}}`: {
			"body /code: is not documented", "body /data: is not documented", "body /message: is not documented",
			"body /status: is required"},
	} {
		if diff := cmp.Diff(want, lines(d.CheckResponse(id, 200, header, []byte(body)))); diff != "" {
			t.Errorf("answer %s (-want +got):\n%s", body, diff)
		}
	}
}

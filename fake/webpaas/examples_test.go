package webpaas

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake/dialect"
)

// The documented examples, with their ids, times and addresses. The masked digits are zeros.

const (
	exampleID    = "38192156030633420589"
	exampleOwner = "ce4cdaf6-6039-486b-8f09-a5df23000000"
	exampleMedia = "https://cme.vod2.myqcloud.com/1810000000/b64e98afvodcq1810000000/9be0dda85285890811308550195/ixbEocVHT1oA.mp4?t=5fdf14b4&whref=yunjian.qq.com&sign=ce15ca0558bebe775974e28217280000"
	exampleCover = "https://cme.vod2.myqcloud.com/1810000000/8d388657vodtranscq1810000000/9be0dda85285890811308550195/coverBySnapshot/coverBySnapshot_10_0.jpg"
)

func exampleWorld(t *testing.T) *world {
	day := time.Date(2020, 12, 14, 9, 5, 8, 0, time.UTC)
	return newWorld(t).load(Fixtures{
		Teams:   []Team{{ID: "tid_daf6", Members: []Member{{User: "x", Role: RoleOwner}}}},
		Classes: []Class{{ID: 1430, Owner: Person(exampleOwner), ParentID: 9, Name: "视频"}},
		Materials: []Material{{
			ID: exampleID, Name: "脱口秀", Owner: Person(exampleOwner), ClassID: 1430, CreateTime: day,
			Tags: []string{"综艺", "脱口秀"}, MediaURL: exampleMedia, CoverURL: exampleCover,
			Media: Media{
				Width: 1980, Height: 1080, Size: 167287626, Duration: 1873.50202,
				VideoBitrate: 615845, Fps: 30, AudioBitrate: 95999,
			},
		}},
		Grants: []Grant{{
			Authorizer: Person(exampleOwner), Authorizee: Entity{OwnerTeam, "tid_daf6"},
			Resource: Resource{ResourceMaterial, exampleID},
		}},
	})
}

const (
	exampleBasic = `{"MaterialId":"38192156030633420589","MaterialType":"VIDEO","Name":"脱口秀",` +
		`"CreateTime":"2020-12-14T09:05:08Z","UpdateTime":"2020-12-14T09:05:08Z","ClassPath":"/个人/视频",` +
		`"TagSet":["综艺","脱口秀"],"PreviewUrl":"` + exampleCover + `","MediaUrl":"` + exampleMedia + `",` +
		`"Owner":{"Id":"` + exampleOwner + `","Type":"PERSON"}}`
	exampleListed = `{"BasicInfo":` + exampleBasic + `,"MaterialStatus":{"TranscodeStatus":"NORMAL"}}`
	ownerJSON     = `{"Type":"PERSON","Id":"` + exampleOwner + `"}`
	denied        = `{"Code":"OperationDenied.PermissionDeny","Message":"权限不足","EnglishMessage":"permission denied"}`
	noMaterial    = `{"Code":"InvalidParameterValue.MaterialId","Message":"媒体不存在","EnglishMessage":"material not exist"}`
)

func data(text string) string {
	return `{"Code":"Success","Message":"成功","EnglishMessage":"success","Data":` + text + `}`
}

func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	list := func(class string) string {
		return `{"Platform":"fake-platform","ClassId":` + class + `,"Owner":` + ownerJSON + `,"Limit":20,"Offset":0}`
	}
	search := func(class string) string {
		return `{"SearchScopes":[{"Platform":"fake-platform","Owner":` + ownerJSON + `,"ClassId":` + class +
			`,"SearchOneDepth":true}],"Text":"脱口秀","Tags":["综艺"]}`
	}
	shared := func(team string) string {
		return `{"Authorizer":` + ownerJSON + `,"Authorizee":{"Id":"` + team + `","Type":"TEAM"},"Text":"脱口秀"}`
	}
	one := `{"MaterialId":"` + exampleID + `"}`
	tests := []struct {
		name, user, operation, request, want string
	}{
		{"delete succeeds", exampleOwner, "Material.DeleteMaterial", one, success},
		{"delete fails", exampleOwner, "Material.DeleteMaterial", `{"MaterialId":"1"}`, noMaterial},
		{"rename succeeds", exampleOwner, "Material.ModifyMaterial", `{"MaterialId":"` + exampleID + `","Name":"修改名称"}`, success},
		{"modify fails", exampleOwner, "Material.ModifyMaterial", `{"MaterialId":"1"}`, noMaterial},
		{"list 1430", exampleOwner, "Material.ListMedia", list("1430"), data(
			`{"ClassInfoSet":[],"MaterialTotalCount":1,"MaterialInfoSet":[` + exampleListed + `]}`)},
		{"list 1431 fails", exampleOwner, "Material.ListMedia", list("1431"), denied},
		{"describe fails", "stranger", "Material.DescribeMaterials", `{"MaterialIds":["` + exampleID + `"]}`, denied},
		{"search 1430", exampleOwner, "Material.SearchMaterial", search("1430"), data(
			`{"TotalCount":1,"MaterialInfoSet":[` + exampleListed + `]}`)},
		{"search 1431 fails", exampleOwner, "Material.SearchMaterial", search("1431"), denied},
		{"process fails", "stranger", "Material.ProcessMaterial", `{"MaterialId":"` + exampleID + `","VerifySign":"xxxxxxxx"}`, denied},
		{"shared", exampleOwner, "Material.SearchSharedMaterial", shared("tid_daf6"), data(
			`{"TotalCount":1,"MaterialInfoSet":[` + exampleListed + `]}`)},
		{"shared with another fails", exampleOwner, "Material.SearchSharedMaterial", shared("tid_f6"), denied},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := exampleWorld(t).run(tt.user, tt.operation, tt.request).Body
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The example of DescribeMaterials is the dialect with the flat shape; its addresses without a signature
// are checked by form elsewhere.
func TestDescribeExample(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.dialect.DescribeMaterialsShape = dialect.DescribeFlat
	request := `{"MaterialIds":["` + exampleID + `"],"FilterInfo":{"NeedImageSpriteInfo":false}}`
	want := data(`{"MaterialBasicInfo":` + exampleBasic + `,` +
		`"MediaInfo":{"Width":1980,"Height":1080,"Size":167287626,"Duration":1873.50202,"MediaType":"VIDEO"},` +
		`"MaterialStatus":{"TranscodeStatus":"NORMAL"},"VideoMaterial":{"MetaData":{` +
		`"AudioStreamInfoSet":[{"Bitrate":95999,"Codec":"aac","SamplingRate":44100}],` +
		`"VideoStreamInfoSet":[{"Bitrate":615845,"Codec":"h264","Fps":30,"Width":1980,"Height":1080}],` +
		`"Bitrate":711844,"Container":"mov,mp4,m4a,3gp,3g2,mj2","Duration":1873.50202,"Width":1980,"Height":1080,` +
		`"Size":167287626,"Rotate":0},"MaterialUrl":"` + exampleMedia + `","CoverUrl":"` + exampleCover + `",` +
		`"Resolution":"FHD","OriginalUrl":"` + exampleMedia + `"}}`)
	if diff := cmp.Diff(want, w.run(exampleOwner, "Material.DescribeMaterials", request).Body); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestProcessExample(t *testing.T) {
	t.Parallel()
	w := exampleWorld(t)
	w.dialect.UploadSign = dialect.UploadSignRequired
	w.verify = verifyFor(exampleOwner)
	request := `{"MaterialId":"` + exampleID + `","Definition":20,"VerifySign":"good"}`
	got := w.must(exampleOwner, "Material.ProcessMaterial", request)
	if !taskIDForm.MatchString(got) {
		t.Errorf("Data = %s, want %s", got, taskIDForm)
	}
}

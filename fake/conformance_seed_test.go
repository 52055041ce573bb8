package fake_test

import (
	"maps"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// The ids of the documents.
const (
	exampleMaterial = "38192156030633420589"
	exampleItem     = "5fd977677a23b40001ca3aff"
	classUser       = "5fd977677a23b40001ca3aff"
	exampleProject  = "cmepid_5fcf2205b868170001de21eb"
	otherProject    = "cmepid_5fbb72524e70c2000192d4ed"
	exampleTask     = "1400293698-tfusion-e8476f5ba4e3f98d691bf415cfa978bdt0"
	sharedTeam      = "tid_daf6-6039-486b-8f09-a5df23xxxxxx"
	stranger        = "stranger"
)

// conformance is what each documented example takes for granted.
func conformance() map[string]example {
	all := map[string]example{}
	for _, part := range []map[string]example{
		recognitionExamples(), classExamples(), mediaExamples(), searchExamples(), projectExamples(),
		teamExamples(), taskExamples(), uploadExamples(), loginExamples(),
	} {
		maps.Copy(all, part)
	}
	return all
}

// with puts things in order.
func with(put ...func(s *scene)) func(s *scene) {
	return func(s *scene) {
		for _, p := range put {
			p(s)
		}
	}
}

// talkShow puts the material of the documents, of the user who is logged in.
func talkShow(s *scene) { talkShowOf(s.user)(s) }

func talkShowOf(owner string) func(s *scene) {
	return func(s *scene) {
		class(1430, owner, "视频")(s)
		fake.Put(s.srv, webpaas.Material{
			ID: exampleMaterial, Name: "脱口秀", Owner: webpaas.Person(owner), ClassID: 1430,
			CreateTime: moment("2020-12-14T09:05:08Z"), Tags: []string{"综艺", "脱口秀"}, VodFileID: "5285890811308550195",
			Media: webpaas.Media{
				Width: 1980, Height: 1080, Size: 167287626, Duration: 1873.50202,
				VideoBitrate: 615845, Fps: 30, AudioBitrate: 95999,
			},
		})
	}
}

func class(id int64, owner, name string) func(s *scene) {
	return func(s *scene) {
		fake.Put(s.srv, webpaas.Class{ID: id, Owner: webpaas.Person(owner), ParentID: 9, Name: name})
	}
}

func recognition(r webpaas.Recognition) func(s *scene) {
	r.MaterialID = exampleMaterial
	return func(s *scene) { fake.Put(s.srv, r) }
}

func frameTags(items ...webpaas.FrameTag) func(s *scene) {
	return func(s *scene) {
		fake.Put(s.srv, webpaas.FrameTags{MaterialID: exampleMaterial, Items: items})
	}
}

func moment(text string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return at
}

func recognitionExamples() map[string]example {
	game := []string{"游戏"}
	next := webpaas.Subtitle{Start: 5, End: 6} // behind the page: the documented LastTimeOffset is 5.0
	line := []webpaas.TextLine{{Text: "广告", Area: webpaas.Area{102, 110, 108, 115}}}
	return map[string]example{
		"Material.AddMaterialFrameTag 1":    {seed: talkShow, made: map[string]string{"/Data/ItemId": "^[0-9a-f]{24}$"}},
		"Material.AddMaterialFrameTag 2":    {seed: talkShow},
		"Material.ModifyMaterialFrameTag 1": {seed: with(talkShow, frameTags(webpaas.FrameTag{ID: exampleItem, End: 1, Tags: game}))},
		"Material.ModifyMaterialFrameTag 2": {seed: func(s *scene) {
			fake.Put(s.srv, webpaas.Material{ID: "381921560306334205890", Owner: webpaas.Person(stranger)})
		}},
		"Material.DeleteMaterialFrameTag 1": {seed: talkShow},
		"Material.DeleteMaterialFrameTag 2": {},
		"Material.DescribeMaterialFrameTag 1": {seed: with(talkShow, recognition(webpaas.Recognition{PageSize: 2}), frameTags(
			webpaas.FrameTag{ID: exampleItem, Start: 1, End: 2, Tags: game},
			webpaas.FrameTag{ID: "5fd977677a23b40001ca4aff", Start: 3, End: 5, Tags: game},
			webpaas.FrameTag{Start: 5, End: 6, Tags: game},
		))},
		"Material.DescribeMaterialFrameTag 2": {seed: talkShow},
		"Material.DescribeFaceInMaterial 1": {dialect: fake.Dialect{FaceIDKey: dialect.FaceIDBlank}, seed: with(talkShow, recognition(webpaas.Recognition{
			Faces: &webpaas.Found[webpaas.Face]{Version: "5fd977677a23b40001ca3afa", Items: []webpaas.Face{{
				ID: "12410", Name: "黄晓明", Type: "Default", URL: "http://host/path", Segments: []webpaas.Segment{
					{Start: 1, End: 2, Area: webpaas.Area{100, 120, 130, 140}, Confidence: 96.7},
					{Start: 10, End: 11, Area: webpaas.Area{105, 120, 135, 140}, Confidence: 96.7},
				},
			}}},
		}))},
		"Material.DescribeFaceInMaterial 2": {seed: talkShow},
		"Material.DescribeMaterialSubtitle 1": {seed: with(talkShow, recognition(webpaas.Recognition{
			PageSize: 2, Subtitles: &webpaas.Found[webpaas.Subtitle]{Version: "5fd977677a23b40001ca3af3", Items: []webpaas.Subtitle{
				{ID: "5fd977677a23b40001ca3a03", Start: 1, End: 2, Text: "大家好"},
				{ID: "5fd977677a23b40001ca3a04", Start: 2, End: 3, Text: "欢迎收看新闻联播节目"}, next,
			}},
		}))},
		"Material.DescribeMaterialSubtitle 2": {seed: talkShow},
		"Material.DescribeTextInMaterial 1": {seed: with(talkShow, recognition(webpaas.Recognition{
			Texts: &webpaas.Found[webpaas.Text]{Version: "5fd977677a23b40001ca3af3", Items: []webpaas.Text{
				{ID: "5fd977677a23b40001ca3a03", Start: 1, End: 2, Lines: line},
				{ID: "5fd977677a23b40001ca3a04", Start: 2, End: 3, Lines: line},
			}},
		}))},
		"Material.DescribeTextInMaterial 2": {seed: talkShow},
		"Material.DescribeObjectInMaterial 1": {seed: with(talkShow, recognition(webpaas.Recognition{
			Objects: &webpaas.Found[webpaas.Object]{Version: exampleItem, Items: []webpaas.Object{{
				ID: "5fd977677a23b40001ca3a1", Name: "汽车", Segments: []webpaas.Segment{
					{Start: 1, End: 2, Area: webpaas.Area{102, 210, 135, 156}, Confidence: 97.6},
				},
			}}},
		}))},
		"Material.DescribeObjectInMaterial 2": {seed: talkShow},
	}
}

func classExamples() map[string]example {
	mine, theirs := class(12514, classUser, "我的视频"), class(12515, stranger, "我的视频")
	return map[string]example{
		"Material.CreateClass 1":   {user: classUser}, // ClassId is the first that the fake gives out
		"Material.CreateClass 2":   {user: classUser, seed: class(1209, "5fd977677a23b40001ca3a0f", "视频")},
		"Material.DeleteClass 1":   {user: classUser, seed: mine},
		"Material.DeleteClass 2":   {user: classUser, seed: theirs},
		"Material.DeleteClass 3":   {user: classUser, dialect: current, seed: mine},
		"Material.DeleteClass 4":   {user: classUser, dialect: current, seed: theirs},
		"Material.DescribeClass 1": {user: classUser},
		"Material.DescribeClass 2": {user: classUser}, // the class is not one of the user's
		"Material.ModifyClass 1":   {user: classUser, seed: mine},
		"Material.ModifyClass 2":   {user: classUser, seed: theirs},
	}
}

func mediaExamples() map[string]example {
	return map[string]example{
		"Material.DeleteMaterial 1":    {seed: talkShow},
		"Material.DeleteMaterial 2":    {},
		"Material.ModifyMaterial 1":    {seed: talkShow},
		"Material.ModifyMaterial 2":    {},
		"Material.ListMedia 1":         {seed: talkShow},
		"Material.ListMedia 2":         {seed: with(talkShow, class(1431, stranger, "视频"))},
		"Material.DescribeMaterials 1": {dialect: fake.Dialect{DescribeMaterialsShape: dialect.DescribeFlat}, seed: talkShow},
		"Material.DescribeMaterials 2": {seed: talkShowOf(stranger)},
		"Material.ProcessMaterial 1": {
			seed: with(talkShow, signed(`"xxxxxxxx"`)), made: map[string]string{"/Data/TaskId": "^[0-9]{10}-procedurev2-[0-9a-f]{32}t0$"},
		},
		"Material.ProcessMaterial 2": {seed: talkShowOf(stranger)},
	}
}

func searchExamples() map[string]example {
	share := func(s *scene) {
		fake.Put(s.srv, webpaas.Team{ID: sharedTeam, Members: []webpaas.Member{{User: stranger, Role: webpaas.RoleOwner}}})
		fake.Put(s.srv, webpaas.Grant{
			Authorizee: webpaas.Entity{Type: webpaas.OwnerTeam, ID: sharedTeam},
			Resource:   webpaas.Resource{Type: webpaas.ResourceMaterial, ID: exampleMaterial},
		})
	}
	return map[string]example{
		"Material.SearchMaterial 1":       {seed: talkShow},
		"Material.SearchMaterial 2":       {seed: with(talkShow, class(1431, stranger, "视频"))},
		"Material.SearchSharedMaterial 1": {seed: with(talkShow, share)},
		"Material.SearchSharedMaterial 2": {seed: with(talkShow, share)}, // with another team
	}
}

// signed puts a good VerifySign in place of one that the document masks or cuts off.
func signed(masked string) func(s *scene) {
	return func(s *scene) {
		p := loginParams(s.srv.Tenant, s.user)
		p.Action = "Upload"
		s.instead = append(s.instead, masked, `"`+cmesign.Sign(s.srv.Tenant.SecretKey, p)+`"`)
	}
}

func uploadExamples() map[string]example {
	const cutOff = `"jMGDoS3N7l+kmdsuh5o6B9MXVuxjdXJyZW50VGltZVN0YW1wPxxxxx"`
	masked := map[string]string{"/Data/UploadContext": `^\S{10,}$`, "/Data/VodUploadSign": `^[A-Za-z0-9+/]{40,}=*$`}
	mine, theirs := class(1423, exampleUser, "上传"), class(1423, stranger, "上传")
	return map[string]example{
		"Material.CreateUploadMaterial 1": {seed: mine, made: masked},
		"Material.CreateUploadMaterial 2": {seed: theirs},
		"Material.CreateUploadMaterial 3": {dialect: current, seed: with(mine, signed(cutOff)), made: masked},
		"Material.CreateUploadMaterial 4": {dialect: current, seed: with(theirs, signed(cutOff))},
		"Material.FinishUploadMaterial 1": {dialect: fake.Dialect{FinishUploadData: dialect.Absent}, seed: with(mine, begun)},
		"Material.FinishUploadMaterial 2": {},
		"Material.FinishUploadMaterial 3": {seed: with(mine, begun), made: map[string]string{"/Data/MaterialId": "^[0-9a-f]{18,20}$"}},
	}
}

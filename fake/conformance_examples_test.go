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

// conformance returns the scene of each documented example.
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

// with runs functions one after the other.
func with(put ...func(s *scene)) func(s *scene) {
	return func(s *scene) {
		for _, p := range put {
			p(s)
		}
	}
}

// talkShow puts the material of the documents; its owner is the user who is logged in.
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
		"Material.AddMaterialFrameTag 1":    {put: talkShow, made: map[string]string{"/Data/ItemId": "^[0-9a-f]{24}$"}},
		"Material.AddMaterialFrameTag 2":    {put: talkShow},
		"Material.ModifyMaterialFrameTag 1": {put: with(talkShow, frameTags(webpaas.FrameTag{ID: exampleItem, End: 1, Tags: game}))},
		"Material.ModifyMaterialFrameTag 2": {put: func(s *scene) {
			fake.Put(s.srv, webpaas.Material{ID: "381921560306334205890", Owner: webpaas.Person(stranger)})
		}},
		"Material.DeleteMaterialFrameTag 1": {put: talkShow},
		"Material.DeleteMaterialFrameTag 2": {},
		"Material.DescribeMaterialFrameTag 1": {put: with(talkShow, recognition(webpaas.Recognition{PageSize: 2}), frameTags(
			webpaas.FrameTag{ID: exampleItem, Start: 1, End: 2, Tags: game},
			webpaas.FrameTag{ID: "5fd977677a23b40001ca4aff", Start: 3, End: 5, Tags: game},
			webpaas.FrameTag{Start: 5, End: 6, Tags: game},
		))},
		"Material.DescribeMaterialFrameTag 2": {put: talkShow},
		"Material.DescribeFaceInMaterial 1": {dialect: fake.Dialect{FaceIDKey: dialect.FaceIDBlank}, put: with(talkShow, recognition(webpaas.Recognition{
			Faces: &webpaas.Found[webpaas.Face]{Version: "5fd977677a23b40001ca3afa", Items: []webpaas.Face{{
				ID: "12410", Name: "黄晓明", Type: "Default", URL: "http://host/path", Segments: []webpaas.Segment{
					{Start: 1, End: 2, Area: webpaas.Area{100, 120, 130, 140}, Confidence: 96.7},
					{Start: 10, End: 11, Area: webpaas.Area{105, 120, 135, 140}, Confidence: 96.7},
				},
			}}},
		}))},
		"Material.DescribeFaceInMaterial 2": {put: talkShow},
		"Material.DescribeMaterialSubtitle 1": {put: with(talkShow, recognition(webpaas.Recognition{
			PageSize: 2, Subtitles: &webpaas.Found[webpaas.Subtitle]{Version: "5fd977677a23b40001ca3af3", Items: []webpaas.Subtitle{
				{ID: "5fd977677a23b40001ca3a03", Start: 1, End: 2, Text: "大家好"},
				{ID: "5fd977677a23b40001ca3a04", Start: 2, End: 3, Text: "欢迎收看新闻联播节目"}, next,
			}},
		}))},
		"Material.DescribeMaterialSubtitle 2": {put: talkShow},
		"Material.DescribeTextInMaterial 1": {put: with(talkShow, recognition(webpaas.Recognition{
			Texts: &webpaas.Found[webpaas.Text]{Version: "5fd977677a23b40001ca3af3", Items: []webpaas.Text{
				{ID: "5fd977677a23b40001ca3a03", Start: 1, End: 2, Lines: line},
				{ID: "5fd977677a23b40001ca3a04", Start: 2, End: 3, Lines: line},
			}},
		}))},
		"Material.DescribeTextInMaterial 2": {put: talkShow},
		"Material.DescribeObjectInMaterial 1": {put: with(talkShow, recognition(webpaas.Recognition{
			Objects: &webpaas.Found[webpaas.Object]{Version: exampleItem, Items: []webpaas.Object{{
				ID: "5fd977677a23b40001ca3a1", Name: "汽车", Segments: []webpaas.Segment{
					{Start: 1, End: 2, Area: webpaas.Area{102, 210, 135, 156}, Confidence: 97.6},
				},
			}}},
		}))},
		"Material.DescribeObjectInMaterial 2": {put: talkShow},
	}
}

func classExamples() map[string]example {
	mine, theirs := class(12514, classUser, "我的视频"), class(12515, stranger, "我的视频")
	return map[string]example{
		"Material.CreateClass 1":   {user: classUser}, // ClassId is the first that the fake gives out
		"Material.CreateClass 2":   {user: classUser, put: class(1209, "5fd977677a23b40001ca3a0f", "视频")},
		"Material.DeleteClass 1":   {user: classUser, put: mine},
		"Material.DeleteClass 2":   {user: classUser, put: theirs},
		"Material.DeleteClass 3":   {user: classUser, dialect: current, put: mine},
		"Material.DeleteClass 4":   {user: classUser, dialect: current, put: theirs},
		"Material.DescribeClass 1": {user: classUser},
		"Material.DescribeClass 2": {user: classUser}, // the class is not one of the user's
		"Material.ModifyClass 1":   {user: classUser, put: mine},
		"Material.ModifyClass 2":   {user: classUser, put: theirs},
	}
}

func mediaExamples() map[string]example {
	return map[string]example{
		"Material.DeleteMaterial 1":    {put: talkShow},
		"Material.DeleteMaterial 2":    {},
		"Material.ModifyMaterial 1":    {put: talkShow},
		"Material.ModifyMaterial 2":    {},
		"Material.ListMedia 1":         {put: talkShow},
		"Material.ListMedia 2":         {put: with(talkShow, class(1431, stranger, "视频"))},
		"Material.DescribeMaterials 1": {dialect: fake.Dialect{DescribeMaterialsShape: dialect.DescribeFlat}, put: talkShow},
		"Material.DescribeMaterials 2": {put: talkShowOf(stranger)},
		"Material.ProcessMaterial 1": {
			put: with(talkShow, signed(`"xxxxxxxx"`)), made: map[string]string{"/Data/TaskId": "^[0-9]{10}-procedurev2-[0-9a-f]{32}t0$"},
		},
		"Material.ProcessMaterial 2": {put: talkShowOf(stranger)},
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
		"Material.SearchMaterial 1":       {put: talkShow},
		"Material.SearchMaterial 2":       {put: with(talkShow, class(1431, stranger, "视频"))},
		"Material.SearchSharedMaterial 1": {put: with(talkShow, share)},
		"Material.SearchSharedMaterial 2": {put: with(talkShow, share)}, // with another team
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
		"Material.CreateUploadMaterial 1": {put: mine, made: masked},
		"Material.CreateUploadMaterial 2": {put: theirs},
		"Material.CreateUploadMaterial 3": {dialect: current, put: with(mine, signed(cutOff)), made: masked},
		"Material.CreateUploadMaterial 4": {dialect: current, put: with(theirs, signed(cutOff))},
		"Material.FinishUploadMaterial 1": {dialect: fake.Dialect{FinishUploadData: dialect.Absent}, put: with(mine, begun)},
		"Material.FinishUploadMaterial 2": {},
		"Material.FinishUploadMaterial 3": {put: with(mine, begun), made: map[string]string{"/Data/MaterialId": "^[0-9a-f]{18,20}$"}},
	}
}

// begun applies for an upload; the document masks its context.
func begun(s *scene) {
	const masked = "xxxxxxxx"
	s.instead = append(s.instead, masked, s.upload(1423))
}

func project(id, owner string, materials ...string) func(s *scene) {
	return func(s *scene) {
		for _, m := range materials {
			fake.Put(s.srv, webpaas.Material{ID: m, Owner: webpaas.Person(owner)})
		}
		fake.Put(s.srv, webpaas.Project{ID: id, Owner: webpaas.Person(owner), MaterialIDs: materials})
	}
}

// tracks is the FusionData of the documents.
const tracks = `[{"id":"adaaada6-efb6-428c-ae6f-b857aaf0f138","type":"video","order":0,"items":[` +
	`{"id":"90c8f037-4826-467e-ab52-884f4728b3de","start_time":0,"duration":95120,"type":"video",` +
	`"section":{"from":0,"to":95120},"asset_id":"5eb62431580361000131369c","filter_asset_id":"","width":954,"height":540,` +
	`"position":{"x":480,"y":270},"operations":[{"type":"image_rotate","params":{"angle":0}}]}]}]`

// twoProjects puts the project of the documents and an older one: the responses count two and show one.
func twoProjects(s *scene) {
	w, owner := s.srv.WebPaaS(), webpaas.Person(s.user)
	fake.Put(w, webpaas.Project{Owner: owner, CreateTime: moment("2020-11-20T00:00:00Z")})
	fake.Put(w, webpaas.Project{
		ID: otherProject, Owner: owner, Name: "招生通0821", Category: "Default", WHRatio: "16:9", FusionData: tracks, Version: 1608449142,
		CoverURL:   "https://cme.vod2.myqcloud.com/1810000003/8d388657vodtranscq1810000003/5fdf8be75285890810291911580/coverBySnapshot/coverBySnapshot_10_0.jpg",
		CreateTime: moment("2020-11-23T08:26:58Z"), UpdateTime: moment("2020-12-20T07:25:42Z"),
	})
}

func projectExamples() map[string]example {
	const first, second = "5fd9b3c392b3ce00018a0949", "5fd9b3bf92b3ce00018a0945"
	loose := func(s *scene) {
		fake.Put(s.srv, webpaas.Material{ID: first, Owner: webpaas.Person(s.user)})
	}
	mine := project(exampleProject, exampleUser)
	return map[string]example{
		"Project.AddMaterialToProject 1":      {put: with(mine, loose)},
		"Project.AddMaterialToProject 2":      {put: with(mine, loose)},
		"Project.DeleteMaterialFromProject 1": {put: project(exampleProject, exampleUser, first)},
		"Project.DeleteMaterialFromProject 2": {put: project(exampleProject, exampleUser, first)},
		"Project.DescribeProjectMaterials 1":  {put: project(exampleProject, exampleUser, first, second)},
		"Project.DescribeProjectMaterials 2":  {put: project("cmepid_5fcf2205b868170001de21eba", stranger)},
		"Project.DeleteProject 1":             {put: mine},
		"Project.DeleteProject 2":             {put: mine},
		"Project.ModifyProject 1":             {put: project(otherProject, exampleUser)},
		"Project.ModifyProject 2":             {},
		"Project.DescribeProjects 1":          {put: twoProjects},
		"Project.DescribeProjects 2":          {put: twoProjects},
		"Project.DescribeProjects 3":          {dialect: current, put: twoProjects},
		"Project.SearchProject 1":             {put: twoProjects},
		"Project.SearchProject 2":             {put: twoProjects, breaks: true},
	}
}

func teamExamples() map[string]example {
	team := func(id, name, role string, count int64, made, changed string) func(s *scene) {
		return func(s *scene) {
			members := []webpaas.Member{{User: s.user, Role: role}}
			if role != webpaas.RoleOwner {
				members = append(members, webpaas.Member{User: stranger, Role: webpaas.RoleOwner})
			}
			fake.Put(s.srv, webpaas.Team{
				ID: id, Name: name, Members: members, MemberCount: count, CreateTime: moment(made), UpdateTime: moment(changed),
			})
		}
	}
	cloud := func(role string, count int64) func(s *scene) {
		return team("cmetid_f8ef4790731232e298821a765bc73f840", "腾讯云团队", role, count, "2020-12-23T08:18:12Z", "2020-12-23T10:20:12Z")
	}
	two := with(cloud(webpaas.RoleOwner, 1000),
		team("cmetid_f8ef4790731232e298821a765bc73f290", "视频云团队", webpaas.RoleMember, 500, "2020-12-25T09:09:12Z", "2020-12-25T11:15:12Z"))
	return map[string]example{
		"Team.DescribeTeams 1":     {put: two},
		"Team.DescribeTeams 2":     {put: two, inject: "InternalError"},
		"Team.DescribeTeams 3":     {dialect: current, put: two},
		"Team.DescribeJoinTeams 1": {put: cloud(webpaas.RoleAdmin, 100)},
		"Team.DescribeJoinTeams 2": {put: cloud(webpaas.RoleAdmin, 100), breaks: true},
	}
}

func taskExamples() map[string]example {
	export := with(project(exampleProject, exampleUser), func(s *scene) {
		fake.Put(s.srv, webpaas.Task{
			ID: exampleTask, Type: webpaas.TaskExport, ProjectID: exampleProject, CreateTime: moment("2019-12-13T03:23:26.048Z"),
		})
	})
	return map[string]example{
		"Task.DescribeTasks 1": {put: export},
		"Task.DescribeTasks 2": {put: with(export, project("cmepid_5fe012588b19a9000188815c", exampleUser))},
		"Task.DeleteTask 1":    {put: export},
		"Task.DeleteTask 2":    {put: export}, // which has another id
	}
}

func loginExamples() map[string]example {
	const ticket = "^tf_[0-9a-f]{25}$"
	const requestID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
	return map[string]example{
		"OpenCME.Login 1": {appID: 123, made: map[string]string{"/Data/Authorization": ticket}},
		"OpenCME.Login 2": {put: func(s *scene) {
			s.sign = func(p cmesign.Params) string { return cmesign.Sign("another key", p) }
		}},
		"OpenCME.Login 3": {dialect: current, made: map[string]string{
			"/Response/Authorization": ticket, "/Response/RequestId": requestID,
			"/Response/Platform": "^my_platform$", "/Response/TfUid": "^" + exampleUser + "$",
		}},
		"OpenCME.Login 4": {dialect: current, made: map[string]string{"/Response/RequestId": requestID}, put: func(s *scene) {
			good := s.sign
			s.sign = func(p cmesign.Params) string {
				p.Platform = "another"
				return good(p)
			}
		}},
		// No document says how long before its end the token was given out; the fake's last seven days.
		"Third.Login 1": {at: time.UnixMilli(1758270091116).Add(-7 * 24 * time.Hour), made: map[string]string{
			"/data/user_id": "^[0-9]{18}$", "/data/token": `^Bearer eyJ[\w-]+\.[\w-]+\.[\w-]+$`,
		}},
	}
}

// current is the dialect of the newest published pages.
var current = fake.Current()

package fake_test

import (
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// begun applies for an upload, of which the document masks the context.
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

// twoProjects puts the one of the documents, and an older one: the responses count two and show one.
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
		"Project.AddMaterialToProject 1":      {seed: with(mine, loose)},
		"Project.AddMaterialToProject 2":      {seed: with(mine, loose)},
		"Project.DeleteMaterialFromProject 1": {seed: project(exampleProject, exampleUser, first)},
		"Project.DeleteMaterialFromProject 2": {seed: project(exampleProject, exampleUser, first)},
		"Project.DescribeProjectMaterials 1":  {seed: project(exampleProject, exampleUser, first, second)},
		"Project.DescribeProjectMaterials 2":  {seed: project("cmepid_5fcf2205b868170001de21eba", stranger)},
		"Project.DeleteProject 1":             {seed: mine},
		"Project.DeleteProject 2":             {seed: mine},
		"Project.ModifyProject 1":             {seed: project(otherProject, exampleUser)},
		"Project.ModifyProject 2":             {},
		"Project.DescribeProjects 1":          {seed: twoProjects},
		"Project.DescribeProjects 2":          {seed: twoProjects},
		"Project.DescribeProjects 3":          {dialect: current, seed: twoProjects},
		"Project.SearchProject 1":             {seed: twoProjects},
		"Project.SearchProject 2":             {seed: twoProjects, breaks: true},
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
		"Team.DescribeTeams 1":     {seed: two},
		"Team.DescribeTeams 2":     {seed: two, refuse: "InternalError"},
		"Team.DescribeTeams 3":     {dialect: current, seed: two},
		"Team.DescribeJoinTeams 1": {seed: cloud(webpaas.RoleAdmin, 100)},
		"Team.DescribeJoinTeams 2": {seed: cloud(webpaas.RoleAdmin, 100), breaks: true},
	}
}

func taskExamples() map[string]example {
	export := with(project(exampleProject, exampleUser), func(s *scene) {
		fake.Put(s.srv, webpaas.Task{
			ID: exampleTask, Type: webpaas.TaskExport, ProjectID: exampleProject, CreateTime: moment("2019-12-13T03:23:26.048Z"),
		})
	})
	return map[string]example{
		"Task.DescribeTasks 1": {seed: export},
		"Task.DescribeTasks 2": {seed: with(export, project("cmepid_5fe012588b19a9000188815c", exampleUser))},
		"Task.DeleteTask 1":    {seed: export},
		"Task.DeleteTask 2":    {seed: export}, // which has another id
	}
}

func loginExamples() map[string]example {
	const ticket = "^tf_[0-9a-f]{25}$"
	const requestID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
	return map[string]example{
		"OpenCME.Login 1": {appID: 123, made: map[string]string{"/Data/Authorization": ticket}},
		"OpenCME.Login 2": {seed: func(s *scene) {
			s.sign = func(p cmesign.Params) string { return cmesign.Sign("another key", p) }
		}},
		"OpenCME.Login 3": {dialect: current, made: map[string]string{
			"/Response/Authorization": ticket, "/Response/RequestId": requestID,
			"/Response/Platform": "^my_platform$", "/Response/TfUid": "^" + exampleUser + "$",
		}},
		"OpenCME.Login 4": {dialect: current, made: map[string]string{"/Response/RequestId": requestID}, seed: func(s *scene) {
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

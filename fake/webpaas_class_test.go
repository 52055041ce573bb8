package fake_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/webpaas"
)

const (
	doneResponse   = `{"Code":"Success","Message":"成功","EnglishMessage":"success"}`
	deniedResponse = `{"Code":"OperationDenied.PermissionDeny","Message":"权限不足","EnglishMessage":"permission denied"}`
)

// A client makes, lists, moves and deletes classes, in every dialect. fake.Start checks each response.
func TestClassesThroughTheFrontDoor(t *testing.T) {
	t.Parallel()
	const me = `"Owner":{"Id":"user_01","Type":"PERSON"}`
	steps := []struct {
		operation, body, want string // the end of the response
	}{
		{"DescribeClass", `{"Platform":"fake-platform",` + me + `,"FirstLevel":true}`, `"Data":{"ClassInfoSet":[{"ClassId":9,"Name":"个人","ParentClassId":-1,"ClassPath":"/个人"}]}}`},
		{"CreateClass", `{"ParentClassId":9,` + me + `,"Name":"我的视频"}`, `"Data":{"ClassId":12514}}`},
		{"CreateClass", `{"ParentClassId":9,` + me + `,"Name":"我的视频","VerifySign":""}`, `{"Code":"InvalidParameterValue.ClassExist","Message":"分类已存在","EnglishMessage":"class already exists"}`},
		{"CreateClass", `{"ParentClassId":12514,` + me + `,"Name":"2026"}`, `"Data":{"ClassId":12515}}`},
		{"DeleteClass", `{"ClassId":12514}`, `{"Code":"InvalidParameterValue.ClassNotEmpty","Message":"分类不为空","EnglishMessage":"class not empty"}`},
		{"ModifyClass", `{"ClassId":12514,` + me + `,"ParentClassId":12515}`, `"EnglishMessage":"param ParentClassId invalid"}`},
		{"ModifyClass", `{"ClassId":12515,` + me + `,"ParentClassId":9}`, doneResponse},
		{"DescribeClass", `{"BaseClassId":12515,"Platform":"fake-platform",` + me + `}`, `{"ClassId":12515,"Name":"2026","ParentClassId":9,"ClassPath":"/个人/2026"}],"ClassInfoSet":[]}}`},
		{"DeleteClass", `{` + me + `,"ClassId":12514}`, doneResponse},
		{"DeleteClass", `{"ClassId":12514}`, deniedResponse},
		{"DeleteClass", `{"ClassId":9}`, deniedResponse},
		{"DescribeClass", `{"Platform":"other",` + me + `}`, deniedResponse},
	}
	for _, dialect := range fake.Dialects() {
		t.Run(dialect.Name, func(t *testing.T) {
			t.Parallel()
			srv := fake.Start(t, fake.Config{Dialect: dialect})
			ticket := login(t, srv, srv.Tenant, "user_01")
			for _, step := range steps {
				answer := paas(t, srv, "Material/"+step.operation, ticket, step.body)
				if answer.Status != 200 || !strings.HasSuffix(answer.Body, step.want) {
					t.Errorf("%s %s: %d %s, want …%s (%s)", step.operation, step.body, answer.Status, answer.Body, step.want, answer.why())
				}
			}
		})
	}
}

// The keys of the tables keep the contract as those of the examples do.
func TestClassesWithTheKeysOfTheTables(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{Dialect: fake.Dialect{MaterialKeys: "table"}})
	ticket := login(t, srv, srv.Tenant, "user_01")
	answer := paas(t, srv, "Material/DescribeClass", ticket, `{"Platform":"fake-platform","Owner":{"Id":"user_01","Type":"PERSON"},"BaseClassId":11}`)
	want := `"PathInfoSet":[{"Platform":"fake-platform","Owner":{"Id":"user_01","Type":"PERSON"},"ClassId":9,`
	if !strings.Contains(answer.Body, want) {
		t.Errorf("got %s, want it to have %s", answer.Body, want)
	}
}

// What breaks the contract of a class is rejected and a finding.
func TestBadClassRequests(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	operations := []string{"Material.CreateClass", "Material.DeleteClass", "Material.DescribeClass", "Material.ModifyClass"}
	ticket := login(t, srv, srv.Tenant, "user_01")
	for _, operation := range operations {
		answer := paas(t, srv, strings.Replace(operation, ".", "/", 1), ticket, `{}`)
		if !strings.HasPrefix(answer.Body, `{"Code":"InvalidParameterValue","Message":"参数值错误"`) || answer.why() != "contract.body" {
			t.Errorf("%s: %s (%s)", operation, answer.Body, answer.why())
		}
	}
	found := []string{}
	for _, f := range srv.Findings() {
		if len(found) == 0 || found[len(found)-1] != f.Operation {
			found = append(found, f.Operation)
		}
	}
	if diff := cmp.Diff(operations, found); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	srv.Forgive(operations...)
}

// Of many clients that make a class of one name, one gets it.
func TestOneClassOfAName(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	team := srv.WebPaaS().PutTeam(webpaas.Team{Members: []webpaas.Member{{User: "olga", Role: "Owner"}, {User: "adam", Role: "Admin"}}})
	var made atomic.Int64
	var wg sync.WaitGroup
	for i := range 20 {
		user := []string{"olga", "adam"}[i%2]
		ticket := login(t, srv, srv.Tenant, user)
		wg.Go(func() {
			answer := paas(t, srv, "Material/CreateClass", ticket, fmt.Sprintf(`{"ParentClassId":9,"Name":"same","Owner":{"Type":"TEAM","Id":%q}}`, team.ID))
			var data struct {
				Data struct {
					ClassID int64 `json:"ClassId"`
				}
			}
			if err := json.Unmarshal([]byte(answer.Body), &data); err != nil {
				t.Error(err)
			}
			if data.Data.ClassID != 0 {
				made.Add(1)
			} else if answer.why() != "webpaas.class-exists" {
				t.Errorf("rejected with %s: %s", answer.why(), answer.Body)
			}
		})
	}
	wg.Wait()
	if n := made.Load(); n != 1 {
		t.Errorf("%d classes were made", n)
	}
}

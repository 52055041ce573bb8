package fake_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/dialect"
)

const illegalContext = `{"Code":"InvalidParameterValue.UploadContext","Message":"非法上传上下文","EnglishMessage":"invalid upload context"}`

// uploadSignature is a VerifySign of a user that is good now.
func uploadSignature(tenant *fake.Tenant, user string) string {
	p := loginParams(tenant, user)
	p.Action = "Upload"
	return cmesign.Sign(tenant.SecretKey, p)
}

// applyUpload asks to upload a video into the root of user_01.
func applyUpload(t *testing.T, srv *fake.Server, ticket, rest string) (answer got, context string) {
	t.Helper()
	answer = paas(t, srv, "Material/CreateUploadMaterial", ticket,
		`{"ClassId":9,"MaterialType":"VIDEO","Name":"上传测试","Owner":{"Id":"user_01","Type":"PERSON"}`+rest+`}`)
	var a struct {
		Data struct{ UploadContext string }
	}
	if err := json.Unmarshal([]byte(answer.Body), &a); err != nil {
		t.Fatal(err)
	}
	return answer, a.Data.UploadContext
}

func finishUpload(t *testing.T, srv *fake.Server, ticket, context, file string) got {
	t.Helper()
	return paas(t, srv, "Material/FinishUploadMaterial", ticket, `{"UploadContext":"`+context+`","VodFileId":"`+file+`"}`)
}

// From the application to the list, in every dialect and with both responses of the last step.
func TestUploadThroughTheFrontDoor(t *testing.T) {
	t.Parallel()
	for _, d := range fake.Dialects() {
		for presence, want := range map[dialect.Presence]string{
			dialect.Present: `{"Code":"Success","Message":"成功","EnglishMessage":"success","Data":{"MaterialId":"38192156030600000001"}}`,
			dialect.Absent:  doneResponse,
		} {
			t.Run(d.Name+" "+string(presence), func(t *testing.T) {
				t.Parallel()
				mixed := d
				mixed.FinishUploadData = presence
				srv := fake.Start(t, fake.Config{Dialect: mixed})
				srv.Forgive("warning.upload-finished-twice")
				ticket := login(t, srv, srv.Tenant, "user_01")
				_, context := applyUpload(t, srv, ticket, `,"VerifySign":"`+uploadSignature(srv.Tenant, "user_01")+`"`)
				if answer := finishUpload(t, srv, ticket, context, "5285890811566343555"); answer.Body != want {
					t.Errorf("finish: %s, want %s (%s)", answer.Body, want, answer.why())
				}
				list := paas(t, srv, "Material/ListMedia", ticket, `{"Platform":"fake-platform","ClassId":9,"Owner":{"Id":"user_01","Type":"PERSON"}}`)
				if !strings.Contains(list.Body, `"MaterialTotalCount":1,`) || !strings.Contains(list.Body, "5285890811566343555/") {
					t.Errorf("list: %s", list.Body)
				}
				if answer := finishUpload(t, srv, ticket, context, "5285890811566343556"); answer.Body != illegalContext || answer.why() != "webpaas.upload-used" {
					t.Errorf("finish again: %s (%s)", answer.Body, answer.why())
				}
			})
		}
	}
}

func TestUploadErrorsThroughTheFrontDoor(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{TicketLife: 100 * time.Hour})
	ticket, other := login(t, srv, srv.Tenant, "user_01"), login(t, srv, srv.Tenant, "user_02")
	if answer, _ := applyUpload(t, srv, other, ""); answer.Body != deniedResponse {
		t.Errorf("into the class of another: %s", answer.Body)
	}
	_, context := applyUpload(t, srv, ticket, "")
	refused := func(answer got, body, why string) {
		t.Helper()
		if answer.Body != body || answer.why() != why {
			t.Errorf("got %s (%s), want %s (%s)", answer.Body, answer.why(), body, why)
		}
		if strings.Contains(answer.Header.Get("X-Fakecme-Why"), context) {
			t.Error("the reason shows the context")
		}
	}
	const badFile = `{"Code":"InvalidParameterValue.VodFileId","Message":"非法媒体文件","EnglishMessage":"invalid vod file id"}`
	refused(finishUpload(t, srv, other, context, "1"), illegalContext, "webpaas.upload-foreign")
	refused(finishUpload(t, srv, ticket, "xxxxxxxx", "1"), illegalContext, "webpaas.upload-unknown")
	refused(finishUpload(t, srv, ticket, context, "clip.mp4"), badFile, "webpaas.vod-file-form")
	srv.Clock.Advance(24 * time.Hour)
	refused(finishUpload(t, srv, ticket, context, "1"), illegalContext, "webpaas.upload-expired")
	_, context = applyUpload(t, srv, ticket, "")
	if answer := finishUpload(t, srv, ticket, context, "1"); answer.why() != "" {
		t.Errorf("a new one: %s", answer.Body)
	}
	_, context = applyUpload(t, srv, ticket, "")
	refused(finishUpload(t, srv, ticket, context, "1"), badFile, "webpaas.vod-file-used")
}

// VerifySign is a CME signature with the action Upload: nothing else is taken for one.
func TestUploadSignatures(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{Dialect: fake.Dialect{UploadSign: dialect.UploadSignRequired}})
	ticket := login(t, srv, srv.Tenant, "user_01")
	const fail = `{"Code":"SignatureVerifyFail","Message":"签名校验失败","EnglishMessage":"Signature Verify Fail"}`
	p := loginParams(srv.Tenant, "user_01")
	p.Action = "CreateUploadMaterial"
	demo := cmesign.Sign(srv.Tenant.SecretKey, p)
	tests := []struct{ name, sign, why string }{
		{"none", "", "webpaas.verify-sign-missing"},
		{"the documented example", "jMGDoS3N7l+kmdsuh5o6B9MXVuxjdXJyZW50VGltZVN0YW1wPxxxxx", "cme."},
		{"of the login", loginSignature(srv.Tenant, "user_01"), "cme.wrong-action"},
		{"of the vendor's demo", demo, "cme.undocumented-action"},
		{"of another user", uploadSignature(srv.Tenant, "user_02"), "webpaas.verify-sign-user"},
		{"good", uploadSignature(srv.Tenant, "user_01"), ""},
	}
	for _, tt := range tests {
		answer, context := applyUpload(t, srv, ticket, `,"VerifySign":"`+tt.sign+`"`)
		if good := tt.why == ""; good != (context != "") || good != (answer.Body != fail) || !strings.HasPrefix(answer.why(), tt.why) {
			t.Errorf("%s: %s (%s), want %s", tt.name, answer.Body, answer.why(), tt.why)
		}
	}
}

// The response of CreateUploadMaterial opens VOD and the fake: neither part stands in the journal.
func TestUploadSecretsAreMasked(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	ticket := login(t, srv, srv.Tenant, "user_01")
	answer, context := applyUpload(t, srv, ticket, "")
	finishUpload(t, srv, ticket, context, "1")
	var a struct {
		Data struct{ VodUploadSign string }
	}
	if err := json.Unmarshal([]byte(answer.Body), &a); err != nil || a.Data.VodUploadSign == "" {
		t.Fatalf("%v: %s", err, answer.Body)
	}
	calls := srv.Calls("Material.CreateUploadMaterial", "Material.FinishUploadMaterial")
	if len(calls) != 2 {
		t.Fatalf("%d calls", len(calls))
	}
	for _, c := range calls {
		for _, secret := range []string{context, a.Data.VodUploadSign} {
			if text := string(c.RequestBody) + string(c.ResponseBody); strings.Contains(text, secret) {
				t.Errorf("%s: the journal shows %s: %s", c.Operation, secret, text)
			}
		}
	}
}

// Fields that no page has are a client's own: those that clients of the sister host send pass, others are findings.
func TestUploadFieldsNobodyDocuments(t *testing.T) {
	t.Parallel()
	srv := fake.Start(t, fake.Config{})
	ticket := login(t, srv, srv.Tenant, "user_01")
	applyUpload(t, srv, ticket, `,"UploadSummaryKey":"da39a3ee5e6b4b0d3255bfef95601890afd80709","TagSet":["综艺"],"PreProcessDefinitionSet":[40]`)
	if found := srv.Findings(); len(found) != 0 {
		t.Errorf("findings: %v", found)
	}
	if _, context := applyUpload(t, srv, ticket, `,"Cover":"x"`); context == "" {
		t.Error("a field that nobody documents is not overlooked")
	}
	if found := srv.Findings(); len(found) != 1 || found[0].Diagnosis.Code != "contract.unknown-field" {
		t.Errorf("findings: %v", found)
	}
	srv.Forgive("Material.CreateUploadMaterial")
}

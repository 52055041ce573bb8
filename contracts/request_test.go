package contracts

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCheckRequestBody holds the exact line for every kind of wrong body.
func TestCheckRequestBody(t *testing.T) {
	t.Parallel()
	list := func(more string) string {
		return `{"Platform":"p","ClassId":1430,"Owner":{"Type":"PERSON","Id":"u"}` + more + `}`
	}
	search := func(more string) string {
		return `{"SearchScopes":[{"Platform":"p","Owner":{"Type":"TEAM","Id":"t"}` + more + `}]}`
	}
	ranged := func(from string) string {
		return `{"SearchScopes":[],"CreateTimeRange":{"StartTime":` + from + `,"EndTime":"2020-12-14T09:05:08+08:00"}}`
	}
	const (
		del    = "Material.DeleteMaterial"
		modify = "Material.ModifyMaterial"
		media  = "Material.ListMedia"
		find   = "Material.SearchMaterial"
		tags   = "Material.DescribeMaterialFrameTag"
	)
	tests := []struct {
		name, id, body string
		want           []string
	}{
		{"whole", del, `{"MaterialId":"38192156030633420589"}`, nil},
		{"no body", del, ``, []string{"body: is required"}},
		{"blank body", del, ` `, []string{"body: must be JSON: it ends too early"}},
		{"number for string", del, `{"MaterialId":38192156030633420589}`, []string{
			"body /MaterialId: must be a string, found 38192156030633420589"}},
		{"huge number for string", del, `{"MaterialId":1e999}`, []string{"body /MaterialId: must be a string, found 1e999"}},
		{"null for string", del, `{"MaterialId":null}`, []string{"body /MaterialId: must be a string, found null"}},
		{"boolean for string", del, `{"MaterialId":true}`, []string{"body /MaterialId: must be a string, found true"}},
		{"array for string", del, `{"MaterialId":["1"]}`, []string{"body /MaterialId: must be a string, found an array"}},
		{"object for string", del, `{"MaterialId":{}}`, []string{"body /MaterialId: must be a string, found an object"}},
		{"missing", del, `{}`, []string{"body /MaterialId: is required"}},
		{"missing, case matters", del, `{"materialId":"1"}`, []string{
			"body /materialId: is not documented", "body /MaterialId: is required"}},
		{"undocumented", del, `{"MaterialId":"1","Force":1}`, []string{"body /Force: is not documented"}},
		{"undocumented, odd name", del, `{"MaterialId":"1","a/b~\"\n":1}`, []string{`body /a~1b~0"\n: is not documented`}},
		{"array for object", del, `[]`, []string{"body: must be an object, found an array"}},
		{"null for object", del, `null`, []string{"body: must be an object, found null"}},
		{"string for object", del, `"x"`, []string{`body: must be an object, found "x"`}},

		{"90 characters", modify, `{"MaterialId":"1","Name":"` + strings.Repeat("媒", 90) + `"}`, nil},
		{"91 characters", modify, `{"MaterialId":"1","Name":"` + strings.Repeat("媒", 91) + `"}`, []string{
			"body /Name: must have at most 90 characters, found 91 characters"}},
		{"30 tags", modify, `{"MaterialId":"1","Tags":["t"` + strings.Repeat(`,"t"`, 29) + `]}`, nil},
		{"31 tags", modify, `{"MaterialId":"1","Tags":["t"` + strings.Repeat(`,"t"`, 30) + `]}`, []string{
			"body /Tags: must have at most 30 items, found 31 items"}},
		{"long tag and wrong tag", modify, `{"MaterialId":"1","Tags":["1234567890123456","123456789012345",7]}`, []string{
			"body /Tags/0: must have at most 15 characters, found 16 characters",
			"body /Tags/2: must be a string, found 7"}},

		{"at the maximum", media, list(`,"Limit":30`), nil},
		{"above the maximum", media, list(`,"Limit":31`), []string{"body /Limit: must be at most 30, found 31"}},
		{"below the minimum", media, list(`,"Limit":-1`), []string{"body /Limit: must be at least 0, found -1"}},
		{"far above the maximum, once", media, list(`,"Limit":99999999999999999999`), []string{
			"body /Limit: must be an integer of 64 bits, found 99999999999999999999"}},
		{"string for integer", media, list(`,"Limit":"20"`), []string{`body /Limit: must be an integer, found "20"`}},
		{"fraction for integer", media, list(`,"Limit":1.5`), []string{"body /Limit: must be an integer, found 1.5"}},
		{"integer with fraction", media, list(`,"Limit":20.0`), []string{
			"body /Limit: must be an integer, without fraction and exponent, found 20.0"}},
		{"integer with exponent", media, list(`,"Limit":2e1`), []string{
			"body /Limit: must be an integer, without fraction and exponent, found 2e1"}},
		{"largest integer", media, list(`,"Offset":9223372036854775807`), nil},
		{"one larger", media, list(`,"Offset":9223372036854775808`), []string{
			"body /Offset: must be an integer of 64 bits, found 9223372036854775808"}},
		{"not in the enum", media, `{"Platform":"p","ClassId":1,"Owner":{"Type":"GROUP","Id":"u"}}`, []string{
			`body /Owner/Type: must be one of "PERSON", "TEAM", found "GROUP"`}},
		{"nested and missing", media, `{"Platform":"p","ClassId":1,"Owner":{}}`, []string{
			"body /Owner/Type: is required", "body /Owner/Id: is required"}},

		{"union, first", find, search(`,"ClassId":"1430"`), nil},
		{"union, second", find, search(`,"ClassId":1430`), nil},
		{"union, second with fraction", find, search(`,"ClassId":1430.0`), []string{
			"body /SearchScopes/0/ClassId: must be an integer, without fraction and exponent, found 1430.0"}},
		{"union, neither", find, search(`,"ClassId":true`), []string{
			"body /SearchScopes/0/ClassId: must be a string or an integer, found true"}},
		{"6 scopes", find, `{"SearchScopes":[` + strings.Repeat(`{"Platform":"p","Owner":{"Type":"TEAM","Id":"t"}},`, 5) +
			`{"Platform":"p","Owner":{"Type":"TEAM","Id":"t"}}]}`, []string{
			"body /SearchScopes: must have at most 5 items, found 6 items"}},
		{"time", find, ranged(`"2020-12-14T09:05:08Z"`), nil},
		{"no time", find, ranged(`"2020-12-14"`), []string{
			`body /CreateTimeRange/StartTime: must be a time such as 2020-12-14T09:05:08Z, found "2020-12-14"`}},

		{"offsets", tags, `{"MaterialId":"1","StartTimeOffset":0,"EndTimeOffset":100.5,"OnlyManual":false}`, nil},
		{"offset before the beginning", tags, `{"MaterialId":"1","StartTimeOffset":-0.5,"EndTimeOffset":-1}`, []string{
			"body /StartTimeOffset: must be at least 0, found -0.5"}},
		{"offsets as text", tags, `{"MaterialId":"1","StartTimeOffset":"0","OnlyManual":"true"}`, []string{
			`body /OnlyManual: must be a boolean, found "true"`,
			`body /StartTimeOffset: must be a number, found "0"`,
			"body /EndTimeOffset: is required"}},
		{"labels as text", "Material.AddMaterialFrameTag", `{"MaterialId":"1","StartTimeOffset":1.25,"EndTimeOffset":5.2,"Tags":"游戏"}`, []string{
			`body /Tags: must be an array, found "游戏"`, "body /Version: is required"}},
		{"labels of no item", "Material.ModifyMaterialFrameTag", `{"MaterialId":"1","Tags":[],"Version":"manual"}`, []string{
			"body /ItemId: is required"}},

		{"byte order mark", del, "\ufeff{\"MaterialId\":\"1\"}", []string{"body: must be JSON without a byte order mark"}},
		{"not UTF-8", del, "{\"MaterialId\":\"\xc3\x28\"}", []string{"body: must be UTF-8, which byte 16 is not"}},
		{"cut off", del, `{"MaterialId":"1"`, []string{"body: must be JSON: it ends too early"}},
		{"cut off in a string", del, `{"MaterialId":"1`, []string{"body: must be JSON: it ends too early"}},
		{"comma at the end", del, `{"MaterialId":"1",}`, []string{
			"body: must be JSON: invalid character '}' looking for beginning of object key string, at byte 19"}},
		{"no JSON", del, `MaterialId=1`, []string{
			"body: must be JSON: invalid character 'M' looking for beginning of value, at byte 1"}},
		{"something behind", del, `{"MaterialId":"1"} {}`, []string{"body: must end after its JSON, at byte 18"}},
		{"junk behind", del, `{"MaterialId":"1"}x`, []string{"body: must end after its JSON, at byte 18"}},
		{"space behind", del, `{"MaterialId":"1"}` + "\r\n ", nil},
		{"given twice", del, `{"MaterialId":"1","MaterialId":"2"}`, []string{"body /MaterialId: is given more than once"}},
		{"given twice, deep", find, `{"SearchScopes":[{"Platform":"p","Platform":"p","Owner":{"Type":"TEAM","Id":"t"}}]}`, []string{
			"body /SearchScopes/0/Platform: is given more than once"}},
		{"100 levels", "User.Apps.Create", `{"name":"n","data":{"a":` + strings.Repeat("[", 98) + strings.Repeat("]", 98) + `}}`, nil},
		{"101 levels", "User.Apps.Create", `{"name":"n","data":{"a":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `}}`, []string{
			"body: must nest at most 100 levels deep"}},
		{"10000 levels", del, strings.Repeat("[", 10000), []string{"body: must nest at most 100 levels deep"}},
		{"10000 levels of objects", del, strings.Repeat(`{"a":`, 10000), []string{"body: must nest at most 100 levels deep"}},

		{"free-form", "User.Apps.Create", `{"name":"n","data":{"any":{"thing":[1.0,null]}}}`, nil},
		{"number for id", "Third.Login", `{"userId":18446744073709551616}`, nil},
		{"empty id", "Third.Login", `{"userId":""}`, []string{"body /userId: must have at least 1 character, found 0 characters"}},
		{"enum of integers", "Third.Login", `{"userId":"u","gender":3}`, []string{"body /gender: must be one of 0, 1, 2, found 3"}},
		{"optional body", "Account.LogoutPost", ``, nil},
		{"optional body, given", "Account.LogoutPost", `{}`, nil},
		{"optional body, wrong", "Account.LogoutPost", `[]`, []string{"body: must be an object, found an array"}},
		{"no body documented", "User.Info", ``, nil},
		{"body nobody asked for", "User.Info", `{}`, []string{"body: is not documented, found 2 bytes"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := mustLoad(t, test.id).CheckRequest(test.id, newRequest(t, test.id, test.body), []byte(test.body))
			if diff := cmp.Diff(test.want, lines(got)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCheckRequestUnknown tells what a tolerant server overlooks from what it cannot.
func TestCheckRequestUnknown(t *testing.T) {
	t.Parallel()
	const id = "Material.ListMedia"
	body := `{"Platform":"p","ClassId":"1","Owner":{"Type":"PERSON","Id":"u","Name":"n"},"Extra":{"deep":1}}`
	r := newRequest(t, id, body)
	r.URL.RawQuery += "&_=1"
	got := mustLoad(t, id).CheckRequest(id, r, []byte(body))
	want := []Violation{
		{In: "query", Pointer: "_", Reason: "is not documented", Unknown: true},
		{In: "body", Pointer: "/ClassId", Rule: "type", Reason: "must be an integer", Found: `"1"`},
		{In: "body", Pointer: "/Extra", Rule: "additionalProperties", Reason: "is not documented", Unknown: true},
		{In: "body", Pointer: "/Owner/Name", Rule: "additionalProperties", Reason: "is not documented", Unknown: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
}

func TestCheckRequestContentType(t *testing.T) {
	t.Parallel()
	const (
		del   = "Material.DeleteMaterial"
		login = "Third.Login"
		good  = `{"MaterialId":"1"}`
	)
	tests := []struct {
		name, id, contentType, body string
		want                        []string
	}{
		{"JSON", del, "application/json", good, nil},
		{"JSON with charset", del, "application/json;charset=utf-8", good, nil},
		{"JSON with spaced charset", del, "Application/JSON ; charset=\"UTF-8\"", good, nil},
		{"other charset", del, "application/json; charset=gbk", good, []string{
			"content-type: must have the charset utf-8, found application/json; charset=gbk"}},
		{"text", del, "text/plain", good, []string{"content-type: must be application/json, found text/plain"}},
		{"text and wrong body", del, "text/plain", `[]`, []string{"content-type: must be application/json, found text/plain"}},
		{"form", del, "application/x-www-form-urlencoded", "MaterialId=1", []string{
			"content-type: must be application/json, found application/x-www-form-urlencoded"}},
		{"missing", del, "", good, []string{"content-type: is required: application/json"}},
		{"unprintable", del, "text/\x01plain", good, []string{`content-type: must be application/json, found text/\x01plain`}},
		{"JSON or form, text", login, "text/plain", good, []string{
			"content-type: must be application/json or application/x-www-form-urlencoded, found text/plain"}},
		{"login by form", login, "application/x-www-form-urlencoded; charset=UTF-8", "userId=user_01&gender=1&nick_name=%E6%97%A0", nil},
		{"login by form, wrong number", login, "application/x-www-form-urlencoded", "userId=user_01&gender=male", []string{
			`body /gender: must be one of 0, 1, 2, found "male"`}},
		{"login by form, missing and undocumented", login, "application/x-www-form-urlencoded", "userID=user_01", []string{
			"body /userID: is not documented", "body /userId: is required"}},
		{"login by form, twice", login, "application/x-www-form-urlencoded", "userId=a&userId=b", []string{
			"body /userId: is given more than once"}},
		{"login by form, badly encoded", login, "application/x-www-form-urlencoded", "userId=%zz", []string{
			"body: must be percent-encoded name=value pairs"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, test.id, test.body)
			r.Header.Set("Content-Type", test.contentType)
			if test.contentType == "" {
				r.Header.Del("Content-Type")
			}
			got := mustLoad(t, test.id).CheckRequest(test.id, r, []byte(test.body))
			if diff := cmp.Diff(test.want, lines(got)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSecretsAreNeverFound puts a secret wherever a client might by mistake.
func TestSecretsAreNeverFound(t *testing.T) {
	t.Parallel()
	const process = "Material.ProcessMaterial"
	tests := []struct{ name, id, query, body, secret, want string }{
		{"wrong type", process, "", `{"MaterialId":"1","VerifySign":1234567}`, "1234567", "body /VerifySign: must be a string"},
		{"wrong field", process, "", `{"MaterialId":"1","Definition":"tf_ticket"}`, "tf_ticket",
			"body /Definition: must be one of 20, 30, found a string of 9 characters"},
		{"long text in the wrong field", process, "", `{"MaterialId":"1","Definition":"c2VjcmV0SWQ9ZmFrZS1zZWNyZXQtaWQm"}`,
			"c2VjcmV0", "body /Definition: must be one of 20, 30, found a string of 32 characters"},
		{"nested", process, "", `{"MaterialId":{"token":"abc"}}`, "abc", "body /MaterialId: must be a string, found an object"},
		{"query", "OpenCME.Login", "signature=1234567&signature=7654321", "", "7654321", "query signature: must be given once, found 2 of it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, test.id, test.body)
			if test.query != "" {
				r.URL.RawQuery = test.query
			}
			got := lines(mustLoad(t, test.id).CheckRequest(test.id, r, []byte(test.body)))
			if diff := cmp.Diff([]string{test.want}, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
			if strings.Contains(strings.Join(got, "\n"), test.secret) {
				t.Errorf("the secret is in %q", got)
			}
		})
	}
}

func TestManyFaultsAreBounded(t *testing.T) {
	t.Parallel()
	const id = "Material.DescribeMaterials"
	body := []byte(`{"MaterialIds":[1` + strings.Repeat(",1", 9999) + `]}`)
	got := mustLoad(t, id).CheckRequest(id, newRequest(t, id, string(body)), body)
	if len(got) != 51 {
		t.Fatalf("%d violations, want 51", len(got))
	}
	want := []string{"body /MaterialIds/49: must be a string, found 1", "body: has 9950 more faults"}
	if diff := cmp.Diff(want, lines(got[49:])); diff != "" {
		t.Errorf("last violations (-want +got):\n%s", diff)
	}
	if all := bounded(got[:50]); len(all) != 50 {
		t.Errorf("50 violations became %d", len(all))
	}
}

// TestLargeBodies proves that a large body is described by its first fault, and a smaller one by all.
func TestLargeBodies(t *testing.T) {
	t.Parallel()
	const id = "Material.DescribeMaterials"
	for size, want := range map[int][]string{
		256 << 10: {
			"body /Extra: is not documented", "body /MaterialIds/0: must be a string, found 1",
			"body /MaterialIds/1: must be a string, found 2"},
		256<<10 + 1: {"body /Extra: is not documented"},
	} {
		body := `{"MaterialIds":[1,2],"Extra":1}`
		body = strings.Repeat(" ", size-len(body)) + body
		got := mustLoad(t, id).CheckRequest(id, newRequest(t, id, body), []byte(body))
		if diff := cmp.Diff(want, lines(got)); diff != "" {
			t.Errorf("%d bytes (-want +got):\n%s", size, diff)
		}
	}
}

// A multipart body is for whoever reads it: only its content type is checked.
func TestCheckRequestMultipart(t *testing.T) {
	t.Parallel()
	const id = "Common.Upload.Form"
	tests := []struct {
		name, contentType, body string
		want                    []string
	}{
		{"file", "multipart/form-data; boundary=x", "--x\r\n\r\n--x--", nil},
		{"anything", "Multipart/Form-Data; boundary=\"a b\"", "\x00\xff", nil},
		{"no boundary", "multipart/form-data", "--x--", []string{"content-type: must have a boundary, found multipart/form-data"}},
		{"empty boundary", "multipart/form-data; boundary=", "--x--", []string{"content-type: must have a boundary, found multipart/form-data; boundary="}},
		{"broken boundary", "multipart/form-data; boundary=a b", "--x--", []string{"content-type: must have a boundary, found multipart/form-data; boundary=a b"}},
		{"JSON", "application/json", "{}", []string{"content-type: must be multipart/form-data, found application/json"}},
		{"another multipart", "multipart/mixed; boundary=x", "--x--", []string{"content-type: must be multipart/form-data, found multipart/mixed; boundary=x"}},
		{"no body", "multipart/form-data; boundary=x", "", []string{"body: is required"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, id, test.body)
			r.Header.Set("Content-Type", test.contentType)
			got := mustLoad(t, id).CheckRequest(id, r, []byte(test.body))
			if diff := cmp.Diff(test.want, lines(got)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

// Both forms of a render task, in both media types, and what is wrong with others.
func TestCheckRequestForms(t *testing.T) {
	t.Parallel()
	const render, status = "User.App.Tasks.Create", "User.App.Tasks.Status"
	const form = "application/x-www-form-urlencoded; charset=UTF-8"
	tests := []struct {
		name, id, contentType, body string
		want                        []string
	}{
		{"flat form", render, form, "fps=30&resolution=720P&jsonUrl=https%3A%2F%2Fa%2Fb.json", nil},
		{"nested form", render, form, "source=user_app&source_id=1&params%5Bfps%5D=30&params[resolution]=4k&params[jsonUrl]=u", nil},
		{"flat JSON", render, "application/json", `{"fps":"30","resolution":"4K","jsonUrl":"u"}`, nil},
		{"nested JSON", render, "application/json", `{"source":"user_app","source_id":"1","params":{"fps":60,"resolution":"4K","jsonUrl":"u","storageUrl":"/videos/1.mp4","callback":"http://a"}}`, nil},
		{"no body", render, "application/json", ``, []string{"body: is required"}},
		{"other fps", render, form, "fps=23&resolution=720P&jsonUrl=u", []string{
			`body /fps: must be one of 24, 25, 30, 50, 60, found "23"`}},
		{"other fps in params", render, form, "source=user_app&source_id=1&params[fps]=23&params[resolution]=4k&params[jsonUrl]=u", []string{
			`body /params/fps: must be one of 24, 25, 30, 50, 60, found "23"`}},
		{"twice in params", render, form, "source=user_app&source_id=1&params[fps]=30&params[fps]=30&params[resolution]=4k&params[jsonUrl]=u", []string{
			"body /params/fps: is given more than once"}},
		{"another field in params", render, "application/json", `{"source":"user_app","source_id":"1","params":{"fps":60,"resolution":"4K","jsonUrl":"u","bitrate":1}}`, []string{
			"body /params/bitrate: is not documented"}},
		{"list in a form", status, form, "ids%5B%5D=1&ids%5B%5D=2", nil},
		{"list of words in a form", status, form, "ids[]=1&ids[]=b", []string{`body /ids/1: must match ^[0-9]+$, found "b"`}},
		{"no list in a form", status, form, "ids=1", []string{`body /ids: must be an array, found "1"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, test.id, test.body)
			r.Header.Set("Content-Type", test.contentType)
			got := mustLoad(t, test.id).CheckRequest(test.id, r, []byte(test.body))
			if diff := cmp.Diff(test.want, lines(got)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

package fake_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/fault"
	"github.com/fakecme/fakecme/fake/webpaas"
)

// everythingShown is all that the fake tells of its calls, by where it does.
func everythingShown(t *testing.T, srv *fake.Server) map[string]string {
	t.Helper()
	shown := map[string]string{}
	for _, path := range []string{"journal", "journal?findings=true", "journal.har", "findings", "coverage", "faults"} {
		shown[path] = admin(t, srv, "GET", path, "", nil).Body
	}
	var lines strings.Builder
	for _, c := range srv.Calls() {
		fmt.Fprintf(&lines, "%s\n%s %s %s %v %v %s\n", c, c.Method, c.Host, c.URL, c.RequestHeader, c.ResponseHeader, c.Claimed)
		lines.Write(c.RequestBody) // a body that is no text is in base64 elsewhere
		lines.Write(c.ResponseBody)
		for _, f := range c.Findings {
			fmt.Fprintln(&lines, f)
		}
	}
	shown["calls"] = lines.String()
	for _, f := range srv.Findings() {
		shown["findings in Go"] += f.String() + "\n"
	}
	shown["bugs"] = strings.Join(srv.Bugs(), "\n")
	return shown
}

// spellingsOf are all the ways in which a secret may stand somewhere. Of base64 they are what depends
// on the secret alone: the characters before and after hold bits of its neighbours.
func spellingsOf(secret string) map[string]string {
	b := []byte(secret)
	escape := func(text string) string {
		escaped, _ := json.Marshal(text)
		return string(escaped[1 : len(escaped)-1])
	}
	all := map[string]string{
		"plain": secret, "query": url.QueryEscape(secret), "path": url.PathEscape(secret),
		"JSON": escape(secret), "JSON in JSON": escape(escape(secret)), "query in query": url.QueryEscape(url.QueryEscape(secret)),
		"hex": hex.EncodeToString(b), "upper-case hex": strings.ToUpper(hex.EncodeToString(b)),
	}
	for before := range 3 {
		for name, alphabet := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64 of URLs": base64.RawURLEncoding} {
			text := alphabet.EncodeToString(append(make([]byte, before), b...))
			all[fmt.Sprintf("%s after %d", name, before)] = text[(before*8+5)/6 : (before+len(b))*8/6]
		}
	}
	return all
}

// No secret is in anything that the fake shows, in any spelling, wherever the client has put it.
func TestNothingShownHoldsASecret(t *testing.T) {
	t.Parallel()
	const key, secret = `k"ey/+ <&>?~é中-0123`, `s"ecret/+ <&>?~é中-0123`
	var logged strings.Builder
	srv := unjudged(t, fake.Config{
		Tenants: []fake.Credentials{{ID: "t", SecretKey: key, Secret: secret}},
		OnCall:  func(c fake.Call) { logged.WriteString(c.String() + "\n") }, // one call at a time
	})
	ticket, token := login(t, srv, srv.Tenant, "user_01"), thirdLogin(t, srv, srv.Tenant, "user_01")
	signature, upload := loginSignature(srv.Tenant, "user_01"), uploadSignature(srv.Tenant, "user_01")
	applied, context := applyUpload(t, srv, ticket, `,"VerifySign":"`+upload+`"`)
	vodSign := regexp.MustCompile(`"VodUploadSign":"([^"]+)"`).FindStringSubmatch(applied.Body)[1]
	finishUpload(t, srv, ticket, context, "5285890811566343555")
	video := fake.Put(srv, webpaas.Material{Type: "VIDEO", Name: "a", Owner: webpaas.Person("user_01")})

	const api, h5ds = "https://web-paas-api.cme.qcloud.com/PaaS/", "https://video.h5ds.com/api/v1/"
	var why strings.Builder
	for _, value := range []string{key, secret} {
		for _, text := range spellingsOf(value) {
			quoted, _ := json.Marshal(text)
			// Where the contract is kept, where it is broken, and where nobody answers; the name of a material comes back in responses.
			paas(t, srv, "Material/ModifyMaterial", ticket, `{"MaterialId":"`+video.ID+`","Name":`+string(quoted)+`}`)
			paas(t, srv, "Material/DescribeMaterials", ticket, `{"MaterialIds":["`+video.ID+`"]}`)
			broken := paas(t, srv, "Material/ListMedia", ticket, `{`+string(quoted)+`:1,"Platform":`+string(quoted)+`,"ClassId":`+string(quoted)+`}`)
			unknown := paas(t, srv, "Material/"+url.PathEscape(text), ticket, text)
			fmt.Fprintln(&why, broken.Header.Get("X-Fakecme-Why"), unknown.Header.Get("X-Fakecme-Why"))
			do(t, srv.Client(), "GET", api+"?"+url.QueryEscape(text)+"="+url.QueryEscape(text), "", "X-Own", strings.ToValidUTF8(url.QueryEscape(text), ""))
			do(t, srv.Client(), "GET", h5ds+"user/apps/info?app_id="+url.QueryEscape(text), "", "Authorization", token)
			exchange(t, srv, cmesign.SignOriginal(key, "secretId="+url.QueryEscape(text)+"&userId="+url.QueryEscape(text)))
			exchange(t, srv, text)
			r := httptest.NewRequest("GET", "/no/such/path", nil)
			r.Host, r.Method = text, text // a client may send anything
			srv.ServeHTTP(httptest.NewRecorder(), r)
			body, contentType := multipartBody(t, part{"file", "a.png", "image/png", binary + text}, part{"name", "", "", text})
			do(t, srv.Client(), "POST", h5ds+"common/upload/form", body, "Authorization", token, "Content-Type", contentType)
		}
	}
	do(t, srv.Client(), "GET", h5ds+"user/info?token="+url.QueryEscape(token)+"&signature="+url.QueryEscape(signature), "", "Authorization", token)
	srv.Inject("Material.ListMedia", fault.Garbage())
	paas(t, srv, "Material/ListMedia", ticket, `{"VerifySign":"`+upload+`","auth":"`+ticket+`"}`)
	do(t, http.DefaultClient, "GET", srv.URL+"/?token="+url.QueryEscape(token), "")
	fields, fieldsType := multipartBody(t, part{name: "token", content: token}, part{"file", "a.png", "image/png", binary})
	do(t, srv.Client(), "POST", h5ds+"common/upload/form", fields, "Authorization", token, "Content-Type", fieldsType)
	const password = "correct horse battery 1"
	ask(t, srv, token, "POST /account/change-password", `{"old_password":"","password":"`+password+`"}`)
	ask(t, srv, "", "POST /account/login", `{"account":"a","password":"`+password+`","captchaCode":"c","captchaKey":"k"}`)

	shown := everythingShown(t, srv)
	shown["log"], shown["header"] = logged.String(), why.String()
	if len(shown["journal"]) < 10_000 || len(shown["journal.har"]) < 10_000 || len(shown["findings"]) < 1000 || len(shown["log"]) < 1000 || len(shown["header"]) < 1000 {
		t.Error("next to nothing is shown, so this test proves nothing")
	}
	for name, value := range map[string]string{
		"secretKey": key, "secret": secret, "ticket": ticket, "token": strings.TrimPrefix(token, "Bearer "),
		"signature": signature, "VerifySign": upload, "UploadContext": context, "VodUploadSign": vodSign, "password": password,
	} {
		for spelling, text := range spellingsOf(value) {
			for place, all := range shown {
				if at := strings.Index(all, text); at >= 0 {
					t.Errorf("%s shows the %s, %s: …%s…", place, name, spelling, all[max(0, at-80):min(len(all), at+len(text)+80)])
				}
			}
		}
	}
}

// A sentence that cuts a long text short does not show the beginning of a secret either.
func TestNoPartOfASecretIsShown(t *testing.T) {
	t.Parallel()
	const key = "0123456789abcdefghij"
	srv := unjudged(t, fake.Config{Tenants: []fake.Credentials{{ID: "t", SecretKey: key}}})
	var why strings.Builder
	for n := range 60 {
		response := paas(t, srv, "Material/"+strings.Repeat("x", 60+n)+key, "x", "{}")
		fmt.Fprintln(&why, response.Header.Get("X-Fakecme-Why"))
		do(t, srv.Client(), "GET", "https://open.cme.qcloud.com/?"+strings.Repeat("x", 70+n)+"="+key, "")
	}
	shown := everythingShown(t, srv)
	shown["header"] = why.String()
	for place, text := range shown {
		if at := strings.Index(text, key[:8]); at >= 0 {
			t.Errorf("%s shows a part of the secretKey: …%s…", place, text[max(0, at-80):min(len(text), at+40)])
		}
	}
	if !strings.Contains(shown["findings"], "…") || !strings.Contains(shown["header"], "<secretkey:") {
		t.Error("nothing was cut or hidden, so this test proves nothing")
	}
}

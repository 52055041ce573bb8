package browser

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"github.com/chromedp/chromedp"
	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/fault"
	"net/url"
	"time"
)

func TestLook(t *testing.T) {
	if os.Getenv("LOOK") == "" {
		t.Skip()
	}
	srv := fake.Start(t, fake.Config{Fixtures: fake.DemoFixtures()})
	srv.Forgive("", "Material.ListMedia", "Material.DescribeMaterials")
	p := open(t)
	p.size(1280, 800, "light")
	p.run(chromedp.Navigate(srv.URL + "/_fakecme/"))
	p.until("document.querySelector('.welcome') && !document.querySelector('.welcome').hidden && document.querySelector('#live.on')")
	p.shoot("empty-light-1280")
	p.size(360, 740, "light")
	p.shoot("empty-light-360")
	fill(t, srv)
	p.size(1280, 800, "light")
	p.until("document.querySelectorAll('.call').length > 8")
	p.shoot("full-light-1280")
	p.size(1280, 800, "dark")
	p.shoot("full-dark-1280")
	p.run(chromedp.Evaluate("[...document.querySelectorAll('.call')].find(n=>/SignatureVerifyFail/.test(n.textContent)&&n.dataset.n==13).click()", nil))
	p.until("document.querySelector('.detail .compare')")
	p.shoot("refused-dark-1280")
	p.size(1280, 800, "light")
	p.shoot("refused-light-1280")
	p.size(768, 900, "light")
	p.shoot("refused-light-768")
	p.size(360, 740, "dark")
	p.shoot("refused-dark-360")
	p.run(chromedp.Evaluate("location.hash='#calls'", nil))
	p.shoot("full-dark-360")
	p.size(768, 900, "light")
	p.shoot("full-light-768")
	for _, v := range []string{"try/Material.CreateClass", "faults/Material.ListMedia", "findings", "state", "coverage", "setup"} {
		p.size(1280, 800, "light")
		p.run(chromedp.Evaluate("location.hash='#"+v+"'", nil))
		p.until("!document.querySelector('#view-" + strings.Split(v, "/")[0] + "').hidden && document.querySelector('#view-" + strings.Split(v, "/")[0] + " h2')")
		time.Sleep(300 * time.Millisecond)
		name := strings.Split(v, "/")[0]
		if name == "try" {
			p.click("#view-try button.primary")
			p.until("document.querySelectorAll('#view-try .part').length==2")
		}
		p.shoot(name + "-light-1280")
		p.click("#language")
		time.Sleep(300 * time.Millisecond)
		p.size(360, 740, "dark")
		p.shoot(name + "-zh-dark-360")
		p.size(1280, 800, "dark")
		p.shoot(name + "-zh-dark-1280")
		p.click("#language")
	}
}

func fill(t *testing.T, srv *fake.Server) {
	now := time.Now()
	get := func(u string) string {
		r, err := srv.Client().Get(u)
		if err != nil {
			return ""
		}
		defer r.Body.Close()
		b := make([]byte, 4000)
		n, _ := r.Body.Read(b)
		return string(b[:n])
	}
	ps := cmesign.Params{SecretID: srv.Tenant.SecretID, CurrentTimeStamp: now, ExpireTime: now.Add(5 * time.Minute), Random: 7, Platform: srv.Tenant.Platform, Action: "Login", UserID: "fake-user"}
	body := get("https://open.cme.qcloud.com/?signature=" + url.QueryEscape(cmesign.Sign(srv.Tenant.SecretKey, ps)))
	ticket := body[strings.Index(body, "tf_"):][:28]
	post := func(path, b string) {
		r, err := http.Post(srv.URL+"/PaaS/"+path+"?auth="+ticket, "application/json", strings.NewReader(b))
		if err == nil {
			r.Body.Close()
		}
	}
	get("https://open.cme.qcloud.com/?signature=" + url.QueryEscape(cmesign.Sign("other", ps)))
	ps.UserID = "a b/中文"
	good := cmesign.Sign(srv.Tenant.SecretKey, ps)
	get("https://open.cme.qcloud.com/?signature=" + good)
	params := ps.Original()
	get("https://open.cme.qcloud.com/?signature=" + url.QueryEscape(cmesign.SignOriginal(srv.Tenant.SecretKey, strings.Replace(params, "userId=a+b%2F%E4%B8%AD%E6%96%87", "userId=a b/中文", 1))))
	post("Material/ListMedia", `{"Owner":{"Type":"PERSON","Id":"fake-user"},"ClassId":9,"Limit":20}`)
	post("Material/DescribeMaterials", `{"MaterialIds":["38192156030633420601"],"Surprise":true}`)
	post("Material/DeleteMaterial", `{"MaterialId":"nope"}`)
	post("Material/DescribeMaterial", `{}`)
	srv.Inject("Material.CreateClass", fault.Status(503, 2*time.Second))
	post("Material/CreateClass", `{"ParentClassId":9,"Owner":{"Type":"PERSON","Id":"fake-user"},"Name":"x"}`)
	srv.Inject("Material.ListMedia", fault.Refuse("InternalError"))
	post("Material/ListMedia", `{"Owner":{"Type":"PERSON","Id":"fake-user"},"ClassId":9,"Limit":20}`)
	post("Project/DescribeProjects", `{}`)
	get("https://video.h5ds.com/api/v1/account/info")
	mac := hmac.New(sha1.New, []byte(srv.Tenant.SecretKey))
	decoded, _ := url.QueryUnescape(params)
	mac.Write([]byte(decoded))
	get("https://open.cme.qcloud.com/?signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(append(mac.Sum(nil), params...))))
	// the wrong-signature with comparison: signed with percent differences
	get("https://open.cme.qcloud.com/?signature=" + url.QueryEscape(strings.Replace(good, "=", "", 1)))
}

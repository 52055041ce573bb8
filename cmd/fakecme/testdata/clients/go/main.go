// A client as the pages on the client API and on third/login show one.
//
//	client cme|h5ds [what to do wrong]
package main

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	secretID, secretKey, platform, userID = "fake-secret-id", "fake-secret-key", "fake-platform", "fake-user"
	appid, secret                         = "fake-appid", "fake-secret"
)

var wrong string

func main() {
	log.SetFlags(0)
	if len(os.Args) > 2 {
		wrong = os.Args[2]
	}
	if os.Args[1] == "cme" {
		cme()
	} else {
		h5ds()
	}
}

// either is b when that is what to do wrong, else a.
func either(what, a, b string) string {
	if wrong == what {
		return b
	}
	return a
}

func send(method, address, body string, header map[string]string, into any) {
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		log.Fatal(err)
	}
}

func signature() string {
	now := time.Now().Unix()
	if wrong == "expired" {
		now -= 3600
	}
	values := url.Values{}
	values.Set("secretId", secretID)
	values.Set("currentTimeStamp", strconv.FormatInt(now, 10))
	values.Set("expireTime", strconv.FormatInt(now+300, 10))
	values.Set("random", strconv.FormatUint(uint64(rand.Uint32()), 10))
	values.Set("platform", platform)
	values.Set("action", either("action", "Login", "Upload"))
	values.Set("userId", userID)
	mac := hmac.New(sha1.New, []byte(either("key", secretKey, "another-key")))
	mac.Write([]byte(values.Encode()))
	text := base64.StdEncoding.EncodeToString(append(mac.Sum(nil), values.Encode()...))
	if wrong == "escape" && !strings.Contains(text, "+") {
		return signature()
	}
	return text
}

type cmeResponse struct {
	Code, Message, EnglishMessage string
	Data                          json.RawMessage
}

func (a cmeResponse) data(into any) {
	if a.Code != "Success" {
		log.Fatalf("%s: %s (%s)", a.Code, a.Message, a.EnglishMessage)
	}
	if into != nil && json.Unmarshal(a.Data, into) != nil {
		log.Fatalf("what is this: %s", a.Data)
	}
}

func cme() {
	sign := signature()
	if wrong != "escape" {
		sign = url.QueryEscape(sign)
	}
	var response cmeResponse
	send("GET", "https://open.cme.qcloud.com/?signature="+sign, "", nil, &response)
	var login struct{ UserId, Authorization string }
	response.data(&login)
	fmt.Println("login:", login.UserId)
	call := func(path, body string) cmeResponse {
		var response cmeResponse
		send("POST", "https://web-paas-api.cme.qcloud.com/PaaS/"+path+"?auth="+login.Authorization, body, map[string]string{"Content-Type": "application/json"}, &response)
		return response
	}
	const owner = `{"Type":"PERSON","Id":"` + userID + `"}`
	var classes struct {
		ClassInfoSet []struct {
			ClassID int64 `json:"ClassId"`
			Name    string
		}
	}
	call("Material/DescribeClass", `{"Platform":"`+platform+`","Owner":`+owner+`}`).data(&classes)
	call("Material/CreateClass", fmt.Sprintf(`{"ParentClassId":%d,"Name":"旅行 & more","Owner":%s}`, classes.ClassInfoSet[0].ClassID, owner)).data(nil)
	call("Material/DescribeClass", `{"Platform":"`+platform+`","Owner":`+owner+`}`).data(&classes)
	for _, c := range classes.ClassInfoSet {
		if c.Name == "旅行 & more" {
			fmt.Println("class:", c.Name)
		}
	}
}

func h5ds() {
	call := func(method, path, body string, header map[string]string, into any) {
		header["Content-Type"] = "application/json"
		var response struct {
			Code    int
			Message string
			Data    json.RawMessage
		}
		send(method, "https://video.h5ds.com/api/v1"+path, body, header, &response)
		if response.Code != 0 {
			log.Fatalf("%d: %s", response.Code, response.Message)
		}
		if err := json.Unmarshal(response.Data, into); err != nil {
			log.Fatal(err)
		}
	}
	timestamp := strconv.FormatInt(time.Now().UnixMilli(), 10)
	if wrong == "seconds" {
		timestamp = strconv.FormatInt(time.Now().Unix(), 10)
	}
	sum := md5.Sum([]byte(timestamp + either("key", secret, "another")))
	var login struct {
		UserID string `json:"user_id"`
		Token  string
	}
	call("POST", "/third/login", `{"userId":"`+userID+`","nick_name":"小云"}`,
		map[string]string{"appid": appid, "sign": hex.EncodeToString(sum[:]), "timestamp": timestamp}, &login)
	fmt.Println("login:", login.UserID != "")
	token := map[string]string{"Authorization": login.Token}
	var user struct {
		Name     string
		NickName string `json:"nick_name"`
	}
	call("GET", "/account/info", "", token, &user)
	if user.NickName != "" {
		user.Name = user.NickName
	}
	fmt.Println("user:", user.Name)
	var work struct{ ID string }
	call("POST", "/user/apps/create", `{"source_id":"","category_id":0,"name":"第一部","data":{"pages":[]}}`, token, &work)
	fmt.Printf("work: %T\n", work.ID)
}

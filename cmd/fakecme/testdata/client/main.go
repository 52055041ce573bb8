// Command client calls the real host names as any client does, and prints what it is answered. It knows of no fake.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"
)

func main() {
	for _, key := range []string{"fake-secret-key", "wrong-key"} {
		login, err := call(http.Get("https://open.cme.qcloud.com/?signature=" + url.QueryEscape(sign(key))))
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		data, _ := login["Data"].(map[string]any)
		fmt.Println("login:", login["Code"])
		ticket, ok := data["Authorization"].(string)
		if !ok {
			continue
		}
		body := []byte(`{"Owner":{"Type":"PERSON","Id":"user_01"},"ParentClassId":9,"Name":"folder"}`)
		address := "https://web-paas-api.cme.qcloud.com/PaaS/Material/CreateClass?auth=" + url.QueryEscape(ticket)
		made, err := call(http.Post(address, "application/json", bytes.NewReader(body)))
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("create:", made["Code"])
	}
}

// sign makes a signature as documented.
func sign(key string) string {
	now := time.Now().Unix()
	text := fmt.Sprintf("secretId=fake-secret-id&currentTimeStamp=%d&expireTime=%d&random=220625&platform=fake-platform&action=Login&userId=user_01", now, now+300)
	mac := hmac.New(sha1.New, []byte(key))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(append(mac.Sum(nil), text...))
}

func call(answer *http.Response, err error) (map[string]any, error) {
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, fmt.Errorf("%s: %s", answer.Status, text)
	}
	return object, nil
}

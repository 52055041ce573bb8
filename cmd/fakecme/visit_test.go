package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/fakecme/fakecme/fake"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// visit is a client of all three services with real signatures. It notes the secrets in its calls and their responses.
type visit struct {
	ts      *testscript.TestScript
	base    string // "real" for the real host names
	client  *http.Client
	secrets []string
}

var (
	credential = regexp.MustCompile(`tf_[0-9a-f]{25}|eyJ[\w-]+\.[\w-]+\.[\w-]+`)
	changing   = regexp.MustCompile(credential.String() + `|"expires_at":\d+|sign=[\w%-]+`)
)

// scriptVisit prints the responses, without the parts that differ each time.
func scriptVisit(ts *testscript.TestScript, _ bool, args []string) {
	v := &visit{ts: ts, base: args[1], client: http.DefaultClient}
	if len(args) > 2 {
		var err error
		v.client, err = clientOf(args[2], ts.MkAbs(args[3]), len(args) > 4)
		ts.Check(err)
	}
	v.run()
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(v.secrets, "\n")), 0o600))
}

func (v *visit) call(method, path, body string, header http.Header) string {
	base := v.base
	if base == "real" {
		switch {
		case strings.HasPrefix(path, "/PaaS/"):
			base = "https://web-paas-api.cme.qcloud.com"
		case strings.HasPrefix(path, "/api/"):
			base = "https://video.h5ds.com"
		default:
			base = "https://open.cme.qcloud.com"
		}
	}
	request, err := http.NewRequest(method, base+path, strings.NewReader(body))
	v.ts.Check(err)
	request.Header = header.Clone()
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Cookie", "session=c00kie-of-the-client")
	response, err := v.client.Do(request)
	v.ts.Check(err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	v.ts.Check(err)
	v.secrets = append(v.secrets, credential.FindAllString(string(text), -1)...)
	_, _ = fmt.Fprintln(v.ts.Stdout(), changing.ReplaceAllString(string(text), "…"))
	return string(text)
}

func (v *visit) run() {
	key, now := fake.DefaultTenant(), time.Now()
	signature := loginSignatureFor("fake-user")
	decoded, err := base64.StdEncoding.DecodeString(signature)
	v.ts.Check(err)
	v.secrets = append(v.secrets, signature, hex.EncodeToString(decoded[:20]), key.SecretKey, key.SecretID, key.Secret, "c00kie-of-the-client", "13800000000", "who@example.org")
	login := v.call("GET", "/?signature="+url.QueryEscape(signature), "", http.Header{})
	ticket := "?auth=" + regexp.MustCompile(`tf_[0-9a-f]{25}|$`).FindString(login)
	v.call("POST", "/PaaS/Material/DescribeMaterials"+ticket, `{"MaterialIds":["38192156030633420589"]}`, http.Header{})
	v.call("POST", "/PaaS/Material/DeleteMaterial"+ticket, `{"MaterialId":"38192156030633420589"}`, http.Header{})
	v.call("POST", "/PaaS/Material/DescribeMaterials"+ticket, `{"MaterialIds":["38192156030633420589"]}`, http.Header{})
	signed := http.Header{}
	h5dssign.New(h5dssign.Key{AppID: key.AppID, Secret: key.Secret}, now).Set(signed)
	v.secrets = append(v.secrets, signed.Get("Sign"))
	third := v.call("POST", "/api/v1/third/login", `{"userId":"fake-user","mobile":"13800000000","email":"who@example.org"}`, signed)
	token := http.Header{"Authorization": {regexp.MustCompile(`Bearer [^"]+|$`).FindString(third)}}
	v.call("GET", "/api/v1/user/info", "", token)
}

// loginSignatureFor is a signature of the default tenant for now.
func loginSignatureFor(user string) string {
	key, now := fake.DefaultTenant(), time.Now()
	return cmesign.Sign(key.SecretKey, cmesign.Params{
		SecretID: key.SecretID, CurrentTimeStamp: now, ExpireTime: now.Add(time.Minute), Random: rand.Uint32(),
		Platform: key.Platform, Action: "Login", UserID: user,
	})
}

// scriptTraceless looks for secrets as they are and in the encodings in which secrets travel.
func scriptTraceless(ts *testscript.TestScript, _ bool, args []string) {
	for _, file := range args[1:] {
		text := ts.ReadFile(file)
		for secret := range strings.SplitSeq(strings.TrimSpace(ts.ReadFile(args[0])), "\n") {
			if len(secret) < 8 {
				ts.Fatalf("%q is no secret to look for", secret)
			}
			for name, form := range map[string]string{
				"as it is": secret, "percent-encoded": url.QueryEscape(secret), "in hexadecimal": hex.EncodeToString([]byte(secret)),
				"as base64":          strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "="),
				"as base64 for URLs": base64.RawURLEncoding.EncodeToString([]byte(secret)),
			} {
				if strings.Contains(text, form) {
					ts.Fatalf("%s is in %s %s", secret, file, name)
				}
			}
		}
	}
}

func scriptOwn(ts *testscript.TestScript, _ bool, args []string) {
	srv := httptest.NewServer(ownServer(args[1]))
	ts.Defer(srv.Close)
	ts.Setenv(args[0], srv.URL)
}

// ownServer is a server of a user of the services: /userStatus is the login-state callback, where user-1 is logged in;
// /signature and /token hand out what their names say.
func ownServer(fakeBase string) http.Handler {
	d := fake.DefaultTenant()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /userStatus", func(w http.ResponseWriter, r *http.Request) {
		status := 0
		if r.URL.Query().Get("userID") == "user-1" {
			status = 1
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"status":%d}`, status)
	})
	mux.HandleFunc("GET /signature", func(w http.ResponseWriter, r *http.Request) {
		if len(r.Header["Cookie"]) == 0 && r.URL.Query().Has("session") {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"signature": loginSignatureFor("user-1")})
	})
	mux.HandleFunc("GET /token", func(w http.ResponseWriter, r *http.Request) {
		login, _ := http.NewRequestWithContext(r.Context(), http.MethodPost, fakeBase+"/api/v1/third/login", strings.NewReader(`{"userId":"user-1"}`))
		login.Header.Set("Content-Type", "application/json")
		h5dssign.New(h5dssign.Key{AppID: d.AppID, Secret: d.Secret}, time.Now()).Set(login.Header)
		response, err := http.DefaultClient.Do(login)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer func() { _ = response.Body.Close() }()
		var got struct {
			Data struct {
				Token string `json:"token"`
			} `json:"data"`
		}
		_ = json.NewDecoder(response.Body).Decode(&got)
		_ = json.NewEncoder(w).Encode(got.Data)
	})
	return mux
}

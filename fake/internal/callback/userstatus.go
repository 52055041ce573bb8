package callback

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/recordings/redact"
)

// userStatus is one question to the third party, whether a user is logged in, and the response.
type userStatus struct {
	host, path, query string // of the question; the query without secrets
	sent              http.Header

	status int // zero when there was no response
	header http.Header
	body   []byte
	whole  bool // the response arrived, to its end

	// fault is nil when the user is logged in.
	fault *diagnosis.Diagnosis
	// decided: the response says 0 or 1, in the documented form.
	decided bool
}

func (a userStatus) because(code, fix, format string, args ...any) userStatus {
	a.fault = &diagnosis.Diagnosis{Code: code, Sentence: fmt.Sprintf(format, args...), Fix: fix}
	return a
}

// maxStatusBody is the size in bytes up to which a response is read.
const maxStatusBody = 64 << 10

const bareStatus = `answer 200 and the bare object {"status":1} for a user who is logged in, {"status":0} for one who is not`

// parseStatusURL takes the address of the third party's own server. The fake adds the userID.
func parseStatusURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, errors.New("config: LoginStatusURL is not an address such as http://127.0.0.1:8080/userStatus")
	case u.Fragment != "":
		return nil, errors.New("config: LoginStatusURL has a fragment (#…), which no request carries; leave it out")
	case u.Query().Has("userID"):
		return nil, errors.New("config: LoginStatusURL has a userID already; leave it out, the fake adds it")
	}
	return u, nil
}

// askURL asks over HTTP: GET <url>?userID=<userId>.
func askURL(u *url.URL, hosts Hosts) func(context.Context, string) userStatus {
	client, notAllowed := hosts.client(u), hosts.notAllowed(u)
	own, shown := u.RawQuery, strings.TrimPrefix(redact.Address("?"+u.RawQuery), "?")
	if own != "" {
		own, shown = own+"&", shown+"&"
	}
	return func(ctx context.Context, userID string) userStatus {
		question := "userID=" + strings.ReplaceAll(url.QueryEscape(userID), "+", "%20")
		asked := *u
		asked.RawQuery = own + question
		got := userStatus{host: asked.Host, path: asked.EscapedPath(), query: shown + question}
		if notAllowed != nil {
			got.fault = notAllowed
			return got
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, asked.String(), nil)
		if err != nil {
			return got.because("callback.unreachable", "check the address", "the question cannot be asked")
		}
		r.Header.Set("Accept", "application/json")
		r.Header.Set("User-Agent", "fakecme")
		got.sent = r.Header
		answer, err := client.Do(r)
		if err != nil {
			if errors.Is(err, errNotThisMachine) {
				got.fault = rejectedHost(u)
				return got
			}
			return got.failed(ctx, err)
		}
		defer answer.Body.Close()
		got.status, got.header = answer.StatusCode, answer.Header
		got.body, err = io.ReadAll(io.LimitReader(answer.Body, maxStatusBody+1))
		if err != nil {
			return got.failed(ctx, err)
		}
		return got.judge()
	}
}

// failed says why no response came, or only the beginning of one.
func (a userStatus) failed(ctx context.Context, err error) userStatus {
	where := a.host + a.path
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err // without the address, which may hold a secret
	}
	switch {
	case ctx.Err() != nil:
		return a.because("callback.timeout", "answer faster, or allow more time (Config.LoginStatusTimeout, --h5ds-status-timeout)",
			"your server at %s did not answer in time", where)
	case errors.Is(err, syscall.ECONNREFUSED):
		return a.because("callback.refused", "start your server, or correct the address", "nothing listens at %s", a.host)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return a.because("callback.cut-off", "look into the log of your server", "your server at %s closed the connection before its response was whole", where)
	}
	return a.because("callback.unreachable", "check the address, and that it speaks HTTP", "your server at %s cannot be asked: %v", where, err)
}

// judge believes {"status":1} and nothing else.
func (a userStatus) judge() userStatus {
	where := a.host + a.path
	tooLarge := len(a.body) > maxStatusBody
	a.whole = !tooLarge
	switch {
	case a.status >= 300 && a.status < 400:
		return a.because("callback.redirect", "answer at the configured address itself; the fake follows no redirect",
			"your server at %s redirects, with status %d", where, a.status)
	case a.status != http.StatusOK:
		return a.because("callback.status-code", bareStatus, "your server at %s answered with status %d", where, a.status)
	case tooLarge:
		a.body = a.body[:maxStatusBody]
		return a.because("callback.too-large", bareStatus, "the response of your server at %s is larger than %d bytes", where, maxStatusBody)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(a.body, &fields); err != nil && !json.Valid(a.body) {
		return a.because("callback.not-json", bareStatus, "the response of your server at %s is not JSON", where)
	}
	status, there := fields["status"]
	if !there {
		return a.because("callback.no-status", bareStatus, "the response of your server has no field status%s", elsewhere(fields))
	}
	return a.judgeStatus(string(bytes.TrimSpace(status)))
}

// elsewhere says where the status stands instead, if it is somewhere.
func elsewhere(fields map[string]json.RawMessage) string {
	var inner map[string]json.RawMessage
	if json.Unmarshal(fields["data"], &inner) == nil && inner["status"] != nil {
		return "; it stands within data, but this response has no envelope"
	}
	for name := range fields {
		if strings.EqualFold(name, "status") {
			return fmt.Sprintf("; %s is another name", name)
		}
	}
	return ""
}

func (a userStatus) judgeStatus(status string) userStatus {
	switch status {
	case "1":
		a.decided = true
		return a
	case "0":
		a.decided = true
		return a.because("callback.logged-out", "log the user in at your own server again", "your server says that the user is logged out")
	}
	found := traffic.Shorten(status)
	if number := strings.Trim(status, "+-0123456789.eE") == ""; number && status != "" {
		if strings.ContainsAny(status, ".eE") {
			return a.because("callback.wrong-type", bareStatus, "the status is written %s; it must be the whole number 1 or 0", found)
		}
		return a.because("callback.wrong-value", bareStatus, "the status is %s; it must be 1 or 0", found)
	}
	return a.because("callback.wrong-type", bareStatus, "the status is %s; it must be the number 1 or 0", found)
}

// askFunction asks a function of the test's own. One that does not return in time is left alone.
func askFunction(f func(context.Context, string) (bool, error)) func(context.Context, string) userStatus {
	return func(ctx context.Context, userID string) userStatus {
		asked := userStatus{host: "Config.LoginStatus", query: "userID=" + url.QueryEscape(userID)}
		done := make(chan userStatus, 1)
		go func() {
			ended := asked.because("callback.error", "look into your function", "Config.LoginStatus did not return")
			defer func() {
				if cause := recover(); cause != nil {
					ended = asked.because("callback.error", "look into your function", "Config.LoginStatus panicked: %v", cause)
				}
				done <- ended
			}()
			ended = asked.returned(ctx, func() (bool, error) { return f(ctx, userID) })
		}()
		select {
		case got := <-done:
			return got
		case <-ctx.Done():
			return asked.failed(ctx, ctx.Err())
		}
	}
}

// returned is the response of a function, in the form of one over HTTP.
func (a userStatus) returned(ctx context.Context, f func() (bool, error)) userStatus {
	loggedIn, err := f()
	switch {
	case err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return a.failed(ctx, err)
	case err != nil:
		return a.because("callback.error", "look into your function", "Config.LoginStatus failed: %v", err)
	}
	a.status, a.header, a.body = http.StatusOK, http.Header{"Content-Type": {"application/json"}}, []byte(`{"status":0}`)
	if loggedIn {
		a.body = []byte(`{"status":1}`)
	}
	return a.judge()
}

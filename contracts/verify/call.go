package verify

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fakecme/fakecme/contracts/internal/excerpt"
	"github.com/fakecme/fakecme/fake/cmesign"
	"github.com/fakecme/fakecme/fake/h5dssign"
)

// credentials are the ways to get a credential wrong, by the name of the right one. A wrong signature is one in all but one thing.
var credentials = map[string][]string{
	"cmeSignature": {"none", "garbled", "wrong-key", "unknown-id", "other-platform", "other-action", "expired"},
	"cmeTicket":    {"none", "unknown"},
	"h5dsSign":     {"none", "wrong-secret", "unknown-id", "old"},
	"h5dsToken":    {"none", "unknown"},
}

// mostResponse bounds what is read of a response, in bytes.
const mostResponse = 16 << 20

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// request makes the call of a step. Its error says what of the request could not be made.
func (r *runner) request(ctx context.Context, s *step, values map[string]any, credential string) (*http.Request, error) {
	of := r.valueOf(s, values)
	path := s.operation.Path
	for name, text := range s.Path {
		v, err := fillText(text, of)
		if err != nil {
			return nil, err
		}
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(plainText(v)))
	}
	query, err := fillQuery(s.Query, of)
	if err != nil {
		return nil, err
	}
	body, contentType, err := s.body(of)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, s.operation.Method, r.target.base(s.operation.Service)+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	request.Header.Set("Accept", "application/json")
	r.authorize(s, request.Header, query, credential)
	request.URL.RawQuery = query.Encode()
	r.secrets.AddFrom(request)
	return request, nil
}

// valueOf gives the values of a scenario, and signatures.
func (r *runner) valueOf(s *step, values map[string]any) func(string) (any, error) {
	return func(name string) (any, error) {
		if action, ok := strings.CutPrefix(name, "sign:"); ok {
			return r.sign(r.userOf(s.As), action, ""), nil
		}
		v, ok := values[name]
		if !ok {
			return nil, fmt.Errorf("no step before kept %s", name)
		}
		return v, nil
	}
}

func fillQuery(texts map[string]string, of func(string) (any, error)) (url.Values, error) {
	query := url.Values{}
	for name, text := range texts {
		v, err := fillText(text, of)
		if err != nil {
			return nil, err
		}
		query.Set(name, plainText(v))
	}
	return query, nil
}

// body is the body of the request with its content type, both empty for none.
func (s *step) body(of func(string) (any, error)) ([]byte, string, error) {
	switch {
	case s.File != "":
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		part, _ := form.CreateFormFile("file", s.File) // a buffer takes all
		_, _ = part.Write(smallPNG)
		_ = form.Close()
		return b.Bytes(), form.FormDataContentType(), nil
	case s.Form != nil:
		values, err := fillQuery(s.Form, of)
		return []byte(values.Encode()), "application/x-www-form-urlencoded", err
	case s.Send != nil:
		filled, err := fill(s.Send, of)
		if err != nil {
			return nil, "", err
		}
		text, err := json.Marshal(filled)
		return text, "application/json", err
	}
	return nil, "", nil
}

// smallPNG is a picture of one pixel.
var smallPNG = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89" +
	"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82")

// authorize adds the credential, wrong in the way that the step asks for. ticket is that of the session, if the operation needs one.
func (r *runner) authorize(s *step, header http.Header, query url.Values, ticket string) {
	switch s.operation.Security {
	case "cmeSignature":
		if s.Credential != "none" {
			query.Set("signature", r.sign(r.userOf(s.As), "Login", s.Credential))
		}
	case "cmeTicket":
		if s.Credential != "none" {
			query.Set("auth", ticket)
		}
	case "h5dsSign":
		r.signH5DS(header, s.Credential)
	case "h5dsToken":
		if s.Credential != "none" {
			header.Set("Authorization", ticket)
		}
	}
}

// sign makes a CME signature, wrong in the given way.
func (r *runner) sign(user, action, wrong string) string {
	now := time.Now()
	p := cmesign.Params{
		SecretID: r.target.SecretID, Platform: r.target.Platform, Action: action, UserID: user,
		CurrentTimeStamp: now, ExpireTime: now.Add(time.Hour), Random: random32(),
	}
	key := r.target.SecretKey
	switch wrong {
	case "wrong-key":
		key = "not the key"
	case "unknown-id":
		p.SecretID = "fakecme-verify-nobody"
	case "other-platform":
		p.Platform = "fakecme-verify-nowhere"
	case "other-action":
		p.Action = "Upload"
	case "expired":
		p.CurrentTimeStamp, p.ExpireTime = now.Add(-48*time.Hour), now.Add(-47*time.Hour)
	case "garbled":
		return "bm90IGEgc2lnbmF0dXJl"
	}
	return cmesign.Sign(key, p)
}

// signH5DS sets the three headers of h5ds, wrong in the given way.
func (r *runner) signH5DS(header http.Header, wrong string) {
	key, at := h5dssign.Key{AppID: r.target.AppID, Secret: r.target.Secret}, time.Now()
	switch wrong {
	case "none":
		return
	case "wrong-secret":
		key.Secret = "not the secret"
	case "unknown-id":
		key.AppID = "fakecme-verify-nobody"
	case "old":
		at = at.Add(-48 * time.Hour)
	}
	h5dssign.New(key, at).Set(header)
}

func random32() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint32(b[:])
}

// send makes a call. why says that there was no response, without the address: it holds a credential.
func (r *runner) send(ctx context.Context, request *http.Request) (a answer, why string) {
	ctx, cancel := context.WithTimeout(ctx, r.target.Timeout)
	defer cancel()
	response, err := r.target.Client.Do(request.WithContext(ctx))
	if err == nil {
		defer func() { _ = response.Body.Close() }()
		a = answer{status: response.StatusCode, header: response.Header}
		a.body, err = io.ReadAll(io.LimitReader(response.Body, mostResponse))
	}
	var about *url.Error
	if errors.As(err, &about) {
		err = about.Err
	}
	switch {
	case err == nil:
		return a, ""
	case ctx.Err() == context.DeadlineExceeded:
		return a, fmt.Sprintf("no response within %s", r.target.Timeout)
	}
	return a, "no response: " + excerpt.Printable(err.Error())
}

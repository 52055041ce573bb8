package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/fakecme/fakecme/contracts/internal/excerpt"
)

// client makes the calls of one run of the suite.
type client struct {
	target  Target
	run     string          // a text that makes names new
	secrets excerpt.Secrets // what must not get into the report
}

// userOf returns the name of the user that a scenario calls by this word.
func (c *client) userOf(as string) string {
	switch as {
	case "user":
		return c.target.User
	case "other":
		return c.target.OtherUser
	}
	return "fakecme-verify-" + as + "-" + c.run
}

// maxResponse bounds what is read of a response, in bytes.
const maxResponse = 16 << 20

// response is what the provider sent.
type response struct {
	status int
	header http.Header
	body   []byte
}

// request makes the request of a step, with the ticket of its session if the operation needs one. The error says which part could
// not be made.
func (c *client) request(ctx context.Context, s *step, values map[string]any, ticket string) (*http.Request, error) {
	of := c.valueOf(s, values)
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
	request, err := http.NewRequestWithContext(ctx, s.operation.Method, c.target.base(s.operation.Service)+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	request.Header.Set("Accept", mediaJSON)
	authorize(s.operation.Security, credential{c.target, c.userOf(s.As), ticket, s.Credential}, request.Header, query)
	request.URL.RawQuery = query.Encode()
	c.secrets.AddFrom(request)
	return request, nil
}

// valueOf returns the function that gives the values of a scenario, and signatures.
func (c *client) valueOf(s *step, values map[string]any) func(string) (any, error) {
	return func(name string) (any, error) {
		if action, ok := strings.CutPrefix(name, "sign:"); ok {
			return signCME(c.target, c.userOf(s.As), action, ""), nil
		}
		v, ok := values[name]
		if !ok {
			return nil, fmt.Errorf("no step before kept %s", name)
		}
		return v, nil
	}
}

const (
	mediaForm = "application/x-www-form-urlencoded"
	mediaJSON = "application/json"
)

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

// body returns the body of the request and its content type. Both are empty if there is none.
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
		return []byte(values.Encode()), mediaForm, err
	case s.Send != nil:
		filled, err := fill(s.Send, of)
		if err != nil {
			return nil, "", err
		}
		text, err := json.Marshal(filled)
		return text, mediaJSON, err
	}
	return nil, "", nil
}

// smallPNG is an image of one pixel.
var smallPNG = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89" +
	"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82")

// send makes a call. If no response came, why says so, without the address, which holds a credential.
func (c *client) send(ctx context.Context, request *http.Request) (got response, why string) {
	ctx, cancel := context.WithTimeout(ctx, c.target.Timeout)
	defer cancel()
	received, err := c.target.Client.Do(request.WithContext(ctx))
	if err == nil {
		defer func() { _ = received.Body.Close() }()
		got = response{status: received.StatusCode, header: received.Header}
		got.body, err = io.ReadAll(io.LimitReader(received.Body, maxResponse))
	}
	var about *url.Error
	if errors.As(err, &about) {
		err = about.Err
	}
	switch {
	case err == nil:
		return got, ""
	case ctx.Err() == context.DeadlineExceeded:
		return got, fmt.Sprintf("no response within %s", c.target.Timeout)
	}
	return got, "no response: " + excerpt.Printable(err.Error())
}

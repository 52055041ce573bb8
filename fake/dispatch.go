package fake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// dispatch runs the operation inside the store. The answer is encoded there too, so that it
// never shares memory with a state that another call is changing.
func dispatch(x *exchange, _ func()) {
	request, err := x.input()
	if err != nil {
		x.bug("read request: %v", err)
		return
	}
	c := x.call()
	c.VerifySign = x.verifySign
	var body []byte
	err = x.inStore(func(st *state) error {
		if x.operation.writes {
			c.IDs = &st.IDs
		}
		answer, err := x.operation.run(c, st, request)
		if err != nil {
			return err
		}
		body, err = encode(x.service.envelope(c, answer, nil))
		return err
	})
	if err == nil {
		x.reply(http.StatusOK, body)
		return
	}
	if refusal, ok := op.AsRefusal(err); ok {
		x.refuse(refusal)
		return
	}
	x.bug("%v", err)
}

func (x *exchange) inStore(f func(*state) error) error {
	if x.operation.writes {
		return x.srv.store.Update(x.tenant.ID, f)
	}
	return x.srv.store.View(x.tenant.ID, f)
}

// input is the request as JSON, in whatever form the client sent it. Forms and queries become
// objects of strings.
func (x *exchange) input() ([]byte, error) {
	if x.r.Method == http.MethodGet {
		return objectOf(x.r.URL.RawQuery)
	}
	mediaType, _, _ := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if mediaType == "application/x-www-form-urlencoded" {
		return objectOf(string(x.request))
	}
	return bytes.TrimSpace(x.request), nil
}

func objectOf(query string) ([]byte, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("parse query: %w", err)
	}
	object := make(map[string]string, len(values))
	for name, v := range values {
		object[name] = v[0]
	}
	return json.Marshal(object)
}

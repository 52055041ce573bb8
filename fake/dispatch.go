package fake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// dispatch runs the operation inside the store. The response is encoded there too, so that it
// never shares memory with a state that another call is changing.
func dispatch(x *exchange, _ func()) {
	request, files, err := x.input()
	if err != nil {
		x.fail(fmt.Errorf("read request: %w", err))
		return
	}
	if len(x.unknown) > 0 {
		request = without(request, x.unknown)
	}
	c := x.call()
	c.VerifySign, c.Files = x.verifySign, files
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
	if err != nil {
		x.fail(err)
		return
	}
	x.reply(http.StatusOK, body)
}

// fail answers with the error that err is. Anything else is a bug in the fake.
func (x *exchange) fail(err error) {
	if failure, ok := op.AsFailure(err); ok {
		x.refuse(failure)
		return
	}
	x.bug("%v", err)
}

func (x *exchange) inStore(f func(*state) error) error {
	if x.operation.writes {
		return x.srv.store.Update(x.tenant.key(), f)
	}
	return x.srv.store.View(x.tenant.key(), f)
}

// input is the request as JSON, in whatever form the client sent it, and the files in it. Queries,
// with what stands in the path, become objects of texts, and so do forms, in which brackets lead
// to objects and lists.
func (x *exchange) input() (request []byte, files []op.File, err error) {
	if x.r.Method == http.MethodGet {
		values, _ := x.operation.contract.PathValues(x.path)
		request, err = objectOf(x.r.URL.RawQuery, values)
		return request, nil, err
	}
	mediaType, parameters, _ := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	switch mediaType {
	case "application/x-www-form-urlencoded":
		object, _, err := contracts.Form(string(x.body))
		if err != nil {
			return nil, nil, err
		}
		request, err = json.Marshal(object)
		return request, nil, err
	case "multipart/form-data":
		return x.multipartInput(parameters["boundary"])
	}
	return bytes.TrimSpace(x.body), nil, nil
}

func objectOf(query string, more map[string]string) ([]byte, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("parse query: %w", err)
	}
	object := make(map[string]string, len(values)+len(more))
	for name, v := range values {
		object[name] = v[0]
	}
	maps.Copy(object, more)
	return json.Marshal(object)
}

package pipeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"github.com/fakecme/fakecme/contracts"
	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/op"
	"github.com/fakecme/fakecme/fake/internal/state"
	"github.com/fakecme/fakecme/fake/internal/tenant"
	"github.com/fakecme/fakecme/fake/traffic"
)

// dispatch runs the operation inside the tenant's transaction. The response is encoded there too, so that it never shares
// memory with a state that another call is changing.
func dispatch(x *Exchange, _ func()) {
	request, files, err := input(x)
	if err != nil {
		x.Fail(fmt.Errorf("read request: %w", err))
		return
	}
	if len(x.Body.unknown) > 0 {
		request = without(request, x.Body.unknown)
	}
	c := x.Call()
	c.Files = files
	transaction := x.Tenant.View
	if x.Operation.Writes {
		transaction = x.Tenant.Update
	}
	var body []byte
	err = transaction(func(st *state.State) error {
		if x.Operation.Writes {
			c.IDs = &st.IDs
		}
		response, err := x.Operation.Run(c, st, request)
		if err != nil {
			return err
		}
		body, err = traffic.Encode(x.Service.Envelope(c, response, nil))
		return err
	})
	if errors.Is(err, tenant.ErrRemoved) {
		err = x.Service.Broken.Because("call.tenant-removed", "remove a tenant when its clients have ended", "the tenant was removed while the call was under way")
	}
	if err != nil {
		x.Fail(err)
		return
	}
	x.Respond(http.StatusOK, body)
}

// input is the request as JSON, in whatever form the client sent it, and the files in it. Queries,
// with what stands in the path, become objects of texts, and so do forms, in which brackets lead
// to objects and lists.
func input(x *Exchange) (request []byte, files []op.File, err error) {
	if x.Method == http.MethodGet {
		values, _ := x.Operation.PathValues(x.Path)
		request, err = objectOf(x.URL.RawQuery, values)
		return request, nil, err
	}
	mediaType, parameters, _ := mime.ParseMediaType(x.Header.Get("Content-Type"))
	switch mediaType {
	case "application/x-www-form-urlencoded":
		object, _, err := contracts.Form(string(x.Body.Bytes))
		if err != nil {
			return nil, nil, err
		}
		request, err = json.Marshal(object)
		return request, nil, err
	case "multipart/form-data":
		return multipartInput(x, parameters["boundary"])
	}
	return bytes.TrimSpace(x.Body.Bytes), nil, nil
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

// maxParts bounds a multipart request. The vendor's clients send one file, and ten at most.
const maxParts = 100

// multipartInput takes a multipart request apart: its text fields become a JSON object of texts, the
// rest are files. What cannot be read is rejected as any other bad request (assumed).
func multipartInput(x *Exchange, boundary string) (request []byte, files []op.File, err error) {
	fields := map[string]string{}
	reader := multipart.NewReader(bytes.NewReader(x.Body.Bytes), boundary)
	for n := 0; ; n++ {
		part, err := reader.NextPart()
		if err == io.EOF { // not wrapped: after the last boundary
			break
		}
		if err == nil && n == maxParts {
			return nil, nil, badMultipart(x, n, fmt.Sprintf("there are more than %d parts", maxParts))
		}
		var content []byte
		if err == nil {
			content, err = io.ReadAll(part)
		}
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return nil, nil, badMultipart(x, n, "the body ends without the last boundary")
		case err != nil: // its text may hold what the client sent
			return nil, nil, badMultipart(x, n, "the header of the part is malformed")
		}
		if isFile(part) {
			files = append(files, op.File{
				Field: part.FormName(), Name: part.FileName(),
				ContentType: part.Header.Get("Content-Type"), Content: content,
			})
			continue
		}
		fields[part.FormName()] = string(content)
	}
	request, err = json.Marshal(fields)
	return request, files, err
}

// isFile says whether a part is a file: browsers give those a name, if only an empty one.
func isFile(part *multipart.Part) bool {
	_, parameters, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	_, named := parameters["filename"]
	return named
}

func badMultipart(x *Exchange, part int, cause string) error {
	d := diagnosis.Diagnosis{
		Code:     "call.multipart",
		Sentence: fmt.Sprintf("part %d of the multipart body cannot be read: %s", part+1, cause),
		Fix:      "let your HTTP library write body and Content-Type, with one boundary in both",
	}
	x.Find(d)
	return x.Service.BadRequest("").With(d)
}

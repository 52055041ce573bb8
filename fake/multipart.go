package fake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"

	"github.com/fakecme/fakecme/fake/diagnosis"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// mostParts bounds a multipart request. The vendor's clients send one file, and ten at most.
const mostParts = 100

// multipartInput takes a multipart request apart: its text fields become a JSON object of texts, the
// rest are files. What cannot be read is rejected as any other bad request (assumed).
func (x *exchange) multipartInput(boundary string) (request []byte, files []op.File, err error) {
	fields := map[string]string{}
	reader := multipart.NewReader(bytes.NewReader(x.body), boundary)
	for n := 0; ; n++ {
		part, err := reader.NextPart()
		if err == io.EOF { // not wrapped: after the last boundary
			break
		}
		if err == nil && n == mostParts {
			return nil, nil, x.badMultipart(n, fmt.Sprintf("there are more than %d parts", mostParts))
		}
		var content []byte
		if err == nil {
			content, err = io.ReadAll(part)
		}
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return nil, nil, x.badMultipart(n, "the body ends without the last boundary")
		case err != nil: // its text may hold what the client sent
			return nil, nil, x.badMultipart(n, "the header of the part is malformed")
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

func (x *exchange) badMultipart(part int, cause string) error {
	d := diagnosis.Diagnosis{
		Code:     "call.multipart",
		Sentence: fmt.Sprintf("part %d of the multipart body cannot be read: %s", part+1, cause),
		Fix:      "let your HTTP library write body and Content-Type, with one boundary in both",
	}
	x.find(d)
	return x.service.badRequest("").With(d)
}

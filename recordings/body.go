package recordings

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

const base64Encoding = "base64"

// bodyEncoding is the custom field of a request's body that says how its text is encoded. HAR has
// none: the encoding of a response's body is not matched by one of a request's.
const bodyEncoding = "_encoding"

// body returns the bytes of a response's body.
func (c *Content) body() ([]byte, error) {
	switch {
	case strings.EqualFold(c.Encoding, base64Encoding):
		return decodeBase64(c.Text)
	case c.Encoding != "":
		return nil, fmt.Errorf("encoding %q is neither empty nor base64", c.Encoding)
	case c.Text == "" && c.Size > 0:
		return nil, fmt.Errorf("the body of %d bytes is not in the file", c.Size)
	case c.Text == "":
		return nil, elsewhere(c.Custom)
	default:
		return []byte(c.Text), nil
	}
}

// setBody keeps a body as text if it is text.
func (c *Content) setBody(body []byte) {
	c.Size = int64(len(body))
	c.Text, c.Encoding = string(body), ""
	if !utf8.Valid(body) {
		c.Text, c.Encoding = base64.StdEncoding.EncodeToString(body), base64Encoding
	}
}

// body returns the bytes of a request's body; none if there is none.
func (p *PostData) body() ([]byte, error) {
	if p == nil {
		return nil, nil
	}
	var encoding string
	for _, name := range []string{bodyEncoding, "encoding"} {
		if raw, ok := p.Custom[name]; ok && json.Unmarshal(raw, &encoding) == nil && encoding != "" {
			break
		}
	}
	switch {
	case strings.EqualFold(encoding, base64Encoding):
		return decodeBase64(p.Text)
	case encoding != "":
		return nil, fmt.Errorf("encoding %q is neither empty nor base64", encoding)
	case p.Text != "":
		return []byte(p.Text), nil
	case len(p.Params) > 0:
		return p.form()
	default:
		return nil, elsewhere(p.Custom)
	}
}

// form writes the parameters as the body that they were read from.
func (p *PostData) form() ([]byte, error) {
	media, _, _ := mime.ParseMediaType(p.MimeType)
	if media != "application/x-www-form-urlencoded" {
		return nil, errors.New("the file has the parameters of the body, not its bytes")
	}
	var pairs []string
	for _, param := range p.Params {
		pairs = append(pairs, url.QueryEscape(param.Name)+"="+url.QueryEscape(param.Value))
	}
	return []byte(strings.Join(pairs, "&")), nil
}

// setBody keeps a body as text if it is text.
func (p *PostData) setBody(body []byte) {
	delete(p.Custom, bodyEncoding)
	p.Text = string(body)
	if utf8.Valid(body) {
		return
	}
	p.Text = base64.StdEncoding.EncodeToString(body)
	if p.Custom == nil {
		p.Custom = Custom{}
	}
	p.Custom[bodyEncoding] = json.RawMessage(strconv.Quote(base64Encoding))
}

// elsewhere complains of a body that is in another file, as Playwright writes it when asked to.
func elsewhere(custom Custom) error {
	for _, name := range []string{"_file", "_sha1"} {
		if _, ok := custom[name]; ok {
			return errors.New("the body is in another file; record with the bodies embedded")
		}
	}
	return nil
}

// decodeBase64 reads both alphabets, with and without padding and line breaks.
func decodeBase64(text string) ([]byte, error) {
	text = base64Alphabet.Replace(text)
	body, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("the body is not base64: %w", err)
	}
	return body, nil
}

var base64Alphabet = strings.NewReplacer("-", "+", "_", "/", "=", "", "\n", "", "\r", "", " ", "")

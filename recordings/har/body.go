package har

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fakecme/fakecme/recordings/internal/jsontext"
)

const base64Encoding = "base64"

// bodyEncoding is the custom field of a request's body that says how its text is encoded. HAR has such a field for
// responses only.
const bodyEncoding = "_encoding"

// Body returns the bytes of a response's body.
func (c *Content) Body() ([]byte, error) {
	switch {
	case strings.EqualFold(c.Encoding, base64Encoding):
		return decodeBase64(c.Text)
	case c.Encoding != "":
		return nil, fmt.Errorf("encoding %q is neither empty nor base64", c.Encoding)
	case c.Text == "" && c.Size > 0:
		return nil, fmt.Errorf("the body of %d bytes is not in the file", c.Size)
	case c.Text == "":
		return nil, checkEmbedded(c.Custom)
	default:
		return []byte(c.Text), nil
	}
}

// SetBody stores a body, as base64 if it is not UTF-8.
func (c *Content) SetBody(body []byte) {
	c.Size = int64(len(body))
	c.Text, c.Encoding = string(body), ""
	if !utf8.Valid(body) {
		c.Text, c.Encoding = base64.StdEncoding.EncodeToString(body), base64Encoding
	}
}

// Body returns the bytes of a request's body, nil for a request without one.
func (p *PostData) Body() ([]byte, error) {
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
		return nil, checkEmbedded(p.Custom)
	}
}

// form returns the body that the parameters were read from.
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

// SetBody stores a body, as base64 if it is not UTF-8.
func (p *PostData) SetBody(body []byte) {
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

// checkEmbedded returns an error for a body that is in another file, as Playwright writes it when asked to.
func checkEmbedded(custom Custom) error {
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

// restoreBytes restores a body that is not UTF-8 from a file of mitmproxy. Like other programs in Python it writes each
// such byte as one of the surrogates U+DC80 to U+DCFF ("surrogateescape"), which encoding/json replaces.
func restoreBytes(v reflect.Value, raw json.RawMessage) {
	switch part := v.Addr().Interface().(type) {
	case *Content:
		if body, ok := surrogateEscaped(raw); ok {
			size := part.Size // as the producer counts
			part.SetBody(body)
			part.Size = size
		}
	case *PostData:
		if body, ok := surrogateEscaped(raw); ok {
			part.SetBody(body)
		}
	}
}

// surrogateEscaped decodes a JSON string with escaped bytes. It returns false if the string has none.
func surrogateEscaped(raw json.RawMessage) (body []byte, ok bool) {
	if !strings.HasPrefix(string(raw), `"`) || !strings.Contains(strings.ToLower(string(raw)), `\udc`) {
		return nil, false
	}
	text, done := string(raw[1:len(raw)-1]), 0
	for i := 0; i < len(text); {
		unit, escaped := jsontext.EscapedUnit(text[i:])
		switch {
		case !escaped && text[i] == '\\':
			i += 2
		case !escaped:
			i++
		case unit >= 0xd800 && unit < 0xdc00 && startsWithLowSurrogate(text[i+6:]):
			i += 12 // a pair is one character
		case unit >= 0xdc80 && unit <= 0xdcff:
			body = append(body, unescape(text[done:i])...)
			body = append(body, byte(unit))
			i += 6
			done, ok = i, true
		default:
			i += 6
		}
	}
	return append(body, unescape(text[done:])...), ok
}

func startsWithLowSurrogate(text string) bool {
	unit, ok := jsontext.EscapedUnit(text)
	return ok && unit >= 0xdc00 && unit < 0xe000
}

// unescape decodes part of a JSON string.
func unescape(part string) (text string) {
	_ = json.Unmarshal([]byte(`"`+part+`"`), &text) // it is part of JSON that has been checked
	return text
}

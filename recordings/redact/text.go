package redact

import (
	"fmt"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/internal/jsontext"
)

// placeholder returns the placeholder for a value. A placeholder stays as it is.
func (s *redaction) placeholder(kind, value string) string {
	if s.erase && value != "" {
		if kind != "signature" { // a client makes a new one for every call
			s.erased = append(s.erased, value)
		}
		return erasedPlaceholder
	}
	if value == "" || anyPlaceholder.MatchString(value) {
		return value
	}
	if known, ok := s.placeholders[value]; ok {
		return known
	}
	s.counts[kind]++
	p := fmt.Sprintf("<%s-%d>", kind, s.counts[kind])
	s.placeholders[value] = p
	return p
}

// json redacts the texts and numbers of JSON.
func (s *redaction) json(source string) string {
	w := rewriter{
		name: s.text,
		value: func(names []string, value string, isText bool) (string, bool) {
			name := ""
			if len(names) > 0 {
				name = names[len(names)-1]
			}
			// Everything within a secret is secret: "token": {"value": …}.
			for i := len(names) - 1; i >= 0; i-- {
				if kind := kindOf(names[i], s.inRequest); kind != "" {
					return s.credential(kind, value), value != ""
				}
			}
			if !isText {
				return s.number(value)
			}
			changed := s.otherValue(name, value)
			return changed, changed != value
		},
	}
	return string(w.rewrite([]byte(source)))
}

// number replaces a number that is known to be a secret by a text.
func (s *redaction) number(digits string) (string, bool) {
	p, ok := s.placeholders[digits]
	return p, ok && s.replacer != nil && isDistinct(digits)
}

// value redacts the value of a parameter, field or header.
func (s *redaction) value(name, value string) string {
	if kind := kindOf(name, s.inRequest); kind != "" {
		return s.credential(kind, value)
	}
	return s.otherValue(name, value)
}

// otherValue redacts the value of a name that is not secret.
func (s *redaction) otherValue(name, value string) string {
	switch {
	case jsontext.IsCompound(value):
		return s.json(value)
	case !isHarmless(name) && !slices.ContainsFunc(s.rules.Names, func(own string) bool { return strings.EqualFold(own, name) }) &&
		looksLikeCredential(value):
		return s.placeholder("value", value)
	case strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "http://"):
		return s.shapes(s.url(value)) // text would end the URL at a space
	default:
		return s.text(value)
	}
}

var scheme = regexp.MustCompile(`^(?i:(?:Bearer|Basic|Digest|Token)\s+)+`)

// credential replaces a secret, but not the scheme before it. A recording shall show that a client sent the scheme twice.
func (s *redaction) credential(kind, value string) string {
	before := scheme.FindString(value)
	if before != "" && kind == "ticket" {
		kind = "token"
	}
	return before + s.placeholder(kind, value[len(before):])
}

var (
	credentialShape = regexp.MustCompile(`^[A-Za-z0-9_\-+/=.~*]{20,}$`)
	timeShape       = regexp.MustCompile(`^\d{4}-\d\d-\d\dT[0-9:.+Z-]*$`)
)

// looksLikeCredential reports whether a value has the length and the letters of a credential.
func looksLikeCredential(value string) bool {
	return credentialShape.MatchString(value) && !strings.HasPrefix(value, "/") && !timeShape.MatchString(value) &&
		strings.ContainsAny(value, "0123456789") && strings.IndexFunc(value, isLatin) >= 0
}

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

var urlInText = regexp.MustCompile(`https?://[^\s"'<>\\]+`)

// secretShapes are secrets that can be recognized by their looks, wherever they stand. All texts of a shape contain the
// mark; looking for the mark first makes this fast.
var secretShapes = []struct {
	kind, mark string
	shape      *regexp.Regexp
}{
	{"token", "eyJ", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`)},
	{"ticket", "tf_", regexp.MustCompile(`\btf_[A-Za-z0-9]{16,}`)},
	{"credential", "AKID", regexp.MustCompile(`\bAKID[A-Za-z0-9]{13,}`)},
	{"email", "@", regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`)},
}

var (
	// pictureName matches names of pictures that look like an e-mail address: logo@2x.png.
	pictureName = regexp.MustCompile(`@\dx\.`)
	bearer      = regexp.MustCompile(`\b[Bb]earer\s+[A-Za-z0-9_\-.=+/~]{8,}`)
	phone       = regexp.MustCompile(`(?:\+?86[- ]?)?1[3-9]\d{9}`)
	longText    = regexp.MustCompile(`[A-Za-z0-9+/_-]{60,}={0,2}`)
)

// text redacts running text.
func (s *redaction) text(text string) string {
	if strings.Contains(text, "://") {
		text = urlInText.ReplaceAllStringFunc(text, s.url)
	}
	return s.shapes(text)
}

// shapes replaces secrets that have a known shape, and the secrets known so far.
func (s *redaction) shapes(text string) string {
	if strings.Contains(text, "earer") {
		text = bearer.ReplaceAllStringFunc(text, func(found string) string { return s.credential("token", found) })
	}
	for _, shape := range secretShapes {
		if strings.Contains(text, shape.mark) {
			text = shape.shape.ReplaceAllStringFunc(text, func(found string) string {
				if pictureName.MatchString(found) {
					return found
				}
				return s.placeholder(shape.kind, found)
			})
		}
	}
	if len(text) >= 60 {
		text = longText.ReplaceAllStringFunc(text, func(found string) string {
			if _, ok := SignedParameters(found); ok {
				return s.placeholder("signature", found)
			}
			return found
		})
	}
	if len(text) >= 11 {
		text = s.phones(text)
	}
	if s.erase && strings.Contains(text, "<") {
		text = numberedPlaceholder.ReplaceAllStringFunc(text, func(found string) string { return s.placeholder("", found) })
	}
	if s.replacer != nil {
		text = s.replacer.Replace(text)
	}
	return text
}

// phones replaces phone numbers, but not digits within a longer number or id.
func (s *redaction) phones(text string) string {
	var b strings.Builder
	done := 0
	for _, at := range phone.FindAllStringIndex(text, -1) {
		if at[0] > 0 && isWordByte(text[at[0]-1]) || at[1] < len(text) && isWordByte(text[at[1]]) {
			continue
		}
		b.WriteString(text[done:at[0]])
		b.WriteString(s.placeholder("phone", text[at[0]:at[1]]))
		done = at[1]
	}
	if done == 0 {
		return text
	}
	return b.String() + text[done:]
}

var urlScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*$`)

// url redacts a URL, or a part of one. The user is removed.
func (s *redaction) url(raw string) string {
	raw, fragment, hasFragment := strings.Cut(raw, "#")
	address, query, hasQuery := strings.Cut(raw, "?")
	if begin, rest, ok := strings.Cut(address, "://"); ok && urlScheme.MatchString(begin) {
		host, path, hasPath := strings.Cut(rest, "/")
		address = begin + "://" + host[strings.LastIndexByte(host, '@')+1:]
		if hasPath {
			address += "/" + s.path(path)
		}
	} else {
		address = s.path(address)
	}
	if hasQuery {
		address += "?" + s.query(query)
	}
	if hasFragment { // single-page applications use it as a path, or for parameters
		route, query, hasQuery := strings.Cut(fragment, "?")
		address += "#" + s.query(route)
		if hasQuery {
			address += "?" + s.query(query)
		}
	}
	return address
}

// path redacts the path of a URL. A path without a secret keeps its bytes.
func (s *redaction) path(escaped string) string {
	plain, err := url.PathUnescape(escaped)
	if err != nil {
		plain = escaped
	}
	changed := s.text(plain)
	if changed == plain {
		return escaped
	}
	return (&url.URL{Path: changed}).EscapedPath()
}

// query redacts a raw query, or a form. Parameters without a secret keep their bytes.
func (s *redaction) query(raw string) string {
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		plainName, plain := har.UnescapeQuery(name), har.UnescapeQuery(value)
		if changed := s.text(plainName); changed != plainName {
			name = url.QueryEscape(changed)
		}
		if ok {
			changed := s.value(plainName, plain)
			if changed != plain {
				value = url.QueryEscape(changed)
			}
			if strings.EqualFold(plainName, "signature") {
				s.rememberSigned(changed, plain)
			}
			name += "="
		}
		pairs[i] = name + value
	}
	return strings.Join(pairs, "&")
}

// rememberSigned stores the parameters of a signature that do not change from call to call.
func (s *redaction) rememberSigned(placeholder, signature string) {
	if text, ok := SignedParameters(signature); ok && s.inRequest {
		s.signed[placeholder] = s.query(text)
	}
}

// SignedParameters returns the parameters that a CME signature signs and that do not change from call to call, sorted, as a
// query. A signature is the base64 of 20 bytes of HMAC-SHA1 and of the text that is signed. SignedParameters returns false
// for any other text.
func SignedParameters(signature string) (query string, ok bool) {
	decoded, err := decodeBase64(base64Padding.Replace(signature))
	if err != nil || len(decoded) < 20 {
		return "", false
	}
	text := decoded[20:]
	if !strings.Contains(text, "secretId=") && !strings.Contains(text, "currentTimeStamp=") {
		return "", false
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return "", true
	}
	for _, name := range []string{"secretId", "currentTimeStamp", "expireTime", "random"} {
		values.Del(name)
	}
	return values.Encode(), true
}

var base64Padding = strings.NewReplacer("=", "", "\n", "", "\r", "", " ", "")

// CheckReadable returns an error for the Content-Encoding of a request with a compressed body. Its secrets cannot be found.
func CheckReadable(contentEncoding string) error {
	encoding := strings.ToLower(strings.TrimSpace(contentEncoding))
	if encoding == "" || encoding == "identity" {
		return nil
	}
	return fmt.Errorf("the request is compressed as %q, so that its secrets cannot be found", encoding)
}

// The formats of a body: the values of [BodyFormat].
const (
	FormatMultipart = "multipart"
	FormatJSON      = "json"
	FormatForm      = "form"
	FormatText      = "text"
)

// BodyFormat returns the format of a body, "" for an empty one. Except for multipart its bytes decide, because clients and
// servers send wrong content types.
func BodyFormat(contentType, body string) string {
	media, parameters, _ := mime.ParseMediaType(contentType)
	switch {
	case body == "":
		return ""
	case strings.HasPrefix(media, "multipart/") && parameters["boundary"] != "":
		return FormatMultipart
	case jsontext.IsCompound(body):
		return FormatJSON
	case media == "application/x-www-form-urlencoded", formShape.MatchString(body):
		return FormatForm
	}
	return FormatText
}

var formShape = regexp.MustCompile(`^[\w.\-\[\]%]+=[^\s<>{}]*$`)

// body redacts the body of a message.
func (s *redaction) body(contentType, body string) string {
	format := BodyFormat(contentType, body)
	switch {
	case format == FormatMultipart:
		return s.multipart(contentType, body)
	case !utf8.ValidString(body):
		return s.notUTF8(contentType, format, body)
	case format == FormatJSON:
		return s.json(body)
	case format == FormatForm:
		return s.query(body)
	}
	return s.text(s.pairs(body))
}

// multipart redacts the parts of a body, each by its name. The bytes between them stay.
func (s *redaction) multipart(contentType, body string) string {
	changed, ok := rewriteParts(contentType, []byte(body), func(p part) []byte {
		return []byte(s.text(string(p.head)) + s.part(p))
	})
	if !ok { // the content type is wrong
		return s.body("", body)
	}
	return string(changed)
}

// part redacts the content of one part.
func (s *redaction) part(p part) string {
	value := string(p.value)
	switch {
	case kindOf(p.name, s.inRequest) != "":
		return s.value(p.name, value)
	case !utf8.ValidString(value):
		return s.notUTF8(p.contentType, BodyFormat(p.contentType, value), value)
	case p.contentType != "":
		return s.body(p.contentType, value)
	}
	return s.value(p.name, value)
}

// notUTF8 redacts a body in another encoding, such as GBK, byte by byte, because all secrets are ASCII. A body that is no
// text, such as a picture, stays as it is; [Check] looks into it.
func (s *redaction) notUTF8(contentType, format, body string) string {
	if !isText(contentType) && format == FormatText {
		return body
	}
	wide := make([]rune, len(body))
	for i := range len(body) {
		wide[i] = rune(body[i])
	}
	var narrow []byte
	for _, r := range s.body(contentType, string(wide)) {
		if r < 0x100 {
			narrow = append(narrow, byte(r))
		} else {
			narrow = utf8.AppendRune(narrow, r)
		}
	}
	return string(narrow)
}

// isText reports whether a content type is that of text.
func isText(contentType string) bool {
	media, _, _ := mime.ParseMediaType(contentType)
	return strings.HasPrefix(media, "text/") || strings.HasSuffix(media, "json") || strings.HasSuffix(media, "xml") || strings.HasSuffix(media, "javascript")
}

// pair matches a name and its text in a body that was meant to be JSON: one that is cut off, has a comma too many, or stands
// within something else.
var pair = regexp.MustCompile(`("([^"\\]{1,60})"\s*:\s*")((?:[^"\\]|\\.)+)`)

// pairs replaces the texts of pairs with a secret name.
func (s *redaction) pairs(body string) string {
	return pair.ReplaceAllStringFunc(body, func(found string) string {
		m := pair.FindStringSubmatch(found)
		if kind := kindOf(m[2], s.inRequest); kind != "" {
			return m[1] + s.credential(kind, m[3])
		}
		return found
	})
}

package recordings

import (
	"encoding/base64"
	"maps"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// json makes the texts and numbers of JSON safe.
func (s *redaction) json(source string) string {
	w := rewriter{
		name: s.text,
		value: func(names []string, value string, isText bool) (string, bool) {
			name := ""
			if len(names) > 0 {
				name = names[len(names)-1]
			}
			// What stands within a secret is secret: "token": {"value": …}.
			for i := len(names) - 1; i >= 0; i-- {
				if kind := kindOfName(names[i], s.inRequest); kind != "" {
					return s.credential(kind, value), value != ""
				}
			}
			if !isText {
				return s.number(value)
			}
			changed := s.unnamed(name, value)
			return changed, changed != value
		},
	}
	return w.rewrite(source)
}

// number replaces a number that is known to be a secret, by a text.
func (s *redaction) number(digits string) (string, bool) {
	p, ok := s.placeholders[digits]
	return p, ok && s.known != nil && isDistinct(digits)
}

// named makes the value of a parameter, field or header safe.
func (s *redaction) named(name, value string) string {
	if kind := kindOfName(name, s.inRequest); kind != "" {
		return s.credential(kind, value)
	}
	return s.unnamed(name, value)
}

// unnamed makes a value safe whose name stands for no secret.
func (s *redaction) unnamed(name, value string) string {
	switch {
	case looksLikeJSON(value):
		return s.json(value)
	case !isHarmless(name) && !slices.ContainsFunc(s.rules.Names, func(own string) bool { return strings.EqualFold(own, name) }) &&
		looksLikeCredential(value):
		return s.placeholder("value", value)
	case strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "http://"):
		return s.shapes(s.url(value)) // some have spaces, where text would see the end
	default:
		return s.text(value)
	}
}

var scheme = regexp.MustCompile(`^(?i:(?:Bearer|Basic|Digest|Token)\s+)+`)

// credential replaces a secret, but not the scheme before it: a scheme that is there twice is worth
// knowing.
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

// looksLikeCredential says whether a value is of the length and the letters of a credential.
func looksLikeCredential(value string) bool {
	return credentialShape.MatchString(value) && !strings.HasPrefix(value, "/") && !timeShape.MatchString(value) &&
		strings.ContainsAny(value, "0123456789") && strings.IndexFunc(value, isLatin) >= 0
}

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

var urlInText = regexp.MustCompile(`https?://[^\s"'<>\\]+`)

// secretShapes are secrets that can be told by what they look like, wherever they stand. The mark is
// a part that all of a shape have; to look for it first is what makes this fast.
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
	// pictureName is what looks like an e-mail address and is the name of a picture: logo@2x.png.
	pictureName = regexp.MustCompile(`@\dx\.`)
	bearer      = regexp.MustCompile(`\b[Bb]earer\s+[A-Za-z0-9_\-.=+/~]{8,}`)
	phone       = regexp.MustCompile(`(?:\+?86[- ]?)?1[3-9]\d{9}`)
	longText    = regexp.MustCompile(`[A-Za-z0-9+/_-]{60,}={0,2}`)
)

// text makes running text safe.
func (s *redaction) text(text string) string {
	if strings.Contains(text, "://") {
		text = urlInText.ReplaceAllStringFunc(text, s.url)
	}
	return s.shapes(text)
}

// shapes replaces what is a secret by its shape, and the secrets known so far.
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
			if _, ok := signedText(found); ok {
				return s.placeholder("signature", found)
			}
			return found
		})
	}
	if len(text) >= 11 {
		text = s.phones(text)
	}
	if s.blind && strings.Contains(text, "<") {
		text = numberedPlaceholder.ReplaceAllStringFunc(text, func(found string) string { return s.placeholder("", found) })
	}
	if s.known != nil {
		text = s.known.Replace(text)
	}
	return text
}

// phones replaces phone numbers, but not digits out of the middle of a longer number or id.
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

func isWordByte(c byte) bool { return c >= '0' && c <= '9' || isLatin(rune(c)) || c == '_' }

var urlScheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*$`)

// url makes a URL, or what is left of one, safe: the user goes, the rest is made safe by what it is.
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
	if hasFragment { // of a single page: a path of its own, or parameters
		route, query, hasQuery := strings.Cut(fragment, "?")
		address += "#" + s.query(route)
		if hasQuery {
			address += "?" + s.query(query)
		}
	}
	return address
}

// path makes the path of a URL safe, and leaves its bytes as they are if there is nothing in it.
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

// query makes a raw query, or a form, safe. What need not be changed keeps its bytes.
func (s *redaction) query(raw string) string {
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		plainName, plain := unescapeQuery(name), unescapeQuery(value)
		if changed := s.text(plainName); changed != plainName {
			name = url.QueryEscape(changed)
		}
		if ok {
			changed := s.named(plainName, plain)
			if changed != plain {
				value = url.QueryEscape(changed)
			}
			if strings.EqualFold(plainName, "signature") {
				s.remember(changed, plain)
			}
			name += "="
		}
		pairs[i] = name + value
	}
	return strings.Join(pairs, "&")
}

// remember keeps what a signature says that is the same the next time.
func (s *redaction) remember(placeholder, signature string) {
	if text, ok := signedText(signature); ok && s.inRequest {
		s.signed[placeholder] = s.query(steady(text))
	}
}

// signedText returns the text that a CME signature signs and contains: the signature is base64 of
// 20 bytes of HMAC-SHA1, then the text.
func signedText(signature string) (string, bool) {
	decoded, err := base64.RawStdEncoding.DecodeString(base64Alphabet.Replace(signature))
	if err != nil || len(decoded) < 20 {
		return "", false
	}
	text := string(decoded[20:])
	return text, strings.Contains(text, "secretId=") || strings.Contains(text, "currentTimeStamp=")
}

// steady returns the parameters of a signed text that do not change from call to call, sorted.
func steady(text string) string {
	values, err := url.ParseQuery(text)
	if err != nil {
		return ""
	}
	maps.DeleteFunc(values, func(name string, _ []string) bool {
		return slices.Contains([]string{"secretId", "currentTimeStamp", "expireTime", "random"}, name)
	})
	return values.Encode()
}

// isForm says whether a body is a form: by its content type, or by its looks.
func isForm(contentType, body string) bool {
	media, _, _ := mime.ParseMediaType(contentType)
	return media == "application/x-www-form-urlencoded" || formShape.MatchString(body)
}

var formShape = regexp.MustCompile(`^[\w.\-\[\]%]+=[^\s<>{}]*$`)

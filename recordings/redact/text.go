package redact

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
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
		name: s.memberName,
		value: func(names []string, value string, isText bool) (string, bool) {
			name := ""
			if len(names) > 0 {
				name = names[len(names)-1]
			}
			// Everything within a secret is secret: "token": {"value": …}.
			for i := len(names) - 1; i >= 0; i-- {
				kind := kindOf(names[i], s.inRequest)
				if kind == "" && isText {
					kind = kindOfMany(names[i], s.inRequest)
				}
				if kind != "" {
					return s.credential(kind, value), value != ""
				}
			}
			if !isText {
				return s.number(name, value)
			}
			changed := s.otherValue(name, value)
			return changed, changed != value
		},
	}
	return string(w.rewrite([]byte(source)))
}

// memberName redacts the name of a member that stands below the given names. Below "tokens", names are tokens themselves.
func (s *redaction) memberName(names []string, name string) string {
	if len(names) > 0 && isDistinct(name) {
		if kind := kindOfMany(names[len(names)-1], s.inRequest); kind != "" {
			return s.credential(kind, name)
		}
	}
	if isLongKey(name) {
		return s.placeholder("value", name)
	}
	return s.text(name)
}

// number replaces a number that is a phone number, or known to be a secret, by a text.
func (s *redaction) number(name, digits string) (string, bool) {
	if n, err := strconv.ParseFloat(digits, 64); err == nil && n == math.Trunc(n) && !isMeasure(name) {
		if whole := strconv.FormatFloat(n, 'f', -1, 64); wholePhone.MatchString(whole) {
			return s.placeholder("phone", whole), true
		}
	}
	p, ok := s.placeholders[digits]
	return p, ok && s.replacer != nil && isDistinct(digits)
}

// value redacts the value of a parameter, field or header.
func (s *redaction) value(name, value string) string {
	kind := kindOf(name, s.inRequest)
	for segment := range strings.FieldsFuncSeq(name, joinsNames) { // user[password][0]
		kind = cmp.Or(kind, kindOf(segment, s.inRequest))
	}
	if kind != "" {
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
	case formShape.MatchString(value) && strings.Contains(value, "&"):
		return s.text(s.query(value))
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
	if kind == appID && strings.HasPrefix(value, "fake-") { // of the fake
		return value
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

var (
	longHex    = regexp.MustCompile(`^(?:[0-9a-f]{32,}|[0-9A-F]{32,})$`)
	longLetter = regexp.MustCompile(`^[A-Za-z0-9]{32,}$`)
)

// isLongKey reports whether a segment of a path, or the name of a member, is long enough to be the key of a session. Names of
// files have an extension, and identifiers of the usual form have hyphens.
func isLongKey(text string) bool {
	if len(text) < 32 || !strings.ContainsAny(text, "0123456789") {
		return false
	}
	mixed := strings.ContainsFunc(text, unicode.IsUpper) && strings.ContainsFunc(text, unicode.IsLower)
	return longHex.MatchString(text) && strings.IndexFunc(text, isLatin) >= 0 || mixed && longLetter.MatchString(text)
}

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

var urlInText = regexp.MustCompile(`\b[A-Za-z][A-Za-z0-9+.\-]*://[^\s"'<>\\]+`)

// secretShapes are secrets that can be recognized by their looks, wherever they stand. All texts of a shape contain the
// mark; looking for the mark first makes this fast.
var secretShapes = []struct {
	kind, mark string
	shape      *regexp.Regexp
}{
	{"credential", "-----BEGIN ", regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)`)},
	{"token", "eyJ", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`)},
	{"ticket", "tf_", regexp.MustCompile(`\btf_[A-Za-z0-9]{16,}`)},
	{"credential", "AKID", regexp.MustCompile(`\bAKID[A-Za-z0-9]{13,}`)},
	{"email", "@", regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`)},
}

var (
	// pictureName matches names of pictures that look like an e-mail address: logo@2x.png.
	pictureName = regexp.MustCompile(`@\dx\.`)
	// longEmail matches addresses that do not stand in a file by chance.
	longEmail = regexp.MustCompile(`[A-Za-z0-9._%+-]{3,}@[A-Za-z0-9-]{3,}\.`)
	bearer    = regexp.MustCompile(`\b[Bb]earer\s+[A-Za-z0-9_\-.=+/~]{8,}`)
	basic     = regexp.MustCompile(`\bBasic\s+[A-Za-z0-9+/]{8,}={0,2}`)
	// phone matches mobile numbers of China, with blanks or hyphens at the usual two places or without any.
	phone      = regexp.MustCompile(`(?:(?:\+|00)?86[- ]?)?(?:1[3-9]\d{9}|1[3-9]\d[-\x{2010}-\x{2013} \x{a0}]\d{4}[-\x{2010}-\x{2013} \x{a0}]\d{4})`)
	wholePhone = regexp.MustCompile(`^(?:86)?1[3-9]\d{9}$`)
	longText   = regexp.MustCompile(`[A-Za-z0-9+/_-]{60,}={0,2}`)
)

// text redacts running text, and what is encoded within it.
func (s *redaction) text(text string) string {
	if strings.Contains(text, "://") {
		text = urlInText.ReplaceAllStringFunc(text, s.url)
	}
	return s.layers(s.shapes(s.pairs(text)))
}

// shapes replaces secrets that have a known shape, and the secrets known so far.
func (s *redaction) shapes(text string) string {
	if strings.Contains(text, "earer") {
		text = bearer.ReplaceAllStringFunc(text, func(found string) string { return s.credential("token", found) })
	}
	if strings.Contains(text, "Basic") {
		text = basic.ReplaceAllStringFunc(text, func(found string) string {
			letters := found[len(scheme.FindString(found)):]
			if plain, err := decodeBase64(strings.TrimRight(letters, "=")); err != nil || !utf8.ValidString(plain) || !strings.Contains(plain, ":") {
				return found
			}
			return s.credential("token", found)
		})
	}
	for _, shape := range secretShapes {
		if strings.Contains(text, shape.mark) {
			text = shape.shape.ReplaceAllStringFunc(text, func(found string) string {
				if pictureName.MatchString(found) || s.inFile && shape.kind == "email" && !longEmail.MatchString(found) {
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
		if at[0] > 0 && isWordByte(text[at[0]-1]) || at[1] < len(text) && isWordByte(text[at[1]]) || isInNumber(text, at[0], at[1]) {
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

// isInNumber reports whether digits are a part of a decimal number, such as 0.13800138000.
func isInNumber(text string, begin, end int) bool {
	isDigit := func(at int) bool { return at >= 0 && at < len(text) && text[at] >= '0' && text[at] <= '9' }
	return begin > 0 && text[begin-1] == '.' && isDigit(begin-2) || end < len(text) && text[end] == '.' && isDigit(end+1)
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
	segments := strings.Split(plain, "/")
	for i, segment := range segments {
		if isLongKey(segment) {
			segments[i] = s.placeholder("value", segment)
		} else {
			segments[i] = s.pairs(segment)
		}
	}
	changed := s.text(strings.Join(segments, "/"))
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

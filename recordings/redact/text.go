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
	"unicode/utf8"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/internal/jsontext"
)

// erasedPlaceholder replaces every secret of an Eraser.
const erasedPlaceholder = "<*>"

// placeholder returns the placeholder for a value. A placeholder stays as it is.
func (s *redaction) placeholder(kind, value string) string {
	if s.erase && value != "" {
		if kind != "signature" { // a client makes a new one for every call
			s.erased = append(s.erased, value)
		}
		return erasedPlaceholder
	}
	if value == "" || anyPlaceholder().MatchString(value) {
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
		if whole := strconv.FormatFloat(n, 'f', -1, 64); wholePhone().MatchString(whole) {
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
	case formShape().MatchString(value) && strings.Contains(value, "&"):
		return s.text(s.query(value))
	case strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "http://"):
		return s.shapes(s.url(value)) // text would end the URL at a space
	default:
		return s.text(value)
	}
}

// credential replaces a secret, but not the scheme before it. A recording shall show that a client sent the scheme twice.
func (s *redaction) credential(kind, value string) string {
	before := scheme().FindString(value)
	if before != "" && kind == "ticket" {
		kind = "token"
	}
	if kind == appID && strings.HasPrefix(value, "fake-") { // of the fake
		return value
	}
	return before + s.placeholder(kind, value[len(before):])
}

// text redacts running text, and what is encoded within it.
func (s *redaction) text(text string) string {
	if strings.Contains(text, "://") {
		text = urlInText().ReplaceAllStringFunc(text, s.url)
	}
	return s.layers(s.shapes(s.pairs(text)))
}

// shapes replaces secrets that have a known shape, and the secrets known so far.
func (s *redaction) shapes(text string) string {
	if strings.Contains(text, "earer") {
		text = bearer().ReplaceAllStringFunc(text, func(found string) string { return s.credential("token", found) })
	}
	if strings.Contains(text, "Basic") {
		text = basic().ReplaceAllStringFunc(text, func(found string) string {
			letters := found[len(scheme().FindString(found)):]
			if plain, err := decodeBase64(strings.TrimRight(letters, "=")); err != nil || !utf8.ValidString(plain) || !strings.Contains(plain, ":") {
				return found
			}
			return s.credential("token", found)
		})
	}
	for _, shape := range secretShapes {
		if strings.Contains(text, shape.mark) {
			text = shape.shape().ReplaceAllStringFunc(text, func(found string) string {
				if pictureName().MatchString(found) || s.inFile && shape.kind == "email" && !longEmail().MatchString(found) {
					return found
				}
				return s.placeholder(shape.kind, found)
			})
		}
	}
	if len(text) >= 60 {
		text = longText().ReplaceAllStringFunc(text, func(found string) string {
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
		text = numberedPlaceholder().ReplaceAllStringFunc(text, func(found string) string { return s.placeholder("", found) })
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
	for _, at := range phone().FindAllStringIndex(text, -1) {
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

// url redacts a URL, or a part of one. The user is removed.
func (s *redaction) url(raw string) string {
	raw, fragment, hasFragment := strings.Cut(raw, "#")
	address, query, hasQuery := strings.Cut(raw, "?")
	if begin, rest, ok := strings.Cut(address, "://"); ok && urlScheme().MatchString(begin) {
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

// pairs replaces the values of secret names in running text.
func (s *redaction) pairs(text string) string {
	for _, p := range pairShapes {
		if strings.Contains(text, p.mark) {
			text = s.pairsOf(p.shape(), text)
		}
	}
	return text
}

func (s *redaction) pairsOf(shape *regexp.Regexp, text string) string {
	return shape.ReplaceAllStringFunc(text, func(found string) string {
		m := shape.FindStringSubmatch(found)
		name, err := jsontext.Unquote([]byte(`"` + m[2] + `"`))
		if err != nil {
			name = m[2]
		}
		kind := kindOf(name, s.inRequest)
		if kind == "" || IsPlaceholder(har.UnescapeQuery(m[3])) {
			return found
		}
		return m[1] + s.credential(kind, m[3])
	})
}

// lines replaces the values of lines with a secret name.
func (s *redaction) lines(text string) string {
	if !strings.Contains(text, ":") {
		return text
	}
	return s.pairsOf(line(), text)
}

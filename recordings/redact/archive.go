package redact

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/internal/jsontext"
)

func newRedaction(r Redactor, a *har.Archive) (*redaction, error) {
	for i, secret := range r.Secrets {
		if err := checkSearchable(secret, "secret "+strconv.Itoa(i+1)); err != nil {
			return nil, err
		}
	}
	file, err := har.Marshal(a)
	if err != nil {
		return nil, err
	}
	s := &redaction{rules: r, placeholders: map[string]string{}, counts: map[string]int{}}
	if s.copy, err = har.Unmarshal(file); err != nil {
		return nil, err
	}
	s.copy.Name = a.Name
	// If the archive was redacted before, its placeholders stay, and new ones get other numbers.
	for _, m := range numberedPlaceholder().FindAllSubmatch(file, -1) {
		n, err := strconv.Atoi(string(m[2]))
		if err == nil && n < 1<<30 {
			s.counts[string(m[1])] = max(s.counts[string(m[1])], n)
		}
	}
	return s, nil
}

// log redacts what stands beside the entries.
func (s *redaction) log() {
	a := s.copy
	a.Custom, a.Log.Custom, a.Log.Creator.Custom = nil, nil, nil
	a.Log.Comment = s.text(a.Log.Comment)
	if a.Log.Browser != nil {
		a.Log.Browser.Custom = nil
	}
	for i := range a.Log.Pages {
		p := &a.Log.Pages[i]
		p.Title, p.Comment = s.text(p.Title), s.text(p.Comment)
		p.Custom, p.PageTimings.Custom = nil, nil
	}
}

// learnSecrets prepares the replacement of the secrets found so far in any text. A secret that may be a common word is
// left out, unless the user named it.
func (s *redaction) learnSecrets() {
	for _, secret := range s.rules.Secrets {
		s.placeholder("secret", secret)
	}
	known := slices.DeleteFunc(slices.Collect(maps.Keys(s.placeholders)), func(value string) bool {
		return !isDistinct(value) && !slices.Contains(s.rules.Secrets, value)
	})
	// Long secrets come first, because one secret may be the beginning of another.
	slices.SortFunc(known, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	var pairs []string
	for _, value := range known {
		for _, spelled := range urlSpellings(value) {
			pairs = append(pairs, spelled, s.placeholders[value])
		}
	}
	s.replacer = strings.NewReplacer(pairs...)
}

func (s *redaction) entry(e *har.Entry) error {
	e.ServerIPAddress, e.Connection = "", ""
	e.Cache = har.Cache{}
	e.Timings.Custom = nil
	e.Comment = s.text(e.Comment)
	s.signed = map[string]string{}
	s.inRequest = true
	requestErr := s.request(&e.Request)
	s.inRequest = false
	responseErr := s.response(&e.Response) // finds its secrets in any case
	switch {
	case requestErr != nil:
		return fmt.Errorf("request.%w", requestErr)
	case responseErr != nil:
		return fmt.Errorf("response.%w", responseErr)
	}
	e.Custom = s.custom(e.Custom)
	if len(s.signed) == 0 {
		return nil
	}
	signed, err := jsontext.Marshal(s.signed)
	if err != nil {
		return err
	}
	if e.Custom == nil {
		e.Custom = har.Custom{}
	}
	e.Custom[har.SignedField] = signed
	return nil
}

func (s *redaction) request(r *har.Request) error {
	r.URL, _, _ = strings.Cut(s.url(r.URL), "#") // no fragment is ever sent
	_, query, _ := strings.Cut(r.URL, "?")
	r.QueryString = har.Query(query)
	r.Headers, r.Cookies = s.headers(r.Headers), s.cookies(r.Cookies)
	r.Comment, r.Custom = s.text(r.Comment), s.custom(r.Custom)
	r.HeadersSize = -1
	p := r.PostData
	if p == nil {
		return nil
	}
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, "Content-Encoding") {
			if err := CheckReadable(h.Value); err != nil {
				return fmt.Errorf("postData: %w", err)
			}
		}
	}
	r.BodySize = -1
	p.Comment = s.text(p.Comment)
	for i := range p.Params {
		param := &p.Params[i]
		param.Value = s.value(param.Name, param.Value)
		param.FileName, param.Comment, param.Custom = s.text(param.FileName), s.text(param.Comment), nil
	}
	if p.Text == "" {
		p.Custom = s.custom(p.Custom)
		return nil
	}
	body, err := p.Body()
	if err != nil {
		return fmt.Errorf("postData: %w", err)
	}
	p.Custom = nil // SetBody adds the encoding of the body
	s.unsafe = nil
	p.SetBody([]byte(s.body(p.MimeType, string(body))))
	if s.unsafe != nil {
		return fmt.Errorf("postData: %w", s.unsafe)
	}
	return nil
}

func (s *redaction) response(r *har.Response) error {
	r.RedirectURL = s.url(r.RedirectURL)
	r.Headers, r.Cookies = s.headers(r.Headers), s.cookies(r.Cookies)
	r.StatusText, r.Comment, r.Custom = s.text(r.StatusText), s.text(r.Comment), s.custom(r.Custom)
	r.HeadersSize, r.BodySize = -1, -1
	c := &r.Content
	c.Comment, c.Custom = s.text(c.Comment), s.custom(c.Custom)
	if c.Text == "" {
		return nil
	}
	body, err := c.Body()
	if err != nil {
		return fmt.Errorf("content: %w", err)
	}
	s.unsafe = nil
	c.SetBody([]byte(s.body(c.MimeType, s.unzipped(r.Headers, string(body)))))
	if s.unsafe != nil {
		return fmt.Errorf("content: %w", s.unsafe)
	}
	return nil
}

// unzipped returns the body of a response without the compression that its headers name. HAR holds responses without
// compression, but some producers leave the work to the reader.
func (s *redaction) unzipped(headers []har.NameValue, body string) string {
	for _, h := range headers {
		if !strings.EqualFold(h.Name, "Content-Encoding") {
			continue
		}
		encoding := strings.ToLower(strings.TrimSpace(h.Value))
		format := packingOf(body)
		switch {
		case format != nil && slices.Contains([]string{"gzip", "x-gzip", "deflate"}, encoding):
			plain, err := format.open(body)
			if err != nil {
				s.cannot("the body is " + format.name + " that " + err.Error())
				return body
			}
			return plain
		case (!utf8.ValidString(body) || hasControls(body)) && !isKnownFile(body) && !slices.Contains([]string{"", "identity", "gzip", "x-gzip", "deflate"}, encoding):
			s.cannot(fmt.Sprintf("the body is compressed as %q", encoding))
		}
	}
	return body
}

// custom returns the known custom fields, redacted like any JSON.
func (s *redaction) custom(fields har.Custom) har.Custom {
	var kept har.Custom
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(keptCustom, name) {
			continue
		}
		if kept == nil {
			kept = har.Custom{}
		}
		if name == har.SignedField {
			kept[name] = json.RawMessage(s.text(string(fields[name]))) // its secrets were replaced when it was made
			continue
		}
		kept[name] = json.RawMessage(s.json(string(fields[name])))
	}
	return kept
}

// headers returns the redacted headers. Headers that are neither known nor secret are dropped.
func (s *redaction) headers(list []har.NameValue) []har.NameValue {
	var kept []har.NameValue
	for _, h := range list {
		name := strings.ToLower(h.Name)
		switch {
		case name == "cookie":
			h.Value = s.cookieHeader(h.Value)
		case name == "set-cookie":
			h.Value = s.setCookieHeader(h.Value)
		case name == ":path":
			h.Value = s.url(h.Value)
		case slices.Contains(keptHeaders, name):
			h.Value = s.text(h.Value)
		case kindOf(name, s.inRequest) != "":
			h.Value = s.value(name, h.Value)
		case slices.ContainsFunc(s.rules.Headers, func(own string) bool { return strings.EqualFold(own, name) }):
			h.Value = s.text(h.Value)
		default:
			continue
		}
		kept = append(kept, har.NameValue{Name: h.Name, Value: h.Value})
	}
	return kept
}

func (s *redaction) cookies(list []har.Cookie) []har.Cookie {
	for i := range list {
		list[i].Value = s.placeholder("cookie", list[i].Value)
		list[i].Comment, list[i].Custom = s.text(list[i].Comment), nil
	}
	return list
}

// cookieHeader replaces the values of a=1; b=2.
func (s *redaction) cookieHeader(value string) string {
	pairs := strings.Split(value, ";")
	for i, pair := range pairs {
		if name, value, ok := strings.Cut(pair, "="); ok {
			pairs[i] = name + "=" + s.placeholder("cookie", strings.TrimSpace(value))
		} else {
			pairs[i] = s.placeholder("cookie", strings.TrimSpace(pair)) // a value without a name
		}
	}
	return strings.Join(pairs, ";")
}

// setCookieHeader replaces the value of a=1; Path=/; HttpOnly, in each line. Chrome joins several headers by line breaks.
func (s *redaction) setCookieHeader(value string) string {
	lines := strings.Split(value, "\n")
	for i, line := range lines {
		all := nextCookie().FindAllStringIndex(line, -1)
		var b strings.Builder
		done := 0
		for _, next := range all {
			b.WriteString(s.setCookie(line[done : next[0]+1]))
			done = next[0] + 1
		}
		lines[i] = b.String() + s.setCookie(line[done:])
	}
	return strings.Join(lines, "\n")
}

// nextCookie matches the comma before a cookie that was joined to the one before. A time has a comma too.
var nextCookie = pattern(`,\s*[^\s=;,"]+=`)

// setCookie replaces the value of one cookie. Programs do not agree whether a semicolon between quotes is part of the value, so
// everything but a known attribute is.
func (s *redaction) setCookie(cookie string) string {
	comma := ""
	if rest, ok := strings.CutSuffix(cookie, ","); ok {
		cookie, comma = rest, ","
	}
	first, attributes, more := strings.Cut(cookie, ";")
	kept := s.cookieHeader(first)
	if !more {
		return kept + comma
	}
	for attribute := range strings.SplitSeq(attributes, ";") {
		name, _, _ := strings.Cut(attribute, "=")
		if slices.Contains(cookieAttributes, strings.ToLower(strings.TrimSpace(name))) {
			kept += ";" + s.text(attribute)
		} else {
			kept += ";" + s.placeholder("cookie", attribute)
		}
	}
	return kept + comma
}

var cookieAttributes = []string{"", "path", "domain", "expires", "max-age", "secure", "httponly", "samesite", "partitioned", "priority", "version"}

// keptHeaders are the harmless headers, in lower case.
var keptHeaders = []string{
	":authority", ":method", ":path", ":scheme", ":status",
	"accept", "access-control-allow-credentials", "access-control-allow-headers", "access-control-allow-methods",
	"access-control-allow-origin", "access-control-expose-headers", "access-control-max-age",
	"access-control-request-headers", "access-control-request-method", "allow", "cache-control", "content-disposition",
	"content-encoding", "content-type", "host", "location", "origin", "pragma", "referer", "retry-after", "timestamp", "vary",
	"www-authenticate", "x-cme-environment", "x-request-id",
}

// keptCustom are the custom fields that are kept: those of this project, and those that say where a body is and how it is
// encoded.
var keptCustom = []string{har.ExampleField, har.SignedField, "_encoding", "encoding", "_file", "_sha1"}

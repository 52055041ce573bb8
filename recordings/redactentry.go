package recordings

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// signedField is the custom field of an entry that holds what its signatures say and a client says
// again the next time: their parameters without key, times and random number.
const signedField = "_signed"

func (s *redaction) entry(e *Entry) error {
	e.ServerIPAddress, e.Connection = "", ""
	e.Cache = Cache{}
	e.Timings.Custom = nil
	e.Comment = s.text(e.Comment)
	s.signed = map[string]string{}
	s.inRequest = true
	if err := s.request(&e.Request); err != nil {
		return fmt.Errorf("request.%w", err)
	}
	s.inRequest = false
	if err := s.response(&e.Response); err != nil {
		return fmt.Errorf("response.%w", err)
	}
	e.Custom = s.custom(e.Custom)
	if len(s.signed) == 0 {
		return nil
	}
	signed, err := marshal(s.signed)
	if err != nil {
		return err
	}
	if e.Custom == nil {
		e.Custom = Custom{}
	}
	e.Custom[signedField] = signed
	return nil
}

func (s *redaction) request(r *Request) error {
	r.URL, _, _ = strings.Cut(s.url(r.URL), "#") // no fragment is ever sent
	_, query, _ := strings.Cut(r.URL, "?")
	r.QueryString = queryOf(query)
	r.Headers, r.Cookies = s.headers(r.Headers), s.cookies(r.Cookies)
	r.Comment, r.Custom = s.text(r.Comment), s.custom(r.Custom)
	r.HeadersSize = -1
	p := r.PostData
	if p == nil {
		return nil
	}
	for _, h := range r.Headers {
		if err := readable(h.Name, h.Value); err != nil {
			return err
		}
	}
	r.BodySize = -1
	p.Comment = s.text(p.Comment)
	for i := range p.Params {
		param := &p.Params[i]
		param.Value = s.named(param.Name, param.Value)
		param.FileName, param.Comment, param.Custom = s.text(param.FileName), s.text(param.Comment), nil
	}
	if p.Text == "" {
		p.Custom = s.custom(p.Custom)
		return nil
	}
	body, err := p.body()
	if err != nil {
		return fmt.Errorf("postData: %w", err)
	}
	p.Custom = nil // setBody says how the body is kept
	p.setBody([]byte(s.body(p.MimeType, string(body))))
	return nil
}

func (s *redaction) response(r *Response) error {
	r.RedirectURL = s.url(r.RedirectURL)
	r.Headers, r.Cookies = s.headers(r.Headers), s.cookies(r.Cookies)
	r.StatusText, r.Comment, r.Custom = s.text(r.StatusText), s.text(r.Comment), s.custom(r.Custom)
	r.HeadersSize, r.BodySize = -1, -1
	c := &r.Content
	c.Comment, c.Custom = s.text(c.Comment), s.custom(c.Custom)
	if c.Text == "" {
		return nil
	}
	body, err := c.body()
	if err != nil {
		return fmt.Errorf("content: %w", err)
	}
	c.setBody([]byte(s.body(c.MimeType, string(body))))
	return nil
}

// custom keeps what is known of the custom fields, made safe like any JSON.
func (s *redaction) custom(fields Custom) Custom {
	var kept Custom
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(keptCustom, name) {
			continue
		}
		if kept == nil {
			kept = Custom{}
		}
		if name == signedField {
			kept[name] = json.RawMessage(s.text(string(fields[name]))) // made safe when it was made
			continue
		}
		kept[name] = json.RawMessage(s.json(string(fields[name])))
	}
	return kept
}

// headers keeps the headers on the list, and those with a secret, without it.
func (s *redaction) headers(list []NameValue) []NameValue {
	var kept []NameValue
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
		case kindOfName(name, s.inRequest) != "":
			h.Value = s.named(name, h.Value)
		case slices.ContainsFunc(s.rules.Headers, func(own string) bool { return strings.EqualFold(own, name) }):
			h.Value = s.text(h.Value)
		default:
			continue
		}
		kept = append(kept, NameValue{Name: h.Name, Value: h.Value})
	}
	return kept
}

func (s *redaction) cookies(list []Cookie) []Cookie {
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

// setCookieHeader replaces the value of a=1; Path=/; HttpOnly, in each line: Chrome joins lines.
func (s *redaction) setCookieHeader(value string) string {
	lines := strings.Split(value, "\n")
	for i, line := range lines {
		first, attributes, more := strings.Cut(line, ";")
		lines[i] = s.cookieHeader(first)
		if more {
			lines[i] += ";" + s.text(attributes)
		}
	}
	return strings.Join(lines, "\n")
}

// body makes the body of a message safe. What it looks like decides, since clients and servers
// send wrong content types.
func (s *redaction) body(contentType, body string) string {
	switch {
	case isMultipart(contentType):
		return s.multipart(contentType, body)
	case !utf8.ValidString(body):
		return s.foreign(contentType, body)
	case looksLikeJSON(body):
		return s.json(body)
	case isForm(contentType, body):
		return s.query(body)
	default:
		return s.text(s.pairs(body))
	}
}

package har

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/textproto"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Call is one request and its response, if one came, as traffic: an [Entry] without the form of the file.
type Call struct {
	Method string
	URL    *url.URL // absolute, never nil
	Host   string   // of the header, if it says something other than the URL
	Header http.Header
	Body   []byte

	Status         int // 0 if no response came
	ResponseHeader http.Header
	ResponseBody   []byte

	Started time.Time     // zero if it was not recorded
	Took    time.Duration // 0 if it was not recorded
	Comment string
}

// transferHeaders describe how a body was transferred. A Call holds bodies without any transfer encoding, and a header
// that contradicts its body breaks the programs that believe it.
var transferHeaders = []string{"Content-Length", "Transfer-Encoding"}

// HasResponse reports whether a response came.
func (c Call) HasResponse() bool { return c.Status >= 100 }

// Call returns the entry as traffic. The error names the field that prevents it: a bad URL, or a body that is not in the
// file.
func (e *Entry) Call() (Call, error) {
	c, err := e.RequestCall()
	if err != nil {
		return Call{}, err
	}
	if err := e.addResponse(&c); err != nil {
		return Call{}, err
	}
	return c, nil
}

// RequestCall returns the request of the entry as a call without a response.
func (e *Entry) RequestCall() (Call, error) {
	c, err := e.BareCall()
	if err != nil {
		return Call{}, err
	}
	if c.Body, err = e.Request.PostData.Body(); err != nil {
		return Call{}, fmt.Errorf("request.postData: %w", err)
	}
	if why := e.Request.sentBody(); len(c.Body) == 0 && why != "" {
		return Call{}, wrong("request.postData", "has no body, but one was sent: %s; let the program that writes the file keep bodies", why)
	}
	return c, nil
}

// sentBody says what shows that the request had a body. It is "" if nothing does.
func (r *Request) sentBody() string {
	length, _ := strconv.ParseInt(pseudoHeader(r.Headers, "Content-Length"), 10, 64)
	media, _, _ := mime.ParseMediaType(pseudoHeader(r.Headers, "Content-Type"))
	switch {
	case r.BodySize > 0:
		return fmt.Sprintf("bodySize is %d", r.BodySize)
	case length > 0:
		return fmt.Sprintf("the Content-Length is %d", length)
	case media == "multipart/form-data": // not even an empty form is sent as nothing
		return "the Content-Type is " + media
	}
	return ""
}

// BareCall returns the request of the entry without its body, which may be unreadable.
func (e *Entry) BareCall() (Call, error) {
	address, err := url.Parse(e.Request.URL)
	if err != nil || address.Host == "" {
		return Call{}, wrong("request.url", "is no absolute URL") // the error would hold the query
	}
	address.User, address.Fragment, address.RawFragment = nil, "", ""
	c := Call{Method: e.Request.Method, URL: address, Header: headerOf(e.Request.Headers), Comment: e.Comment}
	host := cmp.Or(pseudoHeader(e.Request.Headers, ":authority"), c.Header.Get("Host"))
	if c.Header.Del("Host"); !strings.EqualFold(host, address.Host) {
		c.Host = host
	}
	if e.Request.PostData != nil {
		setDefault(c.Header, "Content-Type", e.Request.PostData.MimeType)
	}
	c.Started, _ = parseTime(e.StartedDateTime)
	c.Took = time.Duration(max(e.Time, 0) * float64(time.Millisecond))
	return c, nil
}

// addResponse adds the response of the entry to its request.
func (e *Entry) addResponse(c *Call) (err error) {
	if e.Response.Status < 100 {
		return nil
	}
	c.Status = int(e.Response.Status)
	if c.ResponseBody, err = e.Response.Content.Body(); err != nil {
		return fmt.Errorf("response.content: %w", err)
	}
	c.ResponseHeader = headerOf(e.Response.Headers)
	c.ResponseHeader.Del("Content-Encoding") // HAR holds responses without compression
	if e.Response.Content.MimeType != "x-unknown" {
		setDefault(c.ResponseHeader, "Content-Type", e.Response.Content.MimeType)
	}
	return nil
}

// headerOf reads a list of headers. Chrome joins the values of one name with line breaks.
func headerOf(list []NameValue) http.Header {
	header := http.Header{}
	for _, h := range list {
		if strings.HasPrefix(h.Name, ":") {
			continue // a pseudo-header of HTTP/2
		}
		for value := range strings.SplitSeq(h.Value, "\n") {
			header.Add(h.Name, strings.TrimSpace(value))
		}
	}
	for _, name := range transferHeaders {
		header.Del(name)
	}
	return header
}

func pseudoHeader(list []NameValue, name string) string {
	i := slices.IndexFunc(list, func(h NameValue) bool { return strings.EqualFold(h.Name, name) })
	if i < 0 {
		return ""
	}
	return list[i].Value
}

func setDefault(header http.Header, name, value string) {
	if value != "" && header.Get(name) == "" {
		header.Set(name, value)
	}
}

// Entry returns the call in the form of the file. Sizes and durations that were not measured are -1.
func (c Call) Entry() Entry {
	e := Entry{Comment: c.Comment}
	setUnknown(reflect.ValueOf(&e).Elem())
	e.Request.Method = c.Method
	e.Request.URL = c.URL.String()
	e.Request.HTTPVersion = "HTTP/1.1"
	e.Request.Headers = listOf(c.Header)
	if c.Host != "" {
		e.Request.Headers = append(e.Request.Headers, NameValue{Name: "Host", Value: c.Host})
	}
	e.Request.QueryString = Query(c.URL.RawQuery)
	e.Request.BodySize = int64(len(c.Body))
	if len(c.Body) > 0 {
		e.Request.PostData = &PostData{MimeType: c.Header.Get("Content-Type")}
		e.Request.PostData.SetBody(c.Body)
	}
	if !c.Started.IsZero() {
		e.StartedDateTime = c.Started.UTC().Format(time.RFC3339Nano)
	}
	if c.Took > 0 {
		e.Time = float64(c.Took) / float64(time.Millisecond)
		e.Timings.Send, e.Timings.Wait, e.Timings.Receive = 0, e.Time, 0 // their sum must be the time
	}
	if !c.HasResponse() {
		return e
	}
	e.Response.Status = int64(c.Status)
	e.Response.StatusText = http.StatusText(c.Status)
	e.Response.HTTPVersion = "HTTP/1.1"
	e.Response.Headers = listOf(c.ResponseHeader)
	e.Response.RedirectURL = c.ResponseHeader.Get("Location")
	e.Response.Content.MimeType = c.ResponseHeader.Get("Content-Type")
	e.Response.Content.SetBody(c.ResponseBody)
	return e
}

// listOf writes headers as a list, in the order of their names.
func listOf(header http.Header) []NameValue {
	var list []NameValue
	for name, values := range header {
		if slices.Contains(transferHeaders, textproto.CanonicalMIMEHeaderKey(name)) {
			continue
		}
		for _, value := range values {
			list = append(list, NameValue{Name: name, Value: value})
		}
	}
	slices.SortStableFunc(list, func(a, b NameValue) int {
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return list
}

// queryOf writes a query as a list, in its order. What is not percent-encoded well stays as it is.
func Query(raw string) []NameValue {
	var list []NameValue
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		list = append(list, NameValue{Name: UnescapeQuery(name), Value: UnescapeQuery(value)})
	}
	return list
}

// UnescapeQuery is url.QueryUnescape for text that may not be percent-encoded well; such a text stays as it is.
func UnescapeQuery(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// CallOf returns the request of a client or of a server as a call without a response. The caller has read the body and
// passes it. The call shares nothing with r.
func CallOf(r *http.Request, body []byte) Call {
	address := *r.URL
	address.User, address.Fragment, address.RawFragment = nil, "", ""
	c := Call{Method: cmp.Or(r.Method, http.MethodGet), URL: &address, Header: r.Header.Clone(), Body: body}
	if address.Host == "" { // a server sees only the path
		address.Host, address.Scheme = r.Host, "http"
		if r.TLS != nil {
			address.Scheme = "https"
		}
	} else if r.Host != address.Host {
		c.Host = r.Host
	}
	if c.Header == nil {
		c.Header = http.Header{}
	}
	return c
}

// Request returns the call as a request that a client can send.
func (c Call) Request(ctx context.Context) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, c.Method, c.URL.String(), bytes.NewReader(c.Body))
	if err != nil {
		return nil, fmt.Errorf("request of a recorded call: %w", err)
	}
	r.Header = c.Header.Clone()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if c.Host != "" {
		r.Host = c.Host
	}
	return r, nil
}

// Response returns the recorded response as the one to r. It is nil if no response came.
func (c Call) Response(r *http.Request) *http.Response {
	if !c.HasResponse() {
		return nil
	}
	header := c.ResponseHeader.Clone()
	if header == nil {
		header = http.Header{}
	}
	if len(c.ResponseBody) > 0 {
		header.Set("Content-Length", strconv.Itoa(len(c.ResponseBody)))
	}
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", c.Status, http.StatusText(c.Status)),
		StatusCode: c.Status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        header,
		Body:          io.NopCloser(bytes.NewReader(c.ResponseBody)),
		ContentLength: int64(len(c.ResponseBody)),
		Request:       r,
	}
}

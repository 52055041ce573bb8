package recordings

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// CallOf returns the request of a client or of a server as a call without a response. The caller has
// read the body and passes it. Nothing of r is kept or changed.
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

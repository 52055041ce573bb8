package export

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/internal/service"
	"github.com/fakecme/fakecme/fake/traffic"
	"github.com/fakecme/fakecme/recordings/har"
)

// HAR writes calls of a journal as a HAR 1.2 file, but for those that are under way. The comment of an entry says which operation it is, and why it was
// rejected.
func HAR(calls []traffic.Call) ([]byte, error) {
	var entries []har.Entry
	for _, c := range calls {
		if c.Pending {
			continue
		}
		entries = append(entries, entry(c))
	}
	var out bytes.Buffer
	if err := har.Write(&out, har.NewArchive("journal", entries...)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func entry(c traffic.Call) har.Entry {
	address, err := url.Parse("http://" + c.Host + c.URL)
	if err != nil || address.Host == "" { // a client may send any Host, and none: it costs the file no other call
		path, query, _ := strings.Cut(c.URL, "?")
		address = &url.URL{Scheme: "http", Host: "unknown", Path: path, RawQuery: query}
	}
	if slices.Contains(service.RealHosts(), address.Hostname()) { // so a client wrote it
		address.Scheme = "https"
	}
	traffic := har.Call{
		Method: c.Method, URL: address, Header: c.RequestHeader, Body: c.RequestBody,
		Status: c.Status, ResponseHeader: c.ResponseHeader, ResponseBody: c.ResponseBody,
		Started: c.Time, Took: c.Took, Comment: c.Operation,
	}
	if c.Diagnosis != nil {
		traffic.Comment += ": " + c.Diagnosis.String()
	}
	return traffic.Entry()
}

package fake

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/recordings"
)

// HAR is the tenant's journal as a HAR 1.2 file, which the developer tools of a browser open. As
// in the journal, secrets are placeholders. The comment of an entry says which operation it is,
// and why it was rejected.
func (t *Tenant) HAR() ([]byte, error) {
	var entries []recordings.Entry
	for _, c := range t.Calls() {
		entries = append(entries, c.entry())
	}
	var out bytes.Buffer
	if err := recordings.Write(&out, recordings.NewArchive("journal", entries...)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (c Call) entry() recordings.Entry {
	address, err := url.Parse("http://" + c.Host + c.URL)
	if err != nil || address.Host == "" { // a client may send any Host, and none: it costs the file no other call
		path, query, _ := strings.Cut(c.URL, "?")
		address = &url.URL{Scheme: "http", Host: "unknown", Path: path, RawQuery: query}
	}
	if slices.Contains(realHosts(), address.Hostname()) { // so a client wrote it
		address.Scheme = "https"
	}
	traffic := recordings.Call{
		Method: c.Method, URL: address, Header: c.RequestHeader, Body: c.RequestBody,
		Status: c.Status, ResponseHeader: c.ResponseHeader, ResponseBody: c.ResponseBody,
		Started: c.Time, Took: c.Took, Comment: c.Operation,
	}
	if c.Diagnosis != nil {
		traffic.Comment += ": " + c.Diagnosis.String()
	}
	return traffic.Entry()
}

func serveHAR(s *Server, w http.ResponseWriter, r *http.Request) {
	t, err := s.onlyTenant(r)
	if err != nil {
		answerAdminError(w, r, err)
		return
	}
	text, err := t.HAR()
	if err != nil {
		answerAdminError(w, r, err)
		return
	}
	answer{status: http.StatusOK, header: http.Header{
		"Content-Type": {"application/json"}, "Content-Disposition": {`attachment; filename="journal.har"`},
	}, body: text}.writeTo(w, r)
}

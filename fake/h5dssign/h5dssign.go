// Package h5dssign makes, checks and explains the header signature of h5ds.
//
// An application proves itself with three headers: appid, timestamp (milliseconds since 1970) and sign, which is the
// lower-case hex MD5 of the timestamp text followed by the secret. Nothing else is signed: no appid, no body, no path. The
// source is the vendor's SAAS page, whose three samples agree.
//
// The vendor does not document when a timestamp is acceptable. The rules of this package for that are marked assumed.
//
// Verify accepts a signature or not; Explain says why not. Both use the same judge.
package h5dssign

import (
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Key is one application's credentials. A Key without a secret opens nothing.
type Key struct{ AppID, Secret string }

// Headers are the values of the three headers as the client sent them. A field that is "" stands for a missing header, unless Empty names it.
type Headers struct {
	AppID, Sign, Timestamp string

	// Empty names the headers that were sent without a value: "appid", "sign", "timestamp".
	Empty []string
	// Repeated names the headers that were sent more than once. Their fields hold the first value.
	Repeated []string
}

// FromHeader reads the three headers of a request. It never fails: Verify rejects headers that are missing, empty or
// repeated. The names in header must be in canonical form, as net/http delivers them.
func FromHeader(header http.Header) Headers {
	var h Headers
	for _, f := range h.fields() {
		values := header.Values(f.name)
		if len(values) == 0 {
			continue
		}
		*f.value = values[0]
		if len(values) > 1 {
			h.Repeated = append(h.Repeated, f.name)
		}
		if values[0] == "" {
			h.Empty = append(h.Empty, f.name)
		}
	}
	return h
}

// New returns the headers of a call at the given time, signed with key.
func New(key Key, at time.Time) Headers {
	timestamp := strconv.FormatInt(at.UnixMilli(), 10)
	return Headers{AppID: key.AppID, Sign: Sign(key.Secret, timestamp), Timestamp: timestamp}
}

// Set sets the three headers of a request.
func (h Headers) Set(header http.Header) {
	for _, f := range h.fields() {
		header.Set(f.name, *f.value)
	}
}

// Sign returns the value of the header sign: the MD5 of timestamp followed by secret, as 32
// lower-case hex digits. The text of timestamp is signed exactly as it is sent.
func Sign(secret, timestamp string) string {
	sum := md5.Sum([]byte(timestamp + secret))
	return hex.EncodeToString(sum[:])
}

// field is one of the three headers.
type field struct {
	name  string
	value *string
}

// fields lists the three headers, in the order in which the vendor's samples set them.
func (h *Headers) fields() [3]field {
	return [3]field{{"appid", &h.AppID}, {"sign", &h.Sign}, {"timestamp", &h.Timestamp}}
}

// having lists the names of the headers for which a predicate holds.
func (h *Headers) having(holds func(field) bool) string {
	var names []string
	for _, f := range h.fields() {
		if holds(f) {
			names = append(names, f.name)
		}
	}
	return strings.Join(names, ", ")
}

// missing, empty and repeated report what is wrong with a header. None of them holds for a header with one value.
func (h *Headers) missing(f field) bool  { return *f.value == "" && !h.empty(f) }
func (h *Headers) empty(f field) bool    { return *f.value == "" && slices.Contains(h.Empty, f.name) }
func (h *Headers) repeated(f field) bool { return slices.Contains(h.Repeated, f.name) }

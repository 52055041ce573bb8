// Package har reads and writes traffic as HAR 1.2 files.
//
// [Read] reads the files of browsers and proxies, [Write] writes a file that shows well in a diff. An [Entry] is a call
// in the form of the file, a [Call] is the same as traffic.
package har

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Archive is a HAR file.
//
// The structs of this package are those of HAR 1.2, with its names. They differ from the file in three ways. An unknown
// size or duration is -1, whether the file says -1, null or nothing. An unknown time is "", and 1970-01-01T00:00:00Z in
// the file, because HAR demands a time. Headers and cookies are sorted by name, because their order means nothing.
type Archive struct {
	// Name says in messages where the archive is from. It is not in the file.
	Name   string `har:"-"`
	Log    Log    `har:"log,required"`
	Custom Custom `har:"-"`
}

// Custom holds the fields that HAR does not define, as compact JSON. Their names begin with an
// underscore, or should: Firefox and Playwright give a cookie a sameSite.
type Custom map[string]json.RawMessage

// Log is the content of a HAR file.
type Log struct {
	Version string   `har:"version,required"` // "1.2"
	Creator Product  `har:"creator,required"`
	Browser *Product `har:"browser"`
	Pages   []Page   `har:"pages"`
	Entries []Entry  `har:"entries,required"`
	Comment string   `har:"comment"`
	Custom  Custom   `har:"-"`
}

// Product names a program.
type Product struct {
	Name    string `har:"name,required"`
	Version string `har:"version,required"`
	Comment string `har:"comment"`
	Custom  Custom `har:"-"`
}

// Page is a web page that entries can refer to.
type Page struct {
	StartedDateTime string      `har:"startedDateTime,required,time"`
	ID              string      `har:"id,required"`
	Title           string      `har:"title,required"`
	PageTimings     PageTimings `har:"pageTimings,required"`
	Comment         string      `har:"comment"`
	Custom          Custom      `har:"-"`
}

// PageTimings are in milliseconds after the page's StartedDateTime; -1 is unknown.
type PageTimings struct {
	OnContentLoad float64 `har:"onContentLoad,unknown"`
	OnLoad        float64 `har:"onLoad,unknown"`
	Comment       string  `har:"comment"`
	Custom        Custom  `har:"-"`
}

// Entry is one request and its response.
type Entry struct {
	PageRef string `har:"pageref"`
	// StartedDateTime is ISO 8601, as its producer wrote it; "" if it was not recorded.
	StartedDateTime string   `har:"startedDateTime,required,time"`
	Time            float64  `har:"time,required"` // milliseconds; 0 if it was not recorded
	Request         Request  `har:"request,required"`
	Response        Response `har:"response,required"`
	Cache           Cache    `har:"cache,required"`
	Timings         Timings  `har:"timings,required"`
	ServerIPAddress string   `har:"serverIPAddress"`
	Connection      string   `har:"connection"`
	Comment         string   `har:"comment"`
	Custom          Custom   `har:"-"`
}

// Request is what the client sent.
type Request struct {
	Method      string      `har:"method,required"`
	URL         string      `har:"url,required"`
	HTTPVersion string      `har:"httpVersion,required"`
	Cookies     []Cookie    `har:"cookies,required,sorted"`
	Headers     []NameValue `har:"headers,required,sorted"`
	QueryString []NameValue `har:"queryString,required"`
	PostData    *PostData   `har:"postData"`
	HeadersSize int64       `har:"headersSize,required,unknown"`
	BodySize    int64       `har:"bodySize,required,unknown"`
	Comment     string      `har:"comment"`
	Custom      Custom      `har:"-"`
}

// Response is what the server sent.
type Response struct {
	Status      int64       `har:"status,required"` // 0 or -1 if no response came
	StatusText  string      `har:"statusText,required"`
	HTTPVersion string      `har:"httpVersion,required"`
	Cookies     []Cookie    `har:"cookies,required,sorted"`
	Headers     []NameValue `har:"headers,required,sorted"`
	Content     Content     `har:"content,required"`
	RedirectURL string      `har:"redirectURL,required"`
	HeadersSize int64       `har:"headersSize,required,unknown"`
	BodySize    int64       `har:"bodySize,required,unknown"`
	Comment     string      `har:"comment"`
	Custom      Custom      `har:"-"`
}

// Cookie is one cookie of a request or a response.
type Cookie struct {
	Name     string `har:"name,required"`
	Value    string `har:"value,required"`
	Path     string `har:"path"`
	Domain   string `har:"domain"`
	Expires  string `har:"expires"`
	HTTPOnly bool   `har:"httpOnly"`
	Secure   bool   `har:"secure"`
	Comment  string `har:"comment"`
	Custom   Custom `har:"-"`
}

// NameValue is a header or a parameter of the query.
type NameValue struct {
	Name    string `har:"name,required"`
	Value   string `har:"value,required"`
	Comment string `har:"comment"`
	Custom  Custom `har:"-"`
}

// PostData is the body of a request: as text, or only as the parameters of a form, or both.
type PostData struct {
	MimeType string  `har:"mimeType,required"`
	Params   []Param `har:"params"`
	// Text is the body. HAR has no way to write a body that is not UTF-8. This package writes it as base64,
	// and the custom field _encoding says so.
	Text    string `har:"text"`
	Comment string `har:"comment"`
	Custom  Custom `har:"-"`
}

// Param is one parameter of a form.
type Param struct {
	Name        string `har:"name,required"`
	Value       string `har:"value"`
	FileName    string `har:"fileName"`
	ContentType string `har:"contentType"`
	Comment     string `har:"comment"`
	Custom      Custom `har:"-"`
}

// Content is the body of a response, without compression.
type Content struct {
	Size        int64  `har:"size,required,unknown"` // bytes; mitmproxy gives the compressed size
	Compression int64  `har:"compression"`           // bytes saved
	MimeType    string `har:"mimeType,required"`
	Text        string `har:"text"`
	Encoding    string `har:"encoding"` // of Text: "" or "base64"
	Comment     string `har:"comment"`
	Custom      Custom `har:"-"`
}

// Cache describes the client's cache.
type Cache struct {
	BeforeRequest *CacheState `har:"beforeRequest"`
	AfterRequest  *CacheState `har:"afterRequest"`
	Comment       string      `har:"comment"`
	Custom        Custom      `har:"-"`
}

// CacheState is an entry of the client's cache.
type CacheState struct {
	Expires    string `har:"expires"`
	LastAccess string `har:"lastAccess,required"`
	ETag       string `har:"eTag,required"`
	HitCount   int64  `har:"hitCount,required"`
	Comment    string `har:"comment"`
	Custom     Custom `har:"-"`
}

// Timings are in milliseconds; -1 is unknown or does not apply.
type Timings struct {
	Blocked float64 `har:"blocked,unknown"`
	DNS     float64 `har:"dns,unknown"`
	Connect float64 `har:"connect,unknown"`
	Send    float64 `har:"send,required,unknown"`
	Wait    float64 `har:"wait,required,unknown"`
	Receive float64 `har:"receive,required,unknown"`
	SSL     float64 `har:"ssl,unknown"`
	Comment string  `har:"comment"`
	Custom  Custom  `har:"-"`
}

// unknownTime stands in a file for a time that was not recorded.
const unknownTime = "1970-01-01T00:00:00Z"

// NewArchive returns an archive of the given entries.
func NewArchive(name string, entries ...Entry) *Archive {
	return &Archive{Name: name, Log: Log{
		Version: "1.2",
		// The version is that of the format, not of the program: a new release must not change every
		// recording.
		Creator: Product{Name: "fakecme", Version: "1"},
		Entries: entries,
	}}
}

// The custom fields of an entry that this project writes.
const (
	// ExampleField says what is known of a documented example.
	ExampleField = "_fakecme"
	// SignedField holds what the signatures of a redacted request say and a client says again the next time: their
	// parameters without key, times and random number.
	SignedField = "_signed"
)

// Scenario is the name of the recording without its folder and its extension.
func (a *Archive) Scenario() string {
	name := filepath.Base(filepath.ToSlash(a.Name))
	return strings.TrimSuffix(name, filepath.Ext(name))
}

// Recorded returns when the oldest call was made. It returns false if a call does not say when it was made.
func (a *Archive) Recorded() (oldest time.Time, ok bool) {
	for i := range a.Log.Entries {
		at, err := parseTime(a.Log.Entries[i].StartedDateTime)
		if err != nil || at.Unix() == 0 {
			return time.Time{}, false
		}
		if i == 0 || at.Before(oldest) {
			oldest = at
		}
	}
	return oldest, len(a.Log.Entries) > 0
}

// parseTime reads a time of ISO 8601, which some programs write without the colon in the zone: +0800.
func parseTime(text string) (at time.Time, err error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07"} {
		if at, err = time.Parse(layout, text); err == nil {
			break
		}
	}
	return at, err
}

// CheckAge returns an error that lists the recordings that are older than maxAge, or do not say how old they are.
func CheckAge(now time.Time, maxAge time.Duration, archives ...*Archive) error {
	var problems []error
	for _, a := range archives {
		at, ok := a.Recorded()
		switch {
		case !ok:
			problems = append(problems, fmt.Errorf("%s: not every entry says when it was recorded, so it may be older than %s", a.Name, days(maxAge)))
		case now.Sub(at) > maxAge:
			problems = append(problems, fmt.Errorf("%s: recorded on %s, %s ago, which is more than %s; record it again",
				a.Name, at.UTC().Format(time.DateOnly), days(now.Sub(at)), days(maxAge)))
		}
	}
	return errors.Join(problems...)
}

// days writes a span in days if it has two or more.
func days(d time.Duration) string {
	const day = 24 * time.Hour
	if d < 2*day {
		return d.Truncate(time.Second).String()
	}
	return strconv.FormatInt(int64(d/day), 10) + " days"
}

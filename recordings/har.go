package recordings

import "encoding/json"

// Archive is a HAR file.
//
// The structs of this file are those of HAR 1.2, with its names. They differ from what is in a file
// in this only: a size or duration that is unknown is -1, whether the file says -1, null or nothing;
// an unknown moment is "", in the file 1970-01-01T00:00:00Z, because HAR demands one; and the order of headers
// and cookies of different names, which means nothing, is that of their names.
type Archive struct {
	// Name is where the archive is from, for messages. It is not in the file.
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
	StartedDateTime string      `har:"startedDateTime,required,moment"`
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
	StartedDateTime string   `har:"startedDateTime,required,moment"`
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

// Response is what the server answered.
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
	// Text is the body. HAR has no way to write one that is not UTF-8. In files of this package it is
	// base64 then, and the custom field _encoding says so.
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

// Cache is what is known of the client's cache.
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

// noMoment stands in a file for a moment that was not recorded.
const noMoment = "1970-01-01T00:00:00Z"

// NewArchive returns an archive of the given entries.
func NewArchive(name string, entries ...Entry) *Archive {
	return &Archive{Name: name, Log: Log{
		Version: "1.2",
		// The version is that of what is written here, not of the program: a new release must not
		// change every recording.
		Creator: Product{Name: "fakecme", Version: "1"},
		Entries: entries,
	}}
}

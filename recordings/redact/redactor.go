package redact

import (
	"strings"

	"github.com/fakecme/fakecme/recordings/har"
)

// Redactor redacts archives. It replaces everything that is known to be secret or personal, or looks so: signatures,
// tickets, tokens, cookies, passwords, storage credentials, phone numbers and e-mail addresses, in URLs, headers, JSON at
// any depth, and forms.
//
// Equal secrets of one archive get the same placeholder, such as <ticket-1>, wherever they stand. Unknown headers and
// custom fields are dropped, and so are fields that describe only the recording machine: addresses, connections and
// caches. The zero Redactor is ready to use.
//
// The bytes of a body decide what it is, not its content type. A body in UTF-16, gzip or deflate is redacted and written in
// the same way again; so is text that is encoded within text: percent-encoded, escaped as JSON or HTML, in base64 or in
// hexadecimal, up to five times. Text that has no format, such as a log, XML or a file, is searched for names with their values
// and for secrets with a known shape. An entry is unsafe if its secrets cannot be found: it is compressed as br or zstd, its
// gzip is broken, its charset does not contain ASCII, or its bytes are called text and are none.
//
// A Redactor does not find names and addresses of people, a secret without a telling name or shape, values in formats that
// have no text or keep names and values apart (Protobuf, MessagePack, CSV), files within files (ZIP, PDF), pictures of text, and
// what is encrypted. Name such secrets, or look at the recording.
type Redactor struct {
	// Secrets are known secrets, of 4 bytes or more. They are replaced in every text. An archive that still holds
	// one, in whatever encoding, is rejected.
	Secrets []string
	// Headers are the names of headers to keep beside the headers that are known to be harmless.
	Headers []string
	// Names are the names of parameters and fields whose values stay even if they look like a credential. The values
	// of secret names, such as token, are replaced nevertheless.
	Names []string
}

// redaction is the state of redacting one archive, or one request for [Eraser].
type redaction struct {
	rules        Redactor
	copy         *har.Archive
	placeholders map[string]string // by the value that each replaces
	counts       map[string]int    // placeholders of each kind so far
	signed       map[string]string // the texts that the current entry's signatures sign, by placeholder
	inRequest    bool              // whether the current text is of a request
	inFile       bool              // whether the current text is made of bytes that are no text
	depth        int               // how deep the current text is encoded within others
	unsafe       error             // why the current body cannot be made safe
	replacer     *strings.Replacer // of all secrets; nil while they are being found

	// erase makes every secret the same placeholder, and erased lists the secrets in their order.
	erase  bool
	erased []string
}

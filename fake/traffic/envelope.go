package traffic

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Envelope is what the response of a service says of success or error, whichever service it is of.
type Envelope struct {
	// Code is "Success", "0" or the code of an error; empty when the body has none.
	Code string
	// Message and EnglishMessage are empty when the body has none.
	Message, EnglishMessage string
}

// ReadEnvelope reads the code and the texts of a response's body: {"Code":…,"Message":…,"EnglishMessage":…} of the CME
// services, {"Response":{"Error":{"Code":…,"Message":…}}} of the newer ticket exchange, {"code":…,"message":…} of h5ds.
// A body of another form gives the zero Envelope.
func ReadEnvelope(body []byte) Envelope {
	var read struct { // encoding/json takes names in any case
		Code                    json.RawMessage
		Message, EnglishMessage string
		Response                struct {
			Error struct{ Code, Message string }
		}
	}
	if json.Unmarshal(body, &read) != nil {
		return Envelope{}
	}
	if wrapped := read.Response.Error; wrapped.Code != "" {
		return Envelope{Code: wrapped.Code, Message: wrapped.Message}
	}
	return Envelope{Code: strings.Trim(string(read.Code), `"`), Message: read.Message, EnglishMessage: read.EnglishMessage}
}

// Succeeded reports whether the code is one of success, or there is none.
func (e Envelope) Succeeded() bool { return e.Code == "" || e.Code == "0" || e.Code == "Success" }

// Encode writes JSON as the services do: non-ASCII characters unescaped, no newline at the end.
func Encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

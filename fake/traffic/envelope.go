package traffic

import (
	"bytes"
	"encoding/json"
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
	type texts struct{ Code, Message, EnglishMessage json.RawMessage } // encoding/json takes names in any case
	var read struct {
		texts
		Response json.RawMessage
	}
	if json.Unmarshal(body, &read) != nil {
		return Envelope{}
	}
	if read.Response != nil {
		var wrapped struct{ Error texts }
		if json.Unmarshal(read.Response, &wrapped) == nil && wrapped.Error.Code != nil {
			return Envelope{Code: plain(wrapped.Error.Code), Message: plain(wrapped.Error.Message)}
		}
	}
	return Envelope{Code: plain(read.Code), Message: plain(read.Message), EnglishMessage: plain(read.EnglishMessage)}
}

// plain is a string or a number without quotes; anything else, which no envelope has, is empty.
func plain(value json.RawMessage) string {
	if len(value) == 0 || value[0] != '"' && value[0] != '-' && (value[0] < '0' || value[0] > '9') {
		return ""
	}
	var text string
	if json.Unmarshal(value, &text) != nil {
		return string(value)
	}
	return text
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

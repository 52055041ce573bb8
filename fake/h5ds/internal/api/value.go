package api

import (
	"encoding/json"
	"time"
)

// text is a text parameter. Clients send ids as strings and as numbers, and a form can send
// only strings; a number keeps its digits, for ids exceed 2^53. A nil *text was not sent.
type Text string

// UnmarshalJSON accepts a string or a number. Null leaves t as it is.
func (t *Text) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		return nil
	case b[0] == '"':
		return json.Unmarshal(b, (*string)(t))
	case isNumber(b):
		*t = Text(b)
		return nil
	}
	return errParameter.Because("parameter.type", "send a string or a number",
		"a parameter that is a text arrived as %.40s", b)
}

// over returns what was sent, or else what was there before.
func (t *Text) Or(before string) string {
	if t == nil {
		return before
	}
	return string(*t)
}

// texts is a list of texts, usually ids. Clients also send one alone (vendor-client).
type Texts []string

// UnmarshalJSON accepts a list of what a text accepts, or one. Null leaves t as it is.
func (t *Texts) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	list := make([]Text, 1)
	var err error
	if b[0] == '[' {
		err = json.Unmarshal(b, &list)
	} else {
		err = json.Unmarshal(b, &list[0])
	}
	if err != nil {
		return err
	}
	read := make(Texts, len(list))
	for i, one := range list {
		read[i] = string(one)
	}
	*t = read
	return nil
}

// number is a parameter that is a number, or a text that spells one. A nil *number was not sent.
type Number float64

// UnmarshalJSON accepts a number, or a string that spells one as JSON does. Null leaves n as it is.
func (n *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	digits := b
	if b[0] == '"' {
		var spelled string
		if err := json.Unmarshal(b, &spelled); err != nil {
			return err
		}
		digits = []byte(spelled)
	}
	if !isNumber(digits) || json.Unmarshal(digits, (*float64)(n)) != nil {
		return errParameter.Because("parameter.type", `send a number such as 1920, or its text "1920"`,
			"a parameter that is a number arrived as %.40s", b)
	}
	return nil
}

// isNumber says whether b spells a JSON number. It keeps out NaN and hexadecimal numbers,
// which JSON cannot write back.
func isNumber(b []byte) bool {
	if len(b) == 0 || b[0] != '-' && (b[0] < '0' || b[0] > '9') {
		return false
	}
	return json.Valid(b)
}

// stamp is a time in a response. Clients hand it to dayjs; that it is ISO 8601 in UTC with
// milliseconds, and null when there is none, is assumed.
type Stamp time.Time

// MarshalJSON writes "2025-09-19T08:21:31.116Z" or null.
func (s Stamp) MarshalJSON() ([]byte, error) {
	t := time.Time(s)
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(t.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// done is the response of an operation that has nothing to tell. The vendor's clients test only
// whether it is truthy; that it is true is assumed.
type Done bool

package api

import (
	"encoding/json"
	"time"
)

// Text is a parameter that is a text. Clients send ids as strings and as numbers. A number keeps its digits, because
// ids exceed 2^53. A nil *Text was not sent.
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

// Or returns the text, or the value before when the text was not sent.
func (t *Text) Or(before string) string {
	if t == nil {
		return before
	}
	return string(*t)
}

// Texts is a list of texts, usually ids. Clients also send a single one (vendor-client).
type Texts []string

// UnmarshalJSON accepts what a Text accepts, or a list of it. Null leaves t as it is.
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

// Number is a parameter that is a number, or a text of one. A nil *Number was not sent.
type Number float64

// UnmarshalJSON accepts a number, or a string that holds a JSON number. Null leaves n as it is.
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

// isNumber reports whether b is a JSON number. NaN and hexadecimal numbers are none.
func isNumber(b []byte) bool {
	if len(b) == 0 || b[0] != '-' && (b[0] < '0' || b[0] > '9') {
		return false
	}
	return json.Valid(b)
}

// Stamp is a time in a response. Clients pass it to dayjs. It is assumed that it is ISO 8601 in UTC with milliseconds,
// and null for no time.
type Stamp time.Time

// MarshalJSON writes "2025-09-19T08:21:31.116Z" or null.
func (s Stamp) MarshalJSON() ([]byte, error) {
	t := time.Time(s)
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(t.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// Done is the response of an operation without data. It is assumed to be true: the vendor's clients only test whether
// it is truthy.
type Done bool

// Package mask forwards to package redact.
package mask

import (
	"net/http"

	"github.com/fakecme/fakecme/recordings/redact"
)

type (
	Known = redact.Known
	Found = redact.Found
)

func NewKnown(secrets map[string]string, public ...string) Known {
	return redact.NewKnown(secrets, public...)
}

func Header(h http.Header) http.Header { return redact.Header(h) }

func Body(b []byte) []byte { return redact.Body(b) }

func Query(raw string) string { return redact.Query(raw) }

func Multipart(contentType string, b []byte) []byte { return redact.Multipart(contentType, b) }

func Address(address string) string { return redact.Address(address) }

func Placeholder(kind, secret string) string { return redact.Placeholder(kind, secret) }

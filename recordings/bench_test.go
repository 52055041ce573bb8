package recordings

import (
	"bytes"
	"testing"

	"github.com/fakecme/fakecme/recordings/har"
	"github.com/fakecme/fakecme/recordings/redact"
)

// BenchmarkDocumented reads all documented examples.
func BenchmarkDocumented(b *testing.B) {
	for b.Loop() {
		Documented()
	}
}

func BenchmarkRead(b *testing.B) {
	a := har.NewArchive("x.har")
	for range 20 {
		for _, d := range Documented() {
			a.Log.Entries = append(a.Log.Entries, d.Log.Entries...)
		}
	}
	file, err := har.Marshal(a)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, err := har.Read("x.har", bytes.NewReader(file)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRedact redacts the documented examples.
func BenchmarkRedact(b *testing.B) {
	a := har.NewArchive("x.har")
	for _, d := range Documented() {
		a.Log.Entries = append(a.Log.Entries, d.Log.Entries...)
	}
	for b.Loop() {
		if _, err := (redact.Redactor{Secrets: []string{"fake-secret-key"}}).Redact(a); err != nil {
			b.Fatal(err)
		}
	}
}

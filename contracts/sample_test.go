package contracts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// Every operation's sample keeps the contract, when it is sent as the operation wants it. There are no exceptions.
func TestSampleKeepsTheContract(t *testing.T) {
	t.Parallel()
	for _, o := range Operations() {
		document := mustLoad(t, o.ID)
		sample := document.Sample(o.ID)
		r, body := requestWith(t, o, sample)
		for _, v := range document.CheckRequest(o.ID, r, body) {
			t.Errorf("%s: %s: %s", o.ID, sample, v)
		}
	}
}

// requestWith puts a sample where the operation wants it: into path and query, or into a body of its media type.
func requestWith(t *testing.T, o Operation, sample json.RawMessage) (*http.Request, []byte) {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal(sample, &fields); err != nil {
		t.Fatalf("%s: %s: %v", o.ID, sample, err)
	}
	r := newRequest(t, o.ID, "")
	for name, value := range fields {
		if place := "{" + name + "}"; strings.Contains(r.URL.Path, place) {
			r.URL.Path = strings.ReplaceAll(r.URL.Path, place, fmt.Sprint(value))
			delete(fields, name)
		}
	}
	if o.Method == http.MethodGet {
		query := r.URL.Query()
		for name, value := range fields {
			query.Set(name, fmt.Sprint(value))
		}
		r.URL.RawQuery = query.Encode()
		return r, nil
	}
	if mustLoad(t, o.ID).operations[o.ID]().body[mediaMultipart] != nil {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		if _, err := w.CreateFormFile("file", "file.png"); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", w.FormDataContentType())
		return r, form.Bytes()
	}
	body, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return r, body
}

func TestSample(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ service, id, want string }{
		{"webpaas", "Material.DeleteMaterial", `{"MaterialId":`},
		{"opencme", "OpenCME.Login", `{}`},
		{"webpaas", "Material.Nothing", `{}`},
	} {
		document, err := Load(tt.service)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(document.Sample(tt.id)); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: got %s, want %s…", tt.id, got, tt.want)
		}
	}
}

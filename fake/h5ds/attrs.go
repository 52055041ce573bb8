package h5ds

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/fakecme/fakecme/fake/h5ds/internal/api"
)

// Attrs are the attributes of a material: duration, width, frames and what else a client finds
// worth keeping. Nothing in them is interpreted but "type".
type Attrs map[string]any

// UnmarshalJSON reads an object; no digit of its numbers is lost. Null leaves a as it is.
func (a *Attrs) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if b[0] != '{' {
		return api.ErrAttrs.Because("material.attrs", "send an object as attrs", "the attrs begin with %q", b[0])
	}
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.UseNumber()
	read := map[string]any{}
	if err := decoder.Decode(&read); err != nil {
		return err
	}
	*a = read
	return nil
}

// apart returns a copy that shares nothing with a, and is never nil: clients read fields of it
// without asking whether it is there. It rejects what JSON cannot write.
func (a Attrs) apart() (Attrs, error) {
	if len(a) == 0 {
		return Attrs{}, nil
	}
	b, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("the attrs: %w", err)
	}
	var read Attrs
	return read, read.UnmarshalJSON(b)
}

package library

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// Project is the project of a work: one JSON object. It has no white space, and its numbers keep all digits.
type Project []byte

// ReadProject reads a JSON object, or a JSON string that holds one, because a form can only send that (assumed).
func ReadProject(b []byte) (Project, error) {
	b = bytes.TrimSpace(b)
	if len(b) > 0 && b[0] == '"' {
		var quoted string
		if err := json.Unmarshal(b, &quoted); err != nil {
			return nil, err
		}
		b = bytes.TrimSpace([]byte(quoted))
	}
	if len(b) == 0 || string(b) == "null" {
		return nil, errors.New("there is no project")
	}
	if b[0] != '{' {
		return nil, fmt.Errorf("a project is a JSON object; this begins with %q", b[0])
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, b); err != nil {
		return nil, fmt.Errorf("a project is a JSON object: %w", err)
	}
	return compact.Bytes(), nil
}

// MarshalJSON writes the object, and null for none.
func (p Project) MarshalJSON() ([]byte, error) { return json.RawMessage(p).MarshalJSON() }

// UnmarshalJSON reads a JSON object, or a JSON string that holds one. Null leaves p as it is.
func (p *Project) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	read, err := ReadProject(b)
	if err != nil {
		return fmt.Errorf("read project: %w", err)
	}
	*p = read
	return nil
}

// UnmarshalYAML reads a mapping, or a string that holds a JSON object. In a mapping YAML reads the numbers, and the
// keys lose their order; a string keeps both. Errors begin with the line.
func (p *Project) UnmarshalYAML(node *yaml.Node) error {
	var value any
	if err := node.Decode(&value); err != nil {
		return err
	}
	b, err := json.Marshal(value)
	if err == nil {
		err = p.UnmarshalJSON(b)
	}
	if err != nil {
		return fmt.Errorf("line %d: %w", node.Line, err)
	}
	return nil
}

// emptyProject returns the project of the documented example with the name and the size of a work.
func emptyProject(w Work) (Project, error) {
	none := []string{}
	return json.Marshal(struct {
		Title       string   `json:"title"`
		CreateTime  int64    `json:"createTime"` // milliseconds since 1970
		UpdateTime  int64    `json:"updateTime"`
		Poster      string   `json:"poster"`
		Width       float64  `json:"width"`
		Height      float64  `json:"height"`
		Background  struct{} `json:"background"`
		Transitions []string `json:"transitions"`
		Cameras     []string `json:"cameras"`
		Captions    []string `json:"captions"`
		Elements    []string `json:"elements"`
		Resources   []string `json:"resouces"` // spelled so
	}{
		Title: w.Name, CreateTime: w.CreatedAt.UnixMilli(), UpdateTime: w.UpdatedAt.UnixMilli(),
		Width: w.Width, Height: w.Height,
		Transitions: none, Cameras: none, Captions: none, Elements: none, Resources: none,
	})
}

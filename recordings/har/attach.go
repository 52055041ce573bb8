package har

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// Attach puts the bodies into the entry that stand in files of a folder, as Playwright writes them when it is asked to: the
// custom field _file has the name. A file must be in the folder of the recording; that of another folder is an error.
func (e *Entry) Attach(folder *os.Root) error {
	if p := e.Request.PostData; p != nil && p.Text == "" {
		if err := attach(folder, p.Custom, p.SetBody); err != nil {
			return fmt.Errorf("request.postData: %w", err)
		}
	}
	if c := &e.Response.Content; c.Text == "" {
		if err := attach(folder, c.Custom, c.SetBody); err != nil {
			return fmt.Errorf("response.content: %w", err)
		}
	}
	return nil
}

// fileField is the custom field of a body that names its file.
const fileField = "_file"

func attach(folder *os.Root, custom Custom, set func([]byte)) error {
	var name string
	if json.Unmarshal(custom[fileField], &name) != nil || name == "" {
		return nil
	}
	body, err := readRegular(folder, name)
	if err != nil {
		return fmt.Errorf("the body is in another file, which cannot be read: %w", err)
	}
	delete(custom, fileField)
	set(body)
	return nil
}

func readRegular(folder *os.Root, name string) ([]byte, error) {
	info, err := folder.Stat(name) // before it is opened: opening a pipe waits
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is no regular file", name)
	}
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

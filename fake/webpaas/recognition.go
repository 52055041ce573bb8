package webpaas

// Recognition says what was recognised in a material. A result is there once a task that
// finds it has succeeded; what it says is made up from the material's id.
type Recognition struct {
	// TaskIDs of the process tasks of the material, oldest first.
	TaskIDs []string `json:"taskIds,omitempty"`
}

// Definitions of a process task (documented).
const (
	definitionAll      = 20 // frame tags, subtitles, text, objects, persons
	definitionSubtitle = 30 // subtitles only
)

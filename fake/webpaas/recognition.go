package webpaas

import (
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Recognition says what is recognised in a material: its faces, subtitles, texts, objects and frame
// tags. A kind that is not given is made up from the material's id, and is there once a process
// task that finds it has succeeded.
type Recognition struct {
	// MaterialID is the material it is of.
	MaterialID string `json:"materialId" yaml:"materialId"`
	// AfterTask hides what is given here until a process task that finds it has succeeded. Without it,
	// it is there at once.
	AfterTask bool `json:"afterTask,omitempty" yaml:"afterTask"`
	// PageSize is how many items a response that is read by time has; 50 when zero.
	PageSize  int              `json:"pageSize,omitempty" yaml:"pageSize"`
	Faces     *Found[Face]     `json:"faces,omitempty" yaml:"faces"`
	Subtitles *Found[Subtitle] `json:"subtitles,omitempty" yaml:"subtitles"`
	Texts     *Found[Text]     `json:"texts,omitempty" yaml:"texts"`
	Objects   *Found[Object]   `json:"objects,omitempty" yaml:"objects"`
	// FrameTags are those that a recognition made. Those of clients are in [FrameTags].
	FrameTags *Found[FrameTag] `json:"frameTags,omitempty" yaml:"frameTags"`
	// TaskIDs of the process tasks of the material, oldest first. The fake keeps them.
	TaskIDs []string `json:"taskIds,omitempty" yaml:"-"`
	// DeletedTasks are tasks of TaskIDs that were deleted after they had succeeded. The fake keeps them.
	DeletedTasks []Task `json:"deletedTasks,omitempty" yaml:"-"`
}

// Found is one kind of result. No items mean that it was looked for and nothing was found.
type Found[T any] struct {
	// Version is 24 hex digits when the fake makes it.
	Version string `json:"version" yaml:"version"`
	Items   []T    `json:"items" yaml:"items"`
}

// Face is one person, wherever the face appears.
type Face struct {
	ID   string `json:"id" yaml:"id"`
	Name string `json:"name" yaml:"name"`
	// Type is the library that the person is in: Default or UserDefine (documented).
	Type string `json:"type" yaml:"type"`
	// URL is given out in place of an address that the fake makes.
	URL      string    `json:"url,omitempty" yaml:"url"`
	Segments []Segment `json:"segments,omitempty" yaml:"segments"`
}

// Object is one thing, wherever it appears.
type Object struct {
	ID       string    `json:"id" yaml:"id"`
	Name     string    `json:"name" yaml:"name"`
	Segments []Segment `json:"segments,omitempty" yaml:"segments"`
}

// Segment is a stretch of time in which a face or an object was recognised.
type Segment struct {
	// Start and End are seconds from the material's beginning.
	Start float64 `json:"start" yaml:"start"`
	End   float64 `json:"end" yaml:"end"`
	Area  Area    `json:"area" yaml:"area"`
	// Confidence is 0 to 100.
	Confidence float64 `json:"confidence" yaml:"confidence"`
}

// Area is x1, y1, x2, y2 in pixels: the upper left corner and the lower right one (documented). The
// order is not enforced: a documented example has y2 above y1.
type Area [4]int64

// Subtitle is what is said in a stretch of time.
type Subtitle struct {
	ID string `json:"id" yaml:"id"`
	// Start and End are seconds from the material's beginning.
	Start float64 `json:"start" yaml:"start"`
	End   float64 `json:"end" yaml:"end"`
	Text  string  `json:"text" yaml:"text"`
}

// Text is what is to be read on the screen in a stretch of time.
type Text struct {
	ID string `json:"id" yaml:"id"`
	// Start and End are seconds from the material's beginning.
	Start float64    `json:"start" yaml:"start"`
	End   float64    `json:"end" yaml:"end"`
	Lines []TextLine `json:"lines,omitempty" yaml:"lines"`
}

// TextLine is one piece of a [Text].
type TextLine struct {
	Text string `json:"text" yaml:"text"`
	Area Area   `json:"area" yaml:"area"`
}

// Definitions of a process task (documented).
const (
	definitionAll      = 20 // frame tags, subtitles, text, objects, persons
	definitionSubtitle = 30 // subtitles only
)

// kind is one of the things that a recognition can find. Its text is the word that the documented
// errors have for it.
type kind string

const (
	kindFrameTag kind = "frameTag"
	kindFace     kind = "face"
	kindSubtitle kind = "asr"
	kindText     kind = "ocr"
	kindObject   kind = "object"
)

// none is the documented error of a material without results of the kind.
func (k kind) none() *op.Error {
	return map[kind]*op.Error{
		kindFrameTag: errNoFrameTag, kindFace: errNoFace, kindSubtitle: errNoSubtitle,
		kindText: errNoText, kindObject: errNoObject,
	}[k]
}

// isFoundBy says whether a process task of a definition looks for the kind (documented).
func (k kind) isFoundBy(definition int64) bool {
	return definition == definitionAll || definition == definitionSubtitle && k == kindSubtitle
}

// recognised returns the results of a kind as they are now, and the task that they are of: empty for results
// that were given and wait for no task. What was given wins over what is made up.
//
// The newest task that succeeded counts, by when it was started. Each task gives made-up results a new Version
// and new ids, and their content stays the same (assumed).
func recognised[T any](
	c *op.Call, s *State, m Material, k kind, given *Found[T], makeUp func(*op.Call, Material, string) []T,
) (Found[T], string, error) {
	task, succeeded := s.recogniser(c, m, k)
	switch {
	case given != nil && (succeeded || !s.Recognitions[m.ID].AfterTask):
		return *given, task.ID, nil
	case succeeded:
		version := madeID(c, m.ID, k, task.ID)
		return Found[T]{Version: version, Items: makeUp(c, m, version)}, task.ID, nil
	default:
		return Found[T]{}, "", s.notRecognised(c, m, k)
	}
}

// recogniser returns the newest task that found the kind in the material.
func (s *State) recogniser(c *op.Call, m Material, k kind) (Task, bool) {
	tasks := s.tasksFor(m, k)
	for i := len(tasks) - 1; i >= 0; i-- {
		if status, _ := tasks[i].Progress(c.Now); status == TaskSuccess {
			return tasks[i], true
		}
	}
	return Task{}, false
}

// tasksFor returns the tasks of the material that look for the kind, oldest first.
func (s *State) tasksFor(m Material, k kind) []Task {
	known := s.Recognitions[m.ID]
	deleted := make(map[string]Task, len(known.DeletedTasks))
	for _, t := range known.DeletedTasks {
		deleted[t.ID] = t
	}
	var tasks []Task
	for _, id := range known.TaskIDs {
		t, ok := s.Tasks[id]
		if !ok || t.MaterialID != m.ID { // deleted, its id perhaps taken by another one
			t, ok = deleted[id]
		}
		if ok && k.isFoundBy(t.Definition) {
			tasks = append(tasks, t)
		}
	}
	return tasks
}

// notRecognised rejects for want of results, and says what is missing.
func (s *State) notRecognised(c *op.Call, m Material, k kind) error {
	fix := "call Material.ProcessMaterial with Definition 20 and wait for its success, " +
		"or seed a task or a recognition of the material"
	switch k {
	case kindSubtitle:
		fix = strings.Replace(fix, "20", "20 or 30", 1)
	case kindFrameTag:
		fix = "add one, or " + fix
	}
	tasks := s.tasksFor(m, k)
	if len(tasks) == 0 {
		return k.none().Because("webpaas.not-recognised", fix, "material %s has no process task that finds its %s index", m.ID, k)
	}
	newest := tasks[len(tasks)-1]
	status, percent := newest.Progress(c.Now)
	return k.none().Because("webpaas.not-recognised", fix,
		"no task has found the %s index of material %s: the newest, %s, is %s at %d percent", k, m.ID, newest.ID, status, percent)
}

// deleteTask removes a task. What it has found by now stays found: results belong to the material, not to
// the task (assumed).
func (s *State) deleteTask(c *op.Call, t Task) {
	delete(s.Tasks, t.ID)
	known, ok := s.Recognitions[t.MaterialID] // is gone with its material
	if status, _ := t.Progress(c.Now); ok && t.Type == TaskProcess && status == TaskSuccess {
		known.DeletedTasks = append(slices.Clip(known.DeletedTasks), t)
		set(&s.Recognitions, t.MaterialID, known)
	}
}

package webpaas

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

// resultOps read the results of Material.ProcessMaterial except frame tags. They need the right to read the material
// (assumed). Faces and objects are read at once, subtitles and texts by time.
var resultOps = []op.Op[State]{
	op.Read("Material.DescribeFaceInMaterial", describeFaces),
	op.Read("Material.DescribeMaterialSubtitle", describeSubtitles),
	op.Read("Material.DescribeTextInMaterial", describeTexts),
	op.Read("Material.DescribeObjectInMaterial", describeObjects),
}

// Recognition holds the results of the recognition of a material: its faces, subtitles, texts, objects and frame tags.
// Results of a kind that is nil are made up from the id of the material, once a process task that finds the kind has
// succeeded.
//
// Put fills in versions, ids, and Default for the Type of a face.
type Recognition struct {
	// MaterialID is the id of the material.
	MaterialID string `json:"materialId" yaml:"materialId"`
	// AfterTask hides the results until a process task that finds them has succeeded. Without it, clients can read
	// them at once.
	AfterTask bool `json:"afterTask,omitempty" yaml:"afterTask"`
	// PageSize is the number of items in a response that is read by time; zero stands for 50.
	PageSize  int              `json:"pageSize,omitempty" yaml:"pageSize"`
	Faces     *Found[Face]     `json:"faces,omitempty" yaml:"faces"`
	Subtitles *Found[Subtitle] `json:"subtitles,omitempty" yaml:"subtitles"`
	Texts     *Found[Text]     `json:"texts,omitempty" yaml:"texts"`
	Objects   *Found[Object]   `json:"objects,omitempty" yaml:"objects"`
	// FrameTags are those of a recognition. Clients' own are in [FrameTags].
	FrameTags *Found[FrameTag] `json:"frameTags,omitempty" yaml:"frameTags"`
	// TaskIDs are the process tasks of the material, oldest first. The fake sets them.
	TaskIDs []string `json:"taskIds,omitempty" yaml:"-"`
	// DeletedTasks are the tasks of TaskIDs that were deleted after their success. The fake sets them.
	DeletedTasks []Task `json:"deletedTasks,omitempty" yaml:"-"`
}

// recognised returns the present results of a kind and the id of their task, which is empty for results of a fixture
// that need no task. Results of a fixture replace made-up ones.
//
// Of several successful tasks the one that started last counts. Each task gives made-up results a new Version and new
// ids, but the same content (assumed).
func recognised[T any](
	c *op.Call, st *State, m Material, k kind, given *Found[T], makeUp func(*op.Call, Material, string) []T,
) (Found[T], string, error) {
	task, succeeded := recognisingTask(c, st, m, k)
	switch {
	case given != nil && (succeeded || !st.Recognitions[m.ID].AfterTask):
		return *given, task.ID, nil
	case succeeded:
		version := madeID(c, m.ID, k, task.ID)
		return Found[T]{Version: version, Items: makeUp(c, m, version)}, task.ID, nil
	default:
		return Found[T]{}, "", notRecognised(c, st, m, k)
	}
}

// recognisingTask returns the newest successful task that looks for the kind in the material.
func recognisingTask(c *op.Call, st *State, m Material, k kind) (Task, bool) {
	tasks := recognitionTasks(st, m, k)
	for i := len(tasks) - 1; i >= 0; i-- {
		if status, _ := tasks[i].Progress(c.Now); status == TaskSuccess {
			return tasks[i], true
		}
	}
	return Task{}, false
}

// recognitionTasks returns the tasks of the material that look for the kind, oldest first.
func recognitionTasks(st *State, m Material, k kind) []Task {
	known := st.Recognitions[m.ID]
	deleted := make(map[string]Task, len(known.DeletedTasks))
	for _, t := range known.DeletedTasks {
		deleted[t.ID] = t
	}
	var tasks []Task
	for _, id := range known.TaskIDs {
		t, ok := st.Tasks[id]
		if !ok || t.MaterialID != m.ID { // deleted; another task may have the id now
			t, ok = deleted[id]
		}
		if ok && k.isFoundBy(t.Definition) {
			tasks = append(tasks, t)
		}
	}
	return tasks
}

// notRecognised returns the error for missing results.
func notRecognised(c *op.Call, st *State, m Material, k kind) error {
	fix := "call Material.ProcessMaterial with Definition 20 and wait for its success, " +
		"or put a task or a recognition of the material"
	switch k {
	case kindSubtitle:
		fix = strings.Replace(fix, "20", "20 or 30", 1)
	case kindFrameTag:
		fix = "add one, or " + fix
	}
	tasks := recognitionTasks(st, m, k)
	if len(tasks) == 0 {
		return k.none().Because("webpaas.not-recognised", fix, "material %s has no process task that finds its %s index", m.ID, k)
	}
	newest := tasks[len(tasks)-1]
	status, percent := newest.Progress(c.Now)
	return k.none().Because("webpaas.not-recognised", fix,
		"no task has found the %s index of material %s: the newest, %s, is %s at %d percent", k, m.ID, newest.ID, status, percent)
}

// removeTask deletes a task. Its results stay, because they belong to the material (assumed).
func removeTask(c *op.Call, st *State, t Task) {
	delete(st.Tasks, t.ID)
	known, ok := st.Recognitions[t.MaterialID] // deleted with its material
	if status, _ := t.Progress(c.Now); ok && t.Type == TaskProcess && status == TaskSuccess {
		known.DeletedTasks = append(slices.Clip(known.DeletedTasks), t)
		set(&st.Recognitions, t.MaterialID, known)
	}
}

func (r Recognition) key() string { return r.MaterialID }

func (r Recognition) complete(c *op.Call, st *State) (Recognition, error) {
	if _, ok := st.Materials[r.MaterialID]; !ok {
		return r, fmt.Errorf("materialId: there is no material %q; put it first", r.MaterialID)
	}
	if r.PageSize < 0 {
		return r, fmt.Errorf("pageSize: %d; it cannot be negative", r.PageSize)
	}
	old := st.Recognitions[r.MaterialID]
	r.TaskIDs, r.DeletedTasks = old.TaskIDs, old.DeletedTasks
	err := cmp.Or(
		completeFound(c, r.MaterialID, kindFace, r.Faces, "faces", (*Face).complete),
		completeFound(c, r.MaterialID, kindSubtitle, r.Subtitles, "subtitles", (*Subtitle).complete),
		completeFound(c, r.MaterialID, kindText, r.Texts, "texts", (*Text).complete),
		completeFound(c, r.MaterialID, kindObject, r.Objects, "objects", (*Object).complete),
		completeFound(c, r.MaterialID, kindFrameTag, r.FrameTags, "frameTags", (*FrameTag).complete),
	)
	if err != nil {
		return r, err
	}
	if r.FrameTags != nil && r.FrameTags.Version == manualVersion {
		return r, fmt.Errorf("frameTags.version: %q is for tags that no recognition made; put FrameTags", manualVersion)
	}
	sortByStart(r.Subtitles)
	sortByStart(r.Texts)
	sortByStart(r.FrameTags)
	return r, nil
}

// keep discards the changes of clients to recognised frame tags if the recognition has others.
func (r Recognition) keep(st *State) {
	set(&st.Recognitions, r.MaterialID, r)
	if r.FrameTags != nil {
		manual := FrameTags{MaterialID: r.MaterialID, Items: st.FrameTags[r.MaterialID].Items}
		manual.keep(st)
	}
}

type describeFacesResponse struct{ FaceInfo faceInfo }

type faceInfo struct {
	Version string
	FaceSet []faceItem
}

type faceItem struct {
	ID         string `json:"Id,omitempty"`  // table
	IDBlank    string `json:"Id ,omitempty"` // example
	Name       string
	Type       string
	FaceURL    string `json:"FaceUrl"`
	SegmentSet []faceSegment
}

type faceSegment struct {
	StartTimeOffset float64
	EndTimeOffset   float64
	AreaCoordSet    Area
	Confidence      float64
}

func describeFaces(c *op.Call, st *State, req materialRequest) (describeFacesResponse, error) {
	m, err := st.openMaterial(c, req.MaterialID, toRead)
	if err != nil {
		return describeFacesResponse{}, err
	}
	found, _, err := recognised(c, st, m, kindFace, st.Recognitions[m.ID].Faces, madeFaces)
	if err != nil {
		return describeFacesResponse{}, err
	}
	info := faceInfo{Version: found.Version, FaceSet: []faceItem{}}
	for _, f := range found.Items {
		item := faceItem{ID: f.ID, Name: f.Name, Type: f.Type, FaceURL: faceURL(c, m, f), SegmentSet: []faceSegment{}}
		if c.Dialect.FaceIDKey == dialect.FaceIDBlank {
			item.ID, item.IDBlank = "", f.ID
		}
		for _, s := range f.Segments {
			item.SegmentSet = append(item.SegmentSet, faceSegment{s.Start, s.End, s.Area, s.Confidence})
		}
		info.FaceSet = append(info.FaceSet, item)
	}
	return describeFacesResponse{info}, nil
}

type describeObjectsResponse struct{ ObjectInfo objectInfo }

type objectInfo struct {
	Version   string
	ObjectSet []objectItem
}

type objectItem struct {
	ItemID         string `json:"ItemId"`
	Name           string
	SegmentItemSet []objectSegment
}

type objectSegment struct {
	StartTimeOffset float64
	EndTimeOffset   float64
	Confidence      float64
	AreaCoordSet    Area
}

func describeObjects(c *op.Call, st *State, req materialRequest) (describeObjectsResponse, error) {
	m, err := st.openMaterial(c, req.MaterialID, toRead)
	if err != nil {
		return describeObjectsResponse{}, err
	}
	found, _, err := recognised(c, st, m, kindObject, st.Recognitions[m.ID].Objects, madeObjects)
	if err != nil {
		return describeObjectsResponse{}, err
	}
	info := objectInfo{Version: found.Version, ObjectSet: []objectItem{}}
	for _, o := range found.Items {
		item := objectItem{ItemID: o.ID, Name: o.Name, SegmentItemSet: []objectSegment{}}
		for _, s := range o.Segments {
			item.SegmentItemSet = append(item.SegmentItemSet, objectSegment{s.Start, s.End, s.Confidence, s.Area})
		}
		info.ObjectSet = append(info.ObjectSet, item)
	}
	return describeObjectsResponse{info}, nil
}

type timedRequest struct {
	MaterialID string `json:"MaterialId"`
	offsets
}

// readResults opens the material and returns the results within the range of times.
func readResults[T timed](
	c *op.Call, st *State, req timedRequest, k kind,
	given func(Recognition) *Found[T], makeUp func(*op.Call, Material, string) []T,
) (version string, items []T, last float64, err error) {
	m, err := st.openMaterial(c, req.MaterialID, toRead)
	if err != nil {
		return "", nil, 0, err
	}
	if err := req.validate(); err != nil {
		return "", nil, 0, err
	}
	known := st.Recognitions[m.ID]
	found, _, err := recognised(c, st, m, k, given(known), makeUp)
	if err != nil {
		return "", nil, 0, err
	}
	items, last = read(found.Items, req.offsets, known.PageSize)
	return found.Version, items, last, nil
}

type describeSubtitlesResponse struct{ SubtitleInfo subtitleInfo }

type subtitleInfo struct {
	Version        string
	SubtitleSet    []subtitleItem
	LastTimeOffset float64
}

type subtitleItem struct {
	ItemID          string `json:"ItemId"`
	StartTimeOffset float64
	EndTimeOffset   float64
	Text            string
}

func describeSubtitles(c *op.Call, st *State, req timedRequest) (describeSubtitlesResponse, error) {
	given := func(r Recognition) *Found[Subtitle] { return r.Subtitles }
	version, items, last, err := readResults(c, st, req, kindSubtitle, given, madeSubtitles)
	if err != nil {
		return describeSubtitlesResponse{}, err
	}
	info := subtitleInfo{Version: version, SubtitleSet: []subtitleItem{}, LastTimeOffset: last}
	for _, s := range items {
		info.SubtitleSet = append(info.SubtitleSet, subtitleItem{s.ID, s.Start, s.End, s.Text})
	}
	return describeSubtitlesResponse{info}, nil
}

type describeTextsResponse struct{ TextInfo textInfo }

type textInfo struct {
	Version        string
	TextSet        []textItem
	LastTimeOffset float64
}

type textItem struct {
	ItemID          string `json:"ItemId"`
	StartTimeOffset float64
	EndTimeOffset   float64
	SegmentSet      []textSegment
}

type textSegment struct {
	Text         string
	AreaCoordSet Area
}

func describeTexts(c *op.Call, st *State, req timedRequest) (describeTextsResponse, error) {
	given := func(r Recognition) *Found[Text] { return r.Texts }
	version, items, last, err := readResults(c, st, req, kindText, given, madeTexts)
	if err != nil {
		return describeTextsResponse{}, err
	}
	info := textInfo{Version: version, TextSet: []textItem{}, LastTimeOffset: last}
	for _, t := range items {
		item := textItem{ItemID: t.ID, StartTimeOffset: t.Start, EndTimeOffset: t.End, SegmentSet: []textSegment{}}
		for _, line := range t.Lines {
			item.SegmentSet = append(item.SegmentSet, textSegment{line.Text, line.Area})
		}
		info.TextSet = append(info.TextSet, item)
	}
	return describeTextsResponse{info}, nil
}

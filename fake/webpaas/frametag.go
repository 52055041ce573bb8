package webpaas

import (
	"cmp"
	"slices"

	"github.com/fakecme/fakecme/fake/internal/op"
)

var frameTagOps = []op.Op[State]{
	op.Write("Material.AddMaterialFrameTag", addFrameTag),
	op.Write("Material.ModifyMaterialFrameTag", modifyFrameTag),
	op.Write("Material.DeleteMaterialFrameTag", deleteFrameTags),
	op.Read("Material.DescribeMaterialFrameTag", describeFrameTags),
}

// FrameTags are the frame tags of a material as clients left them.
type FrameTags struct {
	// MaterialID is the material they are of.
	MaterialID string `json:"materialId" yaml:"materialId"`
	// Items are the manual ones, in the order of their start.
	Items []FrameTag `json:"items,omitempty" yaml:"items"`
	// Recognised is what clients made of those that a recognition made. The fake keeps it.
	Recognised *RecognisedTags `json:"recognised,omitempty" yaml:"-"`
}

// RecognisedTags take the place of the frame tags that one recognition made.
type RecognisedTags struct {
	// TaskID is the task of that recognition; empty if it had none. Tags of another one are as it made them.
	TaskID string `json:"taskId,omitempty"`
	// Items in the order of their start. There are none when they were deleted.
	Items []FrameTag `json:"items,omitempty"`
}

// FrameTag is a stretch of a material with labels.
type FrameTag struct {
	// ID is 24 hex digits when the fake makes it.
	ID string `json:"id" yaml:"id"`
	// Start and End are seconds from the material's beginning.
	Start float64  `json:"start" yaml:"start"`
	End   float64  `json:"end" yaml:"end"`
	Tags  []string `json:"tags" yaml:"tags"`
}

// manualVersion is the Version of tags that no recognition made (documented).
const manualVersion = "manual"

// currentTags are all frame tags of a material at one time. Manual tags and those of the newest recognition stand
// side by side: a new recognition replaces its own kind only (assumed).
type currentTags struct {
	manual []FrameTag
	// version, made and taskID are of the newest recognition; version is empty without one.
	version string
	made    []FrameTag
	taskID  string
	// why says why there is no recognition.
	why error
}

// tagsOf gathers the frame tags of a material.
func (s *State) tagsOf(c *op.Call, m Material) currentTags {
	kept := s.FrameTags[m.ID]
	tags := currentTags{manual: kept.Items}
	found, task, err := recognised(c, s, m, kindFrameTag, s.Recognitions[m.ID].FrameTags, madeFrameTags)
	if err != nil {
		tags.why = err
		return tags
	}
	if changed := kept.Recognised; changed != nil && changed.TaskID == task {
		if found.Items = changed.Items; len(found.Items) == 0 {
			tags.why = errNoFrameTag.Because("webpaas.frame-tags-deleted",
				"add a frame tag with Version "+manualVersion+", or process the material again",
				"the frame tags of material %s were deleted", m.ID)
			return tags
		}
	}
	tags.version, tags.made, tags.taskID = found.Version, found.Items, task
	return tags
}

// accepts rejects a Version that is neither "manual" nor that of the newest recognition. That a change needs the
// current one is documented, how another one is rejected is assumed.
func (t currentTags) accepts(m Material, version string) error {
	switch {
	case version == manualVersion, version == t.version && version != "":
		return nil
	case t.version == "":
		return errVersion.Because("webpaas.version-stale", "send Version "+manualVersion,
			"Version is %q, and material %s has no recognised frame tags", version, m.ID)
	default:
		return errVersion.Because("webpaas.version-stale", "read the frame tags again and send their Version",
			"Version is %q, the current one of material %s is %q", version, m.ID, t.version)
	}
}

// taken says whether an id is one of the tags.
func (t currentTags) taken(id string) bool {
	return indexOfTag(t.manual, id) >= 0 || indexOfTag(t.made, id) >= 0
}

func indexOfTag(tags []FrameTag, id string) int {
	return slices.IndexFunc(tags, func(t FrameTag) bool { return t.ID == id })
}

// putManual and putMade each replace one kind of tags and leave the other.
func (s *State) putManual(m Material, tags []FrameTag) {
	kept := s.FrameTags[m.ID]
	kept.MaterialID, kept.Items = m.ID, tags
	s.putFrameTags(kept)
}

func (s *State) putMade(m Material, task string, tags []FrameTag) {
	kept := s.FrameTags[m.ID]
	kept.MaterialID, kept.Recognised = m.ID, &RecognisedTags{TaskID: task, Items: tags}
	s.putFrameTags(kept)
}

// putFrameTags keeps what clients did to the frame tags of a material, if they did anything.
func (s *State) putFrameTags(t FrameTags) {
	if len(t.Items) == 0 && t.Recognised == nil {
		delete(s.FrameTags, t.MaterialID)
		return
	}
	set(&s.FrameTags, t.MaterialID, t)
}

type addFrameTagRequest struct {
	MaterialID string `json:"MaterialId"`
	offsets
	Tags    []string
	Version string
}

type addFrameTagResponse struct {
	ItemID string `json:"ItemId"`
}

// addFrameTag adds to the manual tags, or to those of the newest recognition if Version names it. It needs the
// right to write (assumed). A stretch may reach beyond the end of the material: no document forbids it.
func addFrameTag(c *op.Call, st *State, req addFrameTagRequest) (addFrameTagResponse, error) {
	m, err := st.openMaterial(c, req.MaterialID, toWrite)
	if err != nil {
		return addFrameTagResponse{}, err
	}
	if err := req.validate(); err != nil {
		return addFrameTagResponse{}, err
	}
	current := st.tagsOf(c, m)
	if err := current.accepts(m, req.Version); err != nil {
		return addFrameTagResponse{}, err
	}
	tag := FrameTag{ID: c.NewID(op.ItemID), Start: req.StartTimeOffset, End: req.EndTimeOffset, Tags: notNil(req.Tags)}
	for current.taken(tag.ID) {
		tag.ID = c.NewID(op.ItemID)
	}
	if req.Version == manualVersion {
		st.putManual(m, inOrder(current.manual, tag))
	} else {
		st.putMade(m, current.taskID, inOrder(current.made, tag))
	}
	return addFrameTagResponse{tag.ID}, nil
}

// inOrder returns new tags with one more, in the order of their start; of one start, in the order they came.
func inOrder(tags []FrameTag, more ...FrameTag) []FrameTag {
	all := slices.Concat(tags, more)
	slices.SortStableFunc(all, func(a, b FrameTag) int { return cmp.Compare(a.Start, b.Start) })
	return all
}

type modifyFrameTagRequest struct {
	MaterialID string `json:"MaterialId"`
	ItemID     string `json:"ItemId"`
	Tags       []string
	Version    string
}

// modifyFrameTag replaces the labels of one tag (assumed: nothing says whether it adds). A recognised tag needs the
// current Version. A manual one takes "manual" and the current Version too, because a response that has both kinds has
// one Version and does not tell them apart (assumed). An unknown tag is rejected like an unknown task (assumed).
func modifyFrameTag(c *op.Call, st *State, req modifyFrameTagRequest) (op.None, error) {
	m, err := st.openForTags(c, req.MaterialID)
	if err != nil {
		return op.None{}, err
	}
	current := st.tagsOf(c, m)
	if err := current.accepts(m, req.Version); err != nil {
		return op.None{}, err
	}
	manual, made := indexOfTag(current.manual, req.ItemID), indexOfTag(current.made, req.ItemID)
	switch {
	case manual >= 0:
		st.putManual(m, relabelled(current.manual, manual, req.Tags))
	case made >= 0 && req.Version == manualVersion:
		return op.None{}, errVersion.Because("webpaas.version-stale", "send the Version that the tag was read with",
			"frame tag %s is of a recognition; changing it needs Version %q, not %q", req.ItemID, current.version, req.Version)
	case made >= 0:
		st.putMade(m, current.taskID, relabelled(current.made, made, req.Tags))
	default:
		return op.None{}, errNotFound.Because("webpaas.frame-tag-unknown",
			"take an ItemId from Material.AddMaterialFrameTag or Material.DescribeMaterialFrameTag",
			"material %s has no frame tag %q", m.ID, req.ItemID)
	}
	return op.None{}, nil
}

// openForTags is openMaterial for Material.ModifyMaterialFrameTag alone. Its documented error is that of a missing
// right, for an id of 21 digits where ids have 20. Whether that id is unknown or somebody else's is not said, so both
// are rejected alike (assumed).
func (s *State) openForTags(c *op.Call, id string) (Material, error) {
	if _, ok := s.Materials[id]; !ok {
		return Material{}, errPermissionDeny.Because("webpaas.material-unknown",
			"take a MaterialId from a response of this fake, or seed the material",
			"there is no material %q; this operation has no error of its own for that", id)
	}
	return s.openMaterial(c, id, toWrite)
}

func relabelled(tags []FrameTag, i int, labels []string) []FrameTag {
	changed := slices.Clone(tags)
	changed[i].Tags = notNil(labels)
	return changed
}

type materialRequest struct {
	MaterialID string `json:"MaterialId"`
}

// deleteFrameTags deletes all frame tags of a material, manual and recognised: the request cannot name one of them. A
// recognition that succeeds later makes new ones. To delete where there are none succeeds (all assumed).
func deleteFrameTags(c *op.Call, st *State, req materialRequest) (op.None, error) {
	m, err := st.openMaterial(c, req.MaterialID, toWrite)
	if err != nil {
		return op.None{}, err
	}
	current := st.tagsOf(c, m)
	if current.version != "" {
		st.putMade(m, current.taskID, nil)
	}
	if len(current.manual) > 0 {
		st.putManual(m, nil)
	}
	return op.None{}, nil
}

type describeFrameTagsRequest struct {
	MaterialID string `json:"MaterialId"`
	offsets
	OnlyManual bool
}

type describeFrameTagsResponse struct{ FrameTagInfo frameTagInfo }

type frameTagInfo struct {
	Version        string
	FrameTagSet    []frameTagItem
	LastTimeOffset float64
}

type frameTagItem struct {
	ItemID          string `json:"ItemId"`
	StartTimeOffset float64
	EndTimeOffset   float64
	Tags            []string
}

// describeFrameTags answers with manual and recognised tags and the Version of the recognition, or with the manual
// ones and "manual" if there is none or OnlyManual says so. It is rejected without tags of any kind; OnlyManual
// does not change that (all assumed but the error).
func describeFrameTags(c *op.Call, st *State, req describeFrameTagsRequest) (describeFrameTagsResponse, error) {
	m, err := st.openMaterial(c, req.MaterialID, toRead)
	if err != nil {
		return describeFrameTagsResponse{}, err
	}
	if err := req.validate(); err != nil {
		return describeFrameTagsResponse{}, err
	}
	current := st.tagsOf(c, m)
	if current.version == "" && len(current.manual) == 0 {
		return describeFrameTagsResponse{}, current.why
	}
	info := frameTagInfo{Version: manualVersion, FrameTagSet: []frameTagItem{}}
	tags := current.manual
	if current.version != "" && !req.OnlyManual {
		info.Version, tags = current.version, inOrder(current.manual, current.made...)
	}
	tags, info.LastTimeOffset = read(tags, req.offsets, st.Recognitions[m.ID].PageSize)
	for _, t := range tags {
		info.FrameTagSet = append(info.FrameTagSet, frameTagItem{t.ID, t.Start, t.End, notNil(t.Tags)})
	}
	return describeFrameTagsResponse{info}, nil
}

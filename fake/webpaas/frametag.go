package webpaas

import (
	"fmt"
	"slices"

	"github.com/fakecme/fakecme/fake/internal/op"
)

var frameTagOps = []op.Op[State]{
	op.Write("Material.AddMaterialFrameTag", addFrameTag),
	op.Write("Material.ModifyMaterialFrameTag", modifyFrameTag),
	op.Write("Material.DeleteMaterialFrameTag", deleteFrameTags),
	op.Read("Material.DescribeMaterialFrameTag", describeFrameTags),
}

// FrameTags are the frame tags that clients made or changed in a material.
//
// Put fills in ids.
type FrameTags struct {
	// MaterialID is the id of the material.
	MaterialID string `json:"materialId" yaml:"materialId"`
	// Items are the manual frame tags, ordered by start.
	Items []FrameTag `json:"items,omitempty" yaml:"items"`
	// Recognised holds the changes of clients to the frame tags of a recognition. The fake sets it.
	Recognised *RecognisedTags `json:"recognised,omitempty" yaml:"-"`
}

// RecognisedTags replace the frame tags of one recognition.
type RecognisedTags struct {
	// TaskID is the task of that recognition, or empty. The frame tags of another recognition are unchanged.
	TaskID string `json:"taskId,omitempty"`
	// Items are ordered by start. There are none if the frame tags were deleted.
	Items []FrameTag `json:"items,omitempty"`
}

// manualVersion is the Version of frame tags of clients (documented).
const manualVersion = "manual"

// currentTags are all frame tags of a material: manual ones and those of the newest recognition. A new recognition does
// not replace manual ones (assumed).
type currentTags struct {
	manual []FrameTag
	// version, recognised and taskID belong to the newest recognition; version is empty without one.
	version    string
	recognised []FrameTag
	taskID     string
	// err is the reason why there is no recognition.
	err error
}

// tagsOf returns the current frame tags of a material.
func tagsOf(c *op.Call, st *State, m Material) currentTags {
	kept := st.FrameTags[m.ID]
	tags := currentTags{manual: kept.Items}
	found, task, err := recognised(c, st, m, kindFrameTag, st.Recognitions[m.ID].FrameTags, madeFrameTags)
	if err != nil {
		tags.err = err
		return tags
	}
	if changed := kept.Recognised; changed != nil && changed.TaskID == task {
		if found.Items = changed.Items; len(found.Items) == 0 {
			tags.err = errNoFrameTag.Because("webpaas.frame-tags-deleted",
				"add a frame tag with Version "+manualVersion+", or process the material again",
				"the frame tags of material %s were deleted", m.ID)
			return tags
		}
	}
	tags.version, tags.recognised, tags.taskID = found.Version, found.Items, task
	return tags
}

// accepts rejects a Version that is neither "manual" nor the one of the newest recognition. That a change needs the
// current Version is documented; the error for another one is assumed.
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

// has reports whether a frame tag has the id.
func (t currentTags) has(id string) bool {
	return indexOfTag(t.manual, id) >= 0 || indexOfTag(t.recognised, id) >= 0
}

func indexOfTag(tags []FrameTag, id string) int {
	return slices.IndexFunc(tags, func(t FrameTag) bool { return t.ID == id })
}

// putManual and putRecognised replace one kind of frame tags and do not change the other.
func putManual(st *State, m Material, tags []FrameTag) {
	kept := st.FrameTags[m.ID]
	kept.MaterialID, kept.Items = m.ID, tags
	kept.keep(st)
}

func putRecognised(st *State, m Material, task string, tags []FrameTag) {
	kept := st.FrameTags[m.ID]
	kept.MaterialID, kept.Recognised = m.ID, &RecognisedTags{TaskID: task, Items: tags}
	kept.keep(st)
}

func (t FrameTags) key() string { return t.MaterialID }

// keep stores nothing for a material without manual or changed frame tags.
func (t FrameTags) keep(st *State) {
	if len(t.Items) == 0 && t.Recognised == nil {
		delete(st.FrameTags, t.MaterialID)
		return
	}
	set(&st.FrameTags, t.MaterialID, t)
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

// addFrameTag adds to the manual frame tags, or to those of the newest recognition if Version names it. It needs the
// right to write (assumed). The range may exceed the length of the material: no document forbids it.
func addFrameTag(c *op.Call, st *State, req addFrameTagRequest) (addFrameTagResponse, error) {
	m, err := st.openMaterial(c, req.MaterialID, toWrite)
	if err != nil {
		return addFrameTagResponse{}, err
	}
	if err := req.validate(); err != nil {
		return addFrameTagResponse{}, err
	}
	current := tagsOf(c, st, m)
	if err := current.accepts(m, req.Version); err != nil {
		return addFrameTagResponse{}, err
	}
	tag := FrameTag{ID: c.NewID(op.ItemID), Start: req.StartTimeOffset, End: req.EndTimeOffset, Tags: notNil(req.Tags)}
	for current.has(tag.ID) {
		tag.ID = c.NewID(op.ItemID)
	}
	if req.Version == manualVersion {
		putManual(st, m, inOrder(current.manual, tag))
	} else {
		putRecognised(st, m, current.taskID, inOrder(current.recognised, tag))
	}
	return addFrameTagResponse{tag.ID}, nil
}

type modifyFrameTagRequest struct {
	MaterialID string `json:"MaterialId"`
	ItemID     string `json:"ItemId"`
	Tags       []string
	Version    string
}

// modifyFrameTag replaces the labels of a frame tag (assumed: no document says whether it adds them). A recognised frame
// tag needs the current Version. A manual one needs "manual" or the current Version, because a response with both kinds
// has one Version (assumed). The error for an unknown frame tag is that of an unknown task (assumed).
func modifyFrameTag(c *op.Call, st *State, req modifyFrameTagRequest) (op.None, error) {
	m, err := openForTags(c, st, req.MaterialID)
	if err != nil {
		return op.None{}, err
	}
	current := tagsOf(c, st, m)
	if err := current.accepts(m, req.Version); err != nil {
		return op.None{}, err
	}
	manual, recognised := indexOfTag(current.manual, req.ItemID), indexOfTag(current.recognised, req.ItemID)
	switch {
	case manual >= 0:
		putManual(st, m, relabelled(current.manual, manual, req.Tags))
	case recognised >= 0 && req.Version == manualVersion:
		return op.None{}, errVersion.Because("webpaas.version-stale", "send the Version that the tag was read with",
			"frame tag %s is from a recognition; a change needs Version %q, not %q", req.ItemID, current.version, req.Version)
	case recognised >= 0:
		putRecognised(st, m, current.taskID, relabelled(current.recognised, recognised, req.Tags))
	default:
		return op.None{}, errNotFound.Because("webpaas.frame-tag-unknown",
			"take an ItemId from Material.AddMaterialFrameTag or Material.DescribeMaterialFrameTag",
			"material %s has no frame tag %q", m.ID, req.ItemID)
	}
	return op.None{}, nil
}

// openForTags is openMaterial for Material.ModifyMaterialFrameTag, which has its own error for an unknown material. The
// documented example is a missing right on an id of 21 digits, where ids have 20. The page does not say whether that id
// is unknown or foreign, so that both get the same error (assumed).
func openForTags(c *op.Call, st *State, id string) (Material, error) {
	if _, ok := st.Materials[id]; !ok {
		return Material{}, errPermissionDeny.Because("webpaas.material-unknown",
			"take a MaterialId from a response of this fake, or put the material first",
			"there is no material %q; this operation has no error of its own for that", id)
	}
	return st.openMaterial(c, id, toWrite)
}

func relabelled(tags []FrameTag, i int, labels []string) []FrameTag {
	changed := slices.Clone(tags)
	changed[i].Tags = notNil(labels)
	return changed
}

type materialRequest struct {
	MaterialID string `json:"MaterialId"`
}

// deleteFrameTags deletes all frame tags of a material, because the request cannot name one of them. A recognition that
// succeeds later makes new ones. The operation succeeds if there are none (all assumed).
func deleteFrameTags(c *op.Call, st *State, req materialRequest) (op.None, error) {
	m, err := st.openMaterial(c, req.MaterialID, toWrite)
	if err != nil {
		return op.None{}, err
	}
	current := tagsOf(c, st, m)
	if current.version != "" {
		putRecognised(st, m, current.taskID, nil)
	}
	if len(current.manual) > 0 {
		putManual(st, m, nil)
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

// describeFrameTags returns manual and recognised frame tags with the Version of the recognition. Without a recognition,
// or with OnlyManual, it returns the manual ones with the Version "manual". It is an error if the material has no frame
// tags of either kind, even with OnlyManual (all assumed but the error).
func describeFrameTags(c *op.Call, st *State, req describeFrameTagsRequest) (describeFrameTagsResponse, error) {
	m, err := st.openMaterial(c, req.MaterialID, toRead)
	if err != nil {
		return describeFrameTagsResponse{}, err
	}
	if err := req.validate(); err != nil {
		return describeFrameTagsResponse{}, err
	}
	current := tagsOf(c, st, m)
	if current.version == "" && len(current.manual) == 0 {
		return describeFrameTagsResponse{}, current.err
	}
	info := frameTagInfo{Version: manualVersion, FrameTagSet: []frameTagItem{}}
	tags := current.manual
	if current.version != "" && !req.OnlyManual {
		info.Version, tags = current.version, inOrder(current.manual, current.recognised...)
	}
	tags, info.LastTimeOffset = read(tags, req.offsets, st.Recognitions[m.ID].PageSize)
	for _, t := range tags {
		info.FrameTagSet = append(info.FrameTagSet, frameTagItem{t.ID, t.Start, t.End, notNil(t.Tags)})
	}
	return describeFrameTagsResponse{info}, nil
}

func (t FrameTags) complete(c *op.Call, st *State) (FrameTags, error) {
	if _, ok := st.Materials[t.MaterialID]; !ok {
		return t, fmt.Errorf("materialId: there is no material %q; put it first", t.MaterialID)
	}
	t.Recognised = st.FrameTags[t.MaterialID].Recognised
	if err := completeItems(c, t.Items, (*FrameTag).complete, t.MaterialID, kindFrameTag, manualVersion); err != nil {
		return t, err
	}
	t.Items = inOrder(t.Items)
	return t, nil
}

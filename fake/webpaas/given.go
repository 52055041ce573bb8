package webpaas

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/fakecme/fakecme/fake/internal/op"
)

func (s *State) completeRecognition(c *op.Call, r Recognition) (Recognition, error) {
	if _, ok := s.Materials[r.MaterialID]; !ok {
		return r, fmt.Errorf("materialId: there is no material %q; put it first", r.MaterialID)
	}
	if r.PageSize < 0 {
		return r, fmt.Errorf("pageSize: %d; it cannot be negative", r.PageSize)
	}
	old := s.Recognitions[r.MaterialID]
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

// completeFound fills the Version and the items of a kind, which may not be there.
func completeFound[T any](
	c *op.Call, material string, k kind, found *Found[T], field string, complete func(item *T, id string) (string, error),
) error {
	if found == nil {
		return nil
	}
	fill(&found.Version, madeID(c, material, k, "given"))
	if err := completeItems(c, found.Items, complete, material, k, "given"); err != nil {
		return fmt.Errorf("%s.%w", field, err)
	}
	return nil
}

// completeItems fills the items of a list, each with an id of its own that depends on its place alone.
func completeItems[T any](c *op.Call, items []T, complete func(item *T, id string) (string, error), of ...any) error {
	places := map[string]int{}
	for i := range items {
		id, err := complete(&items[i], madeID(c, append(slices.Clip(of), i)...))
		if err != nil {
			return fmt.Errorf("items[%d].%w", i, err)
		}
		if first, twice := places[id]; twice {
			return fmt.Errorf("items[%d].id: %q is the one of items[%d] already", i, id, first)
		}
		places[id] = i
	}
	return nil
}

func sortByStart[T timed](found *Found[T]) {
	if found != nil {
		slices.SortStableFunc(found.Items, func(a, b T) int { return cmp.Compare(a.begins(), b.begins()) })
	}
}

// The complete methods fill what an item lacks, say what is wrong with it, and return its id.

func (f *Face) complete(id string) (string, error) {
	fill(&f.ID, id)
	fill(&f.Type, faceDefault)
	return f.ID, cmp.Or(oneOf("type", f.Type, faceDefault, faceUserDefined), checkSegments(f.Segments))
}

func (o *Object) complete(id string) (string, error) {
	fill(&o.ID, id)
	return o.ID, checkSegments(o.Segments)
}

func (s *Subtitle) complete(id string) (string, error) {
	fill(&s.ID, id)
	return s.ID, checkStretch(s.Start, s.End)
}

func (t *Text) complete(id string) (string, error) {
	fill(&t.ID, id)
	return t.ID, checkStretch(t.Start, t.End)
}

func (t *FrameTag) complete(id string) (string, error) {
	fill(&t.ID, id)
	return t.ID, checkStretch(t.Start, t.End)
}

func checkSegments(segments []Segment) error {
	for i, s := range segments {
		if err := checkStretch(s.Start, s.End); err != nil {
			return fmt.Errorf("segments[%d].%w", i, err)
		}
		if s.Confidence < 0 || s.Confidence > 100 {
			return fmt.Errorf("segments[%d].confidence: %g; allowed are 0 to 100", i, s.Confidence)
		}
	}
	return nil
}

// checkStretch says why a stretch of time is none.
func checkStretch(start, end float64) error {
	switch {
	case start < 0:
		return fmt.Errorf("start: %g; it cannot be negative", start)
	case start > end:
		return fmt.Errorf("start: %g; it is after the end, %g", start, end)
	}
	return nil
}

func (s *State) completeFrameTags(c *op.Call, t FrameTags) (FrameTags, error) {
	if _, ok := s.Materials[t.MaterialID]; !ok {
		return t, fmt.Errorf("materialId: there is no material %q; put it first", t.MaterialID)
	}
	t.Recognised = s.FrameTags[t.MaterialID].Recognised
	if err := completeItems(c, t.Items, (*FrameTag).complete, t.MaterialID, kindFrameTag, manualVersion); err != nil {
		return t, err
	}
	t.Items = inOrder(t.Items)
	return t, nil
}

// putRecognition undoes what clients did to recognised frame tags if it brings others.
func (s *State) putRecognition(r Recognition) {
	set(&s.Recognitions, r.MaterialID, r)
	if r.FrameTags != nil {
		manual := FrameTags{MaterialID: r.MaterialID, Items: s.FrameTags[r.MaterialID].Items}
		s.putFrameTags(manual)
	}
}

// PutRecognition says what is recognised in a material, in place of what was said before, and returns it as it is
// kept. Filled when missing: Version and ids, and Default for the Type of a face.
func (s *State) PutRecognition(c *op.Call, r Recognition) (Recognition, error) {
	return putOne("recognition", c, r, s.completeRecognition, s.putRecognition)
}

// PutFrameTags gives a material manual frame tags, in place of those it had, and returns them as they are kept.
// Filled when missing: ids.
func (s *State) PutFrameTags(c *op.Call, t FrameTags) (FrameTags, error) {
	return putOne("frame tags", c, t, s.completeFrameTags, s.putFrameTags)
}

package webpaas

import (
	"encoding/json"
	"slices"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Editing is what the editor shows of a project. Its form is the fake's own: no document says how
// the vendor's editor gets what it shows.
type Editing struct {
	Project   Project           `json:"project"`
	Materials []EditingMaterial `json:"materials"`
}

// EditingMaterial is a line of the editor's list of media.
type EditingMaterial struct {
	ID       string  `json:"id"`
	Type     string  `json:"type"`
	Name     string  `json:"name"`
	Duration float64 `json:"duration,omitempty"` // seconds
	// Attached says that it belongs to the project; the others were asked for by their ids.
	Attached bool `json:"attached"`
}

// editorPage is how many media the editor lists when none is named (documented for refreshResources).
const editorPage = 20

// Edit returns a project that the caller may open. The media named in first come on top, those
// that the caller may not read, or that are gone, are left out (assumed).
func (s *State) Edit(c *op.Call, id string, first []string) (Editing, error) {
	p, err := s.openProject(c, id, toRead)
	if err != nil {
		return Editing{}, err
	}
	e := Editing{Project: p, Materials: []EditingMaterial{}}
	for _, m := range slices.Concat(first, p.MaterialIDs) {
		listed := slices.ContainsFunc(e.Materials, func(l EditingMaterial) bool { return l.ID == m })
		if listed || len(e.Materials) == max(editorPage, len(first)) {
			continue
		}
		if found, err := s.openMaterial(c, m, toRead); err == nil {
			e.Materials = append(e.Materials, EditingMaterial{
				ID: found.ID, Type: found.Type, Name: found.Name, Duration: found.measured(c).Duration,
				Attached: slices.Contains(p.MaterialIDs, m),
			})
		}
	}
	return e, nil
}

// SaveTracks puts other tracks into a project, as the editor does when it is told to. The version
// of the tracks is a Unix time, as in the documented example; that it moves here is assumed.
func (s *State) SaveTracks(c *op.Call, id, tracks string) error {
	p, err := s.openProject(c, id, toWrite)
	if err != nil {
		return err
	}
	if !json.Valid([]byte(tracks)) {
		return badValue("FusionData", "send JSON", "the tracks are no JSON")
	}
	p.FusionData, p.Version, p.UpdateTime = tracks, c.Now.Unix(), wholeSecond(c.Now)
	s.putProject(p)
	return nil
}

package webpaas

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// Project is what the editor edits. Projects are made by the server API only (documented), here by
// fixtures.
type Project struct {
	// ID is "cmepid_" and 24 hex digits when the fake makes it.
	ID          string `json:"id" yaml:"id"`
	Name        string `json:"name" yaml:"name"`
	Description string `json:"description,omitempty" yaml:"description"`
	// Owner is the user who alone may open it, or the team (documented).
	Owner Entity `json:"owner" yaml:"owner"`
	// Category is one of [ProjectCategories].
	Category string `json:"category" yaml:"category"`
	// WHRatio is 16:9 or 9:16.
	WHRatio  string `json:"whRatio" yaml:"whRatio"`
	CoverURL string `json:"coverUrl,omitempty" yaml:"coverUrl"`
	// CoverSource is USER or DEFAULT; answers leave it out when it is empty.
	CoverSource string `json:"coverSource,omitempty" yaml:"coverSource"`
	// FusionData are the tracks: JSON as text.
	FusionData string `json:"fusionData" yaml:"fusionData"`
	// Version of the tracks: a Unix time in seconds (documented example).
	Version int64 `json:"version" yaml:"version"`
	// MaterialIDs are the media attached, in the order they were attached. Some may be gone.
	MaterialIDs []string `json:"materialIds,omitempty" yaml:"materialIds"`
	// Switcher holds the settings of a Switcher project, StreamConnect those of a StreamConnect project.
	Switcher      *SwitcherSettings `json:"switcher,omitempty" yaml:"switcher"`
	StreamConnect *StreamSettings   `json:"streamConnect,omitempty" yaml:"streamConnect"`
	// CreateTime and UpdateTime are kept in whole seconds of UTC, as the wire has them.
	CreateTime time.Time `json:"createTime" yaml:"createTime"`
	UpdateTime time.Time `json:"updateTime" yaml:"updateTime"`
}

// SwitcherSettings are what Project.ModifyProject can change of a Switcher project.
type SwitcherSettings struct {
	StopTime   time.Time `json:"stopTime,omitzero" yaml:"stopTime"`
	TemplateID int64     `json:"templateId,omitempty" yaml:"templateId"`
	Width      int64     `json:"width,omitempty" yaml:"width"`     // pixels
	Height     int64     `json:"height,omitempty" yaml:"height"`   // pixels
	Fps        int64     `json:"fps,omitempty" yaml:"fps"`         // frames a second
	BitRate    int64     `json:"bitRate,omitempty" yaml:"bitRate"` // bit/s
}

// StreamSettings are what Project.ModifyProject can change of a StreamConnect project.
type StreamSettings struct {
	StopTime time.Time `json:"stopTime,omitzero" yaml:"stopTime"`
}

// Categories that an operation must tell from others.
const (
	categorySwitcher      = "Switcher"
	categoryStreamConnect = "StreamConnect"
)

// ProjectCategories lists the documented categories: editing, live clipping, segmentation, switcher,
// stream relay.
func ProjectCategories() []string {
	return []string{"Default", "Live", "VideoSegmentation", categorySwitcher, categoryStreamConnect}
}

func (s *State) completeProject(c *op.Call, p Project) (Project, error) {
	var err error
	if p.Owner, err = s.owner(c, p.Owner); err != nil {
		return p, err
	}
	if p.ID == "" {
		p.ID = unusedID(c, op.ProjectID, s.Projects)
	}
	fill(&p.Name, "project "+strings.TrimPrefix(p.ID, "cmepid_"))
	fill(&p.Category, "Default")
	fill(&p.WHRatio, "16:9")
	fill(&p.FusionData, "[]")
	p.CreateTime, p.UpdateTime = times(c, p.CreateTime, p.UpdateTime)
	fill(&p.Version, p.UpdateTime.Unix())
	if !json.Valid([]byte(p.FusionData)) {
		return p, errors.New("fusionData: it is not JSON")
	}
	for i, id := range p.MaterialIDs {
		if _, ok := s.Materials[id]; !ok {
			return p, fmt.Errorf("materialIds[%d]: there is no material %q; put it first", i, id)
		}
	}
	if s := p.Switcher; s != nil {
		s.StopTime = wholeSecond(s.StopTime)
	}
	if s := p.StreamConnect; s != nil {
		s.StopTime = wholeSecond(s.StopTime)
	}
	return p, cmp.Or(
		oneOf("category", p.Category, ProjectCategories()...),
		oneOf("whRatio", p.WHRatio, projectRatios()...),
		p.validateCoverSource(),
	)
}

// validateCoverSource allows none: the projects of the documented examples have none.
func (p Project) validateCoverSource() error {
	if p.CoverSource == "" {
		return nil
	}
	return oneOf("coverSource", p.CoverSource, projectCoverSources()...)
}

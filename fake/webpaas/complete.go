package webpaas

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fakecme/fakecme/fake/internal/op"
)

// A complete function fills what a seeded value lacks and says what is wrong with it, beginning
// with the field. It changes nothing.

func (s *State) completeMaterial(c *op.Call, m Material) (Material, error) {
	fill(&m.Type, typeVideo)
	if err := oneOf("type", m.Type, MaterialTypes()...); err != nil {
		return m, err
	}
	var err error
	if m.Owner, err = s.owner(c, m.Owner); err != nil {
		return m, err
	}
	fill(&m.ClassID, usualClass(m.Type))
	if _, ok := s.class(m.Owner, m.ClassID); !ok {
		return m, fmt.Errorf("classId: %s has no class %d; list its classes first, or leave it out for the preset of %s",
			m.Owner, m.ClassID, m.Type)
	}
	if m.ID == "" {
		m.ID = unusedID(c, op.MaterialID, s.Materials)
	}
	fill(&m.Name, strings.ToLower(m.Type)+" "+m.ID)
	if err := checkName(m.Name); err != nil {
		return m, fmt.Errorf("name: %w", err)
	}
	if err := checkTags(m.Tags); err != nil {
		return m, fmt.Errorf("tags: %w", err)
	}
	fill(&m.TranscodeStatus, "NORMAL")
	if err := oneOf("transcodeStatus", m.TranscodeStatus, "NORMAL", "ABNORMAL", "PROCESSING"); err != nil {
		return m, err
	}
	if m.VodFileID == "" {
		m.VodFileID = c.NewID(op.VodFileID)
	}
	m.CreateTime, m.UpdateTime = times(c, m.CreateTime, m.UpdateTime)
	if err := m.Media.validate(); err != nil {
		return m, fmt.Errorf("media.%w", err)
	}
	m.Media = m.measured(c)
	err = s.completeContent(&m)
	return m, err
}

func (m Media) validate() error {
	for _, f := range []struct {
		name  string
		value int64
	}{
		{"width", m.Width}, {"height", m.Height}, {"size", m.Size},
		{"videoBitrate", m.VideoBitrate}, {"fps", m.Fps}, {"audioBitrate", m.AudioBitrate}, {"samplingRate", m.SamplingRate},
	} {
		if f.value < 0 {
			return fmt.Errorf("%s: %d; it cannot be negative", f.name, f.value)
		}
	}
	if m.Duration < 0 {
		return fmt.Errorf("duration: %g; it cannot be negative", m.Duration)
	}
	return nil
}

// completeContent completes the part that only one type of material has.
func (s *State) completeContent(m *Material) error {
	switch {
	case (m.Link != nil) != (m.Type == typeLink):
		return fmt.Errorf("link: a material of type %s has one, and no other", typeLink)
	case m.Template != nil && m.Type != typeTemplate:
		return fmt.Errorf("template: only a material of type %s has one", typeTemplate)
	case m.Channel != nil && m.Type != typeChannel:
		return fmt.Errorf("channel: only a material of type %s has one", typeChannel)
	case m.Type == typeLink:
		return s.completeLink(m)
	case m.Type == typeTemplate:
		return m.completeTemplate()
	case m.Type == typeChannel:
		return m.completeChannel()
	}
	return nil
}

// completeLink does not ask whether the target is there: a link may outlive it.
func (s *State) completeLink(m *Material) error {
	link := m.Link
	fill(&link.Owner, m.Owner)
	if err := s.exists("link.owner", link.Owner); err != nil {
		return err
	}
	if err := oneOf("link.resource.type", link.Resource.Type, ResourceMaterial, ResourceClass); err != nil {
		return err
	}
	if link.Resource.Type == ResourceMaterial && (s.Materials[link.Resource.ID].Type == typeLink || link.Resource.ID == m.ID) {
		return fmt.Errorf("link.resource.id: %s is a link; a link cannot lead to a link", link.Resource.ID)
	}
	return nil
}

// completeTemplate and completeChannel make a value up where there is none; all of it is assumed.
func (m *Material) completeTemplate() error {
	fill(&m.Template, &Template{})
	fill(&m.Template.AspectRatio, "16:9")
	fill(&m.Template.FusionData, "[]")
	return oneOf("template.aspectRatio", m.Template.AspectRatio, "16:9", "9:16")
}

func (m *Material) completeChannel() error {
	fill(&m.Channel, &Channel{})
	fill(&m.Channel.Platform, "WB")
	fill(&m.Channel.OpenID, "open-"+m.ID)
	fill(&m.Channel.ValidTime, m.CreateTime.AddDate(1, 0, 0))
	m.Channel.ValidTime = wholeSecond(m.Channel.ValidTime)
	return oneOf("channel.platform", m.Channel.Platform, "OM", "WB", "KS")
}

// owner fills the user of the call in.
func (s *State) owner(c *op.Call, e Entity) (Entity, error) {
	fill(&e.ID, c.User)
	fill(&e.Type, OwnerPerson)
	return e, s.exists("owner", e)
}

// exists says why an entity cannot be named. Any text names a person; a team must be there.
func (s *State) exists(field string, e Entity) error {
	if err := oneOf(field+".type", e.Type, OwnerPerson, OwnerTeam); err != nil {
		return err
	}
	if e.ID == "" {
		return fmt.Errorf("%s.id: it is empty; name a user or a team", field)
	}
	if _, ok := s.Teams[e.ID]; e.Type == OwnerTeam && !ok {
		return fmt.Errorf("%s.id: there is no team %q; put it first", field, e.ID)
	}
	return nil
}

// times fills times in, in whole seconds.
func times(c *op.Call, created, updated time.Time) (time.Time, time.Time) {
	fill(&created, c.Now)
	fill(&updated, created)
	return wholeSecond(created), wholeSecond(updated)
}

func oneOf(field, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("%s: %q; allowed are %s", field, value, strings.Join(allowed, ", "))
}

package webpaas

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakecme/fakecme/fake/dialect"
	"github.com/fakecme/fakecme/fake/internal/op"
)

var mediaOps = []op.Op[State]{
	op.Write("Material.DeleteMaterial", deleteMaterial),
	op.Write("Material.ModifyMaterial", modifyMaterial),
	op.Read("Material.ListMedia", listMedia).Fails("/Limit", "maximum", errLimit),
	op.Read("Material.DescribeMaterials", describeMaterials),
}

type deleteMaterialRequest struct {
	MaterialID string `json:"MaterialId"`
}

func deleteMaterial(c *op.Call, st *State, req deleteMaterialRequest) (op.None, error) {
	m, err := st.openMaterial(c, req.MaterialID, toWrite)
	if err != nil {
		return op.None{}, err
	}
	st.deleteMaterial(m.ID)
	return op.None{}, nil
}

// modifyMaterialRequest leaves a part unchanged that is absent. A list that is present, even an empty one, replaces the
// old one (assumed).
type modifyMaterialRequest struct {
	MaterialID   string    `json:"MaterialId"`
	ClassID      *classRef `json:"ClassId"`
	Name         *string
	PresetTagIDs *[]string `json:"PresetTagIds"`
	Tags         *[]string
}

func (r modifyMaterialRequest) validate() error {
	if r.Name != nil {
		if err := checkName(*r.Name); err != nil {
			return badValue("Name", "send 1 to 90 characters, or no Name", "%v", err)
		}
	}
	if r.Tags != nil {
		if err := checkTags(*r.Tags); err != nil {
			return badValue("Tags", "send at most 30 tags of at most 15 characters", "%v", err)
		}
	}
	return nil
}

func (r modifyMaterialRequest) isEmpty() bool {
	return r.ClassID == nil && r.Name == nil && r.PresetTagIDs == nil && r.Tags == nil
}

// modifyMaterial looks for the material first, because a documented example rejects an unknown material in a request
// that changes nothing. Such a request for a known material succeeds and does not change UpdateTime (assumed).
func modifyMaterial(c *op.Call, st *State, req modifyMaterialRequest) (op.None, error) {
	m, err := st.openMaterial(c, req.MaterialID, toWrite)
	if err != nil {
		return op.None{}, err
	}
	if err := req.validate(); err != nil {
		return op.None{}, err
	}
	if req.ClassID != nil {
		class, err := st.openClass(c, m.Owner, int64(*req.ClassID), toWrite)
		if err != nil {
			return op.None{}, err
		}
		m.ClassID = class.ID
	}
	if req.isEmpty() {
		return op.None{}, nil
	}
	if req.Name != nil {
		m.Name = *req.Name
	}
	if req.PresetTagIDs != nil {
		m.PresetTagIDs = *req.PresetTagIDs
	}
	if req.Tags != nil {
		m.Tags = *req.Tags
	}
	m.UpdateTime = wholeSecond(c.Now)
	st.putMaterial(m)
	return op.None{}, nil
}

type listMediaRequest struct {
	Platform string
	ClassID  classRef `json:"ClassId"`
	Owner    wireEntity
	paging
}

type listMediaResponse struct {
	ClassInfoSet       []classInfo
	MaterialTotalCount int
	MaterialInfoSet    []materialInfo
}

// Documented limits of Material.ListMedia.
const (
	listMediaLimit    = 20
	listMediaMaxLimit = 30
)

// listMedia lists the media and classes directly in a class, media newest first. Paging and the total apply to the
// media; every page has all classes. Order and both meanings are assumed.
func listMedia(c *op.Call, st *State, req listMediaRequest) (listMediaResponse, error) {
	if err := ownPlatform(c, req.Platform); err != nil {
		return listMediaResponse{}, err
	}
	class, err := st.openClass(c, req.Owner.entity(), int64(req.ClassID), toRead)
	if err != nil {
		return listMediaResponse{}, err
	}
	media := st.index.byPlace[place{class.Owner, class.ID}]
	from, to, err := req.page(len(media), listMediaLimit, listMediaMaxLimit)
	if err != nil {
		return listMediaResponse{}, err
	}
	resp := listMediaResponse{
		ClassInfoSet: []classInfo{}, MaterialTotalCount: len(media), MaterialInfoSet: []materialInfo{},
	}
	for _, child := range st.tree(class.Owner).children(class.ID) {
		resp.ClassInfoSet = append(resp.ClassInfoSet, classInfoOf(c, st, child))
	}
	for i := from; i < to; i++ {
		newest := media[len(media)-1-i]
		resp.MaterialInfoSet = append(resp.MaterialInfoSet, listedMaterial(c, st, st.Materials[newest.id]))
	}
	return resp, nil
}

type describeMaterialsRequest struct {
	MaterialIDs []string `json:"MaterialIds"`
	FilterInfo  struct{ NeedImageSpriteInfo *bool }
	Sort        *sortBy
}

type describeMaterialsResponse struct {
	MaterialInfoSet       []materialInfo
	FailedMaterialInfoSet []failedMaterial
}

// describeMaterials returns each material of the request once, in the order of the request unless there is a Sort
// (assumed). An unknown id fails alone; a missing right fails the whole call, as in the documented example. A response
// has image sprites unless the filter excludes them, because the example has them without a filter.
func describeMaterials(c *op.Call, st *State, req describeMaterialsRequest) (any, error) {
	if len(req.MaterialIDs) == 0 {
		return nil, badValue("MaterialIds", "send at least one id", "the list is empty")
	}
	found, unknown, err := readableMaterials(c, st, req.MaterialIDs)
	if err != nil {
		return nil, err
	}
	if err := sortMaterials(found, req.Sort); err != nil {
		return nil, err
	}
	need := req.FilterInfo.NeedImageSpriteInfo
	sprite := need == nil || *need
	if c.Dialect.DescribeMaterialsShape == dialect.DescribeFlat {
		return describeFlat(c, st, found, unknown, sprite)
	}
	resp := describeMaterialsResponse{MaterialInfoSet: []materialInfo{}, FailedMaterialInfoSet: []failedMaterial{}}
	for _, m := range found {
		resp.MaterialInfoSet = append(resp.MaterialInfoSet, describedMaterial(c, st, m, sprite))
	}
	for _, id := range unknown {
		resp.FailedMaterialInfoSet = append(resp.FailedMaterialInfoSet, failed(id, errMaterialNotExist))
	}
	return resp, nil
}

// readableMaterials returns the materials, which the caller must be allowed to read, and the unknown ids.
func readableMaterials(c *op.Call, st *State, ids []string) (found []Material, unknown []string, err error) {
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		if _, ok := st.Materials[id]; !ok {
			unknown = append(unknown, id)
			continue
		}
		m, err := st.openMaterial(c, id, toRead)
		if err != nil {
			return nil, nil, err
		}
		found = append(found, m)
	}
	return found, unknown, nil
}

// describeFlat returns the shape of the documented example: Data is one material, and its basic part is always named
// MaterialBasicInfo. Of several materials it returns the first; an unknown one is an error (both assumed).
func describeFlat(c *op.Call, st *State, found []Material, unknown []string, sprite bool) (any, error) {
	if len(found) == 0 {
		return nil, unknownMaterial(unknown[0])
	}
	info := describedMaterial(c, st, found[0], sprite)
	if info.BasicInfo != nil {
		info.MaterialBasicInfo, info.BasicInfo = info.BasicInfo, nil
	}
	return info, nil
}

// sortMaterials sorts by CreateTime or UpdateTime. Without a Sort the order does not change.
func sortMaterials(list []Material, s *sortBy) error {
	if err := s.validate(byCreateTime, byUpdateTime); err != nil || s == nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b Material) int {
		if !s.ascends() {
			a, b = b, a
		}
		if s.Field == byUpdateTime {
			return a.UpdateTime.Compare(b.UpdateTime)
		}
		return a.CreateTime.Compare(b.CreateTime)
	})
	return nil
}

func (m Material) key() string { return m.ID }

func (m Material) keep(st *State) { st.putMaterial(m) }

func (m Material) complete(c *op.Call, st *State) (Material, error) {
	fill(&m.Type, typeVideo)
	if err := oneOf("type", m.Type, MaterialTypes()...); err != nil {
		return m, err
	}
	var err error
	if m.Owner, err = st.owner(c, m.Owner); err != nil {
		return m, err
	}
	fill(&m.ClassID, defaultClass(m.Type))
	if _, ok := st.tree(m.Owner).class(m.ClassID); !ok {
		return m, fmt.Errorf("classId: %s has no class %d; list its classes first, or leave it out for the preset of %s",
			m.Owner, m.ClassID, m.Type)
	}
	if m.ID == "" {
		m.ID = unusedID(c, op.MaterialID, st.Materials)
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
	err = completeContent(st, &m)
	return m, err
}

// completeContent completes the part that only the material's type has.
func completeContent(st *State, m *Material) error {
	switch {
	case (m.Link != nil) != (m.Type == typeLink):
		return fmt.Errorf("link: every material of type %s must have one, and no other may", typeLink)
	case m.Template != nil && m.Type != typeTemplate:
		return fmt.Errorf("template: only a material of type %s may have one", typeTemplate)
	case m.Channel != nil && m.Type != typeChannel:
		return fmt.Errorf("channel: only a material of type %s may have one", typeChannel)
	case m.Type == typeLink:
		return completeLink(st, m)
	case m.Type == typeTemplate:
		return m.completeTemplate()
	case m.Type == typeChannel:
		return m.completeChannel()
	}
	return nil
}

// completeLink does not check that the target exists, because a link may outlive its target.
func completeLink(st *State, m *Material) error {
	link := m.Link
	fill(&link.Owner, m.Owner)
	if err := st.exists("link.owner", link.Owner); err != nil {
		return err
	}
	if err := oneOf("link.resource.type", link.Resource.Type, ResourceMaterial, ResourceClass); err != nil {
		return err
	}
	if link.Resource.Type == ResourceMaterial && (st.Materials[link.Resource.ID].Type == typeLink || link.Resource.ID == m.ID) {
		return fmt.Errorf("link.resource.id: %s is a link; a link cannot lead to a link", link.Resource.ID)
	}
	return nil
}

// completeTemplate and completeChannel make up missing values; all of them are assumed.
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

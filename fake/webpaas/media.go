package webpaas

import (
	"slices"
	"time"

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

// A part that is absent stays as it is. A list that is there, empty or not, replaces the old one (assumed).
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

// modifyMaterial looks for the material first: a documented example rejects an unknown one although
// nothing is to be changed. To change nothing of a known one succeeds and leaves its
// UpdateTime alone (assumed).
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

// wholeSecond is a time as the wire can say it, so that a client can ask for exactly what it saw.
func wholeSecond(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

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

// Documented for Material.ListMedia.
const (
	listMediaLimit    = 20
	listMediaMaxLimit = 30
)

// listMedia lists what is directly in a class, media newest first. Paging and the total are of the media;
// all classes stand on every page. Order and both meanings are assumed.
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
	ans := listMediaResponse{
		ClassInfoSet: []classInfo{}, MaterialTotalCount: len(media), MaterialInfoSet: []materialInfo{},
	}
	for _, child := range st.children(class.Owner, class.ID) {
		ans.ClassInfoSet = append(ans.ClassInfoSet, st.classInfo(c, child))
	}
	for i := from; i < to; i++ {
		newest := media[len(media)-1-i]
		ans.MaterialInfoSet = append(ans.MaterialInfoSet, st.listed(c, st.Materials[newest.id]))
	}
	return ans, nil
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

// describeMaterials answers for each id once, in the order of the request unless a Sort is given
// (assumed). An unknown id fails alone; a missing right fails the whole call, as the documented
// example has it. Image sprites are there unless the filter says no, because the example has
// them without a filter.
func describeMaterials(c *op.Call, st *State, req describeMaterialsRequest) (any, error) {
	if len(req.MaterialIDs) == 0 {
		return nil, badValue("MaterialIds", "send at least one id", "the list is empty")
	}
	found, unknown, err := st.readable(c, req.MaterialIDs)
	if err != nil {
		return nil, err
	}
	if err := req.Sort.apply(found); err != nil {
		return nil, err
	}
	need := req.FilterInfo.NeedImageSpriteInfo
	sprite := need == nil || *need
	if c.Dialect.DescribeMaterialsShape == dialect.DescribeFlat {
		return describeFlat(c, st, found, unknown, sprite)
	}
	ans := describeMaterialsResponse{MaterialInfoSet: []materialInfo{}, FailedMaterialInfoSet: []failedMaterial{}}
	for _, m := range found {
		ans.MaterialInfoSet = append(ans.MaterialInfoSet, st.described(c, m, sprite))
	}
	for _, id := range unknown {
		ans.FailedMaterialInfoSet = append(ans.FailedMaterialInfoSet, failed(id, errMaterialNotExist))
	}
	return ans, nil
}

// readable sorts ids into materials that the caller may read and ids of none.
func (s *State) readable(c *op.Call, ids []string) (found []Material, unknown []string, err error) {
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		if _, ok := s.Materials[id]; !ok {
			unknown = append(unknown, id)
			continue
		}
		m, err := s.openMaterial(c, id, toRead)
		if err != nil {
			return nil, nil, err
		}
		found = append(found, m)
	}
	return found, unknown, nil
}

// describeFlat is the shape of the documented example: Data is the one material, its basic part
// MaterialBasicInfo whatever lists call it. Of several materials it can hold only the first, and
// of an unknown one nothing (both assumed).
func describeFlat(c *op.Call, st *State, found []Material, unknown []string, sprite bool) (any, error) {
	if len(found) == 0 {
		return nil, unknownMaterial(unknown[0])
	}
	info := st.described(c, found[0], sprite)
	if info.BasicInfo != nil {
		info.MaterialBasicInfo, info.BasicInfo = info.BasicInfo, nil
	}
	return info, nil
}

// sortBy is SortBy, descending unless it says otherwise (documented).
type sortBy struct {
	Field string
	Order string
}

const (
	byCreateTime = "CreateTime"
	byUpdateTime = "UpdateTime"
	ascending    = "Asc"
	descending   = "Desc"
)

// validate rejects what the contract does not list. No Sort, and an empty part, mean the default.
func (s *sortBy) validate(fields ...string) error {
	switch {
	case s == nil:
		return nil
	case s.Field != "" && !slices.Contains(fields, s.Field):
		return badValue("Sort", "see Sort.Field of the operation", "Field is %q; allowed are %q", s.Field, fields)
	case s.Order != "" && s.Order != ascending && s.Order != descending:
		return badValue("Sort", "send Asc or Desc", "Order is %q", s.Order)
	}
	return nil
}

func (s *sortBy) ascends() bool { return s != nil && s.Order == ascending }

// apply sorts materials by CreateTime or UpdateTime; without a Sort they stay as they are.
func (s *sortBy) apply(list []Material) error {
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
